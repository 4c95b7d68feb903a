"""Several people at once: one writer of a plan at a time, one publication after the other."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from sqlalchemy import select

from boundaries.land import districts, plans
from boundaries.land.plans.refusals import StalePlan
from boundaries.store.database import Database
from boundaries.store.tables import NetVersion, Plan
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, APPROVER, B1, B2, PLANNER, approve, draft, line


@pytest.fixture(scope="module")
def committed(database: Database) -> str:
    """The code of a district that every connection sees."""
    with database.transaction() as session:
        return drawn.town(session).district.code


def test_of_two_edits_made_on_one_version_at_once_one_is_refused(database: Database, committed: str) -> None:
    place = committed
    with database.transaction() as session:
        code = draft(session, districts.get(session, place)).code
    start = threading.Barrier(2)

    def run(grid: str) -> str:
        start.wait(60)
        try:
            with database.transaction() as session:
                plans.edit(
                    session,
                    districts.get(session, place),
                    code,
                    "name",
                    {"grid": grid, "name": "新"},
                    seen=1,
                    by=PLANNER,
                )
        except StalePlan as refused:
            return f"{refused.seen} {refused.present}"
        return "made"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, [A1, A2])) == ["1 2", "made"]


def test_ten_plans_published_at_once_come_one_after_the_other(database: Database, committed: str) -> None:
    with database.transaction() as session:
        district = districts.get(session, committed)
        lines = {A1: 7.5, A2: 7.5, A3: 2.5, A4: 2.5, B1: 5.0, B2: 5.0}
        codes = []
        for number in range(10):
            grid = list(lines)[number % len(lines)]
            if number < 6:
                edit = ("split", {"grid": grid, "line": line((-1, lines[grid]), (31, lines[grid]))})
            else:
                edit = ("name", {"grid": grid, "name": f"第{number}"})
            plan = draft(session, district, edit, scope="140502")
            approve(session, district, plan)
            codes.append((plan.code, plan.version))
    start = threading.Barrier(10)

    def run(given: tuple[str, int]) -> None:
        code, seen = given
        start.wait(60)
        with database.transaction() as session:
            district = districts.get(session, towns.DISTRICT)
            plans.publish(session, district, code, seen=seen, by=APPROVER)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(run, codes))
    with database.transaction() as session:
        versions = session.scalars(select(NetVersion).order_by(NetVersion.number)).all()
        assert [version.number for version in versions] == list(range(1, 12))
        instants = pd.Series([version.effective_from for version in versions])
        assert instants.is_monotonic_increasing and instants.is_unique
        states = session.scalars(select(Plan.state).where(Plan.code.in_([code for code, _ in codes]))).all()
        assert states == ["published"] * 10
        plan = draft(session, districts.get(session, towns.DISTRICT), scope="140502")
        drawing = plans.drawing_of(session, districts.get(session, towns.DISTRICT), plan)
        assert len(drawing.net.faces) == 7 + 6  # every split is there
        names = [facts.name for facts in drawing.ground.facts.values()]
        assert {f"第{number}" for number in range(6, 10)} <= set(names)
