"""Snapshots read from the register, where what has not changed is taken from an earlier one."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from boundaries.duty import linenets, owners
from boundaries.duty.linenets import LineNet
from boundaries.duty.reading import Changes, Reader, database_now
from boundaries.duty.records import CaretakingRecord, DistrictRecord, PartRecord
from boundaries.duty.snapshot.value import Snapshot, shapes_from
from boundaries.land import districts
from boundaries.store import clock
from boundaries.store.tables import District
from gis.locate import GridIndex

_NET = ("index", "ground", "shapes", "grids", "other_grids")
_HOUSES = ("buildings", "gone_buildings")
_HOUSE_TABLES = frozenset(("building_version", "building_grid"))
_LINE_TABLES = frozenset(("line_area", "line_matter"))
_LAND = frozenset(
    (*_HOUSE_TABLES, "grid_version", "area_version", "building_part", "address", "compound", "feature")
)
_PREPARED: Mapping[str, frozenset[str]] = {
    "frame": frozenset(),
    "position": frozenset(("grid_version",)),
    "ground_tree": frozenset(("grid_version",)),
    "stacked": frozenset(("grid_version",)),
    "building_list": _HOUSE_TABLES,
    "building_tree": _HOUSE_TABLES,
    "building_boxes": _HOUSE_TABLES,
    "grid_of_compound": _HOUSE_TABLES,
    "feature_tree": frozenset(("feature",)),
    "compound_codes": frozenset(("compound",)),
    "compound_tree": frozenset(("compound",)),
    "bound_elements": frozenset(("element", "grid_version", "compound", "feature", *_HOUSE_TABLES)),
    "feature_reaches": frozenset(("feature",)),
    "outlines": frozenset(("area_version",)),
    "by_address": frozenset(("address",)),
    "standard_address": frozenset(("address",)),
    "search_index": _LAND,
}
"""What was prepared from which tables alone; it is as good for a later snapshot if none of them changed."""


def build(
    session: Session,
    district_code: str,
    *,
    at: datetime | None = None,
    known_at: datetime | None = None,
    before: Snapshot | None = None,
) -> Snapshot:
    """Read one district as it is `at` an instant (default: now), as known `known_at` (default: now).

    before: an earlier snapshot; what has not changed since is taken from it, not read again.
    Raises UnknownDistrict, KnownAtBeyondHorizon.
    """
    district = districts.get(session, district_code)
    revision = clock.revision(session)  # first: a write that comes later is then noticed, never missed
    clock.check_known_at(session, known_at)
    known = known_at or clock.horizon(session)
    instant = at or database_now(session)
    reader = Reader(session, district.id, instant, known)
    with _garbage_kept():
        return _read(reader, district, at=instant, known_at=known, revision=revision, before=before)


def _read(
    reader: Reader,
    district: District,
    *,
    at: datetime,
    known_at: datetime,
    revision: int,
    before: Snapshot | None,
) -> Snapshot:
    changed = reader.changes()
    kept = _kept_tables(before, district, changed, at, known_at)
    matters = {matter.code: matter for matter in reader.matters()}
    duties = reader.duties()
    number, next_net = reader.net_version()
    local = at.astimezone(ZoneInfo(district.timezone))
    caretaking = reader.caretaking()
    lines = _lines(reader) if before is None or not kept >= _LINE_TABLES else before.lines
    changes = (
        *(table.ahead for table in changed.values()),
        next_net,
        owners.next_shift_change(duties, local),
        *(_overdue_from(care, local) for care in caretaking),
    )
    made = Snapshot(
        district=_record_of(district),
        at=at,
        known_at=known_at,
        net_version=number,
        revision=revision,
        last_updated=max(
            (table.written for table in changed.values() if table.written is not None), default=None
        ),
        next_change_at=min(
            (change for change in changes if change is not None and change > at), default=None
        ),
        net_in_force_from=next_net if number is None else None,
        matters=matters,
        element_kinds={kind.code: kind for kind in reader.element_kinds()},
        duties=owners.Duties.of(
            duties, matters, dict(reader.leave()), [duty for net in lines.values() for duty in net.duties()]
        ),
        caretaking={care.area: care for care in caretaking},
        lines=lines,
        **(_net(reader) if before is None or "grid_version" not in kept else _same(before, _NET)),
        **(_buildings(reader) if before is None or not kept >= _HOUSE_TABLES else _same(before, _HOUSES)),
        **{
            name: read(reader) if before is None or table not in kept else getattr(before, name)
            for name, (table, read) in _SINGLE.items()
        },
    )
    if before is not None:
        _keep_prepared(made, before, kept)
    return made


def _record_of(district: District) -> DistrictRecord:
    return DistrictRecord(
        district.id,
        district.code,
        district.name,
        district.metric_crs,
        district.code_scheme,
        district.timezone,
        district.ground,
        dict(district.settings or {}),
    )


def _keep_prepared(made: Snapshot, before: Snapshot, kept: frozenset[str]) -> None:
    for name, tables in _PREPARED.items():
        if kept >= tables and name in before.__dict__:
            made.__dict__[name] = before.__dict__[name]  # where cached_property looks first


def _kept_tables(
    before: Snapshot | None,
    district: District,
    changed: Mapping[str, Changes],
    at: datetime,
    known_at: datetime,
) -> frozenset[str]:
    """The tables that say at these instants what they said to an earlier snapshot of the same frame."""
    if (
        before is None
        or (before.district.id, before.district.metric_crs) != (district.id, district.metric_crs)
        or at < before.at
        or known_at < before.known_at
    ):
        return frozenset()
    return frozenset(table for table, found in changed.items() if not found.since(before.at, before.known_at))


def _same(before: Snapshot, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(before, name) for name in names}


def _net(reader: Reader) -> dict[str, Any]:
    grids, wkb = reader.grids()
    shapes = shapes_from(shape for shape in wkb if shape is not None)
    return {
        "index": GridIndex(shapes, overlaps="lowest"),
        "ground": [grid for grid, shape in zip(grids, wkb, strict=True) if shape is not None],
        "shapes": shapes,
        "grids": {grid.code: grid for grid in grids},
        "other_grids": {grid.code: grid for grid in reader.other_grids()},
    }


def _buildings(reader: Reader) -> dict[str, Any]:
    return {
        "buildings": {building.code: building for building in reader.buildings()},
        "gone_buildings": dict(reader.gone_buildings()),
    }


def _lines(reader: Reader) -> dict[str, LineNet]:
    return linenets.of(reader.lines(), reader.line_areas())


def _parts(reader: Reader) -> dict[str, list[PartRecord]]:
    parts: dict[str, list[PartRecord]] = {}
    for part in reader.parts():
        parts.setdefault(part.building, []).append(part)
    return parts


_SINGLE: Mapping[str, tuple[str, Callable[[Reader], Any]]] = {
    "areas": ("area_version", lambda reader: {area.code: area for area in reader.areas()}),
    "parts": ("building_part", _parts),
    "grid_of_part": ("part_grid", lambda reader: dict(reader.part_grids())),
    "addresses": ("address", lambda reader: reader.addresses()),
    "compounds": ("compound", lambda reader: {each.code: each for each in reader.compounds()}),
    "features": ("feature", lambda reader: reader.features()),
    "elements": ("element", lambda reader: reader.elements()),
    "parties": ("party_version", lambda reader: {party.code: party for party in reader.parties()}),
}
"""Members that come from one table."""


def _overdue_from(care: CaretakingRecord, local: datetime) -> datetime:
    """The midnight after the day of review."""
    return datetime.combine(care.review_on + timedelta(days=1), time(), tzinfo=local.tzinfo)


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Hold the collector back: it would spend longer on the new rows, none in a circle, than reading them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
