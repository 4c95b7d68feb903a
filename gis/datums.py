"""The four frames that a Chinese coordinate may come in, and the way from each to each.

WGS 84 and CGCS2000 are one frame here (they agree within centimetres). GCJ-02 is WGS 84 with the
obligatory shift of Chinese web maps (some 0.6 km east in Jincheng), BD-09 is Baidu's shift on top of it
(some 1.3 km). docs/datums.md tells the differences and where the formulas come from.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]


class Datum(StrEnum):
    """What a pair of degrees refers to. There is no default: whoever gives a pair says which it is."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class WrongFrame(ValueError):
    """These numbers cannot be what they are said to be.

    reason: one sentence. position: row of the first bad pair. lon, lat: that pair. count: bad rows.
    looks_swapped: true where lon and lat would fit the other way round.
    """

    code: ClassVar[str] = "wrong-frame"

    def __init__(
        self,
        reason: str,
        *,
        position: int | None = None,
        lon: float | None = None,
        lat: float | None = None,
        count: int = 1,
        looks_swapped: bool = False,
    ) -> None:
        self.reason = reason
        self.position = position
        self.lon = lon
        self.lat = lat
        self.count = count
        self.looks_swapped = looks_swapped
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class LonLat:
    """One place, which knows its datum. Degrees; raises WrongFrame unless finite and on the globe."""

    lon: float
    lat: float
    datum: Datum

    def __post_init__(self) -> None:
        if not (np.isfinite(self.lon) and np.isfinite(self.lat)):
            raise WrongFrame("a coordinate is not a finite number", position=0, lon=self.lon, lat=self.lat)
        checked_lonlat([(self.lon, self.lat)])

    def to(self, datum: Datum) -> "LonLat":
        """The same place in another datum."""
        lon, lat = convert([(self.lon, self.lat)], self.datum, datum)[0]
        return LonLat(float(lon), float(lat), Datum(datum))


def convert(lonlat: ArrayLike, source: Datum, target: Datum) -> Degrees:
    """Carry places from one datum to another.

    lonlat: (n, 2) degrees, lon first, or one pair. Returns a new (n, 2) array. Outside China (the
    customary rectangle, decided by the coordinates as given) no shift is applied. A row with NaN in it
    comes back as NaN, NaN. The inverse directions leave less than 1e-11° (1 µm).
    Raises WrongFrame for another shape, infinities, |lat| > 90 or |lon| > 180.
    """
    given = checked_lonlat(lonlat)
    start, end = _family(source), _family(target)
    moved = given.copy()
    if start is not end:
        rows = np.flatnonzero(_in_china(given))
        places = given[rows]
        for step in _STEPS[start, end]:
            places = step(places)
        moved[rows] = places
    moved[np.isnan(given).any(axis=1)] = np.nan
    return moved


def checked_lonlat(lonlat: ArrayLike) -> Degrees:
    """The pairs as an (n, 2) array of floats; NaN may stay, what lies off the globe raises WrongFrame."""
    try:
        pairs = np.asarray(lonlat, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise WrongFrame(f"coordinates are no numbers: {error}") from error
    if pairs.ndim == 1 and pairs.size in (0, 2):
        pairs = pairs.reshape(-1, 2)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise WrongFrame(f"coordinates come as rows of lon, lat; these have the shape {pairs.shape}")
    lon, lat = np.abs(pairs[:, 0]), np.abs(pairs[:, 1])
    bad = np.flatnonzero((lon > 180.0) | (lat > 90.0))
    if bad.size:
        swapped = bool(np.all((lon[bad] <= 90.0) & (lat[bad] <= 180.0)))
        first = int(bad[0])
        hint = "; lon and lat look swapped" if swapped else ""
        raise WrongFrame(
            f"{pairs[first, 0]:g}, {pairs[first, 1]:g} is no lon, lat in degrees{hint}",
            position=first,
            lon=float(pairs[first, 0]),
            lat=float(pairs[first, 1]),
            count=int(bad.size),
            looks_swapped=swapped,
        )
    return pairs


def _family(datum: Datum) -> Datum:
    datum = Datum(datum)
    return Datum.WGS84 if datum is Datum.CGCS2000 else datum


def _in_china(lonlat: Degrees) -> NDArray[np.bool_]:
    """The rectangle in which the known implementations shift; NaN is outside."""
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return np.asarray(inside, dtype=np.bool_)


# GCJ-02: the axis and the eccentricity are those of the Krasovsky ellipsoid of the leaked algorithm.
_AXIS_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
# BD-09
_WAVE = np.pi * 3000.0 / 180.0
_BAIDU_OFFSET = np.array([0.0065, 0.006])
# One pass divides what is left by some 250 (GCJ-02) or 45 (BD-09); by less beside 105° E and 35° N, where
# the published formula takes a square root of the distance: six passes leave below 4e-12° there.
_ITERATIONS = 6


def _wgs84_to_gcj02(lonlat: Degrees) -> Degrees:
    shifted: Degrees = lonlat + _gcj02_shift(lonlat)
    return shifted


def _gcj02_shift(lonlat: Degrees) -> Degrees:
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    common = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north_m += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east_m += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    lat = np.radians(lonlat[:, 1])
    w = 1.0 - _ECCENTRICITY_SQUARED * np.sin(lat) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / (w * np.sqrt(w))
    parallel_m = _AXIS_M / np.sqrt(w) * np.cos(lat)
    return np.column_stack([np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)])


def _gcj02_to_wgs84(lonlat: Degrees) -> Degrees:
    """Undo the shift by fixed point: the shift changes so slowly that it may be taken at the last guess."""
    guess: Degrees = lonlat - _gcj02_shift(lonlat)
    for _ in range(_ITERATIONS):
        guess = lonlat - _gcj02_shift(guess)
    return guess


def _gcj02_to_bd09(lonlat: Degrees) -> Degrees:
    shifted: Degrees = _turned(lonlat, lonlat, sign=1.0) + _BAIDU_OFFSET
    return shifted


def _bd09_to_gcj02(lonlat: Degrees) -> Degrees:
    """Undo Baidu's turn; the customary closed formula (within a metre) is the first guess."""
    turned = lonlat - _BAIDU_OFFSET
    guess = _turned(turned, turned, sign=-1.0)
    for _ in range(_ITERATIONS):
        guess = guess + (turned - _turned(guess, guess, sign=1.0))
    return guess


def _turned(lonlat: Degrees, wave_at: Degrees, *, sign: float) -> Degrees:
    """Lengthen and turn each vector from 0°, 0° by Baidu's waves, taken at the second places."""
    radius = np.hypot(lonlat[:, 0], lonlat[:, 1]) + sign * 2e-5 * np.sin(wave_at[:, 1] * _WAVE)
    angle = np.arctan2(lonlat[:, 1], lonlat[:, 0]) + sign * 3e-6 * np.cos(wave_at[:, 0] * _WAVE)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


_STEPS: dict[tuple[Datum, Datum], tuple[Callable[[Degrees], Degrees], ...]] = {
    (Datum.WGS84, Datum.GCJ02): (_wgs84_to_gcj02,),
    (Datum.GCJ02, Datum.WGS84): (_gcj02_to_wgs84,),
    (Datum.GCJ02, Datum.BD09): (_gcj02_to_bd09,),
    (Datum.BD09, Datum.GCJ02): (_bd09_to_gcj02,),
    (Datum.WGS84, Datum.BD09): (_wgs84_to_gcj02, _gcj02_to_bd09),
    (Datum.BD09, Datum.WGS84): (_bd09_to_gcj02, _gcj02_to_wgs84),
}
