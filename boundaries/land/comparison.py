"""Any two states of the register compared: what became of grids, buildings and posts between them."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.land import stacked
from boundaries.land.plans.difference import Diff, totals
from boundaries.land.stacked import State

if TYPE_CHECKING:
    from boundaries.duty.records import GridRecord

_NOISE_M2 = 0.5  # a noded border laps by less than this
_Ground = dict[str, Any]  # shapes in lon/lat by the code of their grid


def compare(before: State, after: State) -> Diff:
    """What changed from one state to the other, of one district; either may be the later one.

    A grid whose ground differs only by vertices on a border that stays counts as kept. Lineage comes
    from the ground that grids share, households from the buildings that both states know; 立体 grids come
    from the grids that had their parts' households, as in the diff of a plan.
    """
    old, new = _ground(before), _ground(after)
    above_before, above_after = stacked.stacks_of(before), stacked.stacks_of(after)
    restacked = stacked.restacked(before, after, above_before, above_after)
    touched = _moved(before, old, new) | restacked | _hosts(before, after, restacked)
    changed = sorted((old.keys() ^ new.keys()) | touched | _told_otherwise(before, after))
    lineage = _Lineage(before, after, old, new, changed, touched, restacked)
    now, then = _counted(before), _counted(after)
    grids: list[dict[str, Any]] = []
    for code in changed:
        was, became = before.grids.get(code), after.grids.get(code)
        record = became or was
        assert record is not None
        grids.append(
            {
                "code": code,
                "change": _change(was, became, touched=code in touched),
                "name": record.name,
                "kind": record.kind,
                "community": record.community,
                "group": record.group,
                "stack": _stack(record, above_after.get(code) or above_before.get(code)),
                "before": was and {"area_m2": was.area_m2 or 0.0, **now(code)},
                "after": became and {"area_m2": became.area_m2 or 0.0, **then(code)},
                "parents": lineage.parents_of(code),
                "children": lineage.children_of(code),
            }
        )
    buildings = _buildings(before, after)
    duties = _duties(before, after)
    kept = sorted(after.grids.keys() - set(changed))
    return Diff(
        plan=None,
        base=before.net_version,
        kept=kept,
        grids=grids,
        buildings=buildings,
        duties=duties,
        micros=stacked.list_changes(before, after),
        totals=totals(grids, kept, buildings, duties),
        shapes={code: (old.get(code), new.get(code)) for code in changed},
    )


class _Share(NamedTuple):
    """What a grid after has of a grid before; of_m2: all that the parent had."""

    parent: str
    child: str
    area_m2: float
    of_m2: float


class _Lineage:
    """Whose ground and households the changed grids got, and whose theirs went to."""

    def __init__(
        self,
        before: State,
        after: State,
        old: _Ground,
        new: _Ground,
        changed: Sequence[str],
        touched: set[str],
        restacked: set[str],
    ) -> None:
        self._lived, self._going = _households(before, after)
        moving = [code for code in changed if code in touched or (code in old) != (code in new)]
        shares = _shares(before, old, new, moving)
        shares += _above(self._going, restacked, shares)
        self._by_child: dict[str, list[_Share]] = {}
        self._by_parent: dict[str, list[_Share]] = {}
        for share in shares:
            self._by_child.setdefault(share.child, []).append(share)
            self._by_parent.setdefault(share.parent, []).append(share)

    def parents_of(self, code: str) -> list[dict[str, Any]]:
        return [self._told(share, share.parent) for share in self._by_child.get(code, ())]

    def children_of(self, code: str) -> list[dict[str, Any]]:
        return [self._told(share, share.child) for share in self._by_parent.get(code, ())]

    def _told(self, share: _Share, code: str) -> dict[str, Any]:
        households, lived = self._going[share.parent, share.child], self._lived[share.parent]
        return {
            "code": code,
            "area_m2": share.area_m2,
            "area_share": share.area_m2 / share.of_m2,
            "households": households,
            "household_share": households / lived if lived else None,
        }


def _ground(state: State) -> _Ground:
    return {grid.code: shape for grid, shape in zip(state.ground, state.shapes, strict=True)}


def _hosts(before: State, after: State, restacked: set[str]) -> set[str]:
    """Grids of both states that those of `restacked` stand on, or stood on."""
    hosts = {
        host
        for side in (before, after)
        for code in restacked
        if (grid := side.grids.get(code)) is not None and (host := grid.host) is not None
    }
    return hosts & before.grids.keys() & after.grids.keys()


def _told_otherwise(before: State, after: State) -> set[str]:
    """Grids of one state only, and those whose name, kind or place among the others is another one."""
    return {
        code
        for code in before.grids.keys() | after.grids.keys()
        if code not in before.grids
        or code not in after.grids
        or _facts(before.grids[code]) != _facts(after.grids[code])
    }


def _change(was: "GridRecord | None", became: "GridRecord | None", *, touched: bool) -> str:
    if was is None:
        return "new"
    if became is None:
        return "retired"
    return "changed" if touched else "renamed"


def _facts(grid: "GridRecord") -> tuple[Any, ...]:
    return grid.name, grid.kind, grid.community, grid.group, grid.host


def _moved(before: State, old: _Ground, new: _Ground) -> set[str]:
    """Grids of both states whose ground differs by more than vertices."""
    both = sorted(old.keys() & new.keys())
    if not both:
        return set()
    a, b = _array(old, both), _array(new, both)
    apart = np.flatnonzero(~shapely.equals_exact(a, b, tolerance=0.0, normalize=False))
    if not len(apart):
        return set()
    areas = before.frame.area_m2(shapely.symmetric_difference(a[apart], b[apart]))
    return {both[position] for position in apart[areas > _NOISE_M2].tolist()}


def _shares(before: State, old: _Ground, new: _Ground, codes: Sequence[str]) -> list[_Share]:
    """Of every pair of which both sides changed and that share more than noise."""
    parents, children = (sorted(side.keys() & set(codes)) for side in (old, new))
    if not parents or not children:
        return []
    a, b = _array(old, parents), _array(new, children)
    i, j = shapely.STRtree(b).query(a, predicate="intersects")
    by_code = np.lexsort((j, i))
    i, j = i[by_code], j[by_code]
    shared = before.frame.area_m2(shapely.intersection(a[i], b[j]))
    whole = before.frame.area_m2(a[i])
    return [
        _Share(parents[p], children[c], float(area), float(of))
        for p, c, area, of in zip(i.tolist(), j.tolist(), shared.tolist(), whole.tolist(), strict=True)
        if area > _NOISE_M2
    ]


def _array(ground: _Ground, codes: Sequence[str]) -> NDArray[np.object_]:
    return np.array([ground[code] for code in codes], dtype=object)


def _above(going: Counter[tuple[str, str]], restacked: set[str], known: Sequence[_Share]) -> list[_Share]:
    """立体 grids have households of other grids, or give them; ground is none of theirs."""
    there = {(share.parent, share.child) for share in known}
    return [
        _Share(parent, child, 0.0, 1.0)
        for parent, child in sorted(going)
        if parent != child and {parent, child} & restacked and (parent, child) not in there
    ]


def _stack(record: "GridRecord", stack: tuple[str, tuple[str, ...]] | None) -> dict[str, Any] | None:
    """Of a 立体 grid: its host, its building and its parts, as it is or was."""
    if stack is None:
        return None
    return {"host": record.host, "building": stack[0], "parts": list(stack[1])}


def _households(before: State, after: State) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Households by the grid before, and by the pair of grids before and after."""
    lived, going = Counter[str](), Counter[tuple[str, str]]()
    for building in before.buildings.values():
        there = after.buildings.get(building.code)
        left = building.households or 0
        for part, households in stacked.households_above(before, after, building.code):
            left -= households
            was = before.grid_of_part.get(part) or building.grid
            becomes = after.grid_of_part.get(part) or (there and there.grid)
            _go(lived, going, was, becomes, households)
        _go(lived, going, building.grid, there and there.grid, left)
    return lived, going


def _go(
    lived: Counter[str],
    going: Counter[tuple[str, str]],
    was: str | None,
    becomes: str | None,
    households: int,
) -> None:
    if was is not None:
        lived[was] += households
        if becomes is not None:
            going[was, becomes] += households


def _counted(snapshot: State) -> Any:
    buildings, households = Counter[str](), Counter[str]()
    for place, grid, lives in stacked.dwellings(snapshot):
        if grid is not None:
            buildings[grid] += place in snapshot.buildings
            households[grid] += lives
    return lambda code: {"buildings": buildings[code], "households": households[code]}


def _buildings(before: State, after: State) -> list[dict[str, Any]]:
    """Buildings of both states that belong to another grid."""
    return [
        {
            "code": code,
            "name": there.name,
            "households": there.households or 0,
            "from": building.grid,
            "to": there.grid,
        }
        for code, building in sorted(before.buildings.items())
        if (there := after.buildings.get(code)) is not None and there.grid != building.grid
    ]


def _duties(before: State, after: State) -> list[dict[str, Any]]:
    """Posts at grids that somebody holds on one side only; a party that moved stands in one row."""
    old, new = _posts(before), _posts(after)
    come: dict[tuple[str, str, str], list[str]] = {}
    for party, role, matter, grid in sorted(new - old, reverse=True):
        come.setdefault((party, role, matter), []).append(grid)
    out: list[dict[str, Any]] = []
    for party, role, matter, grid in sorted(old - new):
        to = come.get((party, role, matter))
        out.append(
            {"party": party, "role": role, "matter": matter, "from": grid, "to": to.pop() if to else None}
        )
    out += [
        {"party": party, "role": role, "matter": matter, "from": None, "to": grid}
        for (party, role, matter), grids in sorted(come.items())
        for grid in reversed(grids)
    ]
    return out


def _posts(snapshot: State) -> set[tuple[str, str, str, str]]:
    return {
        (duty.party, duty.role, duty.matter, place[1])
        for place, found in snapshot.duties.by_place.items()
        if place[0] == "grid"
        for duty in found
    }
