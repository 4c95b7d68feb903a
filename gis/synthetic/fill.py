"""What stands on a block: rows of slabs and towers, courtyards along lanes, halls, schools, shops."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.synthetic.footprints import KINDS, Sites

K = {name: number for number, name in enumerate(KINDS)}


@dataclass(frozen=True)
class Plot:
    """Ground to build on: its polygon (plan, roads already off), the rows' angle, the grid, the use."""

    ground: shapely.Polygon
    angle: float
    grid: int
    use: str
    fronts: bool  # shops stand along its edges


def fill(plots: list[Plot], rng: np.random.Generator) -> Sites:
    """Candidate buildings of all plots; some reach over the edge of their plot and must be dropped."""
    parts: list[Sites] = []
    for plot in plots:
        if plot.ground.is_empty:
            continue
        inner = plot.ground
        if plot.fronts:
            shops, inner = _shops(plot, rng)
            parts.append(shops)
        if not inner.is_empty:
            parts.append(PATTERNS[plot.use](_Frame.of(inner, plot), rng))
    return Sites.joined(parts)


@dataclass(frozen=True)
class _Frame:
    """A plot's own axes: the rows run along x; bounds of the plot in them."""

    centre: tuple[float, float]
    angle: float
    grid: int
    w: float
    s: float
    e: float
    n: float

    @classmethod
    def of(cls, shape: shapely.Geometry, plot: Plot) -> "_Frame":
        centre = shapely.centroid(shape)
        xy = shapely.get_coordinates(shape) - (centre.x, centre.y)
        c, s = np.cos(plot.angle), np.sin(plot.angle)
        along, across = xy[:, 0] * c + xy[:, 1] * s, -xy[:, 0] * s + xy[:, 1] * c
        return cls(
            (centre.x, centre.y), plot.angle, plot.grid, along.min(), across.min(), along.max(), across.max()
        )

    def sites(
        self,
        along: NDArray[np.float64],
        across: NDArray[np.float64],
        width: object,
        depth: object,
        kind: str,
        *,
        floors: object = 1,
        shape: object = 0,
        units: object = 0,
        flats: object = 0,
        turn: object = 0.0,
        rank: float = 1.0,
    ) -> Sites:
        """Buildings at points of the plot's own axes."""
        n = len(along)
        c, s = np.cos(self.angle), np.sin(self.angle)

        def real(value: object) -> NDArray[np.float64]:
            return value.astype(float) if isinstance(value, np.ndarray) else np.full(n, value, dtype=float)

        def whole(value: object) -> NDArray[np.int64]:
            return (
                value.astype(np.int64) if isinstance(value, np.ndarray) else np.full(n, value, dtype=np.int64)
            )

        return Sites(
            self.centre[0] + along * c - across * s,
            self.centre[1] + along * s + across * c,
            real(width),
            real(depth),
            real(self.angle) + real(turn),
            whole(shape),
            whole(K[kind]),
            whole(floors),
            whole(units),
            whole(flats),
            whole(self.grid),
            real(rank),
        )

    def rows(self, pitch_x: float, pitch_y: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of a regular grid, centred in the bounds."""
        xs, ys = _centred(self.w, self.e, pitch_x), _centred(self.s, self.n, pitch_y)
        x, y = np.meshgrid(xs, ys)
        return x.ravel(), y.ravel()


def _centred(low: float, high: float, pitch: float) -> NDArray[np.float64]:
    count = max(int((high - low) // pitch), 1)
    return np.asarray((low + high) / 2 + (np.arange(count) - (count - 1) / 2) * pitch, dtype=np.float64)


def _slabs(frame: _Frame, rng: np.random.Generator) -> Sites:
    """Four to six floors, two flats on a landing, two to four 单元, all facing south."""
    # the length of slab that leaves least ground unused, mostly
    spare = [(frame.e - frame.w) % (15.0 * u + 11) + float(rng.uniform(0, 25)) for u in (2, 3, 4)]
    units = 2 + int(np.argmin(spare))
    floors = int(rng.choice([4, 5, 5, 6, 6, 6]))
    width, depth = 15.0 * units, 12.5
    pitch_y = 12.5 + 3.6 * floors * float(rng.uniform(0.95, 1.15))
    x, y = frame.rows(width + float(rng.uniform(9, 14)), pitch_y)
    keep = rng.random(len(x)) > 0.07
    x, y = x[keep], y[keep]
    main = frame.sites(x, y, width, depth, "residential", floors=floors, shape=4, units=units, flats=2)
    return Sites.joined([main, _ancillary(frame, x, y, pitch_y, rng)])


def _towers(frame: _Frame, rng: np.random.Generator) -> Sites:
    """Eleven to twenty-six floors, three or four flats on a landing, one or two 单元, staggered."""
    units = int(rng.choice([1, 2, 2]))
    floors = int(rng.choice([11, 15, 18, 18, 22, 26]))
    width, depth = (30.0, 19.0) if units == 1 else (50.0, 17.0)
    pitch_x, pitch_y = width + float(rng.uniform(20, 30)), float(rng.uniform(50, 62))
    x, y = frame.rows(pitch_x, pitch_y)
    row = np.round((y - y.min()) / pitch_y)
    x = x + np.where(row % 2 == 1, pitch_x * 0.25, -pitch_x * 0.1)
    keep = rng.random(len(x)) > 0.06
    x, y = x[keep], y[keep]
    main = frame.sites(
        x,
        y,
        width,
        depth,
        "residential",
        floors=floors,
        shape=3 if units == 1 else 4,
        units=units,
        flats=4 // units + 1,
    )
    return Sites.joined([main, _ancillary(frame, x, y, pitch_y, rng)])


def _ancillary(
    frame: _Frame, x: NDArray[np.float64], y: NDArray[np.float64], pitch_y: float, rng: np.random.Generator
) -> Sites:
    """Gatehouse, substation, bicycle sheds between the rows."""
    some = rng.random(len(x)) < 0.3
    return frame.sites(
        x[some] + rng.uniform(-12, 12, some.sum()),
        y[some] + pitch_y / 2,
        rng.uniform(6, 16, some.sum()),
        rng.uniform(4, 6, some.sum()),
        "ancillary",
        rank=3,
    )


def _courtyards(frame: _Frame, rng: np.random.Generator) -> Sites:
    """The old town: courtyard houses back to back along lanes."""
    return _plots(
        frame, rng, "house", (14.5, 16.5), lane=4.5, empty=0.08, floors=(1, 1, 1, 2, 2), shapes=(2, 2, 1, 0)
    )


def _urban_village(frame: _Frame, rng: np.random.Generator) -> Sites:
    """城中村: a village that the town has swallowed, denser and higher."""
    return _plots(
        frame, rng, "village", (13.5, 15.0), lane=4.2, empty=0.07, floors=(2, 2, 3, 3, 4), shapes=(0, 0, 1)
    )


def _village(frame: _Frame, rng: np.random.Generator) -> Sites:
    """A village in its fields: one house a yard, gaps between."""
    return _plots(
        frame, rng, "village", (17.0, 18.0), lane=5.5, empty=0.16, floors=(1, 1, 1, 2), shapes=(0, 1, 2, 1)
    )


def _plots(
    frame: _Frame,
    rng: np.random.Generator,
    kind: str,
    size: tuple[float, float],
    *,
    lane: float,
    empty: float,
    floors: tuple[int, ...],
    shapes: tuple[int, ...],
) -> Sites:
    wide, deep = size
    ys = np.arange(frame.s + deep / 2, frame.n, 2 * deep + lane)
    ys = np.sort(np.concatenate([ys, ys + deep]))
    xs: list[NDArray[np.float64]] = []
    for _ in ys:  # every row starts elsewhere, every seventh yard leaves room for a cross lane
        row = np.arange(frame.w + wide / 2 + rng.uniform(0, 4), frame.e, wide)
        row = row + lane * ((np.arange(len(row)) + 3) // 7)
        xs.append(row)
    if not xs:  # the plot is no deeper than half a yard
        return frame.sites(ys, ys, 0.0, 0.0, kind)
    x, y = np.concatenate(xs), np.repeat(ys, [len(r) for r in xs])
    keep = rng.random(len(x)) > empty
    x, y = x[keep], y[keep]
    n = len(x)
    width, depth = wide * rng.uniform(0.78, 0.93, n), deep * rng.uniform(0.72, 0.92, n)
    return frame.sites(
        x + rng.uniform(-0.4, 0.4, n),
        y + rng.uniform(-0.4, 0.4, n),
        width,
        depth,
        kind,
        floors=rng.choice(floors, n),
        shape=rng.choice(shapes, n),
        units=0,
        flats=1,
        turn=rng.normal(0, 0.012, n),
    )


def _commerce(frame: _Frame, rng: np.random.Generator) -> Sites:
    """A mall or two and office towers."""
    x, y = frame.rows(float(rng.uniform(58, 80)), float(rng.uniform(48, 64)))
    n = len(x)
    high = rng.random(n) < 0.45
    return frame.sites(
        x,
        y,
        np.where(high, rng.uniform(24, 32, n), rng.uniform(40, 54, n)),
        np.where(high, rng.uniform(22, 28, n), rng.uniform(28, 40, n)),
        "office",
        floors=np.where(high, rng.integers(9, 25, n), rng.integers(3, 7, n)),
        shape=np.where(high, 3, 0),
    )


def _market(frame: _Frame, rng: np.random.Generator) -> Sites:
    """Long halls side by side."""
    length = max((frame.e - frame.w) * 0.42, 30.0)
    x, y = frame.rows(length + 9, 27)
    return frame.sites(x, y, length, 17, "market", floors=rng.integers(1, 3, len(x)))


def _school(frame: _Frame, rng: np.random.Generator) -> Sites:
    """Teaching wings to the north, a playground to the south."""
    x, y = frame.rows(66, 34)
    north = y > frame.s + 0.42 * (frame.n - frame.s)
    x, y = x[north], y[north]
    return frame.sites(
        x,
        y,
        rng.uniform(46, 58, len(x)),
        13.5,
        "school",
        floors=rng.integers(3, 6, len(x)),
        shape=rng.choice([0, 2], len(x)),
    )


def _campus(frame: _Frame, rng: np.random.Generator) -> Sites:
    """A college: halls, wings and dormitories round greens."""
    x, y = frame.rows(86, 62)
    keep = rng.random(len(x)) > 0.22
    x, y = x[keep], y[keep]
    n = len(x)
    shape = rng.choice([0, 2, 1, 0], n)
    return frame.sites(
        x, y, rng.uniform(48, 68, n), np.where(shape == 0, 15.0, rng.uniform(34, 44, n)), "school",
        floors=rng.integers(3, 7, n), shape=shape,
    )  # fmt: skip


def _public(frame: _Frame, rng: np.random.Generator) -> Sites:
    """Offices of the state, or a hospital."""
    kind = "hospital" if rng.random() < 0.3 else "public"
    x, y = frame.rows(74, 58)
    n = len(x)
    return frame.sites(
        x, y, rng.uniform(44, 58, n), rng.uniform(26, 36, n), kind,
        floors=rng.integers(3, 13, n), shape=rng.choice([2, 2, 0, 1], n),
    )  # fmt: skip


def _works(frame: _Frame, rng: np.random.Generator) -> Sites:
    """Sheds in rows, an office at the gate."""
    pitch_x = float(rng.uniform(66, 100))
    x, y = frame.rows(pitch_x, float(rng.uniform(42, 52)))
    keep = rng.random(len(x)) > 0.18
    x, y = x[keep], y[keep]
    return frame.sites(
        x,
        y,
        pitch_x - rng.uniform(12, 24, len(x)),
        rng.uniform(22, 32, len(x)),
        "industrial",
        floors=rng.integers(1, 4, len(x)),
    )


def _park(frame: _Frame, rng: np.random.Generator) -> Sites:
    """Pavilions."""
    n = int(rng.integers(1, 4))
    x, y = rng.uniform(frame.w, frame.e, n), rng.uniform(frame.s, frame.n, n)
    return frame.sites(x, y, 9, 9, "ancillary", shape=3)


def _shops(plot: Plot, rng: np.random.Generator) -> tuple[Sites, shapely.Geometry]:
    """Shops shoulder to shoulder along some longer edges of a plot; and the ground behind them."""
    largest = max(shapely.get_parts(plot.ground), key=shapely.area)
    ring = shapely.get_coordinates(shapely.simplify(shapely.orient_polygons(largest), 2.0).exterior)
    kerbs: list[shapely.LineString] = []
    places, widths, turns = [np.zeros((0, 2))], [np.zeros(0)], [np.zeros(0)]
    for start, end in pairwise(ring):
        length = float(np.hypot(*(end - start)))
        if length < 70 or rng.random() < 0.6:
            continue
        wide = rng.choice([12.0, 14.0, 16.0, 18.0, 24.0, 30.0], int(length / 12))
        ends = np.cumsum(wide + np.where(rng.random(len(wide)) < 0.15, 7.0, 0.6)) + 20
        wide, ends = wide[ends < length - 20], ends[ends < length - 20]
        forward = (end - start) / length
        inward = np.array([-forward[1], forward[0]])
        kerbs.append(shapely.LineString([start, end]))
        places.append(start + (ends - wide / 2)[:, None] * forward + inward * 6.5)
        widths.append(wide)
        turns.append(np.full(len(wide), np.arctan2(forward[1], forward[0])))
    xy, width = np.concatenate(places), np.concatenate(widths)
    n = len(width)
    frame = _Frame((0.0, 0.0), 0.0, plot.grid, 0, 0, 0, 0)
    shops = frame.sites(
        xy[:, 0],
        xy[:, 1],
        width,
        rng.uniform(9.5, 12.0, n),
        "shop",
        floors=rng.choice([1, 2, 2, 3], n),
        turn=np.concatenate(turns),
        rank=2,
    )
    strip = shapely.buffer(shapely.MultiLineString(kerbs), 18.0, cap_style="flat", join_style="mitre")
    return shops, shapely.difference(shapely.buffer(plot.ground, -3.0, join_style="mitre"), strip)


PATTERNS: dict[str, Callable[[_Frame, np.random.Generator], Sites]] = {
    "slabs": _slabs,
    "towers": _towers,
    "old town": _courtyards,
    "urban village": _urban_village,
    "village": _village,
    "commerce": _commerce,
    "market": _market,
    "school": _school,
    "campus": _campus,
    "public": _public,
    "works": _works,
    "park": _park,
}
