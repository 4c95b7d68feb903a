"""The whole answer of the short way is the one that PostgreSQL alone builds, at any instant, known at any."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import caretaking, duties, leaves, snapshot
from boundaries.duty.refusals import CaretakingNotPossible, NothingToEnd
from boundaries.duty.rendering import Rendering
from boundaries.duty.snapshot import Snapshot
from boundaries.duty.wording import Lang
from boundaries.land import addresses, areas, features, grids, parts
from boundaries.land.refusals import CodeRetired
from boundaries.store import bulk, clock
from boundaries.store.tables import Building, Grid, PartGrid
from tests.boundaries import towns
from tests.boundaries.duty.test_against_sql import COMPOUNDS, MATTERS, History
from tests.boundaries.towns import DISTRICT, YEAR, A, B, C, at, box, duty
from tests.oracles.answers.sameness import assert_same
from tests.oracles.answers.whole import whole_answer

ROLES = (
    *("staff", "staff", "deputy", "desk", "desk", "property", "property", "police", "committee", "co"),
    *("leader", "leader", "micro", "lead"),
)
ASKED = (*MATTERS[1:], "27", "2701", "2704")
SHIFTS = ("", "", "1-5 08:00-18:00", "20:00-08:00")


class Crowd(History):
    """A history in which roads, staff with shifts, desks, helpers and leave come and go as well, communities
    without a committee that others take care of, 单元 with grids and people of their own, and offices that
    complaints about property go to.
    """

    def __init__(self, session: Session, seed: int) -> None:
        super().__init__(session, seed)
        self.edges: tuple[float, ...] = ()
        self.town.district.settings = {"property_tiers": {"27": "street", "2701": "community"}}
        self.reparent(clock.stamp(session))
        self.divide_house(clock.stamp(session))

    def run(self, changes: int) -> None:
        super().run(changes)
        self.lay_road(clock.stamp(self.session))
        self.settle(clock.stamp(self.session))
        kinds = {
            self.lay_road: 1,
            self.appoint: 10,
            self.send_away: 1,
            self.take_care: 2,
            self.end_care: 1,
            self.divide_house: 1,
            self.stack: 2,
            self.unstack: 1,
            self.appoint_in_part: 2,
        }
        for _ in range(changes):
            stamp = clock.stamp(self.session)
            self.random.choices(list(kinds), list(kinds.values()))[0](stamp)
            self.stamps.append(stamp)

    def settle(self, stamp: datetime) -> None:
        """What the changes that follow find in force from the first day on."""
        posts = [
            *(duty(f"P{n}", "leader", area, kind="area") for n, area in enumerate((A, C))),
            *(duty(f"P{n}", "deputy", f"{A}00{n}") for n in (1, 2, 3)),
            *(duty(f"P{n}", "staff", f"{A}00{n}") for n in (2, 3, 4)),
            *(duty(f"P{n}", "desk", area, kind="area") for n, area in ((2, A), (3, C))),
            duty("D1", "property", "140502001", kind="area"),
            duty("D2", "property", DISTRICT, kind="area"),
            duty("D3", "desk", "140502002", kind="area"),
            duty("D4", "lead", "r1", kind="feature", matter="01"),
            duty("D5", "lead", DISTRICT, kind="area"),
        ]
        duties.put(self.session, self.town.district, pd.DataFrame(posts), stamp=stamp)

    def reparent(self, stamp: datetime) -> None:
        """B has no committee of its own; now and then another office than its street's runs it."""
        frame = towns.area_frame().query("code == @B").assign(kind="待设")
        frame["parent_code"] = self.random.choice(["140502001", "140502002"])
        frame["administered_by_code"] = self.random.choice([None, "140502001", C])
        since = self.day() if self.stamps else YEAR
        areas.put(self.session, self.town.district, frame, valid_from=since, stamp=stamp)

    def take_care(self, stamp: datetime) -> None:
        since = self.day()
        row = {
            "area_code": B,
            "caretaker_code": self.random.choice([A, C]),
            "review_on": (since + timedelta(days=self.random.randrange(1, 200))).date().isoformat(),
            "act": "东街办〔2026〕3号",
            "reason": self.random.choice(["", "人手不足"]),
            "valid_from": since,
        }
        try:
            caretaking.put(self.session, self.town.district, pd.DataFrame([row]), stamp=stamp, made_by="test")
        except CaretakingNotPossible as refusal:  # its grids may have been retired
            assert refusal.rule in ("far", "not adjacent, no reason")

    def end_care(self, stamp: datetime) -> None:
        ended = {"valid_from": self.day(), "act": "批复", "made_by": "test", "stamp": stamp}
        with suppress(NothingToEnd):
            caretaking.end(self.session, self.town.district, B, **ended)

    def divide_house(self, stamp: datetime) -> None:
        """H1 and H6 have two or three 单元 and addresses of their own."""
        known = [(house, str(number)) for house in ("H1", "H6") for number in range(1, 4)]
        chosen = pd.DataFrame(self.random.sample(known, k=4), columns=["building_code", "code"])
        chosen["name"] = chosen["code"] + "单元"
        told = pd.DataFrame({"building_code": ["H1", "H6"], "text": [f"东街{len(self.stamps)}号", "西街6号"]})
        since = self.day()
        parts.put(self.session, self.town.district, chosen, valid_from=since, stamp=stamp)
        addresses.put(self.session, self.town.district, told, valid_from=since, stamp=stamp)

    def stack(self, stamp: datetime) -> None:
        """Two 单元 of H6 become a 立体 grid above B002, with a leader for some time."""
        version, code = self.version(stamp), f"{B}0S1"
        frame = gpd.GeoDataFrame(
            {
                "code": [code],
                "community_code": [B],
                "name": ["立体"],
                "kind": ["立体"],
                "host_code": [f"{B}002"],
            },
            geometry=[None],
            crs=4326,
        )
        try:
            grids.put(self.session, self.town.district, frame, version=version, stamp=stamp)
        except CodeRetired:
            return
        house = self.session.query(Building.id).filter_by(code="H6").scalar()
        grid = self.session.query(Grid.id).filter_by(code=code).scalar()
        taken = pd.DataFrame(
            {"building_id": house, "part_code": self.random.sample(["1", "2", "3"], k=2), "grid_id": grid}
        )
        bulk.put(
            self.session,
            PartGrid,
            taken,
            key=("building_id", "part_code"),
            valid_from=version.effective_from,
            stamp=stamp,
        )
        since, until = self.period()
        self.put(duty(f"P{self.random.randrange(6)}", "leader", code, since=since, until=until), stamp)

    def unstack(self, stamp: datetime) -> None:
        """A 单元 leaves its 立体 grid again."""
        bulk.retire(self.session, PartGrid, PartGrid.part_code == "1", stamp=stamp, valid_from=self.day())

    def appoint_in_part(self, stamp: datetime) -> None:
        since, until = self.period()
        role = self.random.choice(["staff", "micro", "lead", "property"])
        post = duty(
            f"{'D' if role == 'lead' else 'P'}{self.random.randrange(6)}",
            role,
            self.random.choice(["H1", "H6"]),
            kind="building",
            part=self.random.choice(["1", "2", "3"]),
            matter=self.random.choice(MATTERS) if role == "lead" else "*",
            since=since,
            until=until,
        )
        self.put(post, stamp)

    def lay_road(self, stamp: datetime) -> None:
        """A street, a wide one and a square that lie partly on each other."""
        x, y = self.random.uniform(2, 28), self.random.uniform(1, 9)
        self.edges = (x - 2, x + 2, x + 0.05)  # in thousandths of a degree, 90 m each
        drawn = gpd.GeoDataFrame(
            {
                "code": ["r1", "r2", "r3"],
                "kind": ["road", "road", "park"],
                "name": ["泽州路", "", "广场"],
                "properties": [{"width_m": 300}, {}, {}],
            },
            geometry=[
                shapely.LineString([at(0, y), at(x, y), at(30, 2)]),
                shapely.LineString([at(x, 0), at(x, 10)]),
                box(x - 2, y - 1, x + 2, y + 1),
            ],
            crs=4326,
        )
        features.put(self.session, self.town.district, drawn, valid_from=self.day(), stamp=stamp)

    def appoint(self, stamp: datetime) -> None:
        role = self.random.choice(ROLES)
        kind, place = self.random.choice(
            [
                ("grid", self.grid()),
                ("area", self.random.choice([DISTRICT, "140502001", "140502002", A, B, C])),
                ("building", self.random.choice(["H1", "H2", "H6"])),
                ("compound", self.random.choice(COMPOUNDS)),
                ("feature", self.random.choice(["r1", "r2", "r3"])),
            ]
        )
        if role == "leader":
            kind, place = self.random.choice(
                [("feature", "r1"), ("feature", "r2"), ("feature", "r3"), ("area", A), ("area", C)]
            )
        if role == "lead":
            kind, place = "feature", self.random.choice(["r1", "r2", "r3"])
        if role == "micro":
            kind, place = "building", self.random.choice(["H1", "H6"])
        since, until = self.period()
        matter = self.random.choice(MATTERS) if role in ("co", "lead") else "*"
        shift = self.random.choice(SHIFTS) if role in ("staff", "desk") else ""
        party = f"{'D' if role == 'lead' else 'P'}{self.random.randrange(6)}"
        self.put(
            duty(party, role, place, kind=kind, matter=matter, shift=shift, since=since, until=until), stamp
        )

    def send_away(self, stamp: datetime) -> None:
        since = self.day()
        frame = pd.DataFrame(
            {
                "party_code": [f"P{self.random.randrange(6)}"],
                "reason": ["休假"],
                "valid_from": [since],
                "valid_to": [since + timedelta(days=60)],
            }
        )
        leaves.put(self.session, self.town.district, frame, stamp=stamp)

    def day(self) -> datetime:
        """Early days are likelier, so that much is in force on later ones."""
        return min(super().day(), super().day())

    def period(self) -> tuple[datetime, datetime | None]:
        start, until = super().period()
        return start, self.random.choice([None, until])

    def when(self) -> datetime:
        """Any instant; often within two days of one at which a net takes effect, or before there is one."""
        if self.random.random() < 0.3:
            turns = self.session.scalars(
                text("select effective_from from yiwang.net_version order by 1")
            ).all()
            return self.random.choice(turns) + timedelta(hours=self.random.uniform(-48, 2))
        return max(self.day(), self.day()) + timedelta(hours=self.random.randrange(-48, 48))

    def spot(self) -> tuple[float, float]:
        """Anywhere, at a house, or some metres from a border or from the edge of the park."""
        chance = self.random.random()
        if chance < 0.2:
            return at(self.random.uniform(15.9, 17.1), self.random.uniform(1.9, 3.1))  # H6
        if chance < 0.5:
            east = self.random.choice([5, 10, 15, 20, *self.edges])
            north = self.random.choice([0, 5, 10, self.random.uniform(0, 10)])
            return at(east + self.random.uniform(-0.06, 0.06), north + self.random.uniform(-0.05, 0.05))
        return self.place()


def compare(session: Session, history: Crowd, *, questions: int, points: int) -> set[str]:
    """Ask both; what was seen, so that the caller knows what was compared."""
    seen: set[str] = set()
    for _ in range(questions):
        when, known = history.when(), max(history.random.choices(history.stamps, k=2))
        held = snapshot.build(session, DISTRICT, at=when, known_at=known)
        rendering = Rendering(held)
        instants: dict[str, Any] = {"at": when, "known_at": known, "srid": 4547}
        for _ in range(points):
            place, matter = history.spot(), history.random.choice([None, None, *ASKED])
            lang: Lang = history.random.choice(["zh", "en"])
            ours = _short_way(rendering, place, matter, lang)
            theirs = whole_answer(session, place, matter=matter, **instants)
            seen |= _seen(ours)
            assert_same(ours, theirs, (when, known, place, matter), lang=lang)
        for building, part in history.random.choices(list(_houses(held)), k=6 if held.buildings else 0):
            matter = history.random.choice([None, None, *ASKED])
            told: Any = held.answer_building(building, part=part, matter=matter)
            theirs = whole_answer(session, None, matter=matter, building=building, part=part, **instants)
            seen |= {f"house {each}" for each in _seen(told)}
            assert_same(told, theirs, (when, known, building, part, matter))
    return seen


def _houses(held: Snapshot) -> Iterator[tuple[str, str | None]]:
    """Every building, and every part of one."""
    for building in held.buildings:
        yield building, None
        for part in held.parts.get(building, ()):
            yield building, part.code


def _short_way(
    rendering: Rendering, place: tuple[float, float], matter: str | None, lang: Lang
) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        rendering.point(
            place, matter=matter, lang=lang, query={}, stale=False, sees_persons=lambda areas: True
        )
    )
    return told


def _seen(answer: dict[str, Any]) -> set[str]:
    seen = {answer["status"], *(call["role"] for call in answer["call"])}
    seen |= {
        name
        for name in ("building", "feature", "suggestion", "micro", "acting", "candidates", "ground_grid")
        if answer[name]
    }
    seen |= {f"owner {name}" for name, value in answer["owner"].items() if value}
    seen |= {f"warning {warning['code']}" for warning in answer["warnings"]}
    return seen | ({"neighbour"} if answer["match"]["neighbour"] else set())


@pytest.mark.parametrize(
    ("seed", "also"),
    [
        (2, {"warning near_feature", "warning caretaker_overdue", "warning net_changes"}),
        (3, {"feature leader", "micro", "not_yet_in_force", "warning caretaker"}),
    ],
)
def test_the_whole_answer_is_what_sql_builds_from_the_tables(
    session: Session, seed: int, also: set[str]
) -> None:
    history = Crowd(session, seed)
    history.run(60)
    session.execute(text("set constraints all immediate"))
    seen = compare(session, history, questions=10, points=12)
    assert seen >= also
    assert seen >= {"owned", "vacant", "fallback", "needs_part", "acting", "candidates", "house ground_grid"}
    assert seen >= {"building", "feature", "suggestion", "neighbour", "house needs_part", "house acting"}
    assert seen >= {f"owner {name}" for name in ("leader", "staff", "deputies", "department")}
    assert seen >= {"owner property", "owner property_tier", "owner property_tiers", "property tier"}
    assert seen >= {"on duty", "deputy", "leader", "line lead", "caretaker leader", "street desk"}
    assert seen >= {
        f"warning {code}" for code in ("near_border", "part_needed", "no_leader", "chain_upwards")
    }


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_the_whole_answer_is_what_sql_builds_over_long_histories(session: Session, seed: int) -> None:
    history = Crowd(session, seed)
    history.run(150)
    session.execute(text("set constraints all immediate"))
    assert "owned" in compare(session, history, questions=40, points=40)
