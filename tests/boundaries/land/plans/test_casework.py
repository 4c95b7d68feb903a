"""Open incidents when their ground goes to another grid: stay or be handed over, by the matter."""

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs import incidents, open_cases
from boundaries.land import plans
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A3, A4, PLANNER, approve, draft, line, publish
from tests.boundaries.towns import A, Town

A5 = f"{A}005"
SPLIT = ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5)), "keep": "right"})  # the north is A005
MERGE = ("merge", {"grids": [A3, A4], "keep": A4})


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        founded = drawn.town(session)
        day = datetime(2026, 2, 1, tzinfo=UTC)
        rows: list[dict[str, Any]] = [
            {"external_ref": "N1", "matter_code": "0102", "at": (1, 9), "resolved_at": None},
            {"external_ref": "N2", "matter_code": "0201", "at": (1, 9), "resolved_at": None},
            {"external_ref": "DONE", "matter_code": "0102", "at": (1, 9), "resolved_at": day},
            {"external_ref": "SOUTH", "matter_code": "0102", "at": (1, 6), "resolved_at": None},
            {"external_ref": "ENDS", "matter_code": "0201", "at": (1, 1), "resolved_at": None},
        ]
        frame = pd.DataFrame(rows)
        frame["lon"], frame["lat"] = zip(*(towns.at(*place) for place in frame.pop("at")), strict=True)
        frame["happened_at"], frame["source"] = day, "12345"
        incidents.put(session, founded.district, frame, stamp=clock.stamp(session))
        return founded


def _now(session: Session, town: Town) -> dict[str | None, str]:
    return {
        case.ref: case.grid
        for case in open_cases.open_in(session, town.district, [A1, A3, A4, A5, f"{A}002"])
    }


def test_open_incidents_follow_their_ground_or_stay_by_the_matters_policy(
    session: Session, town: Town
) -> None:
    town.district.settings = {**town.district.settings, "plans": {"incidents": {"02": "stay"}}}
    session.flush()
    day = session.execute(text("select id, grid_version_id from yiwang.incident order by id")).all()
    plan = draft(session, town.district, SPLIT, MERGE)
    found = plans.diff(session, town.district, plan)
    told = {case["ref"]: (case["from"], case["to"], case["policy"]) for case in found.incidents}
    assert told == {
        "N1": (A1, A5, "hand_over"),
        "N2": (A1, A1, "stay"),
        "ENDS": (A3, A4, "stay"),  # its grid ends: nobody could keep it
    }
    assert found.totals["incidents_moved"] == 2
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    assert _now(session, town) == {"N1": A5, "N2": A1, "SOUTH": A1, "ENDS": A4}
    # what grid it was on its day is not rewritten
    assert session.execute(text("select id, grid_version_id from yiwang.incident order by id")).all() == day


def test_an_incident_goes_back_when_the_plan_is_reverted(session: Session, town: Town) -> None:
    plan = draft(session, town.district, SPLIT)
    approve(session, town.district, plan)
    publish(session, town.district, plan)
    assert _now(session, town)["N1"] == A5
    back = plans.revert(session, town.district, plan.code, by=PLANNER)
    approve(session, town.district, back)
    publish(session, town.district, back)
    assert _now(session, town)["N1"] == A1
