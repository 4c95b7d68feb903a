"""Incidents as they are asked for: one by its number, or a page of many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land.refusals import UnknownCode
from boundaries.store.tables import District


class IncidentRecord(NamedTuple):
    """One incident. grid: of its day, with the net version; grid_now: deals with it; lon, lat: WGS 84."""

    id: int
    number: str
    external_ref: str | None
    source: str
    matter: str
    happened_at: datetime
    resolved_at: datetime | None
    due_at: datetime | None
    recorded_at: datetime
    recorded_by: str
    lon: float
    lat: float
    accuracy_m: float | None
    description: str
    address: str
    grid: str | None
    net_version: int | None
    grid_now: str | None
    building: str | None
    leader: str | None
    lead: str | None
    state: str
    party: str | None
    level: str
    step_since: datetime | None
    step_due_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """What a page is about; None: whatever it is. grids: that deal with them now; matters: these codes."""

    grids: Sequence[str] | None = None
    matters: Sequence[str] | None = None
    not_matters: Sequence[str] = ()
    numbers: Sequence[str] | None = None
    source: str | None = None
    external_ref: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: datetime | None = None
    not_states: Sequence[str] = ()
    is_open: bool | None = None
    states: Sequence[str] | None = None
    party: str | None = None
    recorded_by: str | None = None


_SELECT = """
select i.id, i.number, i.external_ref, i.source, i.matter_code, i.happened_at, i.resolved_at, i.due_at,
    i.recorded_at, i.recorded_by, st_x(i.geom), st_y(i.geom), i.accuracy_m, i.description, i.address,
    g.code, n.number, i.grid_code, i.building_code, i.leader_code, i.lead_code,
    i.state, i.party_code, i.level, i.step_since, i.step_due_at
from yiwang.incident i
left join yiwang.grid_version v on v.id = i.grid_version_id
left join yiwang.grid g on g.id = v.grid_id
left join yiwang.net_version n on n.id = v.net_version_id
where i.district_id = :district"""


def get(session: Session, district: District, number: str, *, lock: bool = False) -> IncidentRecord:
    """The incident of this number. lock: nobody else changes it until the transaction ends.

    Raises UnknownCode.
    """
    tail = " for no key update of i" if lock else ""
    row = session.execute(
        text(f"{_SELECT} and i.number = :number{tail}"), {"district": district.id, "number": number}
    ).one_or_none()
    if row is None:
        raise UnknownCode(kind="incident", value=number)
    return IncidentRecord._make(row)


def page(
    session: Session, district: District, wanted: Wanted, *, limit: int, before: str | None = None
) -> list[IncidentRecord]:
    """The latest written first. before: a number; only what was written before it. Raises UnknownCode."""
    clauses, facts = _clauses(wanted)
    if before is not None:
        first = session.scalar(
            text("select id from yiwang.incident where district_id = :district and number = :number"),
            {"district": district.id, "number": before},
        )
        if first is None:
            raise UnknownCode(kind="incident", value=before)
        clauses, facts = [*clauses, "i.id < :before"], facts | {"before": first}
    condition = "".join(f" and {clause}" for clause in clauses)
    rows = session.execute(
        text(f"{_SELECT}{condition} order by i.id desc limit :limit"),
        {"district": district.id, "limit": limit, **facts},
    )
    return [IncidentRecord._make(row) for row in rows]


def stream(
    session: Session, district: District, wanted: Wanted, *, at_once: int = 10_000
) -> Iterator[Sequence[IncidentRecord]]:
    """All that are wanted, the first written first, some at a time: memory holds one part."""
    clauses, facts = _clauses(wanted)
    condition = "".join(f" and {clause}" for clause in clauses)
    found = session.execute(
        text(f"{_SELECT}{condition} order by i.id"),
        {"district": district.id, **facts},
        execution_options={"stream_results": True, "yield_per": at_once},
    )
    for part in found.partitions(at_once):
        yield [IncidentRecord._make(row) for row in part]


def corrections_of(session: Session, incident_id: int) -> list[dict[str, Any]]:
    """The records of its corrected places, the first one first."""
    rows = session.execute(
        text(
            "select c.made_at, c.made_by, c.reason, st_x(c.from_geom) as from_lon,"
            " st_y(c.from_geom) as from_lat, st_x(c.geom) as lon, st_y(c.geom) as lat, c.accuracy_m,"
            " g.code as grid, n.number as net_version, c.building_code as building,"
            " c.leader_code as leader, c.lead_code as lead from yiwang.incident_correction c"
            " left join yiwang.grid_version v on v.id = c.grid_version_id"
            " left join yiwang.grid g on g.id = v.grid_id"
            " left join yiwang.net_version n on n.id = v.net_version_id"
            " where c.incident_id = :id order by c.id"
        ),
        {"id": incident_id},
    ).mappings()
    return [dict(row) for row in rows]


def photos_of(session: Session, incident_id: int) -> list[dict[str, Any]]:
    """Its photos without their content."""
    rows = session.execute(
        text(
            "select place, width, height, made_at, made_by from yiwang.incident_photo"
            " where incident_id = :id order by place"
        ),
        {"id": incident_id},
    ).mappings()
    return [dict(row) for row in rows]


def _clauses(wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    given: tuple[tuple[str, str, Any], ...] = (
        ("i.grid_code = any(:grids)", "grids", wanted.grids),
        ("i.matter_code = any(:matters)", "matters", wanted.matters),
        ("i.matter_code <> all(:not_matters)", "not_matters", list(wanted.not_matters) or None),
        ("i.number = any(:numbers)", "numbers", wanted.numbers),
        ("i.source = :source", "source", wanted.source),
        ("i.state = any(:states)", "states", wanted.states),
        ("i.party_code = :party", "party", wanted.party),
        ("i.recorded_by = :recorded_by", "recorded_by", wanted.recorded_by),
        ("i.external_ref = :external_ref", "external_ref", wanted.external_ref),
        ("i.happened_at >= :since", "since", wanted.since),
        ("i.happened_at <= :until", "until", wanted.until),
        ("i.happened_at < :before_then", "before_then", wanted.before),
        ("i.state <> all(:not_states)", "not_states", list(wanted.not_states) or None),
    )
    used = [(clause, name, value) for clause, name, value in given if value is not None]
    clauses = [clause for clause, _, _ in used]
    if wanted.is_open is not None:
        clauses.append(f"i.resolved_at is {'' if wanted.is_open else 'not '}null")
    return clauses, {
        name: list(value) if not isinstance(value, str | datetime) else value for _, name, value in used
    }
