"""The way of a plan into force: submitted, reviewed, approved, and published in one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land import grids, intake, versions
from boundaries.land.plans import casework, closing, founding, micros, notifying, papers, stacks, steps
from boundaries.land.plans import drawing as drawings
from boundaries.land.plans.drafting import move_to
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.handover import hand_over, plan_handover
from boundaries.land.plans.keeping import open_for, record, touch
from boundaries.land.plans.lineage import Descent, descents, owners
from boundaries.land.plans.problems import find_problems
from boundaries.land.plans.refusals import (
    CommunityNotPossible,
    EffectiveInThePast,
    EmptyPlan,
    PlanBlocked,
    PlanConflicts,
    ReasonMissing,
)
from boundaries.land.plans.steps import Actor
from boundaries.land.refusals import NetVersionNotRising, NotAwareInstant
from boundaries.store import bulk, clock
from boundaries.store.tables import BuildingGrid, District, Grid, GridLineage, NetVersion, Plan

OnStep = Callable[[str], None]


def step(
    session: Session,
    district: District,
    code: str,
    name: str,
    *,
    seen: int | None,
    by: Actor,
    note: str = "",
) -> Plan:
    """Submit, review, approve, return (with a reason in `note`) or withdraw a plan.

    Raises UnknownCode, StalePlan, WrongState, StepNotAllowed, TwoPeopleNeeded, ReasonMissing, EmptyPlan.
    """
    plan = open_for(session, district, code, name, seen=seen, by=by)
    if name == "return" and not note.strip():
        raise ReasonMissing(plan=plan.code, step=name)
    if name == "submit" and plan.applied == 0:
        raise EmptyPlan(plan=plan.code)
    state = steps.MOVES[name].to
    assert state is not None
    plan.state = state
    touch(session, plan)
    record(session, plan, name, by, note)
    return plan


def publish(
    session: Session,
    district: District,
    code: str,
    *,
    seen: int | None,
    by: Actor,
    effective_from: datetime | None = None,
    note: str = "",
    filing: papers.Filing | None = None,
    on_step: OnStep = lambda name: None,
) -> Plan:
    """Put an approved plan into force at `effective_from` (None: now), all of it in this transaction.

    A plan whose base is no longer the last net is replayed on that. Opens a net version, writes and
    retires grids, reassigns buildings, hands duties and open incidents over, records the lineage and the
    filing (备案), and leaves a notice for each community. Opens the communities that the plan founds, and
    ends those that it leaves without a grid.
    Raises what `step` raises, PlanConflicts, PlanBlocked, NetVersionNotRising, EffectiveInThePast,
    NotAwareInstant.
    """
    plan = open_for(session, district, code, "publish", seen=seen, by=by)
    stamp = clock.stamp(session)  # from here on nobody else changes the register
    effective_from = _effective(session, district, effective_from, stamp)
    latest = versions.latest(session, district)
    assert latest is not None  # the plan has a base
    if latest.id != plan.base_version_id:
        drawing = move_to(session, district, plan, latest)
    else:
        drawing = drawings.drawing_of(session, district, plan)
    touched = drawing.touched()
    if not touched and not drawing.parties and not drawing.micros:
        raise EmptyPlan(plan=plan.code)
    _refuse_codes_taken(session, district, plan, drawing, latest)
    owned = owners(session, district, drawing, at=effective_from)
    known = descents(drawing, owned)
    posts = plan_handover(session, district, drawing, known, at=effective_from)
    blocking = [
        each.told() for each in find_problems(session, district, drawing, owned, posts) if each.blocks
    ]
    blocking += _orphans(session, district, plan, drawing, effective_from)
    if blocking:
        raise PlanBlocked(plan=plan.code, problems=blocking)
    on_step("checked")
    version = versions.open_version(
        session,
        district,
        effective_from=effective_from,
        stamp=stamp,
        cause="plan",
        made_by=by.name,
        note=f"{plan.code} {plan.title}",
    )
    founding.open_areas(session, district, drawing, at=effective_from, stamp=stamp)
    _write_grids(session, district, drawing, touched, version, stamp)
    stacks.write(session, district, drawing, touched, at=effective_from, stamp=stamp)
    on_step("grids")
    _write_buildings(session, district, owned, effective_from, stamp)
    lists = micros.changes(session, district, drawing, at=effective_from)
    micros.write(session, district, lists, at=effective_from, stamp=stamp)
    hand_over(session, district, posts, effective_from=effective_from, stamp=stamp)
    closing.close(session, district, plan, drawing, known, at=effective_from, stamp=stamp, by=by)
    _write_lineage(session, district, known, version)
    cases = casework.reroute(session, district, drawing, version)
    plan.state, plan.published_version_id = "published", version.id
    touch(session, plan)
    record(session, plan, "publish", by, note)
    if filing is not None:
        papers.put_filing(session, plan, filing, by)
    notifying.notify(session, district, plan, drawing, owned, cases, version)
    on_step("written")
    return plan


def _effective(session: Session, district: District, wanted: datetime | None, stamp: datetime) -> datetime:
    if wanted is None:
        wanted = stamp
    if wanted.tzinfo is None:
        raise NotAwareInstant(value=wanted)
    if wanted < stamp:
        raise EffectiveInThePast(effective_from=wanted, now=stamp)
    latest = versions.latest(session, district)
    if latest is not None and wanted <= latest.effective_from:  # known before the work is done
        raise NetVersionNotRising(effective_from=wanted, latest=latest.effective_from)
    return wanted


def _refuse_codes_taken(
    session: Session, district: District, plan: Plan, drawing: Drawing, version: NetVersion
) -> None:
    """A code is never given twice: an import may have taken one that the plan counted on."""
    made = [code for code in (*drawing.net.faces, *drawing.net.stacks) if not drawing.was_there(code)]
    taken = session.scalars(
        select(Grid.code).where(Grid.district_id == district.id, Grid.code.in_(made)).order_by(Grid.code)
    ).all()
    if taken:
        conflicts = [{"code": "code-taken", "grid": code} for code in taken]
        raise PlanConflicts(plan=plan.code, net_version=version.number, conflicts=conflicts)
    for new in drawing.founded.values():
        try:
            founding.require_free(session, district, plan, drawing, new)
        except CommunityNotPossible as refused:
            told = {"code": refused.code, "community": new.code, "detail": str(refused)}
            raise PlanConflicts(plan=plan.code, net_version=version.number, conflicts=[told]) from None


def _orphans(
    session: Session, district: District, plan: Plan, drawing: Drawing, at: datetime
) -> list[dict[str, Any]]:
    """Placeholder areas whose caretaker would end with this plan."""
    left = closing.wards_left(session, district, closing.closed(plan, drawing), at=at)
    return [
        {
            "code": "ward-left",
            "severity": "error",
            "grid": "",
            "detail": f"community {keeper} ends and takes care of {area}: give that to another one first",
            "blocks": True,
        }
        for keeper, area in left
    ]


def _write_grids(
    session: Session,
    district: District,
    drawing: Drawing,
    touched: list[str],
    version: NetVersion,
    stamp: datetime,
) -> None:
    written = [code for code in touched if drawing.is_there(code)]
    facts = [drawing.facts_of(code) for code in written]
    if written:
        frame = gpd.GeoDataFrame(
            {
                "code": written,
                "community_code": [drawing.net.community(code) for code in written],
                "name": [fact.name for fact in facts],
                "kind": [fact.kind for fact in facts],
                "group_code": [fact.group_code for fact in facts],
                "host_code": [drawing.host(code) for code in written],
                "source": [fact.source for fact in facts],
                "noded": [
                    code not in drawing.changed and code not in drawing.facts and code in drawing.net.faces
                    for code in written
                ],
            },
            geometry=[face.shape if (face := drawing.net.faces.get(code)) else None for code in written],
            crs=4326,
        )
        grids.put(session, district, frame, version=version, stamp=stamp)
    ended = [code for code in touched if not drawing.is_there(code)]
    if ended:
        grids.retire(session, district, ended, version=version, stamp=stamp)


def _write_buildings(
    session: Session, district: District, owned: pd.DataFrame, effective_from: datetime, stamp: datetime
) -> None:
    ids = intake.ids_by_code(session, Grid, district)
    moved = owned[(owned["before"] != owned["after"]) & owned["after"].notna()]
    rows = pd.DataFrame(
        {
            "building_id": moved["id"].astype("int64"),
            "grid_id": moved["after"].map(ids),
            "because": moved["because"],
        }
    )
    if len(rows):
        bulk.put(session, BuildingGrid, rows, key=("building_id",), valid_from=effective_from, stamp=stamp)
    lost = owned[owned["before"].notna() & owned["after"].isna()]
    if len(lost):
        within = BuildingGrid.building_id.in_([int(each) for each in lost["id"]])
        bulk.retire(session, BuildingGrid, within, stamp=stamp, valid_from=effective_from)


def _write_lineage(session: Session, district: District, known: list[Descent], version: NetVersion) -> None:
    ids = intake.ids_by_code(session, Grid, district)
    session.add_all(
        GridLineage(
            net_version_id=version.id,
            parent_id=int(ids[each.parent]),
            child_id=int(ids[each.child]),
            area_share=each.area_share,
            household_share=each.household_share,
        )
        for each in known
    )
    session.flush()
