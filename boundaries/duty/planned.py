"""A plan as a state of the register that can be compared with any other one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boundaries.duty.owners import Duties
from boundaries.duty.reading import database_now
from boundaries.duty.records import BuildingRecord, DutyRecord, GridRecord, PartRecord
from boundaries.duty.snapshot import Snapshot
from boundaries.land import comparison
from boundaries.land.plans import Diff, Drawing, drawing_of, micros
from boundaries.land.plans.handover import Post, plan_handover
from boundaries.land.plans.lineage import descents, owners
from boundaries.land.stacked import State
from boundaries.store.tables import EXCLUSIVE_ROLES, District, NetVersion, Plan
from gis.frames import MetricFrame

SnapshotAt = Callable[[datetime | None], Snapshot]
_SHORTLY = timedelta(microseconds=1)  # the register's finest step


@dataclass(frozen=True, eq=False, kw_only=True)
class Planned:
    """What a plan makes of a snapshot, as far as a comparison reads it; shapes in lon/lat WGS 84."""

    net_version: int | None
    frame: MetricFrame
    ground: Sequence[GridRecord]
    shapes: NDArray[np.object_]
    grids: Mapping[str, GridRecord]
    buildings: Mapping[str, BuildingRecord]
    parts: Mapping[str, Sequence[PartRecord]]
    grid_of_part: Mapping[str, str]
    duties: Duties


@dataclass(frozen=True, slots=True)
class Side:
    """One of two states that are compared. plan: code of the plan that makes it, None for an instant."""

    state: State
    plan: str | None = None


def side_of(session: Session, district: District, plan: Plan, snapshot_at: SnapshotAt) -> Side:
    """The state that a plan makes.

    A published plan is the net that it put into force. Any other stands on its base, with the buildings
    and duties of now, or of the last instant of that net if another one has followed it.
    """
    version = session.get_one(NetVersion, plan.published_version_id or plan.base_version_id)
    if plan.published_version_id is not None:
        return Side(snapshot_at(version.effective_from), plan.code)
    at = _while_in_force(session, version)
    ground = snapshot_at(at)
    if ground.net_version != version.number:  # the state that is held lags behind the register
        ground = snapshot_at(at or database_now(session))
    return Side(as_planned(session, district, plan, ground, at=at), plan.code)


def compare(before: Side, after: Side) -> Diff:
    """What differs between two states of one district, each of an instant or of a plan.

    Grids are known by their codes; no two open plans give a new grid the same one.
    """
    found = comparison.compare(before.state, after.state)
    return replace(found, plan=after.plan, plan_before=before.plan)


def _while_in_force(session: Session, version: NetVersion) -> datetime | None:
    """An instant at which this net is or was in force, the latest that is not ahead; None: now."""
    now = database_now(session)
    if version.effective_from > now:
        return version.effective_from
    followed = session.scalar(
        select(func.min(NetVersion.effective_from)).where(
            NetVersion.district_id == version.district_id, NetVersion.number > version.number
        )
    )
    return None if followed is None or followed > now else followed - _SHORTLY


def as_planned(
    session: Session, district: District, plan: Plan, snapshot: Snapshot, *, at: datetime | None
) -> Planned:
    """The state that the plan makes of `snapshot`, one of the plan's base at `at` (None: now)."""
    drawing = drawing_of(session, district, plan)
    owned = owners(session, district, drawing, at=at)
    posts = plan_handover(session, district, drawing, descents(drawing, owned), at=at).posts
    lists = micros.changes(session, district, drawing, at=at)
    grids, shapes = _grids(snapshot, drawing)
    drawn = np.empty(len(shapes), dtype=object)
    drawn[:] = list(shapes.values())
    buildings = dict(snapshot.buildings)
    for code, after, because in owned[["code", "after", "because"]].itertuples(index=False, name=None):
        if code in buildings:
            buildings[code] = buildings[code]._replace(grid=after, because=because)
    return Planned(
        net_version=snapshot.net_version,
        frame=snapshot.frame,
        ground=[grids[code] for code in shapes],
        shapes=drawn,
        grids=grids,
        buildings=buildings,
        parts=snapshot.parts,
        grid_of_part=_parts(snapshot, drawing),
        duties=_duties(snapshot, posts, lists),
    )


def _grids(snapshot: Snapshot, drawing: Drawing) -> tuple[dict[str, GridRecord], dict[str, Any]]:
    """All grids, and the shapes of those with ground, both by code.

    What the plan does not touch is the snapshot's own, 立体 grids of which no part is known included.
    """
    known = dict(zip((grid.code for grid in snapshot.ground), snapshot.shapes, strict=True))
    touched = set(drawing.touched())
    grids = {
        code: grid
        for code, grid in snapshot.grids.items()
        if code not in touched and (drawing.is_there(code) or not drawing.was_there(code))
    }
    shapes = {code: shape for code, shape in known.items() if code in grids}
    for code in sorted(touched):
        if not drawing.is_there(code):
            continue
        face = drawing.net.faces.get(code)
        if face is not None:
            shapes[code] = face.shape
        facts = drawing.facts_of(code)
        grids[code] = GridRecord(
            code=code,
            name=facts.name,
            kind=facts.kind,
            community=drawing.net.community(code),
            group=facts.group_code,
            host=drawing.host(code),
            area_m2=None if face is None else float(snapshot.frame.area_m2(np.array([face.shape]))[0]),
            since=None,
            until=None,
            net_version=drawing.ground.version.number,
            noded_next=False,
        )
    return grids, dict(sorted(shapes.items()))


def _parts(snapshot: Snapshot, drawing: Drawing) -> dict[str, str]:
    found = {
        place: grid for place, grid in snapshot.grid_of_part.items() if grid not in drawing.ground.net.stacks
    }
    for grid, stack in drawing.net.stacks.items():
        building = drawing.ground.buildings[stack.building]
        found |= {f"{building}/{part}": grid for part in stack.parts}
    return found


def _duties(snapshot: Snapshot, posts: Iterable[Post], lists: Iterable[micros.Change]) -> Duties:
    """The snapshot's duties after the handover and with the plan's 微网格; what begins later is left out."""
    standing = {place: list(found) for place, found in snapshot.duties.by_place.items()}
    come: list[DutyRecord] = []
    for post in posts:
        if post.grid is not None:
            place = ("grid", post.grid)
            there = standing.get(place, [])
            if post.to is not None:
                come += [each._replace(place=("grid", post.to)) for each in there if _holds(each, post)]
            standing[place] = [each for each in there if not _holds(each, post)]
        elif post.to is not None:
            come.append(_duty(("grid", post.to), post.role, post.matter, post.party))
    for change in lists:
        code, party = change.micro.code, str(change.micro.party)
        for left in map(_place, change.leaves):
            there = standing.get(left, [])
            standing[left] = [each for each in there if (each.role, each.micro) != ("micro", code)]
        come += [_duty(_place(place), "micro", "*", party, micro=code) for place in change.micro.places]
    for duty in come:
        there = standing.setdefault(duty.place, [])
        alone = duty.role in EXCLUSIVE_ROLES or duty.role == "micro"
        there[:] = [
            each
            for each in there
            if (each.role, each.matter) != (duty.role, duty.matter) or not (alone or each.party == duty.party)
        ]
        there.append(duty)
    rows = [duty for found in standing.values() for duty in found]
    return Duties.of(rows, snapshot.matters, snapshot.duties.away)


def _holds(duty: DutyRecord, post: Post) -> bool:
    return (duty.party, duty.role, duty.matter) == (post.party, post.role, post.matter)


def _duty(place: tuple[str, str], role: str, matter: str, party: str, *, micro: str = "") -> DutyRecord:
    return DutyRecord(place, role, matter, party, shift="", since=None, until=None, micro=micro)


def _place(place: str) -> tuple[str, str]:
    return ("part" if "/" in place else "building"), place
