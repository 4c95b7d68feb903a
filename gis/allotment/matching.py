"""Which buildings the rows of a table mean."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.allotment.lists import Listed, number_of, read_list


@dataclass(frozen=True)
class Unmatched:
    """Something in a row (position) that could not be used: the text and the reason."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class Match:
    """grids: names in the order of the table. grid_of_building: (b,) position in `grids`, -1 for none."""

    grids: tuple[str, ...]
    grid_of_building: NDArray[np.int64]
    unmatched: tuple[Unmatched, ...]


def match_rows(
    rows: Sequence[tuple[str, str]], names: Sequence[str], compounds: Sequence[str] | None = None
) -> Match:
    """Match rows (grid, list of buildings) with buildings by name or code.

    names: of each building, such as "3号楼" or "凤鸣苑3号楼", or a code that a row gives in full. compounds:
    the compound of each building where the name does not hold it, '' for none. A number without a compound
    means the one building that has it; where several do, the row is listed and none is taken. A building
    that two grids claim stays with the first, and the second row is listed.
    """
    by_name: dict[str, list[int]] = defaultdict(list)
    by_number: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for i, name in enumerate(names):
        compound = compounds[i] if compounds is not None else ""
        by_name[name.strip()].append(i)
        own = number_of(name)
        if own is not None:
            by_number[own.number].append((own.compound or compound.strip().upper(), i))
    grids = tuple(dict.fromkeys(grid.strip() for grid, _ in rows if grid.strip()))
    home = np.full(len(names), -1, dtype=np.int64)
    unmatched: list[Unmatched] = []

    def take(row: int, grid: int, building: int, text: str) -> None:
        if home[building] not in (-1, grid):
            unmatched.append(Unmatched(row, text, f"already in {grids[home[building]]}"))
        else:
            home[building] = grid

    for row, (grid, text) in enumerate(rows):
        if not grid.strip():
            unmatched.append(Unmatched(row, text, "no grid"))
            continue
        position = grids.index(grid.strip())
        if len(by_name.get(text.strip(), ())) == 1:
            take(row, position, by_name[text.strip()][0], text)
            continue
        listed, unread = read_list(text)
        unmatched += [Unmatched(row, one.text, one.reason) for one in unread]
        if not listed and not unread:
            unmatched.append(Unmatched(row, text, "empty"))
        for one in listed:
            found = _meant(one, by_number)
            label = f"{one.compound}{one.number}"
            if len(found) == 1:
                take(row, position, found[0], label)
            else:
                reason = f"{len(found)} buildings have this number" if found else "no such building"
                unmatched.append(Unmatched(row, label, reason))
    return Match(grids, home, tuple(unmatched))


def _meant(one: Listed, by_number: dict[str, list[tuple[str, int]]]) -> list[int]:
    held = by_number.get(one.number, [])
    if not one.compound:
        return [i for _, i in held]
    exact = [i for compound, i in held if compound == one.compound]
    return exact or [
        i for compound, i in held if compound and (compound in one.compound or one.compound in compound)
    ]
