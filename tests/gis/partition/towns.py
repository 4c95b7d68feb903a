"""Small towns drawn by hand or by chance, and what must hold for every division of one."""

import hashlib
import itertools

import numpy as np
import shapely

from gis.coverage import check_coverage
from gis.frames import MetricFrame
from gis.partition import partition, rebalance
from gis.partition.graph import connected, graph_of

FRAME = MetricFrame(4547)
CORNER = FRAME.points([(112.85, 35.5)])[0]


def ground(shape):
    """A shape drawn in metres from a corner in Jincheng, in lon/lat."""
    return FRAME.unproject([shapely.transform(shape, lambda xy: xy + CORNER)])[0]


def grounds(shapes):
    return np.array([ground(shape) for shape in shapes], dtype=object)


def terraces(columns, rows, *, street=20.0):
    """Houses of 10 m on plots of 20 m; a street in the middle of every gap after two columns."""
    houses = [
        shapely.box(20 * i + 5, 20 * j + 5, 20 * i + 15, 20 * j + 15)
        for i in range(columns)
        for j in range(rows)
    ]
    community = shapely.box(0, 0, 20 * columns, 20 * rows)
    streets = [
        shapely.LineString([(20 * i, -street), (20 * i, 20 * rows + street)]) for i in range(2, columns, 2)
    ]
    return ground(community), grounds(houses), grounds(streets)


def lattice(weight):
    """Units of 1 m² in rows and columns, each beside those next to it; weight: (rows, columns)."""
    rows, columns = weight.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    first = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    second = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    centre = np.stack([number.ravel() % columns, number.ravel() // columns], axis=1).astype(float)
    size, ones = weight.size, np.ones(len(first))
    return graph_of(
        weight.ravel().astype(float), np.ones(size), centre, np.full(size, -1), first, second, ones, ones
    )


def pieces_of(graph, label):
    same = label[graph.first] == label[graph.second]
    return connected(len(graph), graph.first[same], graph.second[same])[0]


def sum_of_bits():
    """A sum over every bit of a plan and of the net that rebalancing it gives."""
    community, houses, streets = terraces(8, 5)
    households = np.arange(40) % 7 + 1
    plan = partition(community, houses, households, streets, metric_crs=FRAME, grids=5, seed=7)
    grown = np.where(plan.grid_of_building == 0, households * 2, households)
    after = rebalance(
        plan.polygons, houses, grown, streets, metric_crs=FRAME, tolerance=0.05, seed=7, thorough=True
    )
    return hashlib.sha256(b"".join([*plan.polygons.to_wkb(), *after.polygons.to_wkb()])).hexdigest()


def edges_of(shape):
    """Directed edges, inside on the left."""
    out = []
    for ring in shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape))):
        xy = [tuple(pair) for pair in shapely.get_coordinates(ring).tolist()]
        out += itertools.pairwise(xy)
    return out


def assert_tiles(polygons, community, buildings, grid_of_building):
    """The promises: closed, one piece each, border kept, no building cut."""
    shapes = list(polygons)
    assert all(shape.geom_type == "Polygon" and shape.is_valid for shape in shapes)
    edges = [edge for shape in shapes for edge in edges_of(shape)]
    assert len(set(edges)) == len(edges)
    together = set(edges)
    outer = {(a, b) for a, b in edges if (b, a) not in together}
    assert_border_kept(outer, community)
    report = check_coverage(polygons, community, metric_crs=FRAME)
    assert report.is_sound
    inside = np.flatnonzero(grid_of_building >= 0)
    of = np.array(shapes, dtype=object)[grid_of_building[inside]]
    ground_of = shapely.intersection(np.asarray(buildings, dtype=object)[inside], community)
    parts, of = shapely.get_parts(ground_of, return_index=True)
    elsewhere = shapely.difference(parts, np.array(shapes, dtype=object)[grid_of_building[inside[of]]])
    apart = FRAME.area_m2(elsewhere) > 0.05
    # what the community's border parts may lie in two grids, each part whole
    assert (np.bincount(of)[of[apart]] > 1).all()
    for part in parts[apart]:
        assert min(FRAME.area_m2(shapely.difference(part, shapes))) <= 0.05


def assert_certificates(result, households, low, high):
    """Every grid out of its band has a reason, and every reason but not-reached is borne out by the input."""
    of, rows = result.grid_of_building, result.figures.grids
    named = {grid for blocker in result.blockers for grid in blocker.grids}
    out = set(np.flatnonzero((rows["households"] < low) | (rows["households"] > high)).tolist())
    assert out <= named
    over = np.concatenate([b.buildings for b in result.blockers if b.cause == "unit-over"] or [[]]).astype(
        int
    )
    for blocker in result.blockers:
        inside = np.isin(of, blocker.grids)
        rest = households[np.setdiff1d(np.flatnonzero(inside), over)].sum()
        match blocker.cause:
            case "unit-over":
                assert households[list(blocker.buildings)].sum() == blocker.weight > blocker.bound == high
                assert len({int(of[building]) for building in blocker.buildings}) == 1
            case "part-under":
                assert rest == blocker.weight < blocker.bound == low
            case "part-over":
                assert rest == blocker.weight > blocker.bound
            case "no-number-fits":
                assert rest == blocker.weight
                assert not any(low * n <= rest <= high * n for n in range(1, len(households) + 1))
            case "fits-nowhere":
                # more than is claimed: not even houses that do not touch add up
                held = households[list(blocker.buildings)].sum()
                others = np.delete(households, list(blocker.buildings))
                sizes = range(len(others) + 1)
                sums = {held + sum(few) for n in sizes for few in itertools.combinations(others, n)}
                assert not any(low <= each <= high for each in sums)
                assert set(of[list(blocker.buildings)]) == set(blocker.grids)
            case _:
                assert blocker.cause == "not-reached"


def assert_border_kept(outer, community):
    """Every vertex of the community with its bits and in order; inserted ones within 0.1 mm."""
    following = {}
    for a, b in outer:
        following.setdefault(a, []).append(b)
    visited = 0
    for a, b in edges_of(community):
        here, steps = a, 0
        while here != b:
            choices = following[here]
            here = choices[0] if len(choices) == 1 else min(choices, key=lambda c: _bend(a, b, c))
            steps += 1
            assert steps < 1000
            if here != b:
                assert shapely.Point(here).distance(shapely.LineString([a, b])) * 111_400 < 1e-4
        visited += steps
    assert visited == len(outer)


def _bend(a, b, c):
    return shapely.Point(c).distance(shapely.LineString([a, b]))
