"""Workload (工作量): what a grid and its staff have to do, in hours a year, by the district's own weights."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from boundaries.affairs.columns import IncidentColumns
from boundaries.affairs.places import Places
from boundaries.affairs.question import day_number
from boundaries.affairs.refusals import BadFlowSettings

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

DAYS = 365
"""Incidents of so many days count: hours a year."""
_USUAL: Mapping[str, float] = {"household": 1.0, "incident": 2.0, "element": 2.0}
_MOST = 10_000


@dataclass(frozen=True)
class Weights:
    """Hours a year of a household and an element, hours of an incident; by matter and kind where they differ.

    A district's own: settings `workload`, as {"household": 1, "incident": 2, "element": 2,
    "matters": {"11": 6}, "kinds": {"key_place": 12}}.
    """

    household: float
    incident: float
    element: float
    matters: Mapping[str, float]
    kinds: Mapping[str, float]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Weights":
        """Raises BadFlowSettings for settings that make no sense."""
        own = settings.get("workload", {})
        if not isinstance(own, Mapping) or not set(own) <= {*_USUAL, "matters", "kinds"}:
            raise BadFlowSettings(f"workload: {', '.join(_USUAL)}, matters and kinds")
        plain = {name: _hours(f"workload.{name}", own.get(name, usual)) for name, usual in _USUAL.items()}
        return cls(
            plain["household"],
            plain["incident"],
            plain["element"],
            _table("workload.matters", own.get("matters", {})),
            _table("workload.kinds", own.get("kinds", {})),
        )

    def of_matter(self, lineage: Iterable[str]) -> float:
        """Hours of an incident. lineage: its matter and those above it, the matter first."""
        return next((self.matters[code] for code in lineage if code in self.matters), self.incident)

    def of_kind(self, kind: str) -> float:
        """Hours a year of an element of this kind."""
        return self.kinds.get(kind, self.element)


class Work(NamedTuple):
    """Of a grid, or of a person: then the shares of all grids together. hours: a year."""

    code: str
    name: str
    grids: tuple[str, ...]
    households: float
    incidents: float
    elements: float
    hours: float


def of_grids(snapshot: "Snapshot", columns: IncidentColumns, places: Places, *, until: date) -> list[Work]:
    """Each grid of the ground, by code: what is stacked on it counts with it.

    Incidents of the 365 days up to `until`, where they happened in the snapshot's net; void and merged ones
    do not count. Raises BadFlowSettings.
    """
    weights = Weights.of(snapshot.district.settings)
    last = day_number(until)
    chosen = columns.counts & (columns.day <= last) & (columns.day > last - DAYS) & (places.grid >= 0)
    at = places.grid[chosen]
    of_matter = np.array(
        [weights.of_matter(snapshot.duties.lineages.get(code, (code,))) for code in columns.matters] or [0.0]
    )
    count = np.bincount(at, minlength=len(snapshot.ground))
    of_incidents = np.bincount(at, of_matter[columns.matter[chosen]], minlength=len(snapshot.ground))
    elements, of_elements = np.zeros(len(snapshot.ground)), np.zeros(len(snapshot.ground))
    for code, bound in snapshot.bound_elements.of_grid.items():
        position = snapshot.position.get(snapshot.grids[code].host or code)
        if position is not None:
            elements[position] += len(bound)
            of_elements[position] += sum(weights.of_kind(each.element.kind) for each in bound)
    hours = places.households * weights.household + of_incidents + of_elements
    return [
        Work(
            grid.code,
            grid.name,
            (grid.code,),
            float(places.households[k]),
            float(count[k]),
            float(elements[k]),
            round(float(hours[k]), 2),
        )
        for k, grid in enumerate(snapshot.ground)
    ]


def of_people(snapshot: "Snapshot", grids: Sequence[Work]) -> list[Work]:
    """Each person who works in these grids, the most hours first: the staff of a grid share it evenly; where
    there is none, its leader has it. Grids without both belong to nobody."""
    parts: dict[str, list[tuple[Work, float]]] = {}
    for work in grids:
        people = _people(snapshot, work.code)
        for party in people:
            parts.setdefault(party, []).append((work, 1 / len(people)))
    found = []
    for party, mine in parts.items():
        record = snapshot.parties.get(party)
        found.append(
            Work(
                party,
                record.name if record is not None else "",
                tuple(work.code for work, _ in mine),
                round(sum(work.households * share for work, share in mine), 2),
                round(sum(work.incidents * share for work, share in mine), 2),
                round(sum(work.elements * share for work, share in mine), 2),
                round(sum(work.hours * share for work, share in mine), 2),
            )
        )
    return sorted(found, key=lambda work: (-work.hours, work.code))


def _people(snapshot: "Snapshot", grid: str) -> list[str]:
    for role in ("staff", "leader"):
        people = sorted({duty.party for duty in snapshot.duties.at([("grid", grid)], role)})
        if people:
            return people
    return []


def _table(name: str, given: Any) -> Mapping[str, float]:
    if not isinstance(given, Mapping):
        raise BadFlowSettings(f"{name}: hours by code")
    return {str(code): _hours(f"{name}.{code}", hours) for code, hours in given.items()}


def _hours(name: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise BadFlowSettings(f"{name}: {given!r} is no number of hours")
    if not (math.isfinite(given) and 0 <= given <= _MOST):
        raise BadFlowSettings(f"{name}: {given!r} is not from 0 to {_MOST:,} hours")
    return float(given)
