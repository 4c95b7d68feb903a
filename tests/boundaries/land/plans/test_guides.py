"""Drawing against roads, rivers, buildings, other plans, departments' nets and files."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy.orm import Session

from boundaries.land import features, lines, plans
from boundaries.land.refusals import MissingColumn, UnknownCode
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.tables import Plan
from gis.net.refusals import BadLine, DoesNotCross
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, PLANNER, draft, line
from tests.boundaries.towns import A, Town

# through A003 and A004 from west to east, in two segments that meet at the border, bent at x = 2.5 and 7
ROAD = [(-1, 2.5), (2.5, 2.7), (5, 2.6)], [(5, 2.6), (7, 2.4), (11, 2.5)]


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        town = drawn.town(session)
        stamp = clock.stamp(session)
        rows: list[dict[str, Any]] = [
            {
                "code": f"R{n}",
                "kind": "street",
                "name": "红星街",
                "geometry": shapely.LineString([towns.at(*p) for p in points]),
            }
            for n, points in enumerate(ROAD, 1)
        ]
        features.put(session, town.district, pd.DataFrame(rows), valid_from=towns.YEAR, stamp=stamp)
        police = gpd.GeoDataFrame({"code": ["J1"]}, geometry=[towns.box(0, 5, 5, 7.5)], crs=4326)
        lines.put(session, town.district, "police", "派出所", police, valid_from=towns.YEAR, stamp=stamp)
        return town


@pytest.fixture
def plan(session: Session, town: Town) -> Plan:
    return plans.create(session, town.district, title="东街调整", scope=A, by=PLANNER)


def edit(session: Session, town: Town, plan: Plan, operation: str, **parameters: object) -> plans.Edited:
    return plans.edit(session, town.district, plan.code, operation, parameters, seen=plan.version, by=PLANNER)


def bends(done: plans.Edited) -> set[tuple[float, ...]]:
    coordinates = np.round(shapely.get_coordinates(shapely.geometry.shape(done.edit.parameters["line"])), 9)
    return {tuple(each) for each in coordinates.tolist()}


def test_a_drawn_line_snaps_to_the_road_and_a_replay_needs_no_guide(
    session: Session, town: Town, plan: Plan
) -> None:
    rough = line((-0.5, 2.6), (2.5, 2.6), (5.1, 2.5))  # within 11 m of the road
    done = edit(session, town, plan, "split", grid=A3, line=rough, snap={"to": ["road"]})
    assert tuple(np.round(towns.at(2.5, 2.7), 9)) in bends(done)
    told = done.edit.parameters
    assert told["drawn"] == rough and "snap" not in told
    assert told["snapped"]["along"] > 0.9 and 0 < told["snapped"]["moved_m"] < 20
    free = edit(session, town, plan, "split", grid=A4, line=line((5, 2.6), (10, 2.6)))
    assert "snapped" not in free.edit.parameters


def test_a_plan_keeps_what_it_is_drawn_against(session: Session, town: Town, plan: Plan) -> None:
    plans.set_guide(session, town.district, plan.code, {"to": ["feature:R2"]}, seen=plan.version, by=PLANNER)
    rough = line((4.9, 2.55), (7, 2.5), (10.5, 2.45))
    done = edit(session, town, plan, "split", grid=A4, line=rough)
    assert tuple(np.round(towns.at(7, 2.4), 9)) in bends(done)
    free = plans.preview(
        session,
        town.district,
        plan.code,
        "split",
        {"grid": A3, "line": line((-1, 2.6), (5.5, 2.6)), "snap": {}},
        by=PLANNER,
    )
    assert "snapped" not in free.edit.parameters


def test_another_plan_a_departments_net_a_building_and_a_file_can_be_followed(
    session: Session, town: Town, plan: Plan
) -> None:
    other = draft(session, town.district, ("split", {"grid": A3, "line": line((-1, 2), (2, 2.2), (6, 2))}))
    rough = line((-0.5, 2.1), (2, 2.1), (5.2, 2.1))
    file = [line((-1, 2), (1.5, 2.05), (6, 2.1))]
    for snap, bend in (
        ({"to": [f"plan:{other.code}"]}, (2, 2.2)),
        ({"lines": file}, (1.5, 2.05)),
    ):
        done = plans.preview(
            session, town.district, plan.code, "split", {"grid": A3, "line": rough, "snap": snap}, by=PLANNER
        )
        assert tuple(np.round(towns.at(*bend), 9)) in bends(done)
    across = {"grid": A1, "line": line((-0.5, 7.6), (5.5, 7.45)), "snap": {"to": ["line:police"]}}
    done = plans.preview(session, town.district, plan.code, "split", across, by=PLANNER)
    assert done.edit.parameters["snapped"]["along"] > 0.8
    wall = {"grid": A1, "line": line((-1, 7.1), (1, 7.1), (2, 7.1), (6, 7.1)), "snap": {"to": ["building"]}}
    done = plans.preview(session, town.district, plan.code, "split", wall, by=PLANNER)
    assert {tuple(np.round(towns.at(*corner), 9)) for corner in ((1, 7), (2, 7))} <= bends(done)


def test_chosen_roads_split_a_grid_in_one_gesture(session: Session, town: Town, plan: Plan) -> None:
    done = edit(session, town, plan, "split_along", grid=A3, along=["R1"])
    assert done.change is not None and len(done.change.after) == 2
    border = shapely.intersection(*(done.change.net.faces[code].shape.boundary for code in done.change.after))
    road = shapely.LineString([towns.at(*point) for point in ROAD[0]])
    assert float(shapely.hausdorff_distance(border, shapely.intersection(road, towns.box(0, 0, 5, 5)))) < 1e-8
    both = plans.preview(
        session, town.district, plan.code, "split_along",
        {"grid": A4, "along": ["R1", "R2"], "line": line((4.9, 2.5), (10.1, 2.5))}, by=PLANNER,
    )  # fmt: skip
    assert both.change is not None and len(both.change.after) == 2
    with pytest.raises(DoesNotCross):
        edit(session, town, plan, "split_along", grid=A2, along=["R1", "R2"])


def test_a_drawn_polygon_snaps_too_and_keeps_what_was_drawn(session: Session, town: Town, plan: Plan) -> None:
    rough = drawn.square(-0.5, -0.5, 4.9, 2.6)  # its northern side lies within 11 m of the road
    done = edit(session, town, plan, "carve", polygon=rough, snap={"to": ["road"]})
    told = done.edit.parameters
    assert told["drawn"] == rough and "snap" not in told
    assert 0 < told["snapped"]["moved_m"] < 20 and 0.2 < told["snapped"]["along"] < 0.4
    corners = np.round(shapely.get_coordinates(shapely.geometry.shape(told["polygon"])), 9)
    assert tuple(np.round(towns.at(2.5, 2.7), 9)) in {tuple(each) for each in corners.tolist()}
    assert done.change is not None and set(done.change.after) == {A3, told["new_codes"][0]}
    plans.set_guide(session, town.district, plan.code, {"to": ["road"]}, seen=plan.version, by=PLANNER)
    asked = {"polygon": drawn.square(4.5, 0.5, 8, 2.5), "to": A3}
    for snap, moved in (({}, False), ({"snap": {}}, True)):
        trial = plans.preview(session, town.district, plan.code, "reassign", asked | snap, by=PLANNER)
        assert ("snapped" not in trial.edit.parameters) is moved


def test_what_a_guide_cannot_be_is_refused_and_the_plan_stays(
    session: Session, town: Town, plan: Plan
) -> None:
    rough = {"grid": A3, "line": line((-1, 2), (6, 2))}
    refused: list[tuple[str, dict[str, Any], type[Exception]]] = [
        ("split", {**rough, "snap": {"to": ["canal"]}}, UnknownCode),
        ("split", {**rough, "snap": {"to": ["plan:P99999"]}}, UnknownCode),
        ("split", {**rough, "snap": {"to": ["line:none"]}}, UnknownCode),
        ("split", {**rough, "snap": {"lines": [{"type": "Point", "coordinates": [1, 2]}]}}, BadLine),
        ("split", {**rough, "snap": {"to": ["road"], "tolerance_m": float("nan")}}, BadLine),
        ("split_along", {"grid": A3, "along": ["R9"]}, UnknownCode),
        ("split_along", {"grid": A3, "along": []}, BadLine),
        ("split_along", {"grid": A3}, MissingColumn),
    ]
    for operation, parameters, refusal in refused:
        with pytest.raises(refusal), session.begin_nested():
            edit(session, town, plan, operation, **parameters)
    with pytest.raises(UnknownCode), session.begin_nested():
        plans.set_guide(session, town.district, plan.code, {"to": ["canal"]}, seen=None, by=PLANNER)
    session.refresh(plan)
    assert (plan.version, plan.applied, plan.guide) == (1, 0, {})
