"""Cells that ignore the net: H3 hexagons, and squares in the metric frame."""

from dataclasses import dataclass

import h3
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gis.frames import MetricCrs, MetricFrame

MIN_RESOLUTION, MAX_RESOLUTION = 5, 12
MIN_SIZE_M = 20.0
MAX_SIZE_M = 100_000.0  # beyond a metric frame's own reach


@dataclass(frozen=True)
class Cells:
    """codes: one a cell, sorted. shapes: lon/lat polygons. area_m2. of_point: (n,) cell of each point, -1."""

    codes: list[str]
    shapes: NDArray[np.object_]
    area_m2: NDArray[np.float64]
    of_point: NDArray[np.int64]


def hexagons(lonlat: ArrayLike, resolution: int, *, metric_crs: MetricCrs) -> Cells:
    """The H3 cells that hold (n, 2) degrees WGS 84; resolution 9 has edges of about 200 m.

    NaN is in no cell. Raises ValueError for a resolution outside 5–12.
    """
    if not MIN_RESOLUTION <= resolution <= MAX_RESOLUTION:
        raise ValueError(f"resolution {resolution} is not within {MIN_RESOLUTION}–{MAX_RESOLUTION}")
    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    usable = np.isfinite(points).all(axis=1)
    # one call a place, not a point: incidents come back to the same doors
    places, place_of = np.unique(points[usable] @ (1, 1j), return_inverse=True)
    found = [h3.latlng_to_cell(place.imag, place.real, resolution) for place in places.tolist()]
    names = np.array(found, dtype=object)
    codes, cell_of_place = np.unique(names.astype(str), return_inverse=True)
    of_point = np.full(len(points), -1, dtype=np.int64)
    of_point[usable] = cell_of_place[place_of.ravel()] if len(places) else []
    rings = [[(lon, lat) for lat, lon in h3.cell_to_boundary(code)] for code in codes.tolist()]
    shapes = np.array([shapely.Polygon(ring) for ring in rings] + [None], dtype=object)[:-1]
    return Cells(codes.tolist(), shapes, MetricFrame.of(metric_crs).area_m2(shapes), of_point)


def squares(lonlat: ArrayLike, size_m: float, *, metric_crs: MetricCrs) -> Cells:
    """Squares of the metric frame, counted from its origin, that hold (n, 2) degrees WGS 84.

    The code is `e{column}n{row}`. Raises ValueError for squares below 20 m or above 100 km.
    """
    if not MIN_SIZE_M <= size_m <= MAX_SIZE_M:
        raise ValueError(f"squares of {size_m} m are below {MIN_SIZE_M} m or above {MAX_SIZE_M} m")
    frame = MetricFrame.of(metric_crs)
    metric = frame.points(np.asarray(lonlat, dtype=np.float64).reshape(-1, 2))
    usable = np.isfinite(metric).all(axis=1)
    cell = np.floor(metric[usable] / size_m).astype(np.int64)
    keys, which = np.unique((cell[:, 0] << 32) + cell[:, 1], return_inverse=True)  # metres fit into 31 bits
    found = np.column_stack([(keys - (keys << 32 >> 32)) >> 32, keys << 32 >> 32])
    of_point = np.full(len(metric), -1, dtype=np.int64)
    of_point[usable] = which.ravel()
    low = found * size_m
    shapes = frame.unproject(shapely.box(low[:, 0], low[:, 1], low[:, 0] + size_m, low[:, 1] + size_m))
    return Cells([f"e{c}n{r}" for c, r in found.tolist()], shapes, np.full(len(found), size_m**2), of_point)
