"""Where duties are: the columns of a place, and whether it is known and there."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.duty.refusals import PlaceNotInForce
from boundaries.land import intake
from boundaries.land.refusals import UnknownCode
from boundaries.store.bitemporal import current
from boundaries.store.tables import Area, Building, BuildingPart, Compound, District, Feature, Grid

COLUMNS = ("area_id", "grid_id", "building_id", "part_code", "compound_code", "feature_code")
_VERSIONS = {
    "area": ("area_version", "area_id"),
    "grid": ("grid_version", "grid_id"),
    "building": ("building_version", "building_id"),
}


def columns_of(session: Session, district: District, rows: pd.DataFrame) -> "dict[str, pd.Series[Any]]":
    """The six place columns, of which one is set (two for a part)."""

    def looked_up(kind: str, known: "Callable[[], pd.Series[Any]]") -> "pd.Series[Any]":
        mine = (
            rows["place_kind"].isin(("building", "part"))
            if kind == "building"
            else rows["place_kind"] == kind
        )
        found = pd.Series([None] * len(rows), index=rows.index, dtype=object)
        if mine.any():
            found[mine] = intake.resolve(rows[mine], kind, "place_code", known())
        return found

    columns = {
        "area_id": looked_up("area", lambda: intake.ids_by_code(session, Area, district)),
        "grid_id": looked_up("grid", lambda: intake.ids_by_code(session, Grid, district)),
        "building_id": looked_up("building", lambda: intake.ids_by_code(session, Building, district)),
        "part_code": rows["part_code"],
        "compound_code": _text_places(session, district, rows, "compound", Compound),
        "feature_code": _text_places(session, district, rows, "feature", Feature),
    }
    _refuse_unknown_parts(session, district, rows, columns["building_id"])
    return columns


def _text_places(
    session: Session, district: District, rows: pd.DataFrame, kind: str, table: type[Compound] | type[Feature]
) -> "pd.Series[Any]":
    mine = rows["place_kind"] == kind
    if mine.any():
        known = set(
            session.scalars(
                select(table.code).where(table.district_id == district.id, current(table)).distinct()
            )
        )
        unknown = mine & ~rows["place_code"].isin(known)
        if unknown.any():
            row = rows.index[unknown][0]
            raise UnknownCode(kind=kind, value=rows.loc[row, "place_code"], row=row, field="place_code")
    return rows["place_code"].where(mine, None)


def _refuse_unknown_parts(
    session: Session, district: District, rows: pd.DataFrame, building_ids: "pd.Series[Any]"
) -> None:
    mine = rows["place_kind"] == "part"
    if not mine.any():
        return
    wanted = sorted({int(building) for building in building_ids[mine]})
    known = {
        (building, code)
        for building, code in session.execute(
            select(BuildingPart.building_id, BuildingPart.code).where(
                BuildingPart.building_id.in_(wanted), current(BuildingPart)
            )
        )
    }
    for row in rows.index[mine]:
        if (building_ids.loc[row], rows.loc[row, "part_code"]) not in known:
            value = f"{rows.loc[row, 'place_code']}/{rows.loc[row, 'part_code']}"
            raise UnknownCode(kind="part", value=value, row=row, field="part_code")


def refuse_gone(session: Session, rows: pd.DataFrame, resolved: pd.DataFrame) -> None:
    """A duty may begin before its place is there, but not after the place is gone for good."""
    for kind, (table, column) in _VERSIONS.items():
        given = resolved[column].notna()
        if not given.any():
            continue
        ids = sorted({int(each) for each in resolved.loc[given, column]})
        found = session.execute(
            text(
                f"select {column}, max(coalesce(upper(valid), 'infinity')) from yiwang.{table}"
                f" where upper_inf(recorded) and {column} = any(:ids) group by 1"
                " having max(coalesce(upper(valid), 'infinity')) < 'infinity'"
            ),
            {"ids": ids},
        )
        gone: dict[int, datetime] = {row[0]: row[1] for row in found}
        for row in resolved.index[given] if gone else ():
            until = gone.get(int(resolved.loc[row, column]))
            if until is not None and until <= rows.loc[row, "valid_from"]:
                raise PlaceNotInForce(
                    kind=kind,
                    value=rows.loc[row, "place_code"],
                    field="place_code",
                    row=row,
                    since=rows.loc[row, "valid_from"],
                )
