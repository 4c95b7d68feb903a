"""What a plan should come to, and how plans rank beside it."""

from dataclasses import dataclass

import numpy as np

from gis.partition.graph import Graph
from gis.partition.lattice import Floats, Longs


@dataclass(frozen=True, eq=False)
class Aim:
    """What each grid should weigh, and the band that it must keep. pull: how much the middle is preferred."""

    target: Floats
    low: Floats
    high: Floats
    pull: float = 1.0

    def excess(self, graph: Graph, label: Longs) -> float:
        """How far outside their bands all grids are together, in mean targets."""
        held = np.bincount(label, graph.weight, len(self.target))
        out = np.maximum(self.low - held, 0) + np.maximum(held - self.high, 0)
        return float(out.sum() / self.target.mean())


def border_cost(graph: Graph, label: Longs) -> float:
    """J: metres of border between grids, a metre along a barrier counted less."""
    return float(graph.pair_cost[label[graph.first] != label[graph.second]].sum())


def off_and_cost(graph: Graph, aim: Aim, label: Longs) -> tuple[float, float]:
    """Kept bands first, then the border cost with what is outside its band added."""
    excess = aim.excess(graph, label)
    side = np.sqrt(graph.area.sum() / len(aim.target))
    return float(excess > 1e-9), float(border_cost(graph, label) / side + 50 * excess)


def moved_most(graph: Graph, aim: Aim, home: Longs, label: Longs) -> tuple[float, float]:
    """How a plan ranks that should move little: what is outside the bands, then the weight away from home."""
    return aim.excess(graph, label), float(graph.weight[label != home].sum())
