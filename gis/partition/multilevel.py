"""Plans by METIS: cheap borders on any graph, also where grids are of very different size on the ground.

METIS draws from the C library's random numbers, so a seed gives the same plan on the same platform only.
"""

import numpy as np
import pymetis

from gis.partition.first_plan import contiguous, fill_empty
from gis.partition.graph import Graph
from gis.partition.lattice import Longs

_WHOLE = 100_000_000
"""METIS counts in whole numbers: all weight together is so many."""
_UNITS = 20
"""Fewer units a grid than this are not divided so."""
_MANY_UNITS = 10_000
"""Of so many, METIS takes the first cut that it finds: the plans of several seeds differ as much."""
_SLACK = (5, 10)
"""How far grids may be off, in thousandths, by turns."""


def multilevel_plans(graph: Graph, grids: int, *, seed: int, number: int) -> list[Longs]:
    """A number of contiguous plans of a connected graph, none of them with an empty grid.

    Their balance is about right, not held. No plan for grids of few units, or where one weighs more than a
    grid: METIS runs out of units there, and says so on standard output.
    """
    weight = graph.weight if graph.weight.sum() > 0 else graph.area
    if len(graph) < _UNITS * grids or weight.max() > weight.sum() / grids:
        return []
    net = pymetis.CSRAdjacency(graph.begin, graph.other)
    whole = np.rint(weight * (_WHOLE / weight.sum())).astype(np.int64)
    decimetres = np.maximum(1, np.rint(graph.cost * 10)).astype(np.int64)
    cuts = 4 if len(graph) < _MANY_UNITS else 1
    plans = []
    for run in range(number):
        options = pymetis.Options(
            ufactor=_SLACK[run % len(_SLACK)], seed=(seed * 64 + run) % 2**31, contig=1, ncuts=cuts
        )
        found = pymetis.part_graph(
            grids, adjacency=net, vweights=whole, eweights=decimetres, recursive=False, options=options
        )
        label = np.array(found.vertex_part, dtype=np.int64)
        plans.append(fill_empty(graph, contiguous(graph, label, grids), grids))
    return plans
