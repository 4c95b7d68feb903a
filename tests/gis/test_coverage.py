"""Frames of the cases: one unit of a hand-drawn case is 2⁻¹³ degrees (exact in binary), 13.6 m, at 0°, 0°."""

import json
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from gis.coverage import check_coverage, faults
from gis.coverage.plane import Plane
from gis.frames import MetricFrame, NotMetric, snap_to_lattice

UNIT_DEG = 2.0**-13
UTM = 32631
JINCHENG = 4547


def _drawn(shape):
    return shapely.transform(shape, lambda xy: xy * UNIT_DEG)


def _undrawn(shape):
    return shapely.transform(shape, lambda xy: xy / UNIT_DEG)


def _unit_m():
    return UNIT_DEG * 111_320.0


def _cases(shared_data, source):
    cases = json.loads((shared_data / "coverage_cases" / "jts_coverage_cases.json").read_text())["cases"]
    return [case for case in cases if case["source"] == source]


def _read(wkts):
    return [_drawn(shapely.from_wkt(wkt)) for wkt in wkts]


def _edges_by_row(report):
    return {
        rows[0]: _undrawn(shape)
        for rows, shape in zip(report.unmatched_edges["rows"], report.unmatched_edges.geometry, strict=True)
    }


# --- known answers -------------------------------------------------------------------------------------


def test_every_validator_case_has_its_known_answer(shared_data):
    cases = _cases(shared_data, "CoverageValidatorTest")
    assert len(cases) == 12
    for case in cases:
        report = check_coverage(_read(case["input"]), metric_crs=UTM, gap_width=case["gap_width"] * _unit_m())
        edges = _edges_by_row(report)
        assert (not edges) == case["expected_valid"], case["name"]
        for row, expected in enumerate(case["expected_invalid_edges"] or []):
            if expected is None:
                assert row not in edges, case["name"]
            else:
                assert shapely.equals(edges[row], shapely.from_wkt(expected)), case["name"]


def test_every_polygon_validator_case_has_its_known_answer_and_the_malformed_one_is_refused(shared_data):
    cases = _cases(shared_data, "CoveragePolygonValidatorTest")
    malformed = []
    for case in cases:
        if "shapely_error" in case:
            malformed.append(case)
            continue
        adjacent = shapely.get_parts(shapely.from_wkt(case["adjacent"]))
        shapes = [_drawn(shapely.from_wkt(case["target"])), *map(_drawn, adjacent)]
        report = check_coverage(shapes, metric_crs=UTM, gap_width=case["gap_width"] * _unit_m())
        edges = _edges_by_row(report)
        assert (0 not in edges) == case["expected_valid"], case["name"]
        if not case["expected_valid"]:
            expected = case["expected_invalid_lines"].replace(
                "))", ")" if "MULTI" not in case["expected_invalid_lines"] else "))"
            )
            assert shapely.equals(edges[0], shapely.from_wkt(expected)), case["name"]
    assert [case["name"] for case in malformed] == ["testDuplicateReversed"]
    with pytest.raises(shapely.errors.GEOSException, match="Unexpected text"):
        shapely.from_wkt(malformed[0]["adjacent"])
    report = check_coverage([malformed[0]["adjacent"]], metric_crs=UTM)
    assert list(report.invalid["reason"]) == ["a str is no geometry"]


def test_the_gap_finder_case_has_its_known_answer(shared_data):
    (case,) = _cases(shared_data, "CoverageGapFinderTest")
    shapes = [_drawn(part) for part in shapely.get_parts(shapely.from_wkt(case["input"][0]))]
    report = check_coverage(shapes, metric_crs=UTM)
    assert len(report.gaps) == 1
    gap = report.gaps.iloc[0]
    assert shapely.equals(_undrawn(gap.geometry), shapely.from_wkt(case["expected_gaps"]))
    assert gap["polygons"] == (0, 1, 2)
    # Sides 4, √5, √5: inscribed radius = area / half the perimeter = 2 / (2 + √5) = 0.472 units.
    assert gap["width_m"] == pytest.approx(2 * 2 / (2 + 5**0.5) * 13.6, rel=0.01)


def test_shapelys_own_cases_have_their_known_answers(shared_data):
    for case in _cases(shared_data, "shapely test_coverage.py"):
        shapes = _read(case["input"])
        for width, expected in case["expected_valid_by_gap_width"].items():
            # A thousandth more: at exactly 1.0 the answer would hang on the last bit.
            report = check_coverage(shapes, metric_crs=UTM, gap_width=float(width) * _unit_m() * 1.001)
            assert report.unmatched_edges.empty == expected, (case["name"], width)
        for row, edge in enumerate(case.get("expected_invalid_edges", [])):
            assert shapely.equals(_edges_by_row(report)[row], shapely.from_wkt(edge))


def test_the_maup_toy_net_has_28_overlaps_and_23_holes(shared_data):
    toy = gpd.read_file(shared_data / "coverage_cases" / "maup_toy_precincts.geojson")
    report = check_coverage(toy, metric_crs=UTM)
    assert (len(report.overlaps), len(report.gaps)) == (28, 23)


# PROVENANCE.md of the data: overlap pairs and enclosed gaps over 1 m².
@pytest.mark.parametrize(
    ("net", "pairs", "enclosed"),
    [
        ("trash_routes", 128, 328),
        ("snow_areas", 145, 476),
        ("construction_permit_areas", 44, 365),
        ("fire_alarm_districts", 6, 3),
    ],
)
def test_the_departments_nets_of_dc_have_the_faults_that_were_measured(shared_data, net, pairs, enclosed):
    report = check_coverage(gpd.read_file(shared_data / "dc" / f"{net}.gpkg"), metric_crs=26985)
    assert abs(int((report.overlaps["area_m2"] > 1).sum()) - pairs) <= 1
    assert abs(int((report.gaps["area_m2"] > 1).sum()) - enclosed) <= 1


def test_a_net_that_geos_calls_valid_still_has_96_gaps(shared_data):
    net = gpd.read_file(shared_data / "dc" / "elementary_zones.gpkg")
    report = check_coverage(net, metric_crs=26985)
    assert report.unmatched_edges.empty
    big = report.gaps[report.gaps["area_m2"] > 1]
    assert len(big) == 96
    assert big["area_m2"].sum() == pytest.approx(23_000, rel=0.002)
    assert len(report.invalid) == 1


def test_a_real_sound_net_is_sound(shared_data):
    assert check_coverage(gpd.read_file(shared_data / "dc" / "smd.gpkg"), metric_crs=26985).is_sound


# --- hand-drawn ----------------------------------------------------------------------------------------

# Two squares of 10 × 10 units side by side; a unit square is 13.59 m × 13.50 m in UTM here.
WEST, EAST = _drawn(box(0, 0, 10, 10)), _drawn(box(10, 0, 20, 10))
UNIT_M2 = float(MetricFrame(UTM).area_m2([WEST])[0]) / 100


def test_two_squares_side_by_side_are_sound():
    report = check_coverage([WEST, EAST], metric_crs=UTM)
    assert report.is_sound
    assert report.count == 2
    assert report.to_text().startswith("2 polygons: sound")


def test_an_overlap_tells_its_pair_its_area_and_its_width():
    report = check_coverage([WEST, _drawn(box(9, 0, 20, 10))], metric_crs=UTM)
    (overlap,) = report.overlaps.to_dict("records")
    assert overlap["polygons"] == (0, 1)
    assert overlap["area_m2"] == pytest.approx(10 * UNIT_M2, rel=1e-4)
    assert overlap["width_m"] == pytest.approx(UNIT_M2**0.5, rel=0.01)
    assert not report.is_sound


def test_touching_in_an_edge_part_or_a_corner_is_no_overlap():
    report = check_coverage([WEST, _drawn(box(10, 5, 20, 15)), _drawn(box(-5, 10, 0, 15))], metric_crs=UTM)
    assert report.overlaps.empty
    # The half-shared edge has corners that the other does not know: both are told.
    assert sorted(report.unmatched_edges["rows"]) == [(0,), (1,)]


def test_a_corner_on_a_neighbours_edge_is_told_as_unmatched_and_nothing_else():
    noded = _drawn(Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 4)]))
    report = check_coverage([WEST, noded], metric_crs=UTM)
    assert report.overlaps.empty
    assert report.gaps.empty
    assert report.unmatched_edges["length_m"].tolist() == pytest.approx([135.6, 135.6], rel=0.01)


def test_a_corner_rounded_to_the_lattice_makes_no_overlap_or_gap_of_its_own():
    slanted = Polygon([(112.8, 35.5), (112.81, 35.5033), (112.8, 35.51)])
    node = np.array([112.8 + 0.01 / 3, 35.5 + 0.0033 / 3])
    beside = snap_to_lattice([Polygon([(112.8, 35.5), (112.81, 35.5), (112.81, 35.5033), node])])[0]
    report = check_coverage([slanted, beside], metric_crs=JINCHENG)
    assert report.overlaps.empty
    assert report.gaps.empty
    assert len(report.unmatched_edges) == 2


def test_a_corner_that_cuts_across_a_matched_edge_is_an_overlap_too():
    # Four squares around (10, 10); the south-west one reaches a unit into the others. GEOS lists no
    # invalid edge for the north-east one, whose edges its true neighbours share.
    squares = [box(0, 0, 11, 11), box(10, 0, 20, 10), box(0, 10, 10, 20), box(10, 10, 20, 20)]
    report = check_coverage([_drawn(square) for square in squares], metric_crs=UTM)
    assert report.overlaps["rows"].tolist() == [(0, 1), (0, 2), (0, 3)]


def test_a_gap_is_what_the_net_encloses_and_a_notch_at_the_rim_is_none():
    ring = _drawn(box(0, 0, 30, 30) - box(10, 10, 12, 20))
    notched = _drawn(box(30, 0, 40, 30) - box(38, 10, 40, 12))
    report = check_coverage([ring, notched], metric_crs=UTM)
    (gap,) = report.gaps.to_dict("records")
    assert gap["polygons"] == (0,)
    assert gap["area_m2"] == pytest.approx(20 * UNIT_M2, rel=1e-3)
    assert gap["width_m"] == pytest.approx(2 * UNIT_M2**0.5, rel=0.01)


def test_an_island_in_a_gap_is_no_part_of_the_gap():
    ring, island = _drawn(box(0, 0, 30, 30) - box(10, 10, 20, 20)), _drawn(box(12, 12, 18, 18))
    (gap,) = check_coverage([ring, island], metric_crs=UTM).gaps.to_dict("records")
    assert gap["polygons"] == (0, 1)
    assert gap["area_m2"] == pytest.approx(64 * UNIT_M2, rel=1e-3)
    # The moat is 2 units wide; in its corners a circle of diameter 4 (2 - √2) = 2.34 fits.
    assert gap["width_m"] == pytest.approx(4 * (2 - 2**0.5) * UNIT_M2**0.5, rel=0.01)


def test_a_gap_at_the_rim_is_no_hole_of_the_union_but_the_parent_shows_it():
    parent = _drawn(box(0, 0, 20, 10))
    short = _drawn(Polygon([(10, 0), (20, 0), (20, 9), (10, 10)]))
    assert check_coverage([WEST, short], metric_crs=UTM).is_sound
    report = check_coverage([WEST, short], parent, metric_crs=UTM)
    assert report.gaps.empty
    (missing,) = report.uncovered.to_dict("records")
    assert missing["polygons"] == (1,)
    assert missing["area_m2"] == pytest.approx(5 * UNIT_M2, rel=1e-3)


def test_a_hole_of_the_parent_is_no_gap_and_a_hole_of_the_net_alone_is():
    ring = _drawn(box(0, 0, 30, 30) - box(10, 10, 20, 20))
    assert check_coverage([ring], ring, metric_crs=UTM).is_sound
    report = check_coverage([ring], _drawn(box(0, 0, 30, 30)), metric_crs=UTM)
    assert len(report.gaps) == 1
    assert report.uncovered.empty


def test_who_lies_beside_a_shape_is_the_same_however_few_edges_are_looked_at_together(monkeypatch):
    squares = np.array([_drawn(box(x, y, x + 1, y + 1)) for x in range(6) for y in range(6)], dtype=object)
    shapes = np.array([squares[14], _drawn(box(1, 1, 4, 3)), _drawn(box(20, 20, 21, 21))], dtype=object)
    plane = Plane("lonlat", MetricFrame(UTM))
    whole = faults.beside(shapes, squares, plane)
    # square 14 is at (2, 2): itself and its four neighbours; the block has 6 inside and 10 around it
    assert whole[0] == (8, 13, 14, 15, 20)
    assert whole[2] == ()
    for at_once, edges in ((1, 1), (3, 2), (7, 30)):
        monkeypatch.setattr(faults, "_AT_ONCE", at_once)
        monkeypatch.setattr(faults, "_MOST_EDGES", edges)
        assert faults.beside(shapes, squares, plane) == whole


def test_what_reaches_out_of_the_parent_is_told_per_polygon():
    report = check_coverage(
        [WEST, EAST], [_drawn(box(0, 0, 10, 10)), _drawn(box(10, 0, 18, 10))], metric_crs=UTM
    )
    (stray,) = report.outside.to_dict("records")
    assert stray["polygons"] == (1,)
    assert stray["area_m2"] == pytest.approx(20 * UNIT_M2, rel=1e-3)
    assert report.uncovered.empty


def test_thin_parts_are_listed_but_break_nothing():
    thin = shapely.union_all([EAST, _drawn(box(30, 0, 30.05, 10))])
    report = check_coverage([WEST, thin], metric_crs=UTM, sliver_width=1.0)
    (sliver,) = report.slivers.to_dict("records")
    assert sliver["polygons"] == (1,)
    assert sliver["width_m"] == pytest.approx(0.05 * 13.6, rel=0.01)
    assert report.is_sound


def test_labels_are_those_of_the_index():
    frame = gpd.GeoDataFrame(index=["003", "007"], geometry=[WEST, _drawn(box(9, 0, 20, 10))], crs=4326)
    assert check_coverage(frame, metric_crs=UTM).overlaps["polygons"].tolist() == [("003", "007")]


def test_each_bad_shape_is_told_with_its_row_and_reason_and_the_rest_is_checked():
    bow_tie = _drawn(Polygon([(20, 0), (30, 10), (30, 0), (20, 10)]))
    nan = Polygon([(0, 0), (1, np.nan), (1, 1)])
    shapes = [
        WEST,
        None,
        Polygon(),
        LineString([(0, 0), (1, 1)]),
        nan,
        bow_tie,
        Point(0, 0),
        box(0, 80, 1, 91),
    ]
    shapes.append(_drawn(box(9, 0, 20, 10)))
    report = check_coverage(shapes, metric_crs=UTM)
    assert [rows[0] for rows in report.invalid["rows"]] == [1, 2, 3, 4, 5, 6, 7]
    reasons = report.invalid["reason"].tolist()
    assert reasons[:4] == [
        "missing",
        "empty",
        "a LineString is no polygon",
        "a coordinate is not a finite number",
    ]
    assert reasons[4].startswith("Self-intersection")
    assert reasons[5:] == ["a Point is no polygon", "a coordinate is no lon, lat in degrees"]
    assert report.overlaps["rows"].tolist() == [(0, 8)]
    assert len(json.loads(report.to_geojson())["features"]) >= 8
    assert "row 2" in report.to_text()


def test_nothing_at_all_is_sound_and_leaves_the_parent_uncovered():
    assert check_coverage([], metric_crs=UTM).is_sound
    assert len(check_coverage([], WEST, metric_crs=UTM).uncovered) == 1


def test_faults_can_be_drawn():
    report = check_coverage([WEST, _drawn(box(9, 0, 20, 10))], metric_crs=UTM)
    features = json.loads(report.to_geojson())["features"]
    assert {feature["properties"]["fault"] for feature in features} == {"overlaps", "unmatched_edges"}
    overlap = next(f for f in features if f["properties"]["fault"] == "overlaps")
    assert overlap["properties"]["polygons"] == [0, 1]
    assert overlap["geometry"]["type"] == "Polygon"


def test_degrees_are_no_frame_to_measure_in():
    with pytest.raises(NotMetric):
        check_coverage([WEST], metric_crs=4326)


def test_a_net_drawn_in_metres_is_recognised_by_its_corners():
    # One long edge against ten short ones: their corners lie on it in EPSG:4547. Carried to degrees vertex
    # by vertex the long edge sags by up to 0.2 m, which would be ten slivers of gap and overlap.
    south, north = 3_930_000.0, 3_931_000.0
    west = np.arange(390_000.0, 395_001.0, 500.0)
    blocks = [box(a, south, b, north) for a, b in pairwise(west)]
    long = box(390_000.0, north, 395_000.0, north + 1000.0)
    net = MetricFrame(JINCHENG).unproject([*blocks, long])
    report = check_coverage(net, metric_crs=JINCHENG)
    assert report.edges_straight_in == "metric"
    assert report.overlaps.empty
    assert report.gaps.empty
    as_lonlat = check_coverage(net, metric_crs=JINCHENG, edges_straight_in="lonlat")
    assert len(as_lonlat.overlaps) + len(as_lonlat.gaps) > 0


def test_a_net_drawn_in_degrees_is_left_in_degrees():
    west = np.linspace(112.8, 112.85, 11)
    blocks = [box(a, 35.49, b, 35.5) for a, b in pairwise(west)]
    report = check_coverage([*blocks, box(112.8, 35.5, 112.85, 35.51)], metric_crs=JINCHENG)
    assert report.edges_straight_in == "lonlat"
    assert report.overlaps.empty
    assert report.gaps.empty


# --- properties ----------------------------------------------------------------------------------------


@st.composite
def nets(draw, side=5):
    """A sound net of side × side quadrilaterals of about 90 m, jittered, on the lattice in Jincheng."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    nodes = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0), indexing="ij"), axis=-1)
    nodes += rng.uniform(-0.3, 0.3, nodes.shape)
    nodes = np.rint((np.array([112.84, 35.49]) + nodes * 0.001) * 1e9) / 1e9
    return [
        Polygon([nodes[i, j], nodes[i + 1, j], nodes[i + 1, j + 1], nodes[i, j + 1]])
        for i in range(side)
        for j in range(side)
    ]


INNER = st.sampled_from([i * 5 + j for i in range(1, 4) for j in range(1, 4)])


@settings(max_examples=25, deadline=None)
@given(net=nets())
def test_a_sound_net_is_found_sound_within_its_own_union(net):
    report = check_coverage(net, shapely.coverage_union_all(net), metric_crs=JINCHENG)
    assert report.is_sound


@settings(max_examples=25, deadline=None)
@given(net=nets(), row=INNER)
def test_a_missing_polygon_is_found_as_one_gap_of_its_size(net, row):
    missing = net.pop(row)
    report = check_coverage(net, metric_crs=JINCHENG)
    (gap,) = report.gaps.to_dict("records")
    assert gap["area_m2"] == pytest.approx(float(MetricFrame(JINCHENG).area_m2([missing])[0]), rel=1e-6)
    assert len(gap["polygons"]) == 4
    assert shapely.equals(gap["geometry"], missing)


@settings(max_examples=25, deadline=None)
@given(net=nets(), row=INNER, east=st.floats(-1, 1), north=st.floats(-1, 1))
def test_a_shifted_polygon_is_found_in_overlaps_and_gaps(net, row, east, north):
    shift = np.array([east, north]) * 2e-4
    if np.abs(shift).max() < 1e-7:
        shift[:] = 1e-7
    net[row] = snap_to_lattice([shapely.transform(net[row], lambda xy: xy + shift)])[0]
    report = check_coverage(net, metric_crs=JINCHENG)
    assert not report.is_sound
    frame = MetricFrame(JINCHENG)
    # The oracle: each pair on its own; and what the union fails to fill.
    doubled = sum(float(frame.area_m2([net[row] & other]).sum()) for at, other in enumerate(net) if at != row)
    assert report.overlaps["area_m2"].sum() == pytest.approx(doubled, rel=1e-3, abs=0.05)
    assert doubled == 0 or all(row in rows for rows in report.overlaps["rows"])
    hull = Polygon(shapely.union_all(net).exterior)
    holes = float(frame.area_m2([hull])[0] - frame.area_m2([shapely.union_all(net)])[0])
    assert report.gaps["area_m2"].sum() == pytest.approx(holes, rel=1e-3, abs=0.05)


@settings(max_examples=25, deadline=None)
@given(net=nets(), row=INNER, east=st.floats(0.05, 0.2), north=st.floats(0.05, 0.2))
def test_a_shifted_vertex_is_found(net, row, east, north):
    ring = shapely.get_coordinates(net[row])[:-1]
    ring[0] += np.array([east, north]) * 1e-3
    net[row] = snap_to_lattice([Polygon(ring)])[0]
    report = check_coverage(net, metric_crs=JINCHENG)
    assert not report.gaps.empty
    assert all(row in rows for rows in report.gaps["rows"])
