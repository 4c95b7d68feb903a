import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from gis.datums import Datum, LonLat, WrongFrame, convert

SHIFTED = [Datum.GCJ02, Datum.BD09]
in_china = st.tuples(st.floats(74.0, 134.0), st.floats(4.0, 53.0))
MICROMETRE_DEG = 1e-11


def _metres(a, b):
    return np.asarray(Geod(ellps="WGS84").inv(*np.asarray(a).T, *np.asarray(b).T)[2])


def _jincheng():
    lon, lat = np.meshgrid(np.linspace(112.77, 113.02, 80), np.linspace(35.40, 35.62, 80))
    return np.column_stack([lon.ravel(), lat.ravel()])


# Known pairs: googollee/eviltransform, python/tests (WGS 84 → GCJ-02) and wandergis/coordtransform,
# test/app.js (printed results).
@pytest.mark.parametrize(
    ("source", "target", "given_lonlat", "expected"),
    [
        (Datum.WGS84, Datum.GCJ02, (121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        (Datum.WGS84, Datum.GCJ02, (113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        (Datum.WGS84, Datum.GCJ02, (116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        (Datum.WGS84, Datum.GCJ02, (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
        (Datum.GCJ02, Datum.BD09, (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
    ],
)
def test_known_pairs_come_out_to_the_last_published_digit(source, target, given_lonlat, expected):
    np.testing.assert_allclose(convert(given_lonlat, source, target)[0], expected, atol=1e-12)


def test_bd09_to_gcj02_agrees_with_the_customary_formula_within_its_own_metre():
    # coordtransform prints 116.39762729119315, 39.90865673957631 for the one-step inverse.
    ours = convert((116.404, 39.915), Datum.BD09, Datum.GCJ02)
    assert _metres(ours, [(116.39762729119315, 39.90865673957631)])[0] < 1.0


def test_around_jincheng_gcj02_lies_552_to_591_metres_east():
    places = _jincheng()
    shifted = convert(places, Datum.WGS84, Datum.GCJ02)
    metres = _metres(places, shifted)
    assert metres.min() >= 552
    assert metres.max() <= 591
    bearing = np.asarray(Geod(ellps="WGS84").inv(*places.T, *shifted.T)[0])
    assert np.all((bearing > 85) & (bearing < 100))


def test_around_jincheng_bd09_lies_1_28_to_1_36_kilometres_off():
    places = _jincheng()
    metres = _metres(places, convert(places, Datum.WGS84, Datum.BD09))
    assert metres.min() > 1270
    assert metres.max() < 1360


def test_cgcs2000_is_wgs84():
    places = _jincheng()
    np.testing.assert_array_equal(convert(places, Datum.CGCS2000, Datum.WGS84), places)
    np.testing.assert_array_equal(
        convert(places, Datum.CGCS2000, Datum.BD09), convert(places, Datum.WGS84, Datum.BD09)
    )


@given(place=in_china, source=st.sampled_from(Datum), target=st.sampled_from(Datum))
def test_there_and_back_closes_within_a_micrometre(place, source, target):
    there = convert(place, source, target)
    np.testing.assert_allclose(convert(there, target, source)[0], place, rtol=0, atol=MICROMETRE_DEG)


@pytest.mark.parametrize("target", SHIFTED)
def test_there_and_back_closes_beside_the_roots_of_the_formula(target):
    """The published shift has square roots of the distances to 105° E and 35° N."""
    near = np.concatenate([[0.0], 10.0 ** np.linspace(-16, -1, 4000)])
    other = np.linspace(6, 50, len(near))
    places = np.vstack([np.column_stack([105 + near, other]), np.column_stack([75 + other, 35 - near])])
    back = convert(convert(places, Datum.WGS84, target), target, Datum.WGS84)
    np.testing.assert_allclose(back, places, rtol=0, atol=MICROMETRE_DEG)


@given(place=in_china, target=st.sampled_from(SHIFTED), step=st.floats(1e-6, 1e-2))
def test_the_shift_keeps_order_east_and_north(place, target, step):
    lon, lat = place
    here, east, north = convert([(lon, lat), (lon + step, lat), (lon, lat + step)], Datum.WGS84, target)
    assert east[0] > here[0]
    assert north[1] > here[1]


@given(st.lists(in_china, min_size=1, max_size=8), st.sampled_from(SHIFTED))
def test_many_at_once_equal_one_by_one(places, target):
    together = convert(places, Datum.WGS84, target)
    single = np.vstack([convert(place, Datum.WGS84, target) for place in places])
    np.testing.assert_allclose(together, single, rtol=0, atol=1e-13)


@pytest.mark.parametrize("place", [(-77.0, 38.9), (2.35, 48.85), (151.2, -33.9), (140.0, 40.0), (60.0, 30.0)])
@pytest.mark.parametrize("target", SHIFTED)
def test_outside_china_nothing_moves(place, target):
    assert tuple(convert(place, Datum.WGS84, target)[0]) == place
    assert tuple(convert(place, target, Datum.WGS84)[0]) == place


def test_nan_stays_nan_and_spoils_no_other_row():
    out = convert([(112.85, 35.5), (np.nan, 35.5), (112.85, np.nan)], Datum.WGS84, Datum.GCJ02)
    assert np.isfinite(out[0]).all()
    assert np.isnan(out[1:]).all()
    assert np.isnan(convert([(np.nan, 35.5)], Datum.WGS84, Datum.WGS84)).all()


def test_the_input_is_not_written_to():
    places = _jincheng()
    before = places.copy()
    convert(places, Datum.WGS84, Datum.BD09)
    np.testing.assert_array_equal(places, before)
    assert convert(places, Datum.WGS84, Datum.WGS84) is not places


def test_none_gives_none():
    assert convert([], Datum.WGS84, Datum.GCJ02).shape == (0, 2)


def test_swapped_pairs_are_refused_with_their_facts():
    with pytest.raises(WrongFrame) as refusal:
        convert([(112.85, 35.5), (35.5, 112.85)], Datum.WGS84, Datum.GCJ02)
    facts = refusal.value
    assert (facts.position, facts.lon, facts.lat, facts.count) == (1, 35.5, 112.85, 1)
    assert facts.looks_swapped
    assert "swapped" in str(facts)


@pytest.mark.parametrize(
    "lonlat", [[(np.inf, 35.0)], [(112.0, -90.1)], [(181.0, 0.0)], [(1.0, 2.0, 3.0)], [("a", "b")], 7.0]
)
def test_what_is_no_place_on_the_globe_is_refused(lonlat):
    with pytest.raises(WrongFrame):
        convert(lonlat, Datum.WGS84, Datum.GCJ02)


def test_metres_taken_for_degrees_do_not_look_swapped():
    with pytest.raises(WrongFrame) as refusal:
        convert([(38_395_659.0, 3_930_674.0)], Datum.WGS84, Datum.GCJ02)
    assert not refusal.value.looks_swapped


def test_a_place_knows_its_datum():
    place = LonLat(lon=116.404, lat=39.915, datum=Datum.WGS84)
    there = place.to(Datum.GCJ02)
    assert there.datum is Datum.GCJ02
    assert there.lon == pytest.approx(116.41024449916938, abs=1e-12)


@pytest.mark.parametrize("pair", [(np.nan, 35.0), (112.0, np.inf), (35.5, 112.85)])
def test_a_single_place_must_be_whole(pair):
    with pytest.raises(WrongFrame):
        LonLat(*pair, datum=Datum.WGS84)
