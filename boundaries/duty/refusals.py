"""What the register refuses about duties and questions, each with its facts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from boundaries.store.errors import Refusal


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
        super().__init__(
            f"rows {other_row} and {row}: two {role} for {place}, matter {matter}, at one instant"
        )


class DutyNotPossible(Refusal):
    """A role that such a place or matter cannot have, or a period that is empty."""

    code: ClassVar[str] = "duty-not-possible"

    def __init__(self, *, role: str, row: object, reason: str) -> None:
        self.role, self.row, self.reason = role, row, reason
        super().__init__(f"row {row}: {role}: {reason}")


class MalformedShift(Refusal):
    """A shift that says no hours."""

    code: ClassVar[str] = "malformed-shift"

    def __init__(self, *, value: str, row: object = None) -> None:
        self.value, self.row = value, row
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
