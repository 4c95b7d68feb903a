"""Into the register: each kind's way, through the same functions as every other write."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.affairs import elements, incidents
from boundaries.duty import duties, parties
from boundaries.land import addresses, areas, assignment, buildings, compounds, grids, lines, versions
from boundaries.land.refusals import NetVersionNotRising
from boundaries.store.bitemporal import as_of
from boundaries.store.bulk import Tally
from boundaries.store.tables import District, Duty, Grid, NetVersion, Party, PartyVersion

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """From when it holds, under which stamp, by whom; a line's own code and name."""

    valid_from: datetime
    stamp: datetime
    made_by: str
    note: str
    line_code: str = ""
    line_name: str = ""
    line_matters: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did. version: the net version that it opened, if grids changed."""

    tally: Tally
    version: NetVersion | None = None
    homeless: tuple[str, ...] = ()  # buildings in no grid
    cut: tuple[str, ...] = ()  # buildings that a border cuts


def write(session: Session, district: District, kind: str, frame: pd.DataFrame, terms: Terms) -> Written:
    """Write a checked frame; flushes, never commits. Writing the same again changes nothing."""
    when = {"valid_from": terms.valid_from, "stamp": terms.stamp}
    if kind == "areas":
        return Written(areas.put(session, district, frame, **when))
    if kind == "grids":
        return _grids(session, district, frame, terms)
    if kind == "buildings":
        tally = buildings.put(session, district, frame, **when)
        return _assigned(session, district, tally, None, terms)
    if kind == "compounds":
        return Written(compounds.put(session, district, frame, **when))
    if kind == "addresses":
        return Written(addresses.put(session, district, frame, **when))
    if kind == "lines":
        return _lines(session, district, frame, terms)
    if kind == "incidents":
        return Written(incidents.put(session, district, _with_lonlat(frame), stamp=terms.stamp))
    if kind == "elements":
        located = _with_lonlat(frame) if "geometry" in frame else frame
        return Written(elements.put(session, district, located, **when))
    if kind == "leaders":
        return _leaders(session, district, frame, terms)
    raise AssertionError(kind)


def _grids(session: Session, district: District, frame: pd.DataFrame, terms: Terms) -> Written:
    """A net version is opened, and undone again if no grid differs.

    Grids that are as the last version has them may be said to hold since then or before: that is no
    news. Others need an instant after it (NetVersionNotRising).
    """
    last = versions.latest(session, district)
    late_enough = last is None or terms.valid_from > last.effective_from
    trial = session.begin_nested()
    version = versions.open_version(
        session,
        district,
        effective_from=terms.valid_from if last is None or late_enough else last.effective_from + _INSTANT,
        stamp=terms.stamp,
        cause="import",
        made_by=terms.made_by,
        note=terms.note,
    )
    tally = grids.put(session, district, frame, version=version, stamp=terms.stamp)
    if not (tally.added or tally.changed or tally.retired):
        trial.rollback()
        return Written(tally)
    if last is not None and not late_enough:
        trial.rollback()
        raise NetVersionNotRising(effective_from=terms.valid_from, latest=last.effective_from)
    trial.commit()
    return _assigned(session, district, tally, version, terms)


def _assigned(
    session: Session, district: District, tally: Tally, version: NetVersion | None, terms: Terms
) -> Written:
    """Buildings find their grids anew when either changed."""
    if not (tally.added or tally.changed):
        return Written(tally, version)
    done = assignment.assign(session, district, valid_from=terms.valid_from, stamp=terms.stamp)
    return Written(tally, version, homeless=done.unassigned, cut=done.cut)


def _lines(session: Session, district: District, frame: pd.DataFrame, terms: Terms) -> Written:
    """The areas, those who answer in them where the file names them, and the matters that go by the line.

    A row that names somebody without a code gets one made of name and phone, or of name, line and area.
    """
    when = {"valid_from": terms.valid_from, "stamp": terms.stamp}
    frame, done = frame.copy(), []
    if "party_name" in frame:
        named = frame["party_name"].notna()
        for field, default in (("party_code", None), ("party_kind", "organisation"), ("phone", "")):
            given = frame[field] if field in frame else pd.Series(None, index=frame.index, dtype=object)
            frame[field] = given.where(given.notna(), default)
        made = [
            _made_up(who, phone, f"{terms.line_code}/{area}")
            for who, phone, area in frame.loc[named, ["party_name", "phone", "code"]].to_numpy()
        ]
        frame.loc[named, "party_code"] = frame.loc[named, "party_code"].fillna(
            pd.Series(made, index=frame.index[named], dtype=object)
        )
        people = frame[named].drop_duplicates("party_code", keep="last")
        people = people[["party_code", "party_kind", "party_name", "phone"]].set_axis(
            ["code", "kind", "name", "phone"], axis="columns"
        )
        if len(people):
            done.append(parties.put(session, district, people.assign(post=""), **when))
    name = terms.line_name or terms.line_code
    done.append(lines.put(session, district, terms.line_code, name, frame, **when))
    if terms.line_matters is not None:
        wanted = list(terms.line_matters)
        done.append(lines.put_matters(session, district, terms.line_code, wanted, **when))
    return Written(sum(done[1:], start=done[0]))


def _leaders(session: Session, district: District, frame: pd.DataFrame, terms: Terms) -> Written:
    """Persons and their duties. Who already holds the same duty under the same name keeps the code."""
    frame = frame.copy()
    for field, default in (("role", "leader"), ("phone", ""), ("post", ""), ("party_code", None)):
        if field not in frame:
            frame[field] = default
        elif default is not None:
            frame[field] = frame[field].where(frame[field].notna(), default)
    frame["party_code"] = _party_codes(session, district, frame)
    people = frame.drop_duplicates("party_code", keep="last").assign(
        kind="person", code=lambda f: f["party_code"]
    )
    put = parties.put(
        session,
        district,
        people[["code", "kind", "name", "post", "phone"]],
        valid_from=terms.valid_from,
        stamp=terms.stamp,
    )
    held = duties.put(
        session,
        district,
        frame.assign(place_kind="grid", place_code=frame["grid_code"], valid_from=terms.valid_from)[
            ["party_code", "role", "place_kind", "place_code", "valid_from"]
        ],
        stamp=terms.stamp,
    )
    return Written(put + held)


def _party_codes(session: Session, district: District, frame: pd.DataFrame) -> list[str]:
    """As stated; else that of the person who holds this duty under this name; else from name and phone.

    Without a phone the grid takes part, since names repeat.
    """
    rows = session.execute(
        select(Grid.code, Duty.role, PartyVersion.name, Party.code)
        .join(Duty, Duty.grid_id == Grid.id)
        .join(Party, Party.id == Duty.party_id)
        .join(PartyVersion, PartyVersion.party_id == Party.id)
        .where(Grid.district_id == district.id, as_of(Duty), as_of(PartyVersion))
    ).all()
    holders = {(row[0], row[1], row[2]): row[3] for row in rows}
    codes: list[str] = []
    known: dict[tuple[str, str], str] = {}
    for grid, role, name, phone, stated in zip(
        frame["grid_code"], frame["role"], frame["name"], frame["phone"], frame["party_code"], strict=True
    ):
        code = (
            stated
            or known.get((name, phone))
            or holders.get((grid, role, name))
            or _made_up(name, phone, grid)
        )
        if phone:
            known[name, phone] = code
        codes.append(code)
    return codes


def _made_up(name: str, phone: str, grid: str) -> str:
    return "p-" + hashlib.sha256(f"{name}\n{phone or grid}".encode()).hexdigest()[:12]


def _with_lonlat(frame: pd.DataFrame) -> pd.DataFrame:
    points = frame["geometry"].to_numpy()
    return frame.drop(columns="geometry").assign(lon=shapely.get_x(points), lat=shapely.get_y(points))
