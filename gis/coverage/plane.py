"""In which plane the edges of a net are straight, and the way there and back.

What the register stores is straight in lon/lat. A file that was drawn in a projection and carried to
degrees vertex by vertex is not: its long edges bulge by centimetres, so that corners which lay on a
neighbour's edge now seem to miss it. Such corners are the witnesses that tell which plane a net was drawn in.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.frames import Floats, MetricFrame, in_blocks

EdgesIn = Literal["lonlat", "metric"]
Polygons = NDArray[np.object_]

LATTICE_M = 2e-4
"""Two steps of the stored lattice: what is narrower is rounding, not ground."""
_NEAR_M = 0.05
_CONTRAST = 3


@dataclass(frozen=True)
class Plane:
    """The plane in which topology is decided; measuring is always in metres.

    eps: two lattice steps in the units of the plane.
    """

    edges: EdgesIn
    frame: MetricFrame

    @property
    def eps(self) -> float:
        return 2e-9 if self.edges == "lonlat" else LATTICE_M

    def from_lonlat(self, geoms: Polygons) -> Polygons:
        """Vertices carried, nothing added: edges stay straight in this plane."""
        if self.edges == "lonlat":
            return geoms
        return transformed(geoms, self.frame.points)

    def to_lonlat(self, geoms: Polygons) -> Polygons:
        return geoms if self.edges == "lonlat" else self.frame.unproject(geoms)

    def measured(self, geoms: Polygons) -> Polygons:
        """The shapes in metres, ready for area, length and width."""
        return self.frame.project(geoms) if self.edges == "lonlat" else geoms

    def metres_affine(self, geoms: Polygons) -> Polygons:
        """About metres (within 0.5 %), by a linear map, so that straight edges stay straight."""
        if self.edges == "metric" or not len(geoms):
            return geoms
        bounds = shapely.total_bounds(geoms)
        if not np.isfinite(bounds).all():
            return geoms
        per_degree = np.array([111_320.0 * np.cos(np.radians((bounds[1] + bounds[3]) / 2)), 110_950.0])
        return transformed(geoms, lambda xy: (xy - bounds[:2]) * per_degree)


def transformed(geoms: Polygons, function: object) -> Polygons:
    """shapely.transform that always gives an array of objects, also for none."""
    out = np.empty(len(geoms), dtype=object)
    for some in in_blocks(geoms):
        out[some] = shapely.transform(geoms[some], function)
    return out


def plane_of(polygons: Polygons, frame: MetricFrame) -> EdgesIn:
    """Where the edges of these lon/lat polygons are straight; "lonlat" unless corners testify otherwise.

    A witness is a corner within 5 cm of another polygon's edge that lies on it (to 0.2 mm) in one plane
    and off it in the other.
    """
    invalid = shapely.coverage_invalid_edges(polygons)
    segments = segments_of(invalid)
    if not len(segments):
        return "lonlat"
    corners = np.unique(segments.reshape(-1, 2), axis=0)
    segments = np.unique(segments.reshape(-1, 4), axis=0).reshape(-1, 2, 2)
    corners_m = frame.points(corners)
    segments_m = frame.points(segments.reshape(-1, 2)).reshape(-1, 2, 2)
    tree = shapely.STRtree(shapely.linestrings(segments_m))
    corner, segment = tree.query(shapely.points(corners_m), predicate="dwithin", distance=_NEAR_M)
    off_metric, from_end_m = _off_line(corners_m[corner], segments_m[segment])
    stretch = np.array([111_320.0 * np.cos(np.radians(corners[:, 1].mean())), 110_950.0])
    off_lonlat, _ = _off_line(corners[corner] * stretch, segments[segment] * stretch)
    inner = from_end_m > _NEAR_M
    on_metric = (off_metric < LATTICE_M) & inner
    on_lonlat = (off_lonlat < LATTICE_M) & inner
    for_metric = int(np.sum(on_metric & ~on_lonlat))
    for_lonlat = int(np.sum(on_lonlat & ~on_metric))
    return "metric" if for_metric >= _CONTRAST * max(for_lonlat, 1) else "lonlat"


def segments_of(geoms: NDArray[np.object_]) -> Floats:
    """Every segment of lines or polygons as an (n, 2, 2) array of its end points; none of length 0."""
    return segments_with_owner(geoms)[0]


def segments_with_owner(geoms: NDArray[np.object_]) -> tuple[Floats, NDArray[np.intp]]:
    """Segments, (n, 2, 2), and the position of the geometry that each comes from."""
    parts, owner = shapely.get_parts(geoms, return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, ring_of = shapely.get_rings(parts[polygonal], return_index=True)
    lines = np.concatenate([parts[~polygonal], rings])
    line_owner = np.concatenate([owner[~polygonal], owner[polygonal][ring_of]])
    xy, line_of = shapely.get_coordinates(lines, return_index=True)
    if len(xy) < 2:
        return np.empty((0, 2, 2)), np.empty(0, dtype=np.intp)
    joined = (line_of[1:] == line_of[:-1]) & np.any(xy[1:] != xy[:-1], axis=1)
    segments = np.stack([xy[:-1], xy[1:]], axis=1)[joined]
    return segments, line_owner[line_of[:-1][joined]]


def _off_line(points: Floats, segments: Floats) -> tuple[Floats, Floats]:
    """Distance from the line through each segment, and of the foot from the nearer end."""
    along = segments[:, 1] - segments[:, 0]
    length = np.hypot(along[:, 0], along[:, 1])
    reach = points - segments[:, 0]
    foot = np.einsum("ij,ij->i", along, reach) / length
    off = np.abs(along[:, 0] * reach[:, 1] - along[:, 1] * reach[:, 0]) / length
    return off, np.minimum(foot, length - foot)
