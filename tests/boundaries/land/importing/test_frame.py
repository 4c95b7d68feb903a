"""Frames: recognised, or asked about; never turned round unasked."""

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer

from boundaries.land.importing import FrameNotStated, Stated, UnknownFrame
from boundaries.land.importing.frame import Framed, to_lonlat
from gis.datums import Datum, convert
from tests.boundaries.land.importing.drawn import SHAPES

METRIC = 4547  # CGCS2000 / 3-degree, central meridian 114° E


def _array(shapes: list[shapely.Geometry]) -> np.ndarray:  # type: ignore[type-arg]
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def _in(epsg: int, *, swap: bool = False) -> np.ndarray:  # type: ignore[type-arg]
    """The drawn grids in another frame."""
    there = Transformer.from_crs(4490, epsg, always_xy=True)

    def turned(xy):  # type: ignore[no-untyped-def]
        out = np.column_stack(there.transform(xy[:, 0], xy[:, 1]))
        return out[:, ::-1] if swap else out

    return shapely.transform(_array(SHAPES), turned)  # type: ignore[no-any-return]


def _off_m(framed: Framed) -> float:
    """Largest distance of any vertex from where it was drawn, in metres (a degree is 111 km at most)."""
    drawn = shapely.get_coordinates(_array(SHAPES))
    return float(np.abs(shapely.get_coordinates(framed.shapes) - drawn).max() * 111_000)


@pytest.mark.parametrize("epsg", [4490, 4326, 4547, 4526, 4508, 32649, 3857])
def test_every_usual_frame_comes_back_to_where_it_was_drawn(epsg: int) -> None:
    framed = to_lonlat(_in(epsg), CRS.from_epsg(epsg), Stated(), metric_crs=METRIC)
    assert framed.usable and not framed.outside.any()
    assert _off_m(framed) < 0.001


def test_everything_ends_on_the_lattice() -> None:
    framed = to_lonlat(_in(4547), CRS.from_epsg(4547), Stated(), metric_crs=METRIC)
    xy = shapely.get_coordinates(framed.shapes)
    assert (xy == np.rint(xy * 1e9) / 1e9).all()


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_shifted_degrees_come_back(datum: Datum) -> None:
    shifted = shapely.transform(_array(SHAPES), lambda xy: convert(xy, Datum.WGS84, datum))
    framed = to_lonlat(shifted, None, Stated(datum=datum), metric_crs=METRIC)
    assert _off_m(framed) < 0.001
    assert datum in framed.text


def test_without_a_frame_degrees_are_recognised_and_the_datum_is_asked() -> None:
    with pytest.raises(FrameNotStated) as refused:
        to_lonlat(_in(4490), None, Stated(), metric_crs=METRIC)
    assert "state --datum wgs84, cgcs2000, gcj02 or bd09" in refused.value.hints[0]


@pytest.mark.parametrize(
    ("epsg", "hint"),
    [
        (4526, "begins with the 3-degree zone 38): state --crs EPSG:4526"),
        (4497, "begins with the 6-degree zone 19): state --crs EPSG:4497"),
        (4547, "the district's own frame): state --crs EPSG:4547"),
    ],
)
def test_without_a_frame_eastings_are_recognised(epsg: int, hint: str) -> None:
    with pytest.raises(FrameNotStated) as refused:
        to_lonlat(_in(epsg), None, Stated(), metric_crs=METRIC)
    assert refused.value.hints[0].endswith(hint)
    with pytest.raises(FrameNotStated) as swapped:
        to_lonlat(_in(epsg, swap=True), None, Stated(), metric_crs=METRIC)
    assert swapped.value.hints[0].endswith(f"{hint} --swap")


def test_without_a_frame_local_numbers_are_not_guessed() -> None:
    local = _array([shapely.box(0, 0, 500, 500)])
    with pytest.raises(FrameNotStated, match="local drawing frame"):
        to_lonlat(local, None, Stated(), metric_crs=METRIC)


def test_lon_and_lat_swapped_is_asked_about_and_confirmed() -> None:
    asked = to_lonlat(_in(4490, swap=True), CRS.from_epsg(4490), Stated(), metric_crs=METRIC)
    assert not asked.usable
    assert [(finding.code, finding.blocks) for finding in asked.findings] == [("lon-lat-swapped", True)]
    assert "--swap" in asked.findings[0].message
    settled = to_lonlat(_in(4490, swap=True), CRS.from_epsg(4490), Stated(swap=True), metric_crs=METRIC)
    assert settled.usable and _off_m(settled) < 0.001


def test_northing_and_easting_swapped_is_asked_about_and_confirmed() -> None:
    asked = to_lonlat(_in(4526, swap=True), None, Stated(crs="EPSG:4526"), metric_crs=METRIC)
    assert [(finding.code, finding.blocks) for finding in asked.findings] == [
        ("northing-easting-swapped", True)
    ]
    settled = to_lonlat(_in(4526, swap=True), None, Stated(crs="EPSG:4526", swap=True), metric_crs=METRIC)
    assert settled.usable and _off_m(settled) < 0.001


def test_a_needless_swap_is_asked_about_too() -> None:
    asked = to_lonlat(_in(4490), CRS.from_epsg(4490), Stated(swap=True), metric_crs=METRIC)
    assert "leave --swap away" in asked.findings[0].message


def test_a_zone_prefix_that_the_stated_frame_lacks_is_recognised() -> None:
    """38 395 659 read in EPSG:4547, whose eastings are 395 659."""
    asked = to_lonlat(_in(4526), CRS.from_epsg(4547), Stated(), metric_crs=METRIC)
    assert not asked.usable
    assert "state --crs EPSG:4526" in asked.findings[0].message


def test_projected_numbers_under_a_geographic_name_are_recognised() -> None:
    """What a GeoJSON says that was written in metres."""
    asked = to_lonlat(_in(4526), CRS.from_epsg(4326), Stated(), metric_crs=METRIC, by_definition=True)
    assert "state --crs EPSG:4526" in next(finding.message for finding in asked.findings if finding.blocks)


def test_the_frame_of_another_place_is_no_frame_of_this_one() -> None:
    far = _array([shapely.box(-77.1, 38.8, -77.0, 38.9)])
    asked = to_lonlat(far, CRS.from_epsg(4326), Stated(), metric_crs=METRIC)
    assert asked.findings[0].code == "wrong-frame" and asked.findings[0].blocks
    assert "not in this district" in asked.findings[0].message


def test_single_shapes_far_away_are_named() -> None:
    shapes = _array([*SHAPES, shapely.box(0, 0, 0.1, 0.1)])
    framed = to_lonlat(shapes, CRS.from_epsg(4490), Stated(), metric_crs=METRIC)
    assert list(np.flatnonzero(framed.outside)) == [6]


def test_an_old_datum_needs_the_surveyors() -> None:
    """Xian 1980: PROJ knows no shift for it here, and a guess would be 100 m off."""
    asked = to_lonlat(_in(4610), CRS.from_epsg(4610), Stated(), metric_crs=METRIC)
    assert ("datum-shift-unknown", True) in [(finding.code, finding.blocks) for finding in asked.findings]


def test_a_stated_frame_overrides_the_file_and_says_so() -> None:
    framed = to_lonlat(_in(4526), CRS.from_epsg(4326), Stated(crs="EPSG:4526"), metric_crs=METRIC)
    assert framed.usable
    assert "crs-overridden" in [finding.code for finding in framed.findings]


@pytest.mark.parametrize("crs", ["EPSG:999999", "nonsense"])
def test_a_frame_that_does_not_exist_is_refused(crs: str) -> None:
    with pytest.raises(UnknownFrame) as refused:
        to_lonlat(_in(4490), None, Stated(crs=crs), metric_crs=METRIC)
    assert refused.value.crs == crs


def test_missing_shapes_stay_missing() -> None:
    shapes = _array([SHAPES[0], None, SHAPES[1]])
    framed = to_lonlat(shapes, CRS.from_epsg(4490), Stated(), metric_crs=METRIC)
    assert framed.shapes[1] is None
    assert framed.shapes[2].equals(SHAPES[1])
