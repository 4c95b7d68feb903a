"""四至: what bounds a grid to the east, west, south and north, from the named lines along its border.

Each stretch of the border faces the side to which its outward normal points; a line bounds a side as far
as it runs along the border there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.frames import Geometries, MetricCrs, MetricFrame, geometry_array

Side = Literal["东", "西", "南", "北"]
SIDES: tuple[Side, ...] = ("东", "西", "南", "北")
WITHIN_M = 15.0
"""A border follows a line that runs no further off: half of a wide street."""
LEAST_SHARE = 0.15
"""A line along less of a side than this is not named."""
_STEP_M = 5.0
_LEAST_COSINE = 0.7  # 45°: a street across the border bounds nothing


@dataclass(frozen=True)
class Along:
    """A named line along a side: its length there in metres and its share of the side, 0 to 1."""

    name: str
    metres: float
    share: float


def sides(
    grid: BaseGeometry,
    lines: Geometries,
    names: Sequence[str],
    *,
    metric_crs: MetricCrs,
    within_m: float = WITHIN_M,
) -> Mapping[Side, tuple[Along, ...]]:
    """What runs along each side of a grid, the longest first.

    grid: a lon/lat polygon of any number of parts; holes have no side. lines: roads, rivers, railways
    (lon/lat lines, or surfaces, of which the edge counts), names: one for each, '' is left out. A stretch
    belongs to the nearest line within `within_m` that runs its way; ties go to the first name.
    Raises ValueError for a grid without ground or names that do not fit the lines, NotMetric.
    """
    shapes = geometry_array(lines)
    if len(shapes) != len(names):
        raise ValueError(f"{len(shapes)} lines but {len(names)} names")
    if grid is None or grid.is_empty or grid.geom_type not in ("Polygon", "MultiPolygon"):
        raise ValueError("a grid without ground has no sides")
    frame = MetricFrame.of(metric_crs)
    middle, step, metres = _stretches(frame.project([grid])[0])
    side = _facing(step)
    named = _segments(frame.project(shapes), names)
    found = _nearest(middle, step, named, within_m)
    out: dict[Side, tuple[Along, ...]] = {}
    for i, which in enumerate(SIDES):
        here = side == i
        total = float(metres[here].sum())
        lengths: dict[str, float] = defaultdict(float)
        for at in np.flatnonzero(here & (found >= 0)).tolist():
            lengths[named[2][found[at]]] += float(metres[at])
        ordered = sorted(lengths.items(), key=lambda item: (-item[1], item[0]))
        out[which] = tuple(Along(name, length, length / total) for name, length in ordered)
    return out


def sides_text(found: Mapping[Side, Sequence[Along]], *, least_share: float = LEAST_SHARE) -> str:
    """「东至泽州路，西至凤台街、护城河，南至—，北至…」: names along each side, — where none is."""
    return "，".join(
        f"{side}至" + ("、".join(a.name for a in found[side] if a.share >= least_share) or "—")
        for side in SIDES
    )


_Lines = tuple[NDArray[np.object_], NDArray[np.float64], list[str]]


def _stretches(shape: BaseGeometry) -> tuple[NDArray[np.object_], NDArray[np.float64], NDArray[np.float64]]:
    """Middles, steps (n, 2) and lengths of the pieces of the outer rings, the inside on the left."""
    pieces = []
    for ring in shapely.get_exterior_ring(shapely.get_parts(shapely.orient_polygons(shape))):
        xy = shapely.get_coordinates(shapely.segmentize(ring, _STEP_M))
        pieces.append(np.stack([xy[:-1], xy[1:]], axis=1))
    ends = np.concatenate(pieces)
    step = ends[:, 1] - ends[:, 0]
    metres = np.hypot(*step.T)
    kept = metres > 0
    return shapely.points(ends.mean(axis=1)[kept]), step[kept], metres[kept]


def _facing(step: NDArray[np.float64]) -> NDArray[np.int64]:
    """Position in SIDES of the side to which the outward normal (right of the step) points."""
    east, north = step[:, 1], -step[:, 0]
    upright = np.abs(east) >= np.abs(north)
    return np.where(upright, np.where(east > 0, 0, 1), np.where(north < 0, 2, 3)).astype(np.int64)


def _segments(shapes: NDArray[np.object_], names: Sequence[str]) -> _Lines:
    """Every straight piece of the named lines: geometry, direction (n, 2), name."""
    ends, label = [], []
    for shape, name in zip(shapes, names, strict=True):
        if shape is None or not name.strip():
            continue
        if shape.geom_type in ("Polygon", "MultiPolygon"):
            shape = shape.boundary
        for line in shapely.get_parts(shape):
            if line.geom_type not in ("LineString", "LinearRing"):
                continue
            xy = shapely.get_coordinates(line)
            pairs = np.stack([xy[:-1], xy[1:]], axis=1)
            pairs = pairs[(pairs[:, 0] != pairs[:, 1]).any(axis=1)]
            ends.append(pairs)
            label += [name.strip()] * len(pairs)
    if not ends:
        return np.empty(0, dtype=object), np.empty((0, 2)), []
    every = np.concatenate(ends)
    step = every[:, 1] - every[:, 0]
    return shapely.linestrings(every), step / np.hypot(*step.T)[:, None], label


def _nearest(
    middle: NDArray[np.object_], step: NDArray[np.float64], named: _Lines, within_m: float
) -> NDArray[np.int64]:
    """For each stretch the nearest piece that runs its way, -1 for none."""
    segments, direction, names = named
    out = np.full(len(middle), -1, dtype=np.int64)
    if len(segments) == 0:
        return out
    at, piece = shapely.STRtree(segments).query(middle, predicate="dwithin", distance=within_m)
    along = np.abs((step[at] / np.hypot(*step[at].T)[:, None] * direction[piece]).sum(axis=1))
    at, piece = at[along >= _LEAST_COSINE], piece[along >= _LEAST_COSINE]
    distance = shapely.distance(middle[at], segments[piece])
    rank = np.argsort(np.argsort(np.array(names), kind="stable"), kind="stable")
    order = np.lexsort((rank[piece], distance, at))
    first, where = np.unique(at[order], return_index=True)
    out[first] = piece[order][where]
    return out
