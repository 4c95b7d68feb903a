"""Any two states of the register compared: what became of grids, buildings and posts between them."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from boundaries.land import stacked
from boundaries.land.plans.difference import Diff, totals
from boundaries.land.stacked import State

if TYPE_CHECKING:
    from boundaries.duty.records import GridRecord

_NOISE_M2 = 0.5  # a noded border laps by less than this


def compare(before: State, after: State) -> Diff:
    """What changed from one state to the other, of one district; either may be the later one.

    A grid whose ground differs only by vertices on a border that stays counts as kept. Lineage comes
    from the ground that grids share, households from the buildings that both states know; 立体 grids come
    from the grids that had their parts' households, as in the diff of a plan.
    """
    old = {grid.code: shape for grid, shape in zip(before.ground, before.shapes, strict=True)}
    new = {grid.code: shape for grid, shape in zip(after.ground, after.shapes, strict=True)}
    moved = _moved(before, old, new)
    above_before, above_after = stacked.stacks_of(before), stacked.stacks_of(after)
    restacked = stacked.restacked(before, after, above_before, above_after)
    hosts: set[str] = {
        host
        for side in (before, after)
        for code in restacked
        if (grid := side.grids.get(code)) is not None and (host := grid.host) is not None
    }
    touched = moved | restacked | (hosts & before.grids.keys() & after.grids.keys())
    changed = sorted(
        (old.keys() ^ new.keys())
        | touched
        | (before.grids.keys() ^ after.grids.keys())
        | {
            code
            for code in before.grids.keys() & after.grids.keys()
            if _facts(before.grids[code]) != _facts(after.grids[code])
        }
    )
    lived, going = _households(before, after)
    shares = _shares(
        before, old, new, [code for code in changed if code in touched or (code in old) != (code in new)]
    )
    shares += _above(going, restacked, shares)
    now, then = _counted(before), _counted(after)
    grids: list[dict[str, Any]] = []
    for code in changed:
        was, became = before.grids.get(code), after.grids.get(code)
        record = became or was
        assert record is not None
        change = (
            "new"
            if was is None
            else "retired"
            if became is None
            else "changed"
            if code in touched
            else "renamed"
        )
        grids.append(
            {
                "code": code,
                "change": change,
                "name": record.name,
                "kind": record.kind,
                "community": record.community,
                "group": record.group,
                "stack": _stack(record, above_after.get(code) or above_before.get(code)),
                "before": was and {"area_m2": was.area_m2 or 0.0, **now(code)},
                "after": became and {"area_m2": became.area_m2 or 0.0, **then(code)},
                "parents": [
                    _share(parent, area, old_area, going[parent, code], lived[parent])
                    for parent, child, area, old_area in shares
                    if child == code
                ],
                "children": [
                    _share(child, area, old_area, going[code, child], lived[code])
                    for parent, child, area, old_area in shares
                    if parent == code
                ],
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


def _facts(grid: "GridRecord") -> tuple[Any, ...]:
    return grid.name, grid.kind, grid.community, grid.group, grid.host


def _moved(before: State, old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """Grids of both states whose ground differs by more than vertices."""
    both = sorted(old.keys() & new.keys())
    a, b = (
        np.array([old[code] for code in both], dtype=object),
        np.array([new[c] for c in both], dtype=object),
    )
    if not both:
        return set()
    apart = np.flatnonzero(~shapely.equals_exact(a, b, tolerance=0.0, normalize=False))
    if not len(apart):
        return set()
    areas = before.frame.area_m2(shapely.symmetric_difference(a[apart], b[apart]))
    return {both[position] for position in apart[areas > _NOISE_M2].tolist()}


def _shares(
    before: State, old: dict[str, Any], new: dict[str, Any], codes: Sequence[str]
) -> list[tuple[str, str, float, float]]:
    """Parent, child, shared m², the parent's m², of every pair of which one side changed."""
    parents, children = sorted(old), sorted(new)
    if not codes or not parents or not children:
        return []
    a, b = (
        np.array([old[c] for c in parents], dtype=object),
        np.array([new[c] for c in children], dtype=object),
    )
    touched = set(codes)
    i, j = shapely.STRtree(b).query(a, predicate="intersects")
    mine = np.array(
        [
            parents[p] in touched and children[c] in touched
            for p, c in zip(i.tolist(), j.tolist(), strict=True)
        ],
        dtype=bool,
    )
    i, j = i[mine], j[mine]
    shared = before.frame.area_m2(shapely.intersection(a[i], b[j]))
    whole = before.frame.area_m2(a[i])
    return [
        (parents[p], children[c], float(area), float(of))
        for p, c, area, of in zip(i.tolist(), j.tolist(), shared.tolist(), whole.tolist(), strict=True)
        if area > _NOISE_M2
    ]


def _above(
    going: Counter[tuple[str, str]], restacked: set[str], known: Sequence[tuple[str, str, float, float]]
) -> list[tuple[str, str, float, float]]:
    """立体 grids have households of other grids, or give them; ground is none of theirs."""
    there = {(parent, child) for parent, child, _, _ in known}
    return [
        (parent, child, 0.0, 1.0)
        for parent, child in sorted(going)
        if parent != child and {parent, child} & restacked and (parent, child) not in there
    ]


def _stack(record: "GridRecord", stack: tuple[str, tuple[str, ...]] | None) -> dict[str, Any] | None:
    """Of a 立体 grid: its host, its building and its parts, as it is or was."""
    if stack is None:
        return None
    return {"host": record.host, "building": stack[0], "parts": list(stack[1])}


def _share(code: str, area: float, whole: float, households: int, lived: int) -> dict[str, Any]:
    return {
        "code": code,
        "area_m2": area,
        "area_share": area / whole,
        "households": households,
        "household_share": households / lived if lived else None,
    }


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
    gone, come = sorted(old - new), sorted(new - old)
    out = []
    for party, role, matter, grid in gone:
        to = next((each for each in come if each[:3] == (party, role, matter)), None)
        if to is not None:
            come.remove(to)
        out.append({"party": party, "role": role, "matter": matter, "from": grid, "to": to and to[3]})
    out += [{"party": p, "role": r, "matter": m, "from": None, "to": g} for p, r, m, g in come]
    return out


def _posts(snapshot: State) -> set[tuple[str, str, str, str]]:
    return {
        (duty.party, duty.role, duty.matter, place[1])
        for place, found in snapshot.duties.by_place.items()
        if place[0] == "grid"
        for duty in found
    }
