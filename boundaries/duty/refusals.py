"""What the register refuses about duties and questions, each with its facts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

from boundaries.store.bulk import EmptyPeriod
from boundaries.store.errors import Refusal

DutyRule = Literal["by-matter", "leads-ground", "leads-buildings", "part-needed", "same-party"]
WorkbookRule = Literal[
    "no-workbook",
    "no-sheet",
    "column-missing",
    "too-many-rows",
    "too-large",
    "empty-cell",
    "outside-area",
    "no-day",
]
RowRule = Literal["beginning-stays", "party-said-twice"]
"""What only the comparison with the register finds in a row of the workbook."""


class MatterTreeBroken(Refusal):
    """A matter whose parent is missing, or that is its own ancestor."""

    code: ClassVar[str] = "matter-tree-broken"

    def __init__(self, *, value: str, parent: str, row: object) -> None:
        self.value, self.parent, self.row = value, parent, row
        super().__init__(f"row {row}: matter {value} cannot stand under {parent}")


class DutyConflict(Refusal):
    """Two rows of one frame give the same exclusive duty to two parties at the same instant."""

    code: ClassVar[str] = "duty-conflict"

    def __init__(self, *, role: str, matter: str, place: str, row: object, other_row: object) -> None:
        self.role, self.matter, self.place, self.row, self.other_row = role, matter, place, row, other_row
        self.field = "party_code"
        super().__init__(
            f"rows {other_row} and {row}, party_code: two {role} for {place}, matter {matter}, at one instant"
        )


class DutyNotPossible(Refusal):
    """A role that such a place or matter cannot have, or a period that is empty."""

    code: ClassVar[str] = "duty-not-possible"

    def __init__(self, *, role: str, row: object, reason: str, rule: DutyRule) -> None:
        self.role, self.row, self.reason, self.rule, self.field = role, row, reason, rule, "role"
        super().__init__(f"row {row}, role: {role}: {reason}")


class MalformedShift(Refusal):
    """A shift that says no hours."""

    code: ClassVar[str] = "malformed-shift"

    def __init__(self, *, value: str, row: object = None) -> None:
        self.value, self.row, self.field = value, row, "shift"
        super().__init__(f"shift {value!r} is not like '08:00-18:00' or '1-5 08:00-18:00'")


class GridGone(Refusal):
    """The grid was retired; `successors` are the grids that cover its last ground now."""

    code: ClassVar[str] = "grid-gone"

    def __init__(self, *, value: str, retired_at: datetime, successors: Sequence[str]) -> None:
        self.value, self.retired_at, self.successors = value, retired_at, tuple(successors)
        super().__init__(f"grid {value} was retired at {retired_at.isoformat()}")


class BuildingGone(Refusal):
    """The building is no longer there."""

    code: ClassVar[str] = "building-gone"

    def __init__(self, *, value: str, retired_at: datetime) -> None:
        self.value, self.retired_at = value, retired_at
        super().__init__(f"building {value} was retired at {retired_at.isoformat()}")


class UnknownAddress(Refusal):
    """No building is called so; `candidates` are the nearest texts, never chosen silently."""

    code: ClassVar[str] = "unknown-address"

    def __init__(self, *, value: str, candidates: Sequence[dict[str, Any]]) -> None:
        self.value, self.candidates = value, list(candidates)
        super().__init__(f"no building has the address {value}")


class BadPoint(Refusal):
    """Not a point on the globe, lon first."""

    code: ClassVar[str] = "bad-point"

    def __init__(self, *, lon: float, lat: float, swapped: bool) -> None:
        self.lon, self.lat, self.swapped = lon, lat, swapped
        hint = "; lon and lat look swapped" if swapped else ""
        super().__init__(f"lon {lon}, lat {lat} is no point on the globe{hint}")


class CaretakingNotPossible(Refusal):
    """A caretaker that may not be one for this area; `rule` says why, `field` is the column.

    rule: itself, not a placeholder, not a community, far, not adjacent, no reason, chain, cycle.
    """

    code: ClassVar[str] = "caretaking-not-possible"

    def __init__(self, *, area: str, caretaker: str, rule: str, field: str, row: object) -> None:
        self.area, self.caretaker, self.rule, self.field, self.row = area, caretaker, rule, field, row
        super().__init__(f"row {row}, {field}: {caretaker} cannot take care of {area}: {rule}")


class NothingToEnd(Refusal):
    """There is nothing in force that could be ended."""

    code: ClassVar[str] = "nothing-to-end"

    def __init__(self, *, what: str, value: str) -> None:
        self.what, self.value = what, value
        super().__init__(f"{value} has no {what} that could be ended")


class PlaceNotInForce(Refusal):
    """A duty for a place that is not there when the duty begins, such as a retired grid."""

    code: ClassVar[str] = "place-not-in-force"

    def __init__(self, *, kind: str, value: str, field: str, row: object, since: datetime) -> None:
        self.kind, self.value, self.field, self.row, self.since = kind, value, field, row, since
        super().__init__(f"row {row}, {field}: {kind} {value} is not in force at {since.isoformat()}")


class DutyEndsBeforeStart(EmptyPeriod):
    """A duty whose `valid_to` is not after its `valid_from`."""

    code = "duty-ends-before-start"

    def __init__(self, *, row: object, valid_from: datetime, valid_to: datetime) -> None:
        self.row, self.valid_from, self.valid_to = row, valid_from, valid_to
        self.field = "valid_to"
        Refusal.__init__(
            self,
            f"row {row}, valid_to: the duty ends {valid_to.isoformat()}, before it starts"
            f" {valid_from.isoformat()}",
        )


class UnreadableWorkbook(Refusal):
    """A file that is not the workbook of duties, or a row that cannot be read. rule, value: see `reason`."""

    code: ClassVar[str] = "unreadable-workbook"

    def __init__(
        self,
        *,
        reason: str,
        rule: WorkbookRule,
        field: str | None = None,
        row: object = None,
        value: str = "",
    ) -> None:
        self.reason, self.rule, self.field, self.row, self.value = reason, rule, field, row, value
        where = "" if field is None else f"{field}: " if row is None else f"row {row}, {field}: "
        super().__init__(f"{where}{reason}")


class AreaNotPossible(Refusal):
    """What was drawn is no area that can be looked up."""

    code: ClassVar[str] = "area-not-possible"

    def __init__(self, *, reason: str, field: str) -> None:
        self.reason, self.field = reason, field
        super().__init__(f"{field}: {reason}")


class DutyHeld(Refusal):
    """Somebody else has this exclusive duty in that period; `take_over` says that this is meant."""

    code: ClassVar[str] = "duty-held"

    def __init__(
        self,
        *,
        role: str,
        matter: str,
        place: str,
        party: str,
        valid_from: datetime | None,
        valid_to: datetime | None,
        row: object,
    ) -> None:
        self.role, self.matter, self.place, self.party = role, matter, place, party
        self.valid_from, self.valid_to, self.row, self.field = valid_from, valid_to, row, "party_code"
        super().__init__(
            f"row {row}, party_code: {party} is {role} of {place}, matter {matter}, in that period"
        )


class PartyHasDuties(Refusal):
    """A party cannot end while it answers for something: hand its duties over first."""

    code: ClassVar[str] = "party-has-duties"

    def __init__(self, *, value: str, duties: int) -> None:
        self.value, self.duties = value, duties
        super().__init__(f"party {value} still has {duties} duties: hand them over first")


class WorkbookRefused(Refusal):
    """A workbook that was to be committed holds rows that cannot be: nothing was written."""

    code: ClassVar[str] = "workbook-refused"

    def __init__(self, *, changes: Sequence[Any], refused: Sequence[dict[str, Any]]) -> None:
        self.changes, self.refused = list(changes), list(refused)
        first = self.refused[0] if self.refused else {}
        super().__init__(
            f"{len(self.refused)} rows are refused; row {first.get('row')}, {first.get('field')}:"
            f" {first.get('reason')}"
        )
