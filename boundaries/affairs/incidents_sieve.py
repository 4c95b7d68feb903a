"""Incidents as other systems send them: the good rows ready for `incidents.put`, the bad listed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.duty import aliases
from boundaries.land.refusals import MissingColumn
from boundaries.store.tables import District, Matter
from gis.datums import Datum, convert

AHEAD = timedelta(minutes=5)
"""A sender's clock may be this much fast; what lies further ahead is refused."""
_ZONE = r"(?:[Zz]|[+-]\d{2}:?\d{2})\s*$"
_KEPT = (
    *("external_ref", "source", "matter_code", "happened_at", "resolved_at", "due_at", "accuracy_m"),
    *("description", "address", "lon", "lat"),
)
_LONGEST = {"external_ref": 200, "source": 100, "description": 4000, "address": 500}
_NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")  # PostgreSQL and UTF-8 take neither
_ABOUT_DEG = 0.02
"""About 2 km: so far around the net a place may lie, as one just beyond the border does."""


@dataclass(frozen=True)
class RefusedRow:
    """One row that cannot be taken: the first thing wrong with it. row: its label in the frame."""

    row: int
    field: str
    reason: str
    value: str


@dataclass(frozen=True)
class Sifted:
    """rows: the good ones, columns as `incidents.put` takes them, labels kept. refused: by row."""

    rows: pd.DataFrame
    refused: tuple[RefusedRow, ...]


def sift(
    session: Session,
    district: District,
    frame: pd.DataFrame,
    *,
    now: datetime,
    datum: Datum,
    source: str = "",
    system: str | None = None,
    zone: ZoneInfo | None = None,
) -> Sifted:
    """Tell the rows that the register can take from those that it cannot.

    frame: matter_code, happened_at, lon, lat; optional external_ref, source, resolved_at, due_at,
    accuracy_m, description, address; a plain 0…n-1 index. source: for rows without one. system:
    `matter_code` holds codes of this other system, found by its aliases; a code that nobody has mapped is
    kept to be listed and its row refused. zone: of times written without one; None: such a row is
    refused. datum: of lon, lat; the rows come back in WGS 84. Of rows with the same external_ref the
    first is kept. A place more than some 2 km beyond the net is refused.
    Raises MissingColumn.
    """
    for column in ("matter_code", "happened_at", "lon", "lat"):
        if column not in frame.columns:
            raise MissingColumn(kind="incident", column=column)
    work = frame.reindex(columns=list(_KEPT))
    wrong = _Wrong(work)
    _check_places(work, wrong, datum, _bounds(session, district))
    _check_times(work, wrong, zone, now)
    _check_matters(session, district, work, wrong, system)
    _check_plain(work, wrong, source)
    return Sifted(rows=work[~wrong.mask], refused=wrong.listed())


class _Wrong:
    """What is wrong with which row; the first finding of a row stays."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.mask = np.zeros(len(frame), dtype=bool)
        self._given = frame.copy(deep=False)
        self._found: list[RefusedRow] = []

    def note(self, bad: Any, field: str, reason: str) -> None:
        """bad: boolean, one a row."""
        fresh = np.asarray(bad, dtype=bool) & ~self.mask
        self.mask |= fresh
        given = self._given[field]
        for row in np.flatnonzero(fresh):
            value = given.iloc[row]
            self._found.append(RefusedRow(int(row), field, reason, _quoted(value)))

    def listed(self) -> tuple[RefusedRow, ...]:
        return tuple(sorted(self._found, key=lambda each: each.row))


def _quoted(value: Any) -> str:
    """What was sent, as far as it can be shown."""
    if np.ndim(value) == 0 and pd.isna(value):
        return ""
    return str(value)[:200].encode("utf-8", "replace").decode()


def _bounds(session: Session, district: District) -> tuple[float, float, float, float] | None:
    """West, south, east, north of everything that the net or an imported outline ever covered."""
    row = session.execute(
        text(
            "select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e) from (select st_extent(b) as e from ("
            " select v.geom::box2d::geometry as b from yiwang.grid_version v join yiwang.grid g"
            "   on g.id = v.grid_id where g.district_id = :district and upper_inf(v.recorded)"
            " union all select v.outline::box2d::geometry from yiwang.area_version v join yiwang.area a"
            "   on a.id = v.area_id where a.district_id = :district and upper_inf(v.recorded)"
            "   and a.level in ('street', 'community')) boxes) extent"
        ),
        {"district": district.id},
    ).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def _check_places(
    work: pd.DataFrame, wrong: _Wrong, datum: Datum, bounds: tuple[float, float, float, float] | None
) -> None:
    lon, lat = (pd.to_numeric(work[name], errors="coerce").to_numpy(dtype=float) for name in ("lon", "lat"))
    for field, values in (("lon", lon), ("lat", lat)):
        wrong.note(np.isnan(values), field, "no place: the coordinate is missing or no number")
    wrong.note(~(np.abs(lon) <= 180), "lon", "no longitude between -180 and 180")
    swapped = (np.abs(lat) > 90) & (np.abs(lon) <= 90)
    wrong.note(swapped, "lat", "no latitude: longitude and latitude look swapped")
    wrong.note(~(np.abs(lat) <= 90), "lat", "no latitude between -90 and 90")
    lonlat = np.column_stack([lon, lat])
    lonlat[wrong.mask] = np.nan
    lonlat = convert(lonlat, datum, Datum.WGS84)
    work[["lon", "lat"]] = lonlat
    if bounds is not None:
        west, south, east, north = bounds
        beyond = (lonlat < (west - _ABOUT_DEG, south - _ABOUT_DEG)) | (
            lonlat > (east + _ABOUT_DEG, north + _ABOUT_DEG)
        )
        there = "the place lies outside the district"
        turned = _inside(lonlat[:, ::-1], bounds)
        wrong.note(turned & beyond.any(axis=1), "lon", f"{there}: longitude and latitude look swapped")
        wrong.note(beyond[:, 0], "lon", there)
        wrong.note(beyond[:, 1], "lat", there)


def _inside(lonlat: Any, bounds: tuple[float, float, float, float]) -> Any:
    west, south, east, north = bounds
    return ((lonlat >= (west, south)) & (lonlat <= (east, north))).all(axis=1)


def _check_times(work: pd.DataFrame, wrong: _Wrong, zone: ZoneInfo | None, now: datetime) -> None:
    for field in ("happened_at", "resolved_at", "due_at"):
        instants, naive = _instants(work[field], zone)
        absent = work[field].isna().to_numpy()
        if field == "happened_at":
            wrong.note(absent, field, "the time is missing")
        wrong.note(naive, field, "the time has no zone")
        wrong.note(instants.isna().to_numpy() & ~absent, field, "no date and time")
        if field != "due_at":
            late = (instants > pd.Timestamp(now + AHEAD)).to_numpy()
            wrong.note(late, field, "the time lies in the future")
        work[field] = instants
    early = (work["resolved_at"] < work["happened_at"]).to_numpy()
    wrong.note(early, "resolved_at", "resolved before it happened")
    wrong.note((work["due_at"] < work["happened_at"]).to_numpy(), "due_at", "due before it happened")


def _instants(
    given: "pd.Series[Any]", zone: ZoneInfo | None
) -> "tuple[pd.Series[Any], np.ndarray[Any, Any]]":
    """The instants in UTC, and which rows name no zone where none is stated."""
    none = np.zeros(len(given), dtype=bool)
    if isinstance(given.dtype, pd.DatetimeTZDtype):
        return given.dt.tz_convert("UTC"), none
    words = given.where(given.isna(), given.astype(str).str.strip())
    bare = (~words.isna()).to_numpy() & ~words.astype(str).str.contains(_ZONE, regex=True).to_numpy()
    found = pd.to_datetime(words.where(~bare), utc=True, errors="coerce", format="ISO8601")
    if zone is None or not bare.any():
        return found, bare
    local = pd.to_datetime(words.where(bare), errors="coerce", format="ISO8601")
    # an hour that a change of clocks skips or repeats is no instant
    stated = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dt.tz_convert("UTC")
    return found.where(~bare, stated), none


def _check_matters(
    session: Session, district: District, work: pd.DataFrame, wrong: _Wrong, system: str | None
) -> None:
    given = work["matter_code"]
    words = given.where(given.isna(), given.astype(str).str.strip())
    wrong.note((words.isna() | (words == "")).to_numpy(), "matter_code", "the matter is missing")
    asked = sorted(set(words[~wrong.mask]))
    means: Mapping[str, str | None]
    if system is None:
        known = session.scalars(select(Matter.code).where(Matter.district_id == district.id))
        means = {code: code for code in known}
        reason = "the district has no such matter"
    else:
        means = aliases.matters_of(session, district, system, asked)
        reason = f"nobody has said which matter this code of {system} is"
    work["matter_code"] = words.map(means)
    wrong.note(work["matter_code"].isna().to_numpy(), "matter_code", reason)


def _check_plain(work: pd.DataFrame, wrong: _Wrong, source: str) -> None:
    for field, longest in _LONGEST.items():
        given = work[field].to_numpy(dtype=object)
        bad = [isinstance(text, str) and (len(text) > longest or _NO_TEXT.search(text)) for text in given]
        reason = f"longer than {longest} characters, or with characters that are none"
        wrong.note(np.array(bad, dtype=bool), field, reason)
    for field in ("description", "address"):
        work[field] = work[field].astype(object).where(work[field].notna(), "").astype(str)
    named = work["source"].astype(object)
    named = named.where(named.isna(), named.astype(str).str.strip())
    work["source"] = named.where(named.notna() & (named != ""), source or None)
    wrong.note(work["source"].isna().to_numpy(), "source", "the source is missing")
    accuracy = pd.to_numeric(work["accuracy_m"], errors="coerce")
    bad = work["accuracy_m"].notna() & ~((accuracy >= 0) & np.isfinite(accuracy))
    wrong.note(bad.to_numpy(), "accuracy_m", "no distance in metres")
    work["accuracy_m"] = accuracy
    refs = work["external_ref"].astype(object)
    refs = refs.where(refs.isna(), refs.astype(str).str.strip())
    work["external_ref"] = refs.where(refs.notna() & (refs != ""), None)
    good = work["external_ref"].where(~wrong.mask)
    wrong.note((good.notna() & good.duplicated()).to_numpy(), "external_ref", "an earlier row has the same")
