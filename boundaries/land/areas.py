"""Areas: city, district, street, community; what they are called and where they belong."""

from datetime import date, datetime

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.refusals import FixedValueChanged, WrongParent
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import LEVELS, Area, AreaVersion, District

_RANK = {level: rank for rank, level in enumerate(LEVELS)}


def put(
    session: Session, district: District, frame: pd.DataFrame, *, valid_from: datetime, stamp: datetime
) -> Tally:
    """Write areas as they are from `valid_from` on; the same frame again changes nothing.

    frame: code, name, level; optional parent_code, kind, provisional, administered_by_code, source,
    vintage (ISO date), geometry (outline in lon/lat, or None). Parents may stand in the same frame.
    An outline is kept as a source; an area's own shape is the union of its grids.
    Raises UnknownCode, DuplicateCode, ValueNotAllowed, WrongParent, FixedValueChanged, CodeRetired,
    InvalidShape.
    """
    rows = intake.intake(
        frame,
        "area",
        required=("code", "name", "level"),
        defaults={
            "parent_code": None,
            "kind": "",
            "provisional": False,
            "administered_by_code": None,
            "source": "",
            "vintage": None,
        },
    )
    intake.refuse_duplicates(rows, "area", ["code"])
    intake.refuse_others(rows, "area", "level", LEVELS)
    outlines = intake.polygons(frame, "area", optional=True)

    _refuse_changed_level(session, district, rows)
    ids = intake.identify(session, Area, district, rows, fixed=("level",))
    intake.refuse_retired(
        session, AreaVersion, AreaVersion.area_id, ids[rows["code"].tolist()], "area", valid_from
    )
    parents = intake.resolve(rows, "area", "parent_code", ids, optional=True)
    _refuse_wrong_parents(session, district, rows)
    versions = pd.DataFrame(
        {
            "area_id": rows["code"].map(ids),
            "parent_id": parents,
            "administered_by_id": intake.resolve(rows, "area", "administered_by_code", ids, optional=True),
            "name": rows["name"],
            "kind": rows["kind"],
            "provisional": rows["provisional"].astype(bool),
            "outline": outlines,
            "source": rows["source"],
            "vintage": rows["vintage"].map(_as_date),
        }
    )
    return bulk.put(session, AreaVersion, versions, key=("area_id",), valid_from=valid_from, stamp=stamp)


def _levels(session: Session, district: District) -> "pd.Series[str]":
    found = session.query(Area.code, Area.level).where(Area.district_id == district.id).all()
    return pd.Series([row[1] for row in found], index=[row[0] for row in found], dtype=object)


def _refuse_changed_level(session: Session, district: District, rows: pd.DataFrame) -> None:
    before = rows["code"].map(_levels(session, district))
    changed = before.notna() & (before != rows["level"])
    if changed.any():
        row = rows.index[changed][0]
        raise FixedValueChanged(
            kind="area",
            value=rows.loc[row, "code"],
            column="level",
            before=before.loc[row],
            after=rows.loc[row, "level"],
            row=row,
        )


def _refuse_wrong_parents(session: Session, district: District, rows: pd.DataFrame) -> None:
    """A parent stands on a higher level than its child, so parents can form no circle."""
    levels = _levels(session, district)
    parent_levels = rows["parent_code"].map(levels)
    wrong = rows["parent_code"].notna() & (parent_levels.map(_RANK) >= rows["level"].map(_RANK))
    if wrong.any():
        row = rows.index[wrong][0]
        raise WrongParent(
            value=rows.loc[row, "code"],
            level=rows.loc[row, "level"],
            parent=rows.loc[row, "parent_code"],
            parent_level=parent_levels.loc[row],
            row=row,
        )


def _as_date(value: object) -> date | None:
    if value is None:
        return None
    return pd.Timestamp(str(value)).date()
