"""The countryside: villages spread over what the town leaves, their lanes, and the roads between them."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay, Voronoi, cKDTree

from gis.synthetic.layout import Layout

LANE_SPACING_M = 155.0


@dataclass(frozen=True)
class Village:
    """A village: `columns` pairs of grids along its main street, and hamlets (自然村) in its fields."""

    letter: str
    centre: tuple[float, float]
    angle: float  # of the main street, radians
    columns: int
    size: float  # about 1
    hamlets: tuple[tuple[float, float], ...] = ()  # plan metres

    def local(self, along: float, across: float) -> tuple[float, float]:
        """Plan metres of a point of the village's own frame."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        return self.centre[0] + along * c - across * s, self.centre[1] + along * s + across * c

    @property
    def half_street_m(self) -> float:
        """Half the length of the main street."""
        return (self.columns * LANE_SPACING_M + 60) / 2


@dataclass(frozen=True)
class Warp:
    """A gentle displacement of everything drawn between villages; nothing moves inside one."""

    centres: NDArray[np.float64]
    phases: NDArray[np.float64]

    def __call__(self, plan: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = plan.T
        p = self.phases
        distance = cKDTree(self.centres).query(plan)[0]
        ramp = np.clip((distance - 280) / 380, 0, 1)
        calm = ramp * ramp * (3 - 2 * ramp)
        dx = 48 * np.sin(y / 195 + p[0]) + 13 * np.sin((x + y) / 72 + p[1])
        dy = 48 * np.sin(x / 210 + p[2]) + 13 * np.sin((x - y) / 68 + p[3])
        return np.column_stack([x + calm * dx, y + calm * dy])

    def shapes(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Displace geometries, vertices set at most 45 m apart first."""
        return np.asarray(shapely.transform(shapely.segmentize(shapes, 45.0), self))


def outline(layout: Layout, scale: float, rng: np.random.Generator) -> shapely.Polygon:
    """The district's outline: a closed curve through the layout's radii, with bays of all sizes."""
    radii = np.array(layout.outline_radii_m, dtype=float)
    angle = np.linspace(0, 2 * np.pi, 540, endpoint=False)
    spectrum = np.fft.rfft(radii)
    dense = np.zeros(len(angle) // 2 + 1, dtype=complex)
    dense[: len(spectrum)] = spectrum
    smooth = np.fft.irfft(dense, len(angle)) * len(angle) / len(radii)
    for waves in range(7, 60):
        smooth = smooth * (
            1 + 0.09 / waves * rng.normal() * np.sin(waves * angle + rng.uniform(0, 2 * np.pi))
        )
    smooth = smooth * scale
    x, y = layout.outline_centre_m
    return shapely.Polygon(np.column_stack([x + smooth * np.cos(angle), y + smooth * np.sin(angle)]))


def settle(
    layout: Layout,
    land: shapely.Geometry,
    villages: dict[str, int],
    gates: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[list[Village], list[tuple[int, int]]]:
    """Spread villages evenly over `land` and say which of them (and of the gates) a road joins.

    villages: letter → how many. Roads are index pairs; indices past the villages are gates.
    """
    total = sum(villages.values())
    if total == 0:
        return [], []
    centres = _spread(land, total, rng)
    letters = _by_bearing(layout, centres, villages)
    joined = _neighbours(centres, gates, land)
    nodes = np.concatenate([centres, gates]) if len(gates) else centres
    result = []
    for k, (x, y) in enumerate(centres):
        ends = [nodes[b if a == k else a] - nodes[k] for a, b in joined if k in (a, b)]
        doubled = sum((np.exp(2j * np.angle(complex(*end))) for end in ends), 0j)
        angle = float(np.angle(doubled) / 2) if abs(doubled) > 0.3 else float(rng.uniform(-0.5, 0.5))
        grids = int(rng.choice(layout.grids_a_village))
        columns = 1 if grids < 4 else 2
        hamlets = _hamlets(centres, k, angle, land, grids - 2 * columns)
        size = float(rng.uniform(0.75, 1.25)) * (0.5 + 0.25 * columns)
        result.append(Village(letters[k], (float(x), float(y)), angle, columns, size, hamlets))
    return result, joined


def _hamlets(
    centres: NDArray[np.float64], k: int, angle: float, land: shapely.Geometry, count: int
) -> tuple[tuple[float, float], ...]:
    """Places in the village's own fields, as far as possible from other villages and from the edge."""
    bearing = angle + np.pi * (np.arange(14) + 0.5) / 7
    places = centres[k] + 470.0 * np.column_stack([np.cos(bearing), np.sin(bearing)])
    others = np.delete(centres, k, axis=0)
    room = cKDTree(others).query(places)[0] if len(others) else np.full(len(places), 900.0)
    edge = shapely.distance(shapely.boundary(land), shapely.points(places))
    edge[~shapely.contains_xy(land, *places.T)] = 0
    score = np.minimum(room / 2, edge)
    chosen: list[int] = []
    for place in np.argsort(-score, kind="stable"):
        apart = all(np.hypot(*(places[place] - places[c])) > 600 for c in chosen)
        if len(chosen) < count and score[place] > 160 and apart:
            chosen.append(int(place))
    return tuple((float(places[c][0]), float(places[c][1])) for c in chosen)


def seeds(villages: list[Village]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """One point a grid, in pairs across each main street, and one a hamlet; and the village of each."""
    points, owner = [], []
    for number, village in enumerate(villages):
        for column in range(village.columns):
            along = (column - (village.columns - 1) / 2) * LANE_SPACING_M
            for across in (-LANE_SPACING_M / 2, LANE_SPACING_M / 2):
                points.append(village.local(along, across))
                owner.append(number)
        for hamlet in village.hamlets:
            points.append(hamlet)
            owner.append(number)
    return np.array(points).reshape(-1, 2), np.array(owner, dtype=np.int64)


def cells(
    points: NDArray[np.float64], district: shapely.Polygon
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Voronoi edges and cells of points within the district; cells in the order of the points.

    Qhull, since GEOS 3.14 loses a cell now and then. Far points all round make every cell finite.
    """
    w, s, e, n = district.bounds
    middle, reach = np.array([(w + e) / 2, (s + n) / 2]), 5 * max(e - w, n - s)
    bearing = np.linspace(0, 2 * np.pi, 16, endpoint=False) + 0.1
    far = middle + reach * np.column_stack([np.cos(bearing), np.sin(bearing)])
    diagram = Voronoi(np.concatenate([points, far]) - middle)
    corners = diagram.vertices + middle
    ours = (diagram.ridge_points < len(points)).any(axis=1)
    ridges = np.array(diagram.ridge_vertices)[ours]
    edges = shapely.linestrings(corners[ridges])
    shapes = np.empty(len(points), dtype=object)
    for k in range(len(points)):
        ring = corners[diagram.regions[diagram.point_region[k]]]
        turn = np.argsort(np.arctan2(*(ring - points[k]).T[::-1]))
        shapes[k] = shapely.Polygon(ring[turn])
    near = shapely.box(w - 2000, s - 2000, e + 2000, n + 2000)
    edges = shapely.intersection(edges, near)
    return edges[~shapely.is_empty(edges)], np.asarray(shapely.intersection(shapes, near))


def lanes(village: Village) -> list[tuple[str, shapely.LineString]]:
    """The main street and the lanes that cross it."""
    half = village.half_street_m
    roads = [("street", shapely.LineString([village.local(-half, 0), village.local(half, 0)]))]
    for column in range(village.columns - 1):
        along = (column - village.columns / 2 + 1) * LANE_SPACING_M
        roads.append(("lane", shapely.LineString([village.local(along, -150), village.local(along, 150)])))
    return roads


def country_roads(
    villages: list[Village], gates: NDArray[np.float64], joined: list[tuple[int, int]], warp: Warp
) -> list[shapely.LineString]:
    """Roads from the end of one main street to the end of the next, or to a gate of the town."""
    lines = []
    for a, b in joined:
        far = gates[b - len(villages)] if b >= len(villages) else np.array(villages[b].centre)
        start, leaving = _street_end(villages[a], far)
        if b >= len(villages):
            end, arriving = np.asarray(far), (start - far) / max(float(np.hypot(*(start - far))), 1.0)
        else:
            end, arriving = _street_end(villages[b], start)
        lines.append(_curve(start, leaving, end, arriving))
    for village in villages:
        for hamlet in village.hamlets:
            start, leaving = _street_end(village, np.array(hamlet))
            lines.append(_curve(start, leaving, np.array(hamlet), start - start))
    return list(warp.shapes(np.array(lines, dtype=object))) if lines else []


def _curve(
    start: NDArray[np.float64],
    leaving: NDArray[np.float64],
    end: NDArray[np.float64],
    arriving: NDArray[np.float64],
) -> shapely.LineString:
    """A cubic Bézier curve that keeps the direction of the streets it joins."""
    reach = 0.4 * float(np.hypot(*(end - start)))
    t = np.linspace(0, 1, 13)[:, None]
    points = (
        (1 - t) ** 3 * start
        + 3 * (1 - t) ** 2 * t * (start + reach * leaving)
        + 3 * (1 - t) * t**2 * (end + reach * arriving)
        + t**3 * end
    )
    return shapely.LineString(points)


def _street_end(
    village: Village, towards: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The end of the main street that faces a place, and the direction out of the village there."""
    forward = np.array([np.cos(village.angle), np.sin(village.angle)])
    side = 1.0 if float(forward @ (towards - np.array(village.centre))) >= 0 else -1.0
    return np.array(village.local(side * village.half_street_m, 0)), side * forward


def _spread(land: shapely.Geometry, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Lloyd's relaxation on a sample of the land, then a little disorder."""
    inner = shapely.buffer(land, -300.0)
    w, s, e, n = inner.bounds
    step = np.sqrt(inner.area / count) / 14
    x, y = np.meshgrid(np.arange(w, e, step), np.arange(s, n, step))
    sample = np.column_stack([x.ravel(), y.ravel()])
    shapely.prepare(inner)
    sample = sample[shapely.contains_xy(inner, sample[:, 0], sample[:, 1])]
    centres = sample[rng.choice(len(sample), count, replace=False)]
    for _ in range(14):
        nearest = cKDTree(centres).query(sample)[1]
        share = np.bincount(nearest, minlength=count)
        sums = np.column_stack([np.bincount(nearest, sample[:, k], minlength=count) for k in (0, 1)])
        centres = np.where(share[:, None] > 0, sums / np.maximum(share, 1)[:, None], centres)
    return np.asarray(sample[cKDTree(sample).query(centres)[1]])


def _by_bearing(layout: Layout, centres: NDArray[np.float64], villages: dict[str, int]) -> list[str]:
    bearing = np.degrees(np.arctan2(centres[:, 1], centres[:, 0]))
    order = np.argsort((layout.country_from_deg - bearing) % 360, kind="stable")
    letters = [""] * len(centres)
    sequence = [letter for letter in layout.country for _ in range(villages.get(letter, 0))]
    for position, letter in zip(order, sequence, strict=True):
        letters[int(position)] = letter
    return letters


def _neighbours(
    centres: NDArray[np.float64], gates: NDArray[np.float64], land: shapely.Geometry
) -> list[tuple[int, int]]:
    """Relative neighbours: no third place is nearer to both. Never across the town, never gate to gate."""
    nodes = np.concatenate([centres, gates]) if len(gates) else centres
    if len(nodes) < 4:
        return [(0, k) for k in range(1, len(nodes))]
    tree = cKDTree(nodes)
    pairs = {
        tuple(sorted((t[a], t[b]))) for t in Delaunay(nodes).simplices for a, b in ((0, 1), (1, 2), (0, 2))
    }
    roomy = shapely.buffer(land, 220.0)
    result = []
    for a, b in sorted((int(a), int(b)) for a, b in pairs):
        length = float(np.hypot(*(nodes[a] - nodes[b])))
        if a >= len(centres) or length > 3200:
            continue
        around = tree.query_ball_point((nodes[a] + nodes[b]) / 2, length)
        to_both = np.maximum(np.hypot(*(nodes[around] - nodes[a]).T), np.hypot(*(nodes[around] - nodes[b]).T))
        if (to_both < length * 0.98).any():
            continue
        if shapely.covers(roomy, shapely.LineString([nodes[a], nodes[b]])):
            result.append((a, b))
    return result
