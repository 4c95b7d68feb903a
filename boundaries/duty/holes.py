"""Holes in the net of people, as data: what the check tells of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from boundaries.duty.snapshot import Snapshot

FindingKind = Literal[
    "vacant_leader",
    "grid_without_staff",
    "leader_away",
    "two_at_once",
    "matter_without_lead",
    "party_with_too_many_grids",
    "phone_missing",
    "street_without_desk",
    "expired_duty",
    "caretaker_overdue",
    "placeholder_without_caretaker",
    "contract_over",
    "element_without_duty",
    "line_area_without_party",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One hole: what is wrong, at which place, with whom. `areas`: the codes of the areas above it.

    facts: what `detail` says, as values for JSON.
    """

    kind: FindingKind
    place_kind: str
    place: str
    name: str
    detail: str
    party: str | None = None
    areas: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DutyReport:
    """All findings, and how many of each kind, those that are none included."""

    findings: Sequence[Finding]
    counts: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        found = Counter(finding.kind for finding in self.findings)
        kinds = get_args(FindingKind)
        object.__setattr__(self, "counts", {kind: found.get(kind, 0) for kind in kinds})

    @property
    def is_complete(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def within(self, area: str | None) -> "DutyReport":
        """The findings in one area and below it; None: all."""
        if area is None:
            return self
        return DutyReport([finding for finding in self.findings if area in finding.areas])


def rows_of(report: DutyReport, snapshot: Snapshot) -> list[dict[str, Any]]:
    """Findings as plain rows for JSON; `grid`: where the place is looked for, None where it is of no one."""
    return [
        {
            "kind": each.kind,
            "place_kind": each.place_kind,
            "place": each.place,
            "name": each.name,
            "grid": _grid_of(snapshot, each),
            "detail": each.detail,
            "facts": dict(each.facts),
            "party": each.party,
        }
        for each in report.findings
    ]


def _grid_of(snapshot: Snapshot, finding: Finding) -> str | None:
    if finding.place_kind == "grid":
        return finding.place
    if finding.place_kind == "element":
        return snapshot.bound_elements.by_code[finding.place].grid
    house = snapshot.buildings.get(finding.place.partition("/")[0])
    return house.grid if house is not None and finding.place_kind in ("building", "part") else None
