"""The whole answer of the short way is the one that PostgreSQL alone builds, at any instant, known at any."""

import json
from datetime import datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import leaves, snapshot
from boundaries.duty.rendering import Rendering
from boundaries.land import features
from boundaries.store import clock
from tests.boundaries.duty.test_against_sql import COMPOUNDS, MATTERS, History
from tests.boundaries.towns import DISTRICT, A, B, at, box, duty
from tests.oracles import answers

ROLES = ("staff", "staff", "deputy", "desk", "property", "police", "committee", "co", "leader", "micro")
SHIFTS = ("", "", "1-5 08:00-18:00", "20:00-08:00")


class Crowd(History):
    """A history in which roads, staff with shifts, desks, helpers and leave come and go as well."""

    def run(self, changes: int) -> None:
        super().run(changes)
        self.lay_road(clock.stamp(self.session))
        kinds = [self.lay_road, self.appoint, self.send_away]
        for _ in range(changes):
            stamp = clock.stamp(self.session)
            self.random.choices(kinds, [1, 6, 1])[0](stamp)
            self.stamps.append(stamp)

    def lay_road(self, stamp: datetime) -> None:
        """A street, a wide one and a square that lie partly on each other."""
        x, y = self.random.uniform(2, 28), self.random.uniform(1, 9)
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
                ("area", self.random.choice([DISTRICT, "140502001", A, B])),
                ("building", "H1"),
                ("compound", self.random.choice(COMPOUNDS)),
                ("feature", self.random.choice(["r1", "r2", "r3"])),
            ]
        )
        if role == "leader":
            kind, place = "feature", self.random.choice(["r1", "r2", "r3"])
        if role == "micro":
            kind, place = "building", self.random.choice(["H1", "H6"])
        since, until = self.period()
        matter = self.random.choice(MATTERS) if role == "co" else "*"
        shift = self.random.choice(SHIFTS) if role in ("staff", "desk") else ""
        party = f"P{self.random.randrange(6)}"
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


def compare(session: Session, history: Crowd, *, questions: int, points: int) -> set[str]:
    """Ask both; what was seen, so that the caller knows what was compared."""
    seen: set[str] = set()
    for _ in range(questions):
        when = history.day() + timedelta(hours=history.random.randrange(-48, 48))
        known = history.random.choice(history.stamps)
        rendering = Rendering(snapshot.build(session, DISTRICT, at=when, known_at=known))
        for _ in range(points):
            place, matter = history.place(), history.random.choice([None, None, *MATTERS[1:]])
            ours = _short_way(rendering, place, matter)
            theirs = answers.whole_answer(session, place, at=when, known_at=known, srid=4547, matter=matter)
            answers.assert_same(ours, theirs, (when, known, place, matter))
            seen |= _seen(ours)
    return seen


def _short_way(rendering: Rendering, place: tuple[float, float], matter: str | None) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        rendering.point(
            place, matter=matter, lang="zh", query={}, stale=False, sees_persons=lambda areas: True
        )
    )
    return told


def _seen(answer: dict[str, Any]) -> set[str]:
    seen = {answer["status"], *(call["role"] for call in answer["call"])}
    seen |= {name for name in ("building", "feature", "suggestion", "micro") if answer[name]}
    seen |= {f"owner {name}" for name, value in answer["owner"].items() if value}
    return seen | ({"neighbour"} if answer["match"]["neighbour"] else set())


@pytest.mark.parametrize("seed", [1, 2])
def test_the_whole_answer_is_what_sql_builds_from_the_tables(session: Session, seed: int) -> None:
    history = Crowd(session, seed)
    history.run(60)
    session.execute(text("set constraints all immediate"))
    seen = compare(session, history, questions=10, points=12)
    assert seen >= {"owned", "vacant", "fallback", "building", "feature", "suggestion", "neighbour"}
    assert seen >= {f"owner {name}" for name in ("leader", "staff", "deputies", "department", "others")}
    assert seen >= {"on duty", "deputy", "leader", "feature leader", "line lead"}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_the_whole_answer_is_what_sql_builds_over_long_histories(session: Session, seed: int) -> None:
    history = Crowd(session, seed)
    history.run(150)
    session.execute(text("set constraints all immediate"))
    assert "owned" in compare(session, history, questions=40, points=40)
