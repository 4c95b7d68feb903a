"""Which buildings the rows of a table mean."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.allotment.lists import Listed, number_of, read_list

_COMMAS = re.compile(r"[、,，;；\s]+")


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


class Houses:
    """Buildings as lists name them: by name or code in full, or by number."""

    def __init__(
        self,
        names: Sequence[str],
        compounds: Sequence[str] | None = None,
        codes: Sequence[str] | None = None,
    ) -> None:
        """names, compounds: as in `match_rows`; codes: a second text that means one building in full."""
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self._by_number: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for i, name in enumerate(names):
            compound = compounds[i] if compounds is not None else ""
            self._by_name[name.strip()].add(i)
            own = number_of(name)
            if own is not None:
                self._by_number[own.number].append((own.compound or compound.strip().upper(), i))
        self._by_code = {code: i for i, code in enumerate(codes or ())}

    def meant(self, text: str) -> tuple[list[tuple[int, str]], list[tuple[str, str]]]:
        """Positions of the buildings that a list names with their texts, and texts not used with reasons."""
        plain = text.strip()
        if plain in self._by_code:
            return [(self._by_code[plain], plain)], []
        if plain and len(named := self._by_name.get(plain, ())) == 1:
            return [(next(iter(named)), plain)], []
        pieces = [piece for piece in _COMMAS.split(plain) if piece]
        taken = [(self._by_code[piece], piece) for piece in pieces if piece in self._by_code]
        if taken:
            text = "、".join(piece for piece in pieces if piece not in self._by_code)
        listed, unread = read_list(text)
        left = [(one.text, one.reason) for one in unread]
        if not taken and not listed and not unread:
            left.append((text, "empty"))
        for one in listed:
            found, label = _meant(one, self._by_number), f"{one.compound}{one.number}"
            if len(found) == 1:
                taken.append((found[0], label))
            else:
                reason = f"{len(found)} buildings have this number" if found else "no such building"
                left.append((label, reason))
        return taken, left


def match_rows(
    rows: Sequence[tuple[str, str]],
    names: Sequence[str],
    compounds: Sequence[str] | None = None,
    codes: Sequence[str] | None = None,
) -> Match:
    """Match rows (grid, list of buildings) with buildings by name, number or code.

    names: of each building, such as "3号楼" or "凤鸣苑3号楼", or a code that a row gives in full. compounds:
    the compound of each building where the name does not hold it, '' for none. codes: of the buildings,
    where a list may also give these. A number without a compound means the one building that has it;
    where several do, the row is listed and none is taken. A building that two grids claim stays with the
    first, and the second row is listed.
    """
    houses = Houses(names, compounds, codes)
    grids = tuple(dict.fromkeys(grid.strip() for grid, _ in rows if grid.strip()))
    position = {grid: at for at, grid in enumerate(grids)}
    home = np.full(len(names), -1, dtype=np.int64)
    unmatched: list[Unmatched] = []
    for row, (grid, text) in enumerate(rows):
        if not grid.strip():
            unmatched.append(Unmatched(row, text, "no grid"))
            continue
        taken, left = houses.meant(text)
        unmatched += [Unmatched(row, piece, reason) for piece, reason in left]
        for building, label in taken:
            if home[building] not in (-1, position[grid.strip()]):
                unmatched.append(Unmatched(row, label, f"already in {grids[home[building]]}"))
            else:
                home[building] = position[grid.strip()]
    return Match(grids, home, tuple(unmatched))


def _meant(one: Listed, by_number: dict[str, list[tuple[str, int]]]) -> list[int]:
    held = by_number.get(one.number, [])
    if not one.compound:
        return [i for _, i in held]
    exact = [i for compound, i in held if compound == one.compound]
    return exact or [
        i for compound, i in held if compound and (compound in one.compound or one.compound in compound)
    ]
