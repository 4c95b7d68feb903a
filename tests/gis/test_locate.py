"""Hand-drawn nets with their answers, and what is refused."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from gis.locate import CrossesAntimeridian, GridIndex, InvalidPolygons, OverlappingPolygons

# Two by two squares of one unit; position 0 is the south-west one:
#   2 3
#   0 1
FOUR = [box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 1, 1, 2), box(1, 1, 2, 2)]


def test_point_inside_one_square_is_owned_by_it() -> None:
    answers = GridIndex(FOUR).locate([(0.5, 0.5), (1.5, 0.5), (0.5, 1.5), (1.5, 1.5)])
    assert answers.dtype == np.int32
    assert answers.tolist() == [0, 1, 2, 3]


def test_point_on_a_shared_border_goes_to_the_lowest_position() -> None:
    on_borders = [(1, 0.5), (0.5, 1), (1, 1.5), (1.5, 1)]
    assert GridIndex(FOUR).locate(on_borders).tolist() == [0, 0, 2, 1]
    assert GridIndex(FOUR[::-1]).locate(on_borders).tolist() == [2, 1, 0, 0]


def test_the_corner_of_four_goes_to_the_lowest_position() -> None:
    assert GridIndex(FOUR).locate([(1, 1)]).tolist() == [0]
    assert GridIndex(FOUR[1:]).locate([(1, 1)]).tolist() == [0]


def test_the_outer_frame_belongs_to_the_net() -> None:
    frame = [(0, 0), (2, 0), (2, 2), (0, 2), (0.25, 0), (2, 1.25), (1, 2), (0, 1)]
    assert GridIndex(FOUR).locate(frame).tolist() == [0, 1, 3, 2, 0, 3, 2, 0]


def test_one_ulp_beyond_the_frame_is_outside() -> None:
    beyond = [(np.nextafter(2, 3), 0.5), (0.5, np.nextafter(2, 3)), (np.nextafter(0, -1), 0.5)]
    assert GridIndex(FOUR).locate(beyond).tolist() == [-1, -1, -1]


def test_nan_infinity_and_far_points_are_outside() -> None:
    nan, inf = float("nan"), float("inf")
    points = [(nan, 0.5), (0.5, nan), (inf, 0.5), (0.5, -inf), (nan, inf), (1e300, -1e300), (50, 50)]
    assert GridIndex(FOUR).locate(points).tolist() == [-1] * 7


@pytest.mark.parametrize("overlaps", [False, True])
def test_one_point_has_the_answer_of_many(overlaps: bool) -> None:
    index = GridIndex([*FOUR, box(0.5, 0.5, 1.5, 1.5)] if overlaps else FOUR, overlaps="lowest")
    assert index.engine == ("tree" if overlaps else "raster")
    nan, inf = float("nan"), float("inf")
    points = [(0.5, 0.5), (1.0, 0.5), (1.0, 1.0), (2.0, 1.25), (nan, 0.5), (inf, -inf), (50.0, 50.0)]
    assert [index.locate_one(x, y) for x, y in points] == index.locate(points).tolist()


def test_no_points_give_no_answers_and_a_wrong_shape_is_refused() -> None:
    index = GridIndex(FOUR)
    assert index.locate([]).tolist() == []
    assert index.locate(np.empty((0, 2))).tolist() == []
    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        index.locate([1.0, 2.0])


def test_hole_is_outside_and_its_rim_belongs_to_the_polygon() -> None:
    ring = Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior])
    assert GridIndex([ring]).locate([(1.5, 1.5), (0.5, 0.5), (1, 1.5), (2, 2)]).tolist() == [-1, 0, 0, 0]


def test_enclave_owns_the_hole_and_the_lower_position_its_rim() -> None:
    ring = Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior])
    enclave = box(1, 1, 2, 2)
    points = [(1.5, 1.5), (1, 1.5), (0.5, 0.5)]
    assert GridIndex([ring, enclave]).locate(points).tolist() == [1, 0, 0]
    assert GridIndex([enclave, ring]).locate(points).tolist() == [0, 0, 1]


def test_multipolygon_owns_all_its_islands_and_nothing_between() -> None:
    islands = MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)])
    points = [(0.5, 0.5), (5.5, 5.5), (2.5, 2.5), (4, 4)]
    assert GridIndex([islands, box(2, 2, 3, 3)]).locate(points).tolist() == [0, 0, 1, -1]


def test_unmatched_edges_are_answered_exactly() -> None:
    # The long edge of 0 meets two short ones; a gap of 1e-12 lies between 0 and 2.
    gap = 1e-12
    net = [box(0, 0, 2, 1), box(0, 1, 1, 2), Polygon([(1, 1 + gap), (2, 1 + gap), (2, 2), (1, 2)])]
    points = [(0.5, 1), (1, 1), (1.5, 1), (1.5, 1 + gap / 2), (1.5, 1 + gap), (1, 1.5)]
    assert GridIndex(net).locate(points).tolist() == [0, 0, 0, -1, 2, 1]


def test_a_single_polygon_and_an_empty_net() -> None:
    assert GridIndex([box(0, 0, 1, 1)]).locate([(0.5, 0.5), (2, 2)]).tolist() == [0, -1]
    assert GridIndex([]).locate([(0.5, 0.5)]).tolist() == [-1]
    assert len(GridIndex([])) == 0 and len(GridIndex(FOUR)) == 4


def test_a_geoseries_and_a_geodataframe_are_polygons_by_row() -> None:
    series = gpd.GeoSeries(FOUR, crs=4326, index=[7, 5, 3, 1])
    assert GridIndex(series).locate([(1.5, 1.5)]).tolist() == [3]
    assert GridIndex(gpd.GeoDataFrame(geometry=series)).locate([(1.5, 1.5)]).tolist() == [3]


def test_overlap_is_refused_with_its_place() -> None:
    with pytest.raises(OverlappingPolygons) as refusal:
        GridIndex([box(0, 0, 2, 2), box(5, 5, 6, 6), box(1, 1, 3, 3)])
    (overlap,) = refusal.value.overlaps
    assert (overlap.first, overlap.second) == (0, 2)
    assert box(1, 1, 2, 2).contains(overlap.place)


@pytest.mark.parametrize(
    "inner",
    [box(1, 1, 2, 2), box(0, 0, 1, 1), box(0, 1, 3, 2), box(0, 0, 3, 3)],
    ids=["within", "in a corner", "right across", "twice the same"],
)
def test_overlap_without_crossing_borders_is_found(inner: Polygon) -> None:
    for net in ([box(0, 0, 3, 3), inner], [inner, box(0, 0, 3, 3)]):
        with pytest.raises(OverlappingPolygons) as refusal:
            GridIndex(net)
        assert [(o.first, o.second) for o in refusal.value.overlaps] == [(0, 1)]


def test_overlap_inside_a_matched_net_is_found() -> None:
    with pytest.raises(OverlappingPolygons) as refusal:
        GridIndex([*FOUR, box(0.9, 0.4, 1.1, 0.6)])
    assert [(o.first, o.second) for o in refusal.value.overlaps] == [(0, 4), (1, 4)]


def test_overlaps_under_the_rule_lowest_go_to_the_lowest_position_and_are_named() -> None:
    index = GridIndex([box(0, 0, 2, 2), box(1, 1, 3, 3)], overlaps="lowest")
    assert index.locate([(1.5, 1.5), (2.5, 2.5), (2, 2.5), (2, 2)]).tolist() == [0, 1, 1, 0]
    assert [(o.first, o.second) for o in index.overlaps] == [(0, 1)]
    assert GridIndex(FOUR, overlaps="lowest").overlaps == []


def test_touching_polygons_do_not_overlap() -> None:
    GridIndex([box(0, 0, 1, 1), box(1, 1, 2, 2), box(1, 0.5, 2, 1), Polygon([(0, 1), (1, 1), (0.5, 2)])])


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (None, "no geometry"),
        (Polygon(), "empty Polygon"),
        (shapely.Point(0, 0), "a Point, not a polygon"),
        (Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "Self-intersection"),
        (Polygon([(0, 0), (1, 1), (2, 2)]), "Too few points|Self-intersection"),
        (Polygon([(0, 0), (1, 0), (float("nan"), 1)]), "Invalid Coordinate"),
    ],
)
def test_invalid_polygon_is_refused_with_position_and_reason(
    shape: shapely.Geometry | None, reason: str
) -> None:
    with pytest.raises(InvalidPolygons, match=reason) as refusal:
        GridIndex([FOUR[0], shape])
    assert [fault.position for fault in refusal.value.faults] == [1]


def test_a_net_across_the_antimeridian_is_refused() -> None:
    with pytest.raises(CrossesAntimeridian):
        GridIndex([box(-179.9, 0, -179, 1), box(179, 0, 179.9, 1)])
    with pytest.raises(CrossesAntimeridian):
        GridIndex(gpd.GeoSeries([box(179, 0, 181, 1)], crs=4326))
    assert len(GridIndex(gpd.GeoSeries([box(500_000, 0, 900_000, 9)], crs=4547))) == 1
