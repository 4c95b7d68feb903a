"""The snapshot and plain SQL give the same owner, at any instant, as known at any instant."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import duties, snapshot
from boundaries.duty.refusals import PlaceNotInForce
from boundaries.land import areas, buildings, compounds, grids, lines, versions
from boundaries.store import clock
from tests.boundaries import towns
from tests.boundaries.towns import DISTRICT, GRIDS, YEAR, A, B, C, Town, at, box, duty, office, person

MATTERS = ("*", "01", "0101", "0102", "11", "1101", "24", "2401")
COMPOUNDS = ("Y1", "Y2")
LINES = ("police", "fire")

_GRID_AND_LEADER = text(
    """
    select g.code, p.code from yiwang.grid_version v join yiwang.grid g on g.id = v.grid_id
    left join yiwang.duty d on d.grid_id = g.id and d.role = 'leader'
        and d.valid @> cast(:at as timestamptz) and d.recorded @> cast(:known as timestamptz)
    left join yiwang.party p on p.id = d.party_id
    where v.valid @> cast(:at as timestamptz) and v.recorded @> cast(:known as timestamptz)
        and st_covers(v.geom, st_setsrid(st_makepoint(:lon, :lat), 4326))
    order by g.code collate "C" limit 1
    """
)

# The rule of precedence as one query: depth of the matter first, then rank of the place.
_LEADS = text(
    """
    with recursive here as (
        select v.grid_id, v.community_id from yiwang.grid_version v join yiwang.grid g on g.id = v.grid_id
        where g.code = :grid and v.valid @> cast(:at as timestamptz)
            and v.recorded @> cast(:known as timestamptz)
    ), house as (
        select v.building_id, v.compound_code from yiwang.building_version v
        join yiwang.building b on b.id = v.building_id
        where v.valid @> cast(:at as timestamptz) and v.recorded @> cast(:known as timestamptz)
            and st_covers(v.geom, st_setsrid(st_makepoint(:lon, :lat), 4326))
        order by b.code collate "C" limit 1
    ), upwards (area_id, rank) as (
        select community_id, 10 from here
        union all
        select v.parent_id, rank + 1 from upwards u join yiwang.area_version v on v.area_id = u.area_id
        where v.parent_id is not null and v.valid @> cast(:at as timestamptz)
            and v.recorded @> cast(:known as timestamptz)
    ), places (place, rank) as (
        select 'building:' || building_id, 1 from house
        union all
        select 'compound:' || (select id from yiwang.district) || '/' || compound_code, 2 from house
        union all
        select 'line:' || v.line_id || '/' || min(v.code collate "C"), 3 from yiwang.line_area v
        where v.valid @> cast(:at as timestamptz) and v.recorded @> cast(:known as timestamptz)
            and st_covers(v.geom, st_setsrid(st_makepoint(:lon, :lat), 4326)) group by v.line_id
        union all
        select 'grid:' || grid_id, 4 from here
        union all
        select 'area:' || area_id, rank from upwards
    ), posts as (
        select place, role, matter_code, party_id from yiwang.duty
        where role in ('lead', 'ruling')
            and valid @> cast(:at as timestamptz) and recorded @> cast(:known as timestamptz)
        union all
        select 'line:' || a.line_id || '/' || a.code, 'lead', m.matter_code, a.party_id
        from yiwang.line_area a join yiwang.line_matter m using (line_id)
        where a.valid @> cast(:at as timestamptz) and a.recorded @> cast(:known as timestamptz)
            and m.valid @> cast(:at as timestamptz) and m.recorded @> cast(:known as timestamptz)
    ), lineage (matter, ancestor, depth) as (
        select code, code, 0 from yiwang.matter
        union all
        select l.matter, m.parent_code, depth + 1 from lineage l
        join yiwang.matter m on m.code = l.ancestor where m.parent_code is not null
    )
    select distinct on (l.matter) l.matter, p.code
    from lineage l join posts d on d.matter_code = l.ancestor
    join places on places.place = d.place join yiwang.party p on p.id = d.party_id
    order by l.matter, d.role = 'ruling' desc, l.depth, places.rank
    """
)


class History:
    """A drawn town that changes at random: borders, leaders, departments, buildings, streets."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.random = session, random.Random(seed)
        self.stamps: list[datetime] = []
        self.net_from = YEAR
        self.town: Town = towns.found(session)
        towns.build_up(session, self.town)
        stamp = clock.stamp(session)
        named = pd.DataFrame({"code": list(COMPOUNDS), "name": ["甲", "乙"]})
        compounds.put(session, self.town.district, named, valid_from=YEAR, stamp=stamp)
        people = [person(f"P{number}", f"王{number}") for number in range(6)]
        towns.appoint(session, self.town, [*people, *(office(f"D{n}", f"局{n}") for n in range(6))], [])

    def run(self, changes: int) -> None:
        kinds = [
            self.move_border,
            self.retire,
            self.lead_grid,
            self.lead_matter,
            self.draw_line,
            self.go_by_line,
            self.end,
            self.build,
            self.reparent,
        ]
        weights = [3, 1, 6, 10, 4, 6, 3, 2, 1]
        for _ in range(changes):
            stamp = clock.stamp(self.session)
            self.random.choices(kinds, weights)[0](stamp)
            self.stamps.append(stamp)

    def day(self) -> datetime:
        return YEAR + timedelta(days=self.random.randrange(0, 730))

    def period(self) -> tuple[datetime, datetime | None]:
        start = self.day()
        return start, self.random.choice([None, start + timedelta(days=self.random.randrange(1, 90))])

    def version(self, stamp: datetime) -> versions.NetVersion:
        self.net_from += timedelta(days=self.random.randrange(1, 30))
        return versions.open_version(
            self.session,
            self.town.district,
            effective_from=self.net_from,
            stamp=stamp,
            cause="plan",
            made_by="test",
        )

    def move_border(self, stamp: datetime) -> None:
        frame = towns.grid_frame([f"{B}001", f"{B}002"])
        border = self.random.randrange(11, 20)
        frame.geometry = [box(10, 0, border, 10), box(border, 0, 20, 10)]
        grids.put(self.session, self.town.district, frame, version=self.version(stamp), stamp=stamp)

    def retire(self, stamp: datetime) -> None:
        grids.retire(self.session, self.town.district, [f"{C}001"], version=self.version(stamp), stamp=stamp)

    def lead_grid(self, stamp: datetime) -> None:
        since, until = self.period()
        post = duty(f"P{self.random.randrange(6)}", "leader", self.grid(), since=since, until=until)
        self.put(post, stamp)

    def put(self, post: dict[str, Any], stamp: datetime) -> None:
        try:
            duties.put(self.session, self.town.district, pd.DataFrame([post]), stamp=stamp)
        except PlaceNotInForce as refusal:  # the grid was retired for good before that day
            assert refusal.value == f"{C}001"

    def lead_matter(self, stamp: datetime) -> None:
        kind = self.random.choice(["area", "area", "grid", "building", "compound"])
        place = {
            "area": self.random.choice([DISTRICT, "140502001", "140502002", A, B]),
            "grid": self.grid(),
            "building": self.random.choice(["H1", "H6"]),
            "compound": self.random.choice(COMPOUNDS),
        }[kind]
        since, until = self.period()
        party, matter = f"D{self.random.randrange(6)}", self.random.choice(MATTERS)
        role = "ruling" if self.random.random() < 0.1 else "lead"
        self.put(duty(party, role, place, kind=kind, matter=matter, since=since, until=until), stamp)

    def draw_line(self, stamp: datetime) -> None:
        """Two areas that overlap in some, and leave the east out; one may name nobody."""
        west, east = self.random.randrange(4, 14), self.random.randrange(4, 26)
        frame = gpd.GeoDataFrame(
            {"code": ["l1", "l2"], "party_code": self.random.choices(["D0", "D1", "D2", None], k=2)},
            geometry=[box(0, 0, west, 10), box(min(west, east), 2, 27, 10)],
            crs=4326,
        )
        line = self.random.choice(LINES)
        lines.put(self.session, self.town.district, line, line, frame, valid_from=self.day(), stamp=stamp)

    def go_by_line(self, stamp: datetime) -> None:
        line = self.random.choice(LINES)
        if line not in {each["code"] for each in lines.listed(self.session, self.town.district)}:
            return
        wanted = self.random.sample(
            [each for each in MATTERS if each != "*"], k=self.random.choice([0, 2, 3, 4])
        )
        lines.put_matters(self.session, self.town.district, line, wanted, valid_from=self.day(), stamp=stamp)

    def end(self, stamp: datetime) -> None:
        duties.end(
            self.session,
            self.town.district,
            place_kind="area",
            place_code=DISTRICT,
            role="lead",
            matter_code=self.random.choice(MATTERS),
            valid_from=self.day(),
            stamp=stamp,
        )

    def build(self, stamp: datetime) -> None:
        frame = towns.building_frame().iloc[[0]].copy()
        west, south = self.random.randrange(0, 18), self.random.randrange(0, 8)
        frame.geometry = [box(west, south, west + 2, south + 2)]
        frame["compound_code"] = self.random.choice([*COMPOUNDS, None])
        buildings.put(self.session, self.town.district, frame, valid_from=self.day(), stamp=stamp)

    def reparent(self, stamp: datetime) -> None:
        frame = towns.area_frame().query("code == @B").copy()
        frame["parent_code"] = self.random.choice(["140502001", "140502002"])
        areas.put(self.session, self.town.district, frame, valid_from=self.day(), stamp=stamp)

    def grid(self) -> str:
        return self.random.choice(list(GRIDS))

    def place(self) -> tuple[float, float]:
        """Anywhere, or exactly on a border or corner of the drawing."""
        if self.random.random() < 0.3:
            return at(self.random.randrange(0, 31), self.random.randrange(0, 11))
        return at(self.random.uniform(-2, 32), self.random.uniform(-1, 11))


def compare(session: Session, history: History, *, questions: int, points: int) -> set[str]:
    """Ask both; returns the statuses that were seen (and `by line`), so that the caller knows what was
    compared."""
    statuses: set[str] = set()
    for _ in range(questions):
        when = history.day() + timedelta(hours=history.random.randrange(-48, 48))
        known = history.random.choice(history.stamps)
        held = snapshot.build(session, DISTRICT, at=when, known_at=known)
        for _ in range(points):
            lon, lat = history.place()
            facts = {"at": when, "known": known, "lon": lon, "lat": lat}
            answer = held.answer_point((lon, lat))
            statuses.add(answer["status"])
            found = session.execute(_GRID_AND_LEADER, facts).one_or_none()
            grid, leader = found if found is not None else (None, None)
            assert (answer["grid"]["code"] if answer["grid"] else None) == grid, facts
            shown = answer["owner"]["leader"]
            assert (shown["code"] if shown else None) == leader, facts
            if grid is not None:
                rows = session.execute(_LEADS, {**facts, "grid": grid}).all()
                expected = {matter: party for matter, party in rows}  # noqa: C416 -- rows are no pairs to mypy
                leads = {code: lead["lead"] for code, lead in answer["by_matter"].items()}
                assert {code: lead["code"] for code, lead in leads.items() if lead} == expected, facts
                if any(lead and lead["place_kind"] == "line" for lead in leads.values()):
                    statuses.add("by line")
    return statuses


@pytest.mark.parametrize("seed", [1, 2])
def test_snapshot_and_sql_agree_over_a_history(session: Session, seed: int) -> None:
    history = History(session, seed)
    history.run(40)
    session.execute(text("set constraints all immediate"))
    assert {"owned", "vacant", "by line"} <= compare(session, history, questions=12, points=15)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_snapshot_and_sql_agree_over_long_histories(session: Session, seed: int) -> None:
    history = History(session, seed)
    history.run(150)
    session.execute(text("set constraints all immediate"))
    assert {"owned", "vacant"} <= compare(session, history, questions=40, points=40)


def test_a_later_write_does_not_change_what_was_known_before(session: Session) -> None:
    history = History(session, 3)
    history.run(15)
    known = history.stamps[-1]
    when = datetime(2026, 8, 1, tzinfo=UTC)
    places = [history.place() for _ in range(20)]
    before = snapshot.build(session, DISTRICT, at=when, known_at=known)
    first = [before.answer_point(place) for place in places]
    history.run(15)
    after = snapshot.build(session, DISTRICT, at=when, known_at=known)
    assert [after.answer_point(place) for place in places] == first
