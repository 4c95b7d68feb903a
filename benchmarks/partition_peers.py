"""The peers of `benchmarks/partition`: the same cells, households and cost of every border for each.

Each gives a label for every unit; `measured` counts them all by the same rule.
"""

import multiprocessing
import multiprocessing.connection
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from gis.partition.graph import Graph, connected
from gis.partition.request import Request

Labels = NDArray[np.int64]
TOLERANCE = 0.005
"""What every method is asked for."""


@dataclass(frozen=True)
class Measured:
    """Figures of a plan: shares, metres and seconds of CPU; pieces too many."""

    deviation: float
    extra: int
    compactness: float
    inner_m: float
    along: float
    cost_m: float
    seconds: float

    def row(self, name: str) -> str:
        """A line of the table."""
        return (
            f"| {name} | {100 * self.deviation:.2f} | {self.extra} | {self.compactness:.3f} "
            f"| {self.inner_m / 1000:.1f} | {100 * self.along:.0f} | {self.cost_m / 1000:.2f} "
            f"| {self.seconds:.1f} |"
        )


def measured(request: Request, label: Labels, grids: int, seconds: float) -> Measured:
    """label: (units,) the grid of each unit."""
    graph, edges = request.graph, request.cells.edges
    held = np.bincount(label, graph.weight, grids)
    of_cell = label[request.unit]
    left, right = of_cell[edges.left], np.where(edges.right >= 0, of_cell[edges.right], -1)
    rim = left != right
    around = np.bincount(left[rim], edges.metres[rim], grids)
    inner = rim & (right >= 0)
    around += np.bincount(right[inner], edges.metres[inner], grids)
    area = np.bincount(label, graph.area, grids)
    metres = float(edges.metres[inner].sum())
    return Measured(
        deviation=float(np.abs(held / held.mean() - 1).max()),
        extra=pieces(graph, label) - grids,
        compactness=float((4 * np.pi * area / np.maximum(around, 1e-9) ** 2).mean()),
        inner_m=metres,
        along=float(edges.metres[inner & edges.along].sum()) / max(metres, 1e-9),
        cost_m=float(edges.cost[inner].sum()),
        seconds=seconds,
    )


def pieces(graph: Graph, label: Labels) -> int:
    """How many connected pieces the grids have together."""
    same = label[graph.first] == label[graph.second]
    return connected(len(graph), graph.first[same], graph.second[same])[0]


def _metis(request: Request, grids: int, tolerance: float) -> Labels:
    """The cheapest of 28 runs (14 seeds, two tolerances) within the tolerance, else the evenest."""
    import pymetis

    graph = request.graph
    runs = []
    for number in range(28):
        label = np.array(
            pymetis.part_graph(
                grids,
                xadj=graph.begin,
                adjncy=graph.other,
                vweights=np.rint(graph.weight).astype(int),
                eweights=np.maximum(1, np.rint(graph.cost * 10)).astype(int),
                recursive=False,
                options=pymetis.Options(ufactor=5 + 5 * (number % 2), seed=number // 2, contig=1, ncuts=4),
            )[1],
            dtype=np.int64,
        )
        held = np.bincount(label, graph.weight, grids)
        off = float(np.abs(held / held.mean() - 1).max())
        cost = float(graph.pair_cost[label[graph.first] != label[graph.second]].sum())
        runs.append((off if off > tolerance else 0.0, cost, number, label))
    return min(runs, key=lambda run: run[:3])[3]


def metis(request: Request, grids: int) -> tuple[Labels, str]:
    """Held to the tolerance that ours is held to."""
    return _metis(request, grids, TOLERANCE), "METIS, barrier weights, best of 28 runs within 0.5 %"


def metis_wider(request: Request, grids: int) -> tuple[Labels, str]:
    """Held to twice the tolerance."""
    return _metis(request, grids, 2 * TOLERANCE), "METIS, the same, within 1 %"


def kahip(request: Request, grids: int) -> tuple[Labels, str]:
    """KaHIP, eco, barrier weights; it does not keep grids in one piece."""
    import kahip as library

    graph = request.graph
    found = library.kaffpa(
        np.rint(graph.weight).astype(int).tolist(),
        graph.begin.tolist(),
        np.maximum(1, np.rint(graph.cost * 10)).astype(int).tolist(),
        graph.other.tolist(),
        grids,
        TOLERANCE,
        True,
        1,
        1,
    )
    return np.array(found[1], dtype=np.int64), "KaHIP eco, barrier weights"


def flow(request: Request, grids: int) -> tuple[Labels, str]:
    """k-means with capacities: five rounds of a transport problem to the 8 nearest centres, solved."""
    graph = request.graph
    weight, place = graph.weight, graph.centre
    rng = np.random.default_rng(1)
    centre = place[rng.choice(len(weight), grids, replace=False, p=weight / weight.sum())]
    heavy = np.flatnonzero(weight > 0)
    label = np.zeros(len(weight), dtype=np.int64)
    for _ in range(5):
        away = ((place[:, None] - centre[None]) ** 2).sum(axis=2)
        near = np.argsort(away, axis=1)[:, : min(grids, 8)]
        unit, seat = np.repeat(heavy, near.shape[1]), near[heavy].ravel()
        arcs = np.arange(len(unit))
        leave = coo_matrix((np.ones(len(unit)), (np.repeat(np.arange(len(heavy)), near.shape[1]), arcs)))
        enter = coo_matrix((np.ones(len(unit)), (seat, arcs)), shape=(grids, len(unit)))
        solved = linprog(
            away[unit, seat],
            A_eq=leave.tocsr(),
            b_eq=weight[heavy],
            A_ub=enter.tocsr(),
            b_ub=np.full(grids, weight.sum() / grids * (1 + TOLERANCE)),
            method="highs",
        )
        if solved.x is None:
            raise RuntimeError("no transport to the 8 nearest centres keeps the capacities")
        label = away.argmin(axis=1)
        label[heavy] = near[heavy, solved.x.reshape(-1, near.shape[1]).argmax(axis=1)]
        held = np.bincount(label, weight, grids)
        centre = np.stack(
            [np.bincount(label, weight * place[:, i], grids) / np.maximum(held, 1e-9) for i in (0, 1)], axis=1
        )
    return label, "k-means with flow"


def gerrychain(request: Request, grids: int) -> tuple[Labels, str]:
    """A recursive tree plan, then 20 s of ReCom that keeps what costs less; 1 % (0.5 % seldom ends)."""
    import networkx
    from gerrychain import Graph as Dual
    from gerrychain import MarkovChain, Partition, constraints, updaters
    from gerrychain.partition import recursive_tree_part
    from gerrychain.proposals import build_recom_proposal_fn

    graph, target = request.graph, request.graph.weight.sum() / grids
    plain = networkx.Graph()
    plain.add_nodes_from((i, {"pop": int(w)}) for i, w in enumerate(graph.weight))
    plain.add_edges_from(zip(graph.first.tolist(), graph.second.tolist(), strict=True))
    dual = Dual.from_networkx(plain)
    price = {
        (int(a), int(b)): float(c) for a, b, c in zip(graph.first, graph.second, graph.pair_cost, strict=True)
    }
    random.seed(1)
    start = Partition(
        dual,
        recursive_tree_part(dual, range(grids), target, "pop", 0.01, rng=1),
        {"pop": updaters.Tally("pop", "pop"), "cut_edges": updaters.cut_edges},
    )

    def cost(plan: Partition) -> float:
        return sum(price[min(edge), max(edge)] for edge in plan["cut_edges"])

    def cheaper(plan: Partition, *, rng: random.Random) -> bool:
        return plan.parent is None or cost(plan) <= cost(plan.parent)

    ends, best = time.monotonic() + 20, (cost(start), start)
    chain = MarkovChain(
        build_recom_proposal_fn("pop", target, 0.01),
        [constraints.contiguous],
        cheaper,
        start,
        10_000,
    )
    for plan in chain:
        best = min(best, (cost(plan), plan), key=lambda each: each[0])
        if time.monotonic() > ends:
            break
    of = dict(best[1].assignment.items())
    label = np.array([of[unit] for unit in range(len(graph))], dtype=np.int64)
    return label, "GerryChain, tree and 20 s of ReCom"


PEERS: tuple[Callable[[Request, int], tuple[Labels, str]], ...] = (
    metis,
    metis_wider,
    kahip,
    flow,
    gerrychain,
)


def timed(
    peer: Callable[[Request, int], tuple[Labels, str]], request: Request, grids: int, limit_s: float
) -> tuple[Measured, str] | str:
    """A peer in a process of its own, so that its memory and its hangs end there; or why it gave nothing."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_child, args=(theirs, peer, request, grids))
    process.start()
    theirs.close()
    try:
        if not ours.poll(limit_s):
            return f"{peer.__name__}: no plan in {limit_s:.0f} s"
        answer: tuple[Labels, str, float] | str = ours.recv()
    except EOFError:
        return f"{peer.__name__}: its process died"
    finally:
        process.kill()
        process.join()
    if isinstance(answer, str):
        return f"{peer.__name__}: {answer}"
    label, name, seconds = answer
    return measured(request, label, grids, seconds), name


def _child(
    out: "multiprocessing.connection.Connection[object, object]",
    peer: Callable[[Request, int], tuple[Labels, str]],
    request: Request,
    grids: int,
) -> None:
    before = time.process_time()
    try:
        label, name = peer(request, grids)
        out.send((label, name, time.process_time() - before))
    except Exception as failed:  # whatever a peer raises is its result
        out.send(f"{type(failed).__name__}: {str(failed)[:120]}")
