"""Cells, blocks or compounds as units of a graph: who borders on whom, over how many metres, at what cost."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gis.partition.cells import Cells
from gis.partition.lattice import Floats, Longs


@dataclass(frozen=True, eq=False)
class Graph:
    """Units and their neighbours. weight: households or what is balanced; area m², centre metres.

    begin, other, cost: compressed rows, both directions. first, second, metres, pair_cost: each pair once.
    group: units that should stay in one grid, -1 for none.
    """

    weight: Floats
    area: Floats
    centre: Floats
    group: Longs
    first: Longs
    second: Longs
    metres: Floats
    pair_cost: Floats
    begin: Longs
    other: Longs
    cost: Floats

    def __len__(self) -> int:
        return len(self.weight)

    def components(self) -> tuple[int, Longs]:
        """How many connected parts, and the part of each unit."""
        return connected(len(self), self.first, self.second)

    def contracted(self, unit: Longs, group: Longs | None = None) -> "Graph":
        """The graph of larger units; unit: the new number of each old one, without gaps."""
        size = int(unit.max()) + 1 if len(unit) else 0
        area = np.bincount(unit, self.area, size).astype(np.float64)
        centre = [np.bincount(unit, self.area * self.centre[:, i], size) for i in (0, 1)]
        if group is None:
            group = np.full(size, -1, dtype=np.int64)
            group[unit] = self.group
        return graph_of(
            np.bincount(unit, self.weight, size).astype(np.float64),
            area,
            np.stack(centre, axis=1) / np.maximum(area, 1e-12)[:, None],
            group,
            unit[self.first],
            unit[self.second],
            self.metres,
            self.pair_cost,
        )

    def with_costs(self, pair_cost: Floats) -> "Graph":
        """The same graph with another cost of each pair's border."""
        return graph_of(
            self.weight,
            self.area,
            self.centre,
            self.group,
            self.first,
            self.second,
            self.metres,
            pair_cost,
        )

    def part(self, keep: Longs) -> "Graph":
        """The graph of some units, numbered in the order given."""
        number = np.full(len(self), -1, dtype=np.int64)
        number[keep] = np.arange(len(keep))
        inside = (number[self.first] >= 0) & (number[self.second] >= 0)
        return graph_of(
            self.weight[keep],
            self.area[keep],
            self.centre[keep],
            self.group[keep],
            number[self.first[inside]],
            number[self.second[inside]],
            self.metres[inside],
            self.pair_cost[inside],
        )


def connected(size: int, first: Longs, second: Longs) -> tuple[int, Longs]:
    """Connected parts of a graph of `size` units."""
    links = coo_matrix((np.ones(len(first)), (first, second)), shape=(size, size))
    number, part = connected_components(links, directed=False)
    return int(number), part.astype(np.int64)


def graph_of(
    weight: Floats,
    area: Floats,
    centre: Floats,
    group: Longs,
    first: Longs,
    second: Longs,
    metres: Floats,
    cost: Floats,
) -> Graph:
    """Sum up parallel pairs, drop loops, and lay out the rows in order of the numbers."""
    size = len(weight)
    apart = first != second
    low, high = np.minimum(first, second)[apart], np.maximum(first, second)[apart]
    keys, at = np.unique(low * size + high, return_inverse=True)
    length, price = np.bincount(at, metres[apart], len(keys)), np.bincount(at, cost[apart], len(keys))
    u, v = keys // max(size, 1), keys % max(size, 1)
    a, b, both = np.concatenate([u, v]), np.concatenate([v, u]), np.concatenate([price, price])
    order = np.lexsort((b, a))
    begin = np.zeros(size + 1, dtype=np.int64)
    begin[1:] = np.cumsum(np.bincount(a, minlength=size))
    return Graph(
        weight.astype(np.float64),
        area.astype(np.float64),
        np.ascontiguousarray(centre, dtype=np.float64),
        group.astype(np.int64),
        u.astype(np.int64),
        v.astype(np.int64),
        length.astype(np.float64),
        price.astype(np.float64),
        begin,
        b[order].astype(np.int64),
        both[order].astype(np.float64),
    )


def graph_of_cells(cells: Cells, weight: Floats) -> Graph:
    """The graph whose units are the cells, grouped by block."""
    inner = cells.edges.right >= 0
    return graph_of(
        weight,
        cells.area_m2,
        cells.centre,
        cells.block,
        cells.edges.left[inner],
        cells.edges.right[inner],
        cells.edges.metres[inner],
        cells.edges.cost[inner],
    )
