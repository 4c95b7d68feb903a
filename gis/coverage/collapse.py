"""Taking away what is thinner than a snap within one polygon: spikes, gores, polygons thin all along."""

import numpy as np
import shapely

from gis.coverage.plane import LATTICE_M, Polygons
from gis.frames import MetricFrame


def collapsed(polygons: Polygons, snap_m: float, frame: MetricFrame) -> Polygons:
    """Lon/lat polygons without what is thinner than snap_m; those without such parts are the same objects.

    GEOS nodes each polygon by itself with the snap as tolerance: a corner that is nearer to another edge
    becomes a node of it, and what then has no width is gone. A polygon that is thin all along becomes
    empty, and its ground goes to the neighbour with the longest border. Corners that stay keep their bits.
    """
    out = polygons.copy()
    for row, shape in enumerate(polygons):
        metric = shapely.transform(shape, frame.points)
        (thick,) = shapely.coverage_clean(np.array([metric]), snapping_distance=snap_m)
        if _area_between(metric, thick) > LATTICE_M * shapely.length(metric):
            out[row] = _with_bits_of(thick, metric, shape, frame)
    for row in np.flatnonzero(shapely.is_empty(out) & ~shapely.is_empty(polygons)).tolist():
        _give_to_neighbour(row, polygons[row], out, frame)
    return out


def _give_to_neighbour(row: int, ground: shapely.Geometry, out: Polygons, frame: MetricFrame) -> None:
    near = shapely.STRtree(out).query(ground, predicate="intersects")
    near = np.sort(near[near != row])
    shared_m = frame.length_m(shapely.intersection(shapely.boundary(out[near]), shapely.boundary(ground)))
    if len(near) and shared_m.max() > 0:
        heir = near[np.argmax(shared_m)]
        out[heir] = shapely.union(out[heir], ground)


def _area_between(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return float(shapely.area(shapely.symmetric_difference(one, other)))


def _with_bits_of(
    metric: shapely.Geometry, origin_metric: shapely.Geometry, origin: shapely.Geometry, frame: MetricFrame
) -> shapely.Geometry:
    """The metric shape in lon/lat, with the very coordinates of `origin` where a corner is one of its."""
    known = dict(
        zip(
            map(tuple, shapely.get_coordinates(origin_metric).tolist()),
            shapely.get_coordinates(origin).tolist(),
            strict=True,
        )
    )
    places = shapely.get_coordinates(metric)
    free = frame.lonlat(places).tolist() if len(places) else []
    kept = [known.get(tuple(place), lonlat) for place, lonlat in zip(places.tolist(), free, strict=True)]
    return shapely.set_coordinates(metric, np.array(kept).reshape(-1, 2))
