"""From whatever frame a file is in to lon/lat on the lattice, or a question to the user.

The district's metric CRS says where on earth its land can be; numbers that fall elsewhere are read the
other ways in which files usually come, and what fits is proposed. Nothing is ever turned round unasked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from boundaries.land.importing.errors import FrameNotStated, UnknownFrame
from boundaries.land.importing.report import Finding
from gis.datums import Datum, convert
from gis.frames import snap_to_lattice

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

_MARGIN_DEG = 1.0
_FITS = 0.9
_OURS = {4326, 4490, 4979, 4480}  # WGS 84 and CGCS2000 are one frame here
_PLAIN_DATUMS = (Datum.WGS84, Datum.CGCS2000)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user says about the coordinates. crs: anything pyproj reads; swap: y came first."""

    crs: str | None = None
    datum: Datum | None = None
    swap: bool = False


@dataclass
class Framed:
    """shapes: lon/lat on the lattice. outside: rows that lie elsewhere on earth. text: the frame's name.

    usable: False where a blocking finding says that the frame must be settled first.
    """

    shapes: Shapes
    outside: NDArray[np.bool_]
    text: str
    usable: bool = True
    findings: list[Finding] = field(default_factory=list)


def to_lonlat(
    shapes: Shapes, file_crs: CRS | None, stated: Stated, *, metric_crs: int, by_definition: bool = False
) -> Framed:
    """Carry shapes (2D, finite, None allowed) into lon/lat.

    file_crs: what the file says; by_definition: its format fixes it. metric_crs: the district's EPSG.
    Raises FrameNotStated where nobody says what the numbers are, UnknownFrame.
    """
    findings: list[Finding] = []
    xy = shapely.get_coordinates(shapes)
    crs = _crs(file_crs, stated, findings)
    if crs is None:
        raise FrameNotStated(
            "Nothing says which coordinates these are", hints=tuple(_hints(xy, metric_crs)) or _no_idea(xy)
        )
    if by_definition and stated.datum is None and stated.crs is None:
        findings.append(
            Finding("datum-by-definition", "the format says WGS 84; if the shapes were drawn on a Chinese web"
                    " map, state --datum gcj02 or bd09")
        )  # fmt: skip
    way = _Way.of(crs, stated, metric_crs)
    if way.unknown_shift:
        findings.append(
            Finding(
                "datum-shift-unknown",
                f"{crs.name} cannot be carried to CGCS2000 without the surveyors' parameters (error of"
                " 100 m and more): ask for the file in CGCS2000",
                blocks=True,
            )
        )
    lonlat = way.lonlat(xy)
    inside = _inside(lonlat, metric_crs)
    if len(xy) and inside.mean() < 0.5:
        findings.append(_misplaced(xy, crs, stated, metric_crs))
        outside = np.zeros(len(shapes), dtype=bool)
        return Framed(shapes, outside, way.text, usable=False, findings=findings)
    turned = np.empty(len(shapes), dtype=object)
    turned[:] = shapely.set_coordinates(shapes.copy(), np.where(np.isfinite(lonlat), lonlat, 0.0))
    rows = shapely.get_coordinates(shapes, return_index=True)[1]
    outside = np.zeros(len(shapes), dtype=bool)
    outside[rows[~inside]] = True
    return Framed(snap_to_lattice(turned), outside, way.text, findings=findings)


@dataclass(frozen=True)
class _Way:
    """How numbers of one frame become degrees of ours."""

    steps: tuple[Transformer, ...]
    datum: Datum
    swap: bool
    text: str
    unknown_shift: bool = False

    @classmethod
    def of(cls, crs: CRS, stated: Stated, metric_crs: int) -> "_Way":
        flat = crs.to_2d()
        geodetic = flat.geodetic_crs
        if geodetic is None:
            raise UnknownFrame(crs.name, "a local frame; ask for the file in CGCS2000")
        steps, unknown = [], False
        if flat.is_projected:
            steps.append(_transformer(flat, geodetic))
        if not _is_ours(geodetic, metric_crs):
            if stated.datum not in (None, *_PLAIN_DATUMS):
                raise UnknownFrame(crs.name, f"it has a datum of its own and cannot be {stated.datum}")
            group = TransformerGroup(geodetic, CRS.from_epsg(4326), always_xy=True)
            unknown = not group.transformers or "ballpark" in group.transformers[0].description.lower()
            steps.append(_transformer(geodetic, CRS.from_epsg(4326)))
        datum = stated.datum or Datum.WGS84
        code = flat.to_epsg()
        text = f"{crs.name} (EPSG:{code})" if code else crs.name
        shifted = f", shifted as {datum}" if datum not in _PLAIN_DATUMS else ""
        return cls(
            tuple(steps), datum, stated.swap, text + shifted + (", swapped" if stated.swap else ""), unknown
        )

    def lonlat(self, xy: Floats) -> Floats:
        """(n, 2) degrees; NaN where the numbers mean no place."""
        out = xy[:, ::-1].copy() if self.swap else xy.copy()
        for step in self.steps:
            out = np.column_stack(step.transform(out[:, 0], out[:, 1]))
        off = ~(np.isfinite(out).all(axis=1) & (np.abs(out[:, 0]) <= 180) & (np.abs(out[:, 1]) <= 90))
        out[off] = np.nan
        return convert(out, self.datum, Datum.WGS84)


def _crs(file_crs: CRS | None, stated: Stated, findings: list[Finding]) -> CRS | None:
    if stated.crs is None:
        if file_crs is None and stated.datum is not None:
            return CRS.from_epsg(4490 if stated.datum is Datum.CGCS2000 else 4326)
        return file_crs
    try:
        crs = CRS.from_user_input(stated.crs)
    except CRSError as error:
        raise UnknownFrame(stated.crs, "there is no such CRS; write for instance EPSG:4547") from error
    if file_crs is not None and not crs.equals(file_crs, ignore_axis_order=True):
        findings.append(
            Finding("crs-overridden", f"the file says {file_crs.name}; it is read as {crs.name}, as stated")
        )
    return crs


def _misplaced(xy: Floats, crs: CRS, stated: Stated, metric_crs: int) -> Finding:
    other = Stated(stated.crs, stated.datum, not stated.swap)
    if _share(xy, crs, other, metric_crs) >= _FITS:
        what, first = (
            ("lon and lat", "latitude") if crs.is_geographic else ("easting and northing", "northing")
        )
        code = "lon-lat-swapped" if crs.is_geographic else "northing-easting-swapped"
        how = "leave --swap away" if stated.swap else "confirm with --swap"
        return Finding(code, f"{what} are swapped: {_shown(xy)} has the {first} first; {how}", blocks=True)
    hints = list(_hints(xy, metric_crs))
    place = ", ".join(
        f"{value:.4f}" for value in np.median(_Way.of(crs, stated, metric_crs).lonlat(xy), axis=0)
    )
    where = "no place on earth" if "nan" in place else f"lon {place.replace(', ', ', lat ')}"
    message = f"as {crs.name}, {_shown(xy)} is {where}, not in this district. " + ". ".join(
        hints or _no_idea(xy)
    )
    return Finding("wrong-frame", message, blocks=True)


def _hints(xy: Floats, metric_crs: int) -> Iterator[str]:
    """The usual frames in which the numbers would lie in the district, likeliest first."""
    for swap in (False, True):
        flag = " --swap" if swap else ""
        order = " with the axes swapped" if swap else ""
        if _share(xy, CRS.from_epsg(4326), Stated(swap=swap), metric_crs) >= _FITS:
            yield (
                f"They look like degrees{order} ({_shown(xy)}):"
                f" state --datum wgs84, cgcs2000, gcj02 or bd09{flag}"
            )
        for epsg, why in _projected_candidates(xy[:, 1] if swap else xy[:, 0], metric_crs):
            if _share(xy, CRS.from_epsg(epsg), Stated(swap=swap), metric_crs) >= _FITS:
                name = CRS.from_epsg(epsg).name
                yield f"They look like {name}{order} ({why}): state --crs EPSG:{epsg}{flag}"


def _projected_candidates(eastings: Floats, metric_crs: int) -> Iterator[tuple[int, str]]:
    zone = int(np.median(eastings) // 1_000_000) if len(eastings) else 0
    text = f"{np.median(eastings):.0f}" if len(eastings) else ""
    if 25 <= zone <= 45:
        yield 4513 + zone - 25, f"{text} begins with the 3-degree zone {zone}"
    if 13 <= zone <= 23:
        yield 4491 + zone - 13, f"{text} begins with the 6-degree zone {zone}"
    if zone == 0:
        yield metric_crs, "the district's own frame"


def _no_idea(xy: Floats) -> tuple[str, ...]:
    return (
        f"They look like a local drawing frame ({_shown(xy)}):"
        " ask who made the file for CGCS2000, or state --crs EPSG:…",
    )


def _share(xy: Floats, crs: CRS, stated: Stated, metric_crs: int) -> float:
    sample = xy[:: max(1, len(xy) // 1000)]
    if not len(sample):
        return 0.0
    return float(_inside(_Way.of(crs, stated, metric_crs).lonlat(sample), metric_crs).mean())


def _inside(lonlat: Floats, metric_crs: int) -> NDArray[np.bool_]:
    """Where the district's metric CRS may be used, a degree around it included."""
    region = CRS.from_epsg(metric_crs).area_of_use
    if region is None:
        return np.asarray(np.isfinite(lonlat).all(axis=1), dtype=bool)
    west, south, east, north = region.bounds
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside = (lon >= west - _MARGIN_DEG) & (lon <= east + _MARGIN_DEG)
    return np.asarray(inside & (lat >= south - _MARGIN_DEG) & (lat <= north + _MARGIN_DEG), dtype=bool)


def _is_ours(geodetic: CRS, metric_crs: int) -> bool:
    """Whether these degrees are taken as they are, as `gis.frames` takes those of the metric CRS."""
    if geodetic.to_2d().to_epsg(min_confidence=25) in _OURS:
        return True
    return geodetic.to_2d().equals(CRS.from_epsg(metric_crs).geodetic_crs, ignore_axis_order=True)


@lru_cache(maxsize=64)
def _transformer(source: CRS, target: CRS) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _shown(xy: Floats) -> str:
    x, y = np.median(xy, axis=0) if len(xy) else (np.nan, np.nan)
    digits = 6 if max(abs(x), abs(y)) <= 180 else 0
    return f"{x:.{digits}f}, {y:.{digits}f}"
