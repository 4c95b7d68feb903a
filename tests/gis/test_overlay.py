"""Nets laid over each other."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from gis.frames import MetricFrame
from gis.overlay import OverlayRefused, merge_nets

CRS = 4547
DEG = 0.001  # about 90 m east, 111 m north
X, Y = 112.85, 35.5


def cell(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    return box(X + x0 * DEG, Y + y0 * DEG, X + x1 * DEG, Y + y1 * DEG)


def net(**shapes: shapely.Geometry) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs=4326)


GRIDS = net(g1=cell(0, 0, 2, 2), g2=cell(2, 0, 4, 2), g3=cell(4, 0, 6, 2))
GROUND = cell(0, 0, 6, 2)
# The police parts g1 in the middle, has all of g2, and claims the west half of g3 twice and the east not.
POLICE = net(a=cell(0, 0, 1, 2), b=cell(1, 0, 5, 2), c=cell(4, 0, 5, 2))
HOMES = gpd.GeoSeries([Point(X + x * DEG, Y + DEG) for x in (0.5, 1.5, 3.0, 4.5, 5.5)])
COUNTS = [10, 30, 50, 7, 9]


def test_each_piece_agrees_is_cut_in_conflict_or_uncovered() -> None:
    found = merge_nets(
        {"net": GRIDS, "police": POLICE}, GROUND, metric_crs=CRS, buildings=HOMES, households=COUNTS
    )
    told = {
        (row.areas, row.grids): (row.verdict, row.households, row.buildings)
        for row in found.pieces.itertuples()
    }
    assert told == {
        (("a",), ("g1",)): ("cut", 10, 1),
        (("b",), ("g1",)): ("cut", 30, 1),
        (("b",), ("g2",)): ("agree", 50, 1),
        (("b", "c"), ("g3",)): ("conflict", 7, 1),
        ((), ("g3",)): ("uncovered", 9, 1),
    }
    assert found.pieces["households"].is_monotonic_decreasing
    halves = found.areas_of("police", "g1")
    assert list(halves["area"]) == ["a", "b"]
    assert halves["share_of_grid"].to_numpy() == pytest.approx([0.5, 0.5], abs=1e-6)
    assert list(halves["households_of_grid"]) == [0.25, 0.75]
    assert found.grids_of("police", "b")["share_of_area"].to_numpy() == pytest.approx(
        [0.5, 0.25, 0.25], abs=1e-4
    )


def test_the_proposal_goes_with_the_majority_of_households_not_of_ground() -> None:
    police = net(a=cell(0, 0, 1.8, 2), b=cell(1.8, 0, 6, 2))
    homes = gpd.GeoSeries([Point(X + 0.5 * DEG, Y + DEG), Point(X + 1.9 * DEG, Y + DEG)])
    found = merge_nets(
        {"net": GRIDS, "police": police}, GROUND, metric_crs=CRS, buildings=homes, households=[10, 30]
    )
    g1 = found.proposal.set_index("grid").loc["g1"]
    assert (g1["area"], g1["because"], g1["moved_households"], g1["moved_buildings"]) == (
        "b",
        "households",
        10,
        1,
    )


def test_a_border_drawn_a_little_off_is_snapped() -> None:
    """0.05 of a cell is 4.5 m: a strip under 10 m, and no longer one under 4 m."""
    fire = net(n=cell(0, 0, 2.05, 2), s=cell(2.05, 0, 6, 2))
    told = merge_nets({"net": GRIDS, "fire": fire}, GROUND, metric_crs=CRS, snap_m=10.0)
    assert set(told.pieces["verdict"]) == {"agree"}
    assert told.proposal.set_index("grid")["because"].to_dict() == {
        "g1": "whole",
        "g2": "snapped",
        "g3": "whole",
    }
    strict = merge_nets({"net": GRIDS, "fire": fire}, GROUND, metric_crs=CRS, snap_m=4.0)
    assert sorted(strict.pieces["verdict"]) == ["agree", "agree", "cut", "cut"]


def test_ground_that_the_net_leaves_out_is_uncovered_and_what_a_line_has_outside_is_told() -> None:
    line = net(a=cell(-1, 0, 8, 2))
    found = merge_nets({"net": GRIDS, "x": line}, cell(0, 0, 7, 2), metric_crs=CRS)
    left_out = found.pieces[found.pieces["grids"].map(len) == 0]
    assert list(left_out["verdict"]) == ["uncovered"]
    outside = MetricFrame(CRS).area_m2([cell(-1, 0, 0, 2), cell(7, 0, 8, 2)]).sum()
    assert found.outside_m2["x"] == pytest.approx(outside, rel=1e-6)


def test_a_grid_that_a_line_does_not_know_is_nobodys_and_moves_nobody() -> None:
    found = merge_nets(
        {"net": GRIDS, "x": net(a=cell(0, 0, 2, 2))},
        GROUND,
        metric_crs=CRS,
        buildings=HOMES,
        households=COUNTS,
    )
    proposal = found.proposal.set_index("grid")
    assert proposal["because"].to_dict() == {"g1": "whole", "g2": "nobody", "g3": "nobody"}
    assert proposal.loc["g2", "area"] is None
    assert proposal["moved_households"].sum() == 0 and proposal["gained_households"].sum() == 0


def test_two_lines_are_each_told_of_the_whole_ground() -> None:
    found = merge_nets(
        {"net": GRIDS, "police": POLICE, "fire": net(all=GROUND)}, None, metric_crs=CRS, buildings=HOMES
    )
    sums = found.pieces.groupby("line")["area_m2"].sum()
    assert sums.to_numpy() == pytest.approx([found.ground_m2] * 2, rel=1e-9)
    assert found.pieces.groupby("line")["buildings"].sum().to_dict() == {"fire": 5, "police": 5}


cuts = st.lists(st.floats(0.2, 5.8), min_size=1, max_size=4, unique=True)


@settings(max_examples=40, deadline=None)
@given(cuts=cuts, tilt=st.floats(-0.15, 0.15), homes=st.lists(st.floats(0.01, 5.99), max_size=12))
def test_ground_and_households_are_conserved_and_no_assignment_moves_fewer(
    cuts: list[float], tilt: float, homes: list[float]
) -> None:
    """Slanted strips against three grids; the oracle tries every area for each grid."""
    edges = [0.0, *sorted(cuts), 6.0]
    slants = [0.0, *[tilt] * len(cuts), 0.0]
    shapes = {}
    for at in range(len(edges) - 1):
        (w, e), (ws, es) = edges[at : at + 2], slants[at : at + 2]
        ring = [(w, 0), (e, 0), (e + es, 2), (w + ws, 2)]
        shapes[f"a{at}"] = shapely.Polygon([(X + x * DEG, Y + y * DEG) for x, y in ring])
    if any(not shape.is_valid or shape.area == 0 for shape in shapes.values()):
        return
    points = gpd.GeoSeries([Point(X + x * DEG, Y + DEG * (0.3 + 0.1 * n)) for n, x in enumerate(homes)])
    counts = [n + 1 for n in range(len(homes))]
    found = merge_nets(
        {"net": GRIDS, "line": net(**shapes)},
        GROUND,
        metric_crs=CRS,
        buildings=points,
        households=counts,
    )
    assert found.pieces["area_m2"].sum() == pytest.approx(found.ground_m2, rel=1e-6)
    assert found.pieces["households"].sum() == sum(counts)
    for row in found.proposal.itertuples():
        there = found.pieces[found.pieces["grids"].map(lambda on, grid=row.grid: grid in on)]
        claimed = there[there["areas"].map(len) > 0]
        moves = [
            claimed[claimed["areas"].map(lambda own, area=area: area not in own)]["households"].sum()
            for area in {area for own in claimed["areas"] for area in own}
        ]
        assert row.moved_households == min(moves)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nets": {"net": GRIDS}}, "at least one line"),
        ({"nets": {"net": GRIDS, "x": net()}}, "x has no areas"),
        ({"nets": {"net": GRIDS, "x": gpd.GeoSeries([GROUND, GROUND], index=["a", "a"])}}, "a twice"),
        ({"nets": {"net": GRIDS, "x": net(a=Point(0, 0))}}, "x a: a Point is no polygon"),
        ({"nets": {"net": GRIDS, "x": gpd.GeoSeries([None], index=["a"])}}, "x a: missing"),
        ({"nets": {"net": GRIDS, "x": net(a=box(500_000, 0, 500_001, 1))}}, "lon, lat"),
        ({"households": [1, 2, 3]}, "one count"),
        ({"households": [1, 2, 3, 4, np.nan]}, "building 4"),
        ({"households": [1, -2, 3, 4, 5]}, "building 1"),
        ({"snap_m": -1.0}, "tolerance"),
        ({"within": shapely.Polygon()}, "no ground"),
    ],
)
def test_bad_input_is_refused_naming_net_and_code(change: dict[str, object], words: str) -> None:
    given: dict[str, object] = {
        "nets": {"net": GRIDS, "police": POLICE},
        "within": GROUND,
        "buildings": HOMES,
        "households": COUNTS,
    }
    given |= change
    with pytest.raises(OverlayRefused, match=words):
        merge_nets(given.pop("nets"), given.pop("within"), metric_crs=CRS, **given)  # type: ignore[arg-type]
