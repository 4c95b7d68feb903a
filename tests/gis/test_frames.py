import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from gis import frames
from gis.datums import WrongFrame
from gis.frames import LATTICE_DEG, MetricFrame, NotMetric, require_metric, snap_to_lattice

JINCHENG = MetricFrame(4547)
# A block whose south edge is 4.99 km long and straight in lon/lat, and the same with a node half-way.
WEST, EAST, SOUTH, NORTH = 112.80, 112.855, 35.5, 35.55
PLAIN = shapely.Polygon([(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)])
NODED = shapely.Polygon([(WEST, SOUTH), (112.8275, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)])


def _area_of_vertices_alone(polygon):
    forward = Transformer.from_crs(4490, 4547, always_xy=True)
    return shapely.transform(polygon, lambda xy: np.column_stack(forward.transform(*xy.T))).area


def test_a_node_on_a_straight_edge_would_move_hundreds_of_square_metres_if_only_vertices_were_carried():
    assert 800 < _area_of_vertices_alone(NODED) - _area_of_vertices_alone(PLAIN) < 900


def test_a_node_on_a_straight_edge_moves_no_area():
    plain, noded = JINCHENG.area_m2([PLAIN, NODED])
    assert abs(plain - noded) < 0.01


@pytest.mark.parametrize(
    "text",
    [
        "MULTIPOLYGON (((112.8 35.5, 112.81 35.5, 112.81 35.51, 112.8 35.5)), EMPTY)",
        "GEOMETRYCOLLECTION (POLYGON EMPTY, POLYGON ((112.8 35.5, 112.81 35.5, 112.81 35.51, 112.8 35.5)))",
        "GEOMETRYCOLLECTION (MULTIPOLYGON (EMPTY, ((112.8 35.5, 112.81 35.5, 112.81 35.51, 112.8 35.5))), "
        "POINT EMPTY)",
    ],
)
def test_an_empty_part_is_left_out_and_does_not_end_the_process(text):
    alone = shapely.from_wkt("POLYGON ((112.8 35.5, 112.81 35.5, 112.81 35.51, 112.8 35.5))")
    shape = shapely.from_wkt(text)
    assert JINCHENG.area_m2([None, shape, alone])[1] == JINCHENG.area_m2([alone])[0]
    assert (
        JINCHENG.length_m([shapely.from_wkt("MULTILINESTRING ((112.8 35.5, 112.8 35.6), EMPTY)")])[0] > 11_000
    )
    assert JINCHENG.area_m2([shapely.from_wkt("MULTIPOLYGON (EMPTY, EMPTY)")])[0] == 0


@given(share=st.floats(0.001, 0.999))
def test_wherever_the_node_is_put_the_area_stays(share):
    node = (WEST + share * (EAST - WEST), SOUTH)
    noded = shapely.Polygon([(WEST, SOUTH), node, (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)])
    plain_m2, noded_m2 = JINCHENG.area_m2([PLAIN, noded])
    assert abs(plain_m2 - noded_m2) < 0.05


def test_area_agrees_with_the_ellipsoid_within_the_scale_of_the_projection():
    dense = shapely.segmentize(PLAIN, 0.0005)
    on_ellipsoid = abs(Geod(ellps="GRS80").geometry_area_perimeter(dense)[0])
    # 105 km west of the central meridian the scale is 1 + (105/6371)²/2 = 1.000136, squared for areas.
    assert JINCHENG.area_m2([PLAIN])[0] / on_ellipsoid == pytest.approx(1.00027, abs=3e-5)


def test_points_are_east_and_north_in_metres_and_come_back():
    metres = JINCHENG.points([(112.85, 35.5)])
    assert metres[0] == pytest.approx((395_658.899, 3_930_673.602), abs=0.001)
    np.testing.assert_allclose(JINCHENG.lonlat(metres), [(112.85, 35.5)], atol=1e-12)


@given(st.floats(111.5, 114.5), st.floats(34.0, 37.0))
def test_to_metres_and_back_lands_on_the_same_lattice_point(lon, lat):
    place = np.rint(np.array([[lon, lat]]) * 1e9) / 1e9
    np.testing.assert_array_equal(JINCHENG.lonlat(JINCHENG.points(place)), place)


def test_projecting_adds_points_at_most_a_thousandth_of_a_degree_apart():
    projected = JINCHENG.project([shapely.LineString([(112.8, 35.5), (112.8545, 35.5)])])[0]
    assert len(projected.coords) == 56


def test_shapes_come_back_from_metres():
    back = JINCHENG.unproject(JINCHENG.project([NODED]))[0]
    assert shapely.hausdorff_distance(back, shapely.segmentize(NODED, 1e-3)) <= LATTICE_DEG


def test_missing_and_empty_shapes_measure_nothing():
    shapes = [None, shapely.Polygon(), shapely.Point(112.8, 35.5)]
    np.testing.assert_array_equal(JINCHENG.area_m2(shapes), [0.0, 0.0, 0.0])
    np.testing.assert_array_equal(JINCHENG.length_m(shapes), [0.0, 0.0, 0.0])
    assert JINCHENG.project([None])[0] is None


def test_frames_and_series_are_read_in_their_order():
    series = gpd.GeoSeries([PLAIN, None], crs=4326)
    np.testing.assert_array_equal(JINCHENG.area_m2(series), JINCHENG.area_m2([PLAIN, None]))
    frame = gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=series)
    np.testing.assert_array_equal(JINCHENG.area_m2(frame), JINCHENG.area_m2([PLAIN, None]))


def test_snapping_moves_each_vertex_to_the_lattice_and_again_nowhere():
    rough = shapely.Polygon([(0.12345678949, 0, 7), (1, 0.0000000016, 7), (1, 1, 7)])
    snapped = snap_to_lattice([rough, None])
    assert list(snapped[0].exterior.coords)[:2] == [(0.123456789, 0.0), (1.0, 2e-9)]
    assert not snapped[0].has_z
    assert snapped[1] is None
    again = snap_to_lattice(snapped)
    assert shapely.to_wkb(again[0]) == shapely.to_wkb(snapped[0])


def test_a_shape_that_the_lattice_cannot_hold_comes_out_invalid_not_repaired():
    thinner_than_the_lattice = shapely.Polygon([(0, 0), (1, 0), (1, 2e-10)])
    assert thinner_than_the_lattice.is_valid
    snapped = snap_to_lattice([thinner_than_the_lattice])[0]
    assert not snapped.is_valid
    assert len(snapped.exterior.coords) == 4


@pytest.mark.parametrize("crs", [4547, "EPSG:26985", 32649])
def test_local_projections_in_metres_are_metric(crs):
    assert require_metric(crs).is_projected


@pytest.mark.parametrize("crs", [3857, 4326, 4490, 2240, 4978, None, "EPSG:0", "no such thing"])
def test_degrees_feet_mercator_and_nonsense_are_refused(crs):
    with pytest.raises(NotMetric) as refusal:
        require_metric(crs)
    assert isinstance(refusal.value, WrongFrame)
    assert refusal.value.crs


def test_web_mercator_would_have_stretched_jincheng_by_half():
    mercator = Transformer.from_crs(4326, 3857, always_xy=True)
    stretched = shapely.transform(PLAIN, lambda xy: np.column_stack(mercator.transform(*xy.T))).area
    assert stretched / JINCHENG.area_m2([PLAIN])[0] == pytest.approx(1.51, abs=0.01)


def test_swapped_points_are_refused_in_a_metric_frame_too():
    with pytest.raises(WrongFrame) as refusal:
        JINCHENG.points([(35.5, 112.85)])
    assert refusal.value.looks_swapped


def test_one_place_has_the_same_bits_as_many() -> None:
    frame = MetricFrame(4547)
    rng = np.random.default_rng(1)
    many = rng.uniform((112.5, 35.3), (113.1, 35.7), (500, 2))
    together = frame.points(many)
    alone = np.vstack([frame.points([place]) for place in many])
    np.testing.assert_array_equal(alone, together)
    back = np.vstack([frame.lonlat([place]) for place in together])
    np.testing.assert_array_equal(back, frame.lonlat(together))
    assert np.isnan(frame.points([[np.nan, 35.0]])).all()
    np.testing.assert_array_equal([frame.point(lon, lat) for lon, lat in many.tolist()], together)
    assert np.isnan(frame.point(np.nan, 35.0)).all()
    far = (-67.0, -35.0)
    np.testing.assert_array_equal(frame.point(*far), frame.points([far])[0])
    with pytest.raises(WrongFrame):
        frame.point(35.5, 112.85)


def test_shapes_measured_in_many_blocks_are_as_large_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = [shapely.box(112.8, 35.5, 112.81 + n / 1000, 35.51) for n in range(9)]
    given = [shapes[0], None, *shapes[1:], shapely.Polygon()]
    whole, drawn = JINCHENG.area_m2(given), snap_to_lattice(given)
    monkeypatch.setattr(frames, "_BLOCK_VERTICES", 11)
    assert JINCHENG.area_m2(given).tolist() == whole.tolist()
    assert whole[1] == whole[-1] == 0 and (whole[2:-1] > 0).all()
    assert all(a == b for a, b in zip(snap_to_lattice(given), drawn, strict=True) if b is not None)
