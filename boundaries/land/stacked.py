"""What a state of the register holds beside ground: 立体 grids with their parts, and 微网格."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gis.frames import MetricFrame

if TYPE_CHECKING:
    from boundaries.duty.records import BuildingRecord, DutyRecord, GridRecord, PartRecord, PlaceKey


class Posts(Protocol):
    """Who answers in which role, by place."""

    @property
    def by_place(self) -> "Mapping[PlaceKey, tuple[DutyRecord, ...]]": ...


class State(Protocol):
    """What a comparison reads of a state: a snapshot, or what a plan makes of one."""

    @property
    def net_version(self) -> int | None: ...
    @property
    def frame(self) -> MetricFrame: ...
    @property
    def ground(self) -> "Sequence[GridRecord]": ...
    @property
    def shapes(self) -> NDArray[np.object_]: ...
    @property
    def grids(self) -> "Mapping[str, GridRecord]": ...
    @property
    def buildings(self) -> "Mapping[str, BuildingRecord]": ...
    @property
    def parts(self) -> "Mapping[str, Sequence[PartRecord]]": ...
    @property
    def grid_of_part(self) -> Mapping[str, str]: ...
    @property
    def duties(self) -> Posts: ...


Stacks = dict[str, tuple[str, tuple[str, ...]]]  # building and parts by the code of the 立体 grid


def stacks_of(snapshot: State) -> Stacks:
    """The 立体 grids of which parts are known."""
    parts: dict[str, list[str]] = {}
    building: dict[str, str] = {}
    for place, grid in sorted(snapshot.grid_of_part.items()):
        building[grid], _, part = place.partition("/")
        parts.setdefault(grid, []).append(part)
    return {grid: (building[grid], tuple(found)) for grid, found in parts.items()}


def restacked(before: State, after: State, old: Stacks, new: Stacks) -> set[str]:
    """立体 grids that began, ended, or got other parts or another host."""
    return {code for code in old.keys() | new.keys() if _above(before, old, code) != _above(after, new, code)}


def _above(snapshot: State, stacks: Stacks, code: str) -> tuple[Any, ...]:
    grid = snapshot.grids.get(code)
    return stacks.get(code), grid and grid.host


def dwellings(snapshot: State) -> Iterator[tuple[str, str | None, int]]:
    """Every building, and every part that a 立体 grid has, with its grid and households.

    What its parts have is not counted in the building again; parts that together have more than their
    building count none.
    """
    for building in snapshot.buildings.values():
        left = building.households or 0
        for part, grid, households in _parts_above(snapshot, building):
            left -= households
            yield part, grid, households
        yield building.code, building.grid, left


def _parts_above(snapshot: State, building: "BuildingRecord") -> list[tuple[str, str, int]]:
    return [
        (place, grid, households)
        for place, households in _parts(snapshot, building)
        if (grid := snapshot.grid_of_part.get(place)) is not None
    ]


def _parts(snapshot: State, building: "BuildingRecord") -> list[tuple[str, int]]:
    """Its parts with their households; with none where they have more than the building."""
    parts = snapshot.parts.get(building.code, ())
    counts = (building.households or 0) >= sum(part.households or 0 for part in parts)
    return [(f"{building.code}/{part.code}", (part.households or 0) if counts else 0) for part in parts]


def households_above(before: State, after: State, building: str) -> list[tuple[str, int]]:
    """Parts of a building that a 立体 grid has in either state, with their households before."""
    return [
        (place, households)
        for place, households in _parts(before, before.buildings[building])
        if place in before.grid_of_part or place in after.grid_of_part
    ]


def list_changes(before: State, after: State) -> list[dict[str, Any]]:
    """微网格 that differ: by grid and code, in the form in which a plan's diff tells them."""
    old, new = _lists(before), _lists(after)
    out = []
    for key in sorted(old.keys() | new.keys()):
        was, became = old.get(key, {}), new.get(key, {})
        if was == became:
            continue
        party = next(iter((became or was).values()))
        out.append(
            {
                "micro": key[1],
                "grid": key[0],
                "party": party,
                "places": sorted(became),
                "joins": sorted(became.keys() - was.keys()),
                "leaves": sorted(was.keys() - became.keys()),
            }
        )
    return out


def _lists(snapshot: State) -> dict[tuple[str, str], dict[str, str]]:
    """Who leads each place of a list, by grid and code of the list."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for (kind, place), duties in snapshot.duties.by_place.items():
        building = snapshot.buildings.get(place.partition("/")[0]) if kind in ("building", "part") else None
        if building is None:
            continue
        grid = snapshot.grid_of_part.get(place) or building.grid
        for duty in duties:
            if duty.role == "micro" and grid is not None:
                found.setdefault((grid, duty.micro), {})[place] = duty.party
    return found
