"""Footprints: a few shapes, stretched, turned and set down many at once."""

from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray

# Corners of each shape in a unit square centred on the origin, counter-clockwise, south first.
SHAPES: dict[int, list[tuple[float, float]]] = {
    0: [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)],
    # L: a courtyard open to the south-east
    1: [(-0.5, -0.5), (-0.08, -0.5), (-0.08, 0.05), (0.5, 0.05), (0.5, 0.5), (-0.5, 0.5)],
    # U: a courtyard open to the south
    2: [
        (-0.5, -0.5), (-0.2, -0.5), (-0.2, 0.02), (0.2, 0.02),
        (0.2, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5),
    ],
    # a tower with stepped corners
    3: [
        (-0.28, -0.5), (0.28, -0.5), (0.28, -0.34), (0.5, -0.34), (0.5, 0.36), (0.2, 0.36),
        (0.2, 0.5), (-0.2, 0.5), (-0.2, 0.36), (-0.5, 0.36), (-0.5, -0.34), (-0.28, -0.34),
    ],
    # a slab with a stairwell that steps out to the north
    4: [
        (-0.5, -0.5), (0.5, -0.5), (0.5, 0.38), (0.3, 0.38), (0.3, 0.5), (0.2, 0.5), (0.2, 0.38),
        (-0.2, 0.38), (-0.2, 0.5), (-0.3, 0.5), (-0.3, 0.38), (-0.5, 0.38),
    ],
}  # fmt: skip


@dataclass
class Sites:
    """Buildings as columns: centre, width and depth (metres), angle (radians), and what stands there.

    rank: on an overlap the lower rank stays. kind indexes `KINDS`.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    width: NDArray[np.float64]
    depth: NDArray[np.float64]
    angle: NDArray[np.float64]
    shape: NDArray[np.int64]
    kind: NDArray[np.int64]
    floors: NDArray[np.int64]
    units: NDArray[np.int64]
    flats: NDArray[np.int64]  # doors on a floor of a unit
    grid: NDArray[np.int64]
    rank: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> "Sites":
        return Sites(*(getattr(self, f.name)[keep] for f in fields(self)))

    @classmethod
    def joined(cls, parts: list["Sites"]) -> "Sites":
        """One table of many."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))


# What a building is for; the register's `use`.
KINDS = (
    "residential",
    "house",
    "village",
    "shop",
    "office",
    "market",
    "school",
    "hospital",
    "public",
    "industrial",
    "ancillary",
)


def polygons(sites: Sites) -> NDArray[np.object_]:
    """The footprints as plan polygons, in the order of the sites."""
    result = np.empty(len(sites), dtype=object)
    cos, sin = np.cos(sites.angle), np.sin(sites.angle)
    for number, corners in SHAPES.items():
        mine = np.flatnonzero(sites.shape == number)
        unit = np.array([*corners, corners[0]])
        along = unit[None, :, 0] * sites.width[mine, None]
        across = unit[None, :, 1] * sites.depth[mine, None]
        c, s = cos[mine, None], sin[mine, None]
        x = sites.x[mine, None] + along * c - across * s
        y = sites.y[mine, None] + along * s + across * c
        result[mine] = shapely.polygons(np.stack([x, y], axis=-1))
    return result


def entrances(sites: Sites) -> NDArray[np.float64]:
    """(n, 2) the door in the middle of the northern wall (slabs, towers) or of the southern one."""
    north = np.isin(sites.shape, (0, 3, 4)) & np.isin(sites.kind, (0,))
    across = np.where(north, 0.5, np.where(np.isin(sites.shape, (1, 2)), 0.03, -0.5)) * sites.depth
    across = np.where(north & (sites.shape == 4), 0.38 * sites.depth, across)
    return np.column_stack([sites.x - across * np.sin(sites.angle), sites.y + across * np.cos(sites.angle)])


def apart(shapes: NDArray[np.object_], rank: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which footprints stay when of every two that touch the one with the higher rank (then index) goes."""
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    stays = np.ones(len(shapes), dtype=bool)
    later = np.where(rank[b] >= rank[a], b, a)
    earlier = np.where(rank[b] >= rank[a], a, b)
    for first, second in sorted(
        zip(earlier.tolist(), later.tolist(), strict=True), key=lambda p: (rank[p[0]], p)
    ):
        if stays[first]:
            stays[second] = False
    return stays
