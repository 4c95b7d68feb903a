"""One net out of several: what is put into the draft plan, and what is refused."""

import geopandas as gpd
import pytest
from sqlalchemy.orm import Session

from boundaries.land import buildings, lines, merging, plans
from boundaries.land.plans import Actor
from boundaries.land.plans.refusals import StepNotAllowed
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import DISTRICT, YEAR, A, B, Town, box

PLANNER = Actor("planner", "planner")
# Both draw A001|A002 one third further west (at 4), and A|B at 12 instead of 10.
DRAWN = {
    "w": box(0, 0, 4, 10),
    "m": box(4, 0, 12, 10),
    "e": box(12, 0, 30, 10),
}
# 20 households in the strip of A001 that both give to m, 50 in the rest of A001 …
HOMES = {
    "h1": ((4.5, 7), 20),
    "h2": ((2, 7), 50),
    "h3": ((7, 7), 60),
    "h4": ((11, 5), 30),
    "h5": ((14, 5), 40),
}


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        founded = towns.found(session)
        stamp = clock.stamp(session)
        homes = gpd.GeoDataFrame(
            {"code": list(HOMES), "households": [count for _, count in HOMES.values()]},
            geometry=[box(x - 0.1, y - 0.1, x + 0.1, y + 0.1) for (x, y), _ in HOMES.values()],
            crs=4326,
        )
        buildings.put(session, founded.district, homes, valid_from=YEAR, stamp=stamp)
        buildings.assign(session, founded.district, valid_from=YEAR, stamp=stamp)
        drawn = gpd.GeoDataFrame({"code": list(DRAWN)}, geometry=list(DRAWN.values()), crs=4326)
        for code in ("police", "fire"):
            lines.put(session, founded.district, code, code, drawn, valid_from=YEAR, stamp=stamp)
        return founded


def propose(session: Session, town: Town, codes: list[str], **more: str) -> merging.Proposed:
    given = {"title": "多网合一", "scope": DISTRICT, **more}
    return merging.propose(session, town.district, codes, by=PLANNER, **given)


def test_where_two_lines_cut_alike_the_ground_goes_along_and_the_rest_is_refused(
    session: Session, town: Town
) -> None:
    """h1: 20 households change area in both lines (40), or grid once (20). h4 (30 of B001, where 40 live)
    would save 30, but lies in another community."""
    found = propose(session, town, ["police", "fire"])
    assert [(move.grid, move.to, move.households, move.gain) for move in found.taken] == [
        (f"{A}001", f"{A}002", 20, 20)
    ]
    assert [(each.code, each.move.grid, each.move.households) for each in found.refused] == [
        ("another-community", f"{B}001", 30)
    ]
    assert (found.changes_before, found.changes_after, found.moved) == (2 * 20 + 2 * 30, 20 + 2 * 30, 20)
    assert found.plan is not None and found.plan.state == "draft"
    told = plans.diff(session, town.district, found.plan).to_dict()
    moved = [building["code"] for building in told["buildings"]]
    assert moved == ["h1"]


def test_a_boundary_plan_moves_across_communities(session: Session, town: Town) -> None:
    found = propose(session, town, ["police", "fire"], kind="boundary")
    assert {(move.grid, move.households) for move in found.taken} == {(f"{A}001", 20), (f"{B}001", 30)}
    assert not found.refused
    assert (found.changes_after, found.moved) == (50, 50)


def test_one_line_alone_gives_no_reason_to_move_ground(session: Session, town: Town) -> None:
    found = propose(session, town, ["police"])
    assert found.plan is None and not found.taken
    assert found.changes_before == found.changes_after == 50


def test_what_the_net_engine_refuses_is_listed_and_the_rest_goes_through(
    session: Session, town: Town
) -> None:
    """The ground of A003 in another plan's scope: only community B is asked for."""
    found = propose(session, town, ["police", "fire"], scope=B)
    assert found.plan is None
    assert [each.code for each in found.refused] == ["another-community", "locked"]
    with pytest.raises(StepNotAllowed):
        merging.propose(
            session,
            town.district,
            ["police", "fire"],
            title="",
            scope=DISTRICT,
            by=Actor("reader", "reader"),
        )
