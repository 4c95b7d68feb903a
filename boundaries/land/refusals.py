"""What the register refuses when land, parties or duties are put into it, each with its facts."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from boundaries.store.errors import Refusal


class UnknownDistrict(Refusal):
    """No district has this code."""

    code: ClassVar[str] = "unknown-district"

    def __init__(self, *, value: str) -> None:
        self.value = value
        super().__init__(f"no district has the code {value}")


class DistrictExists(Refusal):
    """A district with this code is already there, with other properties."""

    code: ClassVar[str] = "district-exists"

    def __init__(self, *, value: str) -> None:
        self.value = value
        super().__init__(f"district {value} exists")


class MissingColumn(Refusal):
    """A frame lacks a column that its kind needs."""

    code: ClassVar[str] = "missing-column"

    def __init__(self, *, kind: str, column: str) -> None:
        self.kind, self.column = kind, column
        super().__init__(f"{kind}: column {column} is missing")


class MissingValue(Refusal):
    """A row has nothing in a required column."""

    code: ClassVar[str] = "missing-value"

    def __init__(self, *, kind: str, column: str, row: object) -> None:
        self.kind, self.column, self.row = kind, column, row
        super().__init__(f"{kind}: row {row} has no {column}")


class ValueNotAllowed(Refusal):
    """A value is not one of the few that the column takes."""

    code: ClassVar[str] = "value-not-allowed"

    def __init__(self, *, kind: str, column: str, value: object, row: object, allowed: Sequence[str]) -> None:
        self.kind, self.column, self.value, self.row, self.allowed = kind, column, value, row, tuple(allowed)
        where = "" if row is None else f"row {row}: "
        super().__init__(f"{kind}: {where}{column} {value!r} is none of {', '.join(allowed)}")


class UnknownCode(Refusal):
    """A code that this district does not have. `row` is the frame's index label, None for a question;
    `field` its column."""

    code: ClassVar[str] = "unknown-code"

    def __init__(self, *, kind: str, value: object, row: object = None, field: str | None = None) -> None:
        self.kind, self.value, self.row = kind, value, row
        where = "" if row is None else f"row {row}: "
        if field is not None:
            self.field = field
            where = f"row {row}, {field}: "
        super().__init__(f"{where}no {kind} has the code {value}")


class ForeignCommunity(Refusal):
    """A grid names a community that belongs to another district."""

    code: ClassVar[str] = "foreign-community"

    def __init__(self, *, value: str, row: object, district: str) -> None:
        self.value, self.row, self.district = value, row, district
        super().__init__(f"row {row}: community {value} belongs to district {district}")


class NotACommunity(Refusal):
    """A grid must lie in an area of the level community."""

    code: ClassVar[str] = "not-a-community"

    def __init__(self, *, value: str, row: object, level: str) -> None:
        self.value, self.row, self.level = value, row, level
        super().__init__(f"row {row}: area {value} is a {level}, not a community")


class WrongParent(Refusal):
    """An area's parent is not of a level above it, or the parents form a circle."""

    code: ClassVar[str] = "wrong-parent"

    def __init__(self, *, value: str, level: str, parent: str, parent_level: str, row: object) -> None:
        self.value, self.level, self.parent, self.parent_level, self.row = (
            value,
            level,
            parent,
            parent_level,
            row,
        )
        super().__init__(f"row {row}: {level} {value} cannot lie in {parent_level} {parent}")


class DuplicateCode(Refusal):
    """The same thing stands twice in one frame."""

    code: ClassVar[str] = "duplicate-code"

    def __init__(self, *, kind: str, value: str, row: object, first_row: object) -> None:
        self.kind, self.value, self.row, self.first_row = kind, value, row, first_row
        super().__init__(f"{kind}: row {row} repeats {value} of row {first_row}")


class CodeRetired(Refusal):
    """A code that ended is never given again."""

    code: ClassVar[str] = "code-retired"

    def __init__(self, *, kind: str, value: str, retired_at: datetime) -> None:
        self.kind, self.value, self.retired_at = kind, value, retired_at
        super().__init__(f"{kind} {value} was retired at {retired_at.isoformat()}; a code is never reused")


class FixedValueChanged(Refusal):
    """An area's level or a party's kind never changes: it takes a new code."""

    code: ClassVar[str] = "fixed-value-changed"

    def __init__(self, *, kind: str, value: str, column: str, before: str, after: str, row: object) -> None:
        self.kind, self.value, self.column = kind, value, column
        self.before, self.after, self.row = before, after, row
        super().__init__(f"row {row}: {column} of {kind} {value} is {before} and cannot become {after}")


class InvalidShape(Refusal):
    """A geometry that the register cannot hold."""

    code: ClassVar[str] = "invalid-shape"

    def __init__(self, *, kind: str, value: object, row: object, reason: str) -> None:
        self.kind, self.value, self.row, self.reason = kind, value, row, reason
        super().__init__(f"{kind} {value}, row {row}: {reason}")


class NetVersionNotRising(Refusal):
    """A net version must take effect after the one before it."""

    code: ClassVar[str] = "net-version-not-rising"

    def __init__(self, *, effective_from: datetime, latest: datetime) -> None:
        self.effective_from, self.latest = effective_from, latest
        super().__init__(f"{effective_from.isoformat()} is not after {latest.isoformat()}")


class NotAwareInstant(Refusal):
    """An instant without a time zone means nothing."""

    code: ClassVar[str] = "not-aware-instant"

    def __init__(self, *, value: datetime, row: object = None) -> None:
        self.value, self.row = value, row
        where = "" if row is None else f"row {row}: "
        super().__init__(f"{where}{value.isoformat()} has no time zone")


class NothingToLay(Refusal):
    """An overlay of a net or a line that has no ground at that instant."""

    code: ClassVar[str] = "nothing-to-lay"

    def __init__(self, *, what: str, at: datetime) -> None:
        self.what, self.at = what, at
        super().__init__(f"{what} has no ground at {at.isoformat()}")


class NoCrosswalk(Refusal):
    """Nobody has built the crosswalk of this line for that instant."""

    code: ClassVar[str] = "no-crosswalk"

    def __init__(self, *, line: str) -> None:
        self.line = line
        super().__init__(f"line {line} has no crosswalk then: build it with `yiwang lines crosswalk {line}`")
