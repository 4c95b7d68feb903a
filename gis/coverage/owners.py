"""Who gets each piece of ground: one rule for what two claim, one for what nobody claims."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.coverage.arrangement import NOBODY, Arrangement, Ints
from gis.coverage.plane import LATTICE_M
from gis.coverage.widths import width_m
from gis.frames import Floats, MetricFrame

Merge = Literal["longest_border", "max_area", "min_area", "min_index"]


def owners(
    ground: Arrangement,
    area_m2: Floats,
    frozen: NDArray[np.bool_],
    *,
    frame: MetricFrame,
    max_gap_width: float,
    merge: Merge,
) -> Ints:
    """The owner of each face, -1 for nobody.

    What one polygon claims is its own. What several claim goes whole to one of them, as `merge` says. What
    nobody claims goes whole to the neighbour with the longest border if it is narrower than
    max_gap_width, metres; what lies outside the parent is given up under the same width. Ties go to the
    lowest position. Frozen polygons get nothing.
    """
    claimed = np.array([len(claim) for claim in ground.claims], dtype=np.int64)
    owner = np.array([claim[0] if len(claim) == 1 else NOBODY for claim in ground.claims], dtype=np.int64)
    _settle_overlaps(ground, owner, claimed > 1, area_m2, merge)
    limit_m = max(max_gap_width, LATTICE_M)
    _fill_gaps(ground, owner, (claimed == 0) & ground.inside, frozen, _narrow(ground, frame, limit_m))
    _give_up_strays(ground, owner, frozen, _narrow(ground, frame, limit_m))
    return owner


def _settle_overlaps(
    ground: Arrangement, owner: Ints, doubled: NDArray[np.bool_], area_m2: Floats, merge: Merge
) -> None:
    kinds = {claim: number for number, claim in enumerate(dict.fromkeys(ground.claims))}
    kind = np.array([kinds[claim] for claim in ground.claims], dtype=np.int64)
    sole = owner.copy()
    waiting = []
    for group in ground.groups(doubled, kind):
        claim = ground.claims[group[0]]
        if merge == "longest_border":
            shared = ground.borders(group, sole)
            if not any(shared.get(who, 0.0) > 0 for who in claim):
                waiting.append(group)
                continue
            owner[group] = _best({who: shared.get(who, 0.0) for who in claim})
        elif merge == "min_index":
            owner[group] = min(claim)
        else:
            sign = 1.0 if merge == "max_area" else -1.0
            owner[group] = _best({who: sign * float(area_m2[who]) for who in claim})
    # Ground that borders no claimant's own: ask again, now that the rest is settled.
    for group in waiting:
        shared = ground.borders(group, owner)
        owner[group] = _best({who: shared.get(who, 0.0) for who in ground.claims[group[0]]})


def _fill_gaps(
    ground: Arrangement,
    owner: Ints,
    empty: NDArray[np.bool_],
    frozen: NDArray[np.bool_],
    narrow: Callable[[list[Ints]], NDArray[np.bool_]],
) -> None:
    groups = ground.groups(empty, np.zeros(len(owner), dtype=np.int64))
    settled = owner.copy()
    for group, fits in zip(groups, narrow(groups), strict=True):
        shared = {
            who: metres for who, metres in ground.borders(group, settled).items() if fits and not frozen[who]
        }
        if shared:
            owner[group] = _best(shared)


def _give_up_strays(
    ground: Arrangement,
    owner: Ints,
    frozen: NDArray[np.bool_],
    narrow: Callable[[list[Ints]], NDArray[np.bool_]],
) -> None:
    stray = ~ground.inside & (owner != NOBODY)
    stray[stray] = ~frozen[owner[stray]]
    groups = ground.groups(stray, owner)
    for group, fits in zip(groups, narrow(groups), strict=True):
        if fits:
            owner[group] = NOBODY


def _best(scores: dict[int, float]) -> int:
    # A relative tenth of a millionth: lengths that differ by rounding are a tie, and the lowest has it.
    top = max(scores.values())
    return min(who for who, score in scores.items() if score >= top - 1e-7 * abs(top))


def _narrow(
    ground: Arrangement, frame: MetricFrame, limit_m: float
) -> Callable[[list[Ints]], NDArray[np.bool_]]:
    def measured(groups: list[Ints]) -> NDArray[np.bool_]:
        shapes = np.empty(len(groups), dtype=object)
        for at, group in enumerate(groups):
            shapes[at] = shapely.coverage_union_all(ground.faces[group])
        return np.asarray(width_m(frame.project(shapes)) < limit_m, dtype=np.bool_)

    return measured
