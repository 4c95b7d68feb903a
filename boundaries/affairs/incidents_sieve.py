"""Incidents as other systems send them: the good rows ready for `incidents.put`, the bad listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.duty import aliases
from boundaries.land.refusals import MissingColumn
from boundaries.store.tables import District, Matter
from gis.datums import Datum, convert

AHEAD = timedelta(minutes=5)
"""A sender's clock may be this much fast; what lies further ahead is refused."""
_ZONE = r"(?:[Zz]|[+-]\d{2}:?\d{2})\s*$"
_KEPT = ("external_ref", "source", "matter_code", "happened_at", "resolved_at", "accuracy_m", "lon", "lat")


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

    frame: matter_code, happened_at, lon, lat; optional external_ref, source, resolved_at, accuracy_m; a
    plain 0…n-1 index. source: for rows without one. system: `matter_code` holds codes of this other
    system, found by its aliases; a code that nobody has mapped is kept to be listed and its row refused.
    zone: of times written without one; None: such a row is refused. datum: of lon, lat; the rows come
    back in WGS 84. Of rows with the same external_ref the first is kept.
    Raises MissingColumn.
    """
    for column in ("matter_code", "happened_at", "lon", "lat"):
        if column not in frame.columns:
            raise MissingColumn(kind="incident", column=column)
    work = frame.reindex(columns=list(_KEPT))
    wrong = _Wrong(work)
    _check_places(work, wrong, datum)
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
            self._found.append(RefusedRow(int(row), field, reason, "" if pd.isna(value) else str(value)))

    def listed(self) -> tuple[RefusedRow, ...]:
        return tuple(sorted(self._found, key=lambda each: each.row))


def _check_places(work: pd.DataFrame, wrong: _Wrong, datum: Datum) -> None:
    lon, lat = (pd.to_numeric(work[name], errors="coerce").to_numpy(dtype=float) for name in ("lon", "lat"))
    for field, values in (("lon", lon), ("lat", lat)):
        wrong.note(np.isnan(values), field, "no place: the coordinate is missing or no number")
    wrong.note(~(np.abs(lon) <= 180), "lon", "no longitude between -180 and 180")
    swapped = (np.abs(lat) > 90) & (np.abs(lon) <= 90)
    wrong.note(swapped, "lat", "no latitude: longitude and latitude look swapped")
    wrong.note(~(np.abs(lat) <= 90), "lat", "no latitude between -90 and 90")
    lonlat = np.column_stack([lon, lat])
    lonlat[wrong.mask] = np.nan
    work[["lon", "lat"]] = convert(lonlat, datum, Datum.WGS84)


def _check_times(work: pd.DataFrame, wrong: _Wrong, zone: ZoneInfo | None, now: datetime) -> None:
    for field in ("happened_at", "resolved_at"):
        instants, naive = _instants(work[field], zone)
        absent = work[field].isna().to_numpy()
        if field == "happened_at":
            wrong.note(absent, field, "the time is missing")
        wrong.note(naive, field, "the time has no zone")
        wrong.note(instants.isna().to_numpy() & ~absent, field, "no date and time")
        late = (instants > pd.Timestamp(now + AHEAD)).to_numpy()
        wrong.note(late, field, "the time lies in the future")
        work[field] = instants
    early = (work["resolved_at"] < work["happened_at"]).to_numpy()
    wrong.note(early, "resolved_at", "resolved before it happened")


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
