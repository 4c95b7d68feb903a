"""Hand-drawn cases: one unit is 2⁻¹³ degrees (13.6 m) at 0°, 0°, as in test_coverage.py."""

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from gis.coverage import check_coverage, proposals, repair_coverage
from gis.coverage.plane import LATTICE_M
from gis.frames import MetricFrame, snap_to_lattice

UNIT_DEG = 2.0**-13
UNIT_M = UNIT_DEG * 111_320.0
UTM = 32631
JINCHENG = 4547


def _drawn(shape: Any) -> Any:
    return shapely.transform(shape, lambda xy: xy * UNIT_DEG)


def _undrawn(shape: Any) -> Any:
    return shapely.transform(shape, lambda xy: xy / UNIT_DEG)


def _same(ours: Any, expected: Any) -> bool:
    """Equal up to the lattice: 1e-9° is 8e-6 units."""
    return shapely.area(shapely.symmetric_difference(_undrawn(ours), expected)) < 1e-3


def _repair(shapes: list[Any], within: Any = None, **options: Any) -> Any:
    options = {"max_gap_width": 0.0, "metric_crs": UTM, **options}
    return repair_coverage(shapes, within, **options)


# --- known answers -------------------------------------------------------------------------------------

_STRATEGIES = {
    "MERGE_LONGEST_BORDER": "longest_border",
    "MERGE_MIN_AREA": "min_area",
    "MERGE_MAX_AREA": "max_area",
    "MERGE_MIN_INDEX": "min_index",
}


def _parts(wkts: list[str]) -> list[Any]:
    shapes = [shapely.from_wkt(wkt) for wkt in wkts]
    if len(shapes) == 1 and shapes[0].geom_type == "GeometryCollection":
        return list(shapes[0].geoms)
    return shapes


def test_every_cleaner_case_has_its_known_answer(shared_data: Any) -> None:
    cases = json.loads((shared_data / "coverage_cases" / "jts_coverage_cases.json").read_text())["cases"]
    cases = [case for case in cases if case["source"] == "CoverageCleanerTest"]
    compared = []
    for case in cases:
        given_shapes = [_drawn(shape) for shape in _parts(case["input"])]
        gap_m = case["param"] * UNIT_M if case["kind"] == "checkCleanGapWidth" else 0.0
        strategy = _STRATEGIES[(case["strategy"] or ["MERGE_LONGEST_BORDER"])[0]]
        within_one = "Snapped" in case["name"]  # thin parts that are no fault of the coverage: asked for
        snap_m = case["param"] * UNIT_M if within_one else 0.0
        ours, report = _repair(
            given_shapes, max_gap_width=gap_m, merge=strategy, snap=snap_m, collapse=within_one
        )
        assert report.remaining.overlaps.empty, case["name"]
        assert report.remaining.unmatched_edges.empty, case["name"]
        # two cases state no shapes, only that the outcome is a coverage: the next test is about them
        if case["expected"] is not None:
            expected = _parts(case["expected"])
            assert all(_same(a, b) for a, b in zip(ours, expected, strict=True)), case["name"]
            compared.append(case["name"])
    assert len(cases) == 18
    assert len(compared) == 16


@pytest.mark.parametrize("name", ["testSingleNearMatch", "testManyNearMatches"])
def test_near_matches_of_the_cleaner_close_to_one_border(shared_data: Any, name: str) -> None:
    cases = json.loads((shared_data / "coverage_cases" / "jts_coverage_cases.json").read_text())["cases"]
    (case,) = [case for case in cases if case["name"] == name]
    shapes = [_drawn(shape) for shape in _parts(case["input"])]
    ours, report = _repair(shapes, max_gap_width=0.1 * UNIT_M, snap=0.1 * UNIT_M)
    assert report.remaining.overlaps.empty
    assert report.remaining.unmatched_edges.empty
    assert shapely.coverage_is_valid(ours)
    assert not ours[0].intersection(ours[1]).is_empty


def test_the_maup_toy_net_loses_its_28_overlaps_and_23_holes(shared_data: Any) -> None:
    toy = gpd.read_file(shared_data / "coverage_cases" / "maup_toy_precincts.geojson")
    mended, report = repair_coverage(toy, metric_crs=UTM, max_gap_width=20_000.0)
    assert report.is_sound
    assert list(mended.columns) == list(toy.columns)
    frame = MetricFrame(UTM)
    filled = shapely.union_all([Polygon(shapely.union_all(toy.geometry).exterior)])
    assert frame.area_m2(mended).sum() == pytest.approx(frame.area_m2([filled])[0], rel=1e-6)


@pytest.mark.parametrize(
    "net", ["construction_permit_areas", "fire_alarm_districts", "snow_areas", "trash_routes"]
)
def test_the_departments_nets_of_dc_come_out_sound_below_five_metres(shared_data: Any, net: str) -> None:
    frame = gpd.read_file(shared_data / "dc" / f"{net}.gpkg")
    mended, report = repair_coverage(frame, metric_crs=26985, max_gap_width=5.0, snap=0.01)
    after = check_coverage(mended, metric_crs=26985)
    assert after.overlaps.empty
    assert after.unmatched_edges.empty
    assert after.invalid.empty
    assert (after.gaps["width_m"] >= 5.0).all()
    assert report.vanished == ()
    faults_m2 = report.before.area_of_faults_m2()[report.changes["row"]]
    assert (report.changes["gained_m2"] <= faults_m2 + 0.1).all()
    assert (report.changes["lost_m2"] <= faults_m2 + 0.1).all()
    _assert_rest_untouched(frame.geometry.to_numpy(), mended.geometry.to_numpy(), report)


def _assert_rest_untouched(given_shapes: Any, mended: Any, report: Any) -> None:
    """Polygons without a fault keep every vertex, bit for bit and in order."""
    with_fault = {
        row
        for kind in ("overlaps", "gaps", "unmatched_edges", "invalid", "outside", "uncovered")
        for rows in getattr(report.before, kind)["rows"]
        for row in rows
    }
    for row, (old, new) in enumerate(zip(given_shapes, mended, strict=True)):
        if row not in with_fault:
            assert _is_subsequence(shapely.get_coordinates(old), shapely.get_coordinates(new))


def _is_subsequence(old: Any, new: Any) -> bool:
    rest = iter(map(tuple, new.tolist()))
    return all(tuple(place) in rest for place in old.tolist())


def test_a_spike_stays_unless_it_is_asked_away_and_the_other_corners_keep_their_bits() -> None:
    # A square of 10 with a spike of 0.01 × 5 on its east side; the neighbour to the west has no fault.
    spiked = _drawn(
        Polygon([(10, 0), (20, 0), (20, 5), (25, 5.005), (20, 5.01), (20, 10), (10, 10), (10, 0)])
    )
    west = _drawn(box(0, 0, 10, 10))
    kept, _ = _repair([west, spiked], snap=0.1 * UNIT_M)
    assert shapely.to_wkb(kept[1]) == shapely.to_wkb(spiked)
    mended, report = _repair([west, spiked], snap=0.1 * UNIT_M, collapse=True)
    assert shapely.to_wkb(mended[0]) == shapely.to_wkb(west)
    assert _same(mended[1], box(10, 0, 20, 10))
    old = set(map(tuple, shapely.get_coordinates(spiked).tolist()))
    assert set(map(tuple, shapely.get_coordinates(mended[1]).tolist())) <= old
    (change,) = report.changes.to_dict("records")
    # half of 0.01 × 5 units
    assert change["lost_m2"] == pytest.approx(0.025 * UNIT_M**2, rel=0.02)


# --- hand-drawn ----------------------------------------------------------------------------------------

WEST, EAST = _drawn(box(0, 0, 10, 10)), _drawn(box(10, 0, 20, 10))


def test_a_sound_net_comes_back_as_the_same_objects() -> None:
    ours, report = _repair([WEST, EAST], max_gap_width=5.0)
    assert ours[0] is WEST
    assert ours[1] is EAST
    assert report.changes.empty
    assert report.is_sound


def test_a_corner_on_a_neighbours_edge_becomes_a_node_of_it_and_nothing_moves() -> None:
    noded = _drawn(Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 4)]))
    ours, report = _repair([WEST, noded])
    assert ours[1] is noded
    assert shapely.get_coordinates(ours[0]).tolist() == [
        [10 * UNIT_DEG, 0],
        [10 * UNIT_DEG, 4 * UNIT_DEG],
        [10 * UNIT_DEG, 10 * UNIT_DEG],
        [0, 10 * UNIT_DEG],
        [0, 0],
        [10 * UNIT_DEG, 0],
    ]
    (change,) = report.changes.to_dict("records")
    assert change["nodes_added"] == 1
    assert change["gained_m2"] + change["lost_m2"] == pytest.approx(0.0, abs=1e-3)


def test_a_narrow_gap_is_filled_and_a_wide_one_left() -> None:
    ring = _drawn(box(0, 0, 40, 20) - box(5, 5, 6, 15) - box(20, 5, 30, 15))
    ours, report = _repair([ring], max_gap_width=2 * UNIT_M)
    assert _same(ours[0], box(0, 0, 40, 20) - box(20, 5, 30, 15))
    (left,) = report.remaining.gaps.to_dict("records")
    assert left["width_m"] == pytest.approx(10 * UNIT_M, rel=0.01)
    assert not report.is_sound


def test_without_a_parent_the_outer_border_is_left_as_it_is() -> None:
    # A wedge that is open to the outside, narrower than the width: no gap, so not filled.
    wedge = _drawn(Polygon([(10, 0), (20, 0), (20, 10), (10.2, 10)]))
    ours, report = _repair([WEST, wedge], max_gap_width=5 * UNIT_M)
    assert ours[1] is wedge
    assert report.is_sound


def test_with_a_parent_the_thin_rim_is_filled_and_cut() -> None:
    parent = _drawn(box(0, 0, 20, 10))
    shapes = [_drawn(box(0.1, 0, 10, 10)), _drawn(box(10, 0, 20.2, 10))]
    ours, report = _repair(shapes, parent, max_gap_width=UNIT_M)
    assert _same(ours[0], box(0, 0, 10, 10))
    assert _same(ours[1], box(10, 0, 20, 10))
    assert report.is_sound


def test_with_a_parent_wide_strays_and_wide_uncovered_land_are_told_not_touched() -> None:
    parent = _drawn(box(0, 0, 20, 10))
    stray = _drawn(box(10, 0, 15, 20))
    ours, report = _repair([WEST, stray], parent, max_gap_width=UNIT_M)
    assert _same(ours[1], box(10, 0, 15, 20))
    assert len(report.remaining.outside) == 1
    assert len(report.remaining.uncovered) == 1


def test_a_hole_of_the_parent_is_not_filled() -> None:
    ring = _drawn(box(0, 0, 30, 30) - box(10, 10, 11, 20))
    shapes = [ring, _drawn(box(29.5, 0, 40, 30))]
    ours, report = _repair(shapes, shapely.union_all([ring, shapes[1]]), max_gap_width=5 * UNIT_M)
    assert len(shapely.get_rings(ours[0])) == 2
    assert report.is_sound


def test_a_crossing_polygon_is_made_valid_and_joins_the_net() -> None:
    loop = _drawn(Polygon([(10, 0), (20, 0), (20, 10), (12, 10), (12, 8), (14, 10.5), (10, 10)]))
    ours, report = _repair([WEST, loop], max_gap_width=UNIT_M)
    assert report.remaining.invalid.empty
    assert shapely.is_valid(ours).all()


def test_what_is_no_polygon_comes_back_and_is_told() -> None:
    ours, report = _repair([WEST, None, EAST])
    assert ours[1] is None
    assert report.remaining.invalid["reason"].tolist() == ["missing"]
    assert not report.is_sound


def test_a_polygon_wholly_within_another_is_named_as_vanished() -> None:
    ours, report = _repair([WEST, _drawn(box(2, 2, 4, 4)), EAST])
    assert ours[1].is_empty
    assert report.vanished == (1,)
    assert not report.is_sound
    assert "no ground is left" in report.to_text()


def test_ties_go_to_the_first() -> None:
    # Overlap 9..11: each of the two borders it by 10 units.
    ours, _ = _repair([_drawn(box(0, 0, 11, 10)), _drawn(box(9, 0, 20, 10))])
    assert _same(ours[0], box(0, 0, 11, 10))
    assert _same(ours[1], box(11, 0, 20, 10))


def test_a_neighbour_without_a_fault_keeps_its_vertices_and_gets_the_new_node() -> None:
    # The overlap of 0 and 1 ends on the north border, which 2 has in one straight edge from 0 to 9 and on.
    south = [_drawn(Polygon([(0, 0), (11, 0), (11, 9), (9, 10), (0, 10)])), _drawn(box(9, 0, 20, 10))]
    north = _drawn(Polygon([(0, 10), (9, 10), (20, 10), (20, 20), (0, 20)]))
    ours, report = _repair([*south, north])
    assert report.is_sound
    assert ours[2] is north
    assert not shapely.equals(ours[0], south[0]) or not shapely.equals(ours[1], south[1])


def test_snapping_joins_loose_corners_and_is_undone_where_it_would_move_more_than_the_faults() -> None:
    # A wedge 0.2 units wide at its open end: joining its corners moves about one square unit of open land,
    # which was no fault.
    wedge = _drawn(Polygon([(10, 0), (20, 0), (20, 10), (10.2, 10), (10, 5)]))
    _, loose = _repair([WEST, wedge], snap=0.5 * UNIT_M)
    faults = loose.before.area_of_faults_m2()
    for change in loose.changes.to_dict("records"):
        assert change["gained_m2"] <= faults[change["row"]] + LATTICE_M * 1000
    # A narrow overlap with corners that nearly meet: the corners become one and no sliver edge is left.
    over = _drawn(Polygon([(9.99, 0), (20, 0), (20, 10), (9.99, 10)]))
    ours, report = _repair([WEST, over], snap=0.05 * UNIT_M)
    assert report.is_sound
    assert shapely.get_num_coordinates(ours).tolist() == [5, 5]


def test_the_net_comes_back_in_the_shape_it_came() -> None:
    overlapping = [WEST, _drawn(box(9, 0, 20, 10))]
    series = gpd.GeoSeries(overlapping, index=["b", "a"], crs=4326, name="ground")
    mended, report = repair_coverage(series, metric_crs=UTM, max_gap_width=0.0)
    assert isinstance(mended, gpd.GeoSeries)
    assert list(mended.index) == ["b", "a"]
    assert sorted(report.changes["polygon"]) == ["a"] or sorted(report.changes["polygon"]) == ["a", "b"]
    frame = gpd.GeoDataFrame({"name": ["x", "y"]}, geometry=series.reset_index(drop=True))
    again, _ = repair_coverage(frame, metric_crs=UTM, max_gap_width=0.0)
    assert list(again.columns) == ["name", "geometry"]
    assert shapely.equals(again.geometry.iloc[1], mended.iloc[1])
    assert frame.geometry.iloc[1].equals(overlapping[1])


def test_a_layer_of_multipolygons_stays_one() -> None:
    shapes = [shapely.multipolygons([WEST]), shapely.multipolygons([_drawn(box(9, 0, 20, 10))])]
    ours, _ = _repair(shapes)
    assert {shape.geom_type for shape in ours} == {"MultiPolygon"}


# --- properties ----------------------------------------------------------------------------------------

SIDE = 5


def _net(seed: int) -> list[Polygon]:
    """A sound net of quadrilaterals of about 90 m in Jincheng, on the lattice, jittered."""
    rng = np.random.default_rng(seed)
    nodes = np.stack(np.meshgrid(np.arange(SIDE + 1.0), np.arange(SIDE + 1.0), indexing="ij"), axis=-1)
    nodes += rng.uniform(-0.3, 0.3, nodes.shape)
    nodes = np.rint((np.array([112.84, 35.49]) + nodes * 0.001) * 1e9) / 1e9
    return [
        Polygon([nodes[i, j], nodes[i + 1, j], nodes[i + 1, j + 1], nodes[i, j + 1]])
        for i in range(SIDE)
        for j in range(SIDE)
    ]


INNER = st.sampled_from([i * SIDE + j for i in range(1, SIDE - 1) for j in range(1, SIDE - 1)])
METRES = st.floats(-8.0, 8.0)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), row=INNER, east_m=METRES, north_m=METRES, kind=st.integers(0, 2))
def test_a_net_with_planted_faults_comes_out_sound_and_the_rest_keeps_its_bits(
    seed: int, row: int, east_m: float, north_m: float, kind: int
) -> None:
    net = _net(seed)
    ground = shapely.coverage_union_all(net)
    step = np.array([east_m / 90_000, north_m / 111_000])
    if kind == 0:  # the whole polygon shifted
        net[row] = shapely.transform(net[row], lambda xy: xy + step)
    elif kind == 1:  # one corner shifted
        ring = shapely.get_coordinates(net[row])[:-1]
        ring[0] += step
        net[row] = Polygon(ring)
    else:  # a strip taken away
        net[row] = shapely.difference(net[row], shapely.buffer(net[row].exterior, 4e-5))
    net[row] = snap_to_lattice([net[row]])[0]
    mended, report = repair_coverage(net, metric_crs=JINCHENG, max_gap_width=25.0)
    assert report.is_sound, report.to_text()
    frame = MetricFrame(JINCHENG)
    # The ground is tiled again, all of it: every gap was narrower than 25 m.
    assert frame.area_m2(mended).sum() == pytest.approx(frame.area_m2([ground])[0], abs=1.0)
    faults_m2 = report.before.area_of_faults_m2()
    for change in report.changes.to_dict("records"):
        allowed = faults_m2[change["row"]] + LATTICE_M * 500
        assert max(change["gained_m2"], change["lost_m2"]) <= allowed
    _assert_rest_untouched(net, mended, report)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), row=INNER, east_m=METRES, north_m=METRES)
def test_repairing_twice_changes_nothing_more(seed: int, row: int, east_m: float, north_m: float) -> None:
    net = _net(seed)
    step = np.array([east_m / 90_000, north_m / 111_000])
    net[row] = snap_to_lattice([shapely.transform(net[row], lambda xy: xy + step)])[0]
    once, _ = repair_coverage(net, metric_crs=JINCHENG, max_gap_width=25.0)
    twice, report = repair_coverage(once, metric_crs=JINCHENG, max_gap_width=25.0)
    assert report.changes.empty
    assert all(a is b for a, b in zip(once, twice, strict=True))


# --- left alone ----------------------------------------------------------------------------------------


def test_faults_that_are_left_stay_while_others_are_mended() -> None:
    # a over b by 1 × 4, b over c by 1 × 4, and a hole of 1 × 1 in d
    a, b, c = box(0, 0, 5, 4), box(4, 0, 9, 4), box(8, 0, 12, 4)
    d = box(0, 4, 12, 8).difference(box(2, 5, 3, 6))
    net = [_drawn(shape) for shape in (a, b, c, d)]
    left = [_drawn(box(4, 0, 5, 4)), _drawn(box(2, 5, 3, 6))]
    mended, report = _repair(net, max_gap_width=100.0, leave=left)
    assert _same(shapely.intersection(mended[0], mended[1]), box(4, 0, 5, 4))
    assert shapely.area(shapely.intersection(mended[1], mended[2])) == 0
    assert _same(mended[3], d)
    assert [len(report.remaining.overlaps), len(report.remaining.gaps)] == [1, 1]


def test_proposals_tell_who_gets_the_ground_of_each_fault() -> None:
    net = [
        _drawn(box(0, 0, 5, 4)),
        _drawn(box(4, 0, 9, 4)),
        _drawn(box(0, 4, 9, 8).difference(box(2, 5, 3, 6))),
    ]
    mended, report = _repair(net, max_gap_width=100.0)
    overlap, gap = [each for each in proposals(report.before, mended) if each.has_ground]
    assert (overlap.kind, overlap.rows, overlap.mended) == ("overlaps", (0, 1), True)
    assert overlap.goes_to in (0, 1)
    assert (gap.kind, gap.mended, gap.goes_to) == ("gaps", True, 2)
