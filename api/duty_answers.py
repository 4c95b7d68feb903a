"""What the routes of matters and duties answer."""

from typing import Any

from api.schemas import Out


class MatterOut(Out):
    """A class of affairs."""

    code: str
    parent: str | None
    name: str
    limit_hours: int | None
    public_space: bool
    sensitive: bool


class MattersOut(Out):
    """The tree of matters by code."""

    matters: list[MatterOut]


class VacancyOut(Out):
    """Something missing among those who answer. `grid`: where the place is looked for."""

    kind: str
    place_kind: str
    place: str
    name: str
    grid: str | None
    detail: str
    facts: dict[str, Any]
    party: str | None


class DutyCheckOut(Out):
    """Human coverage: what is missing, with counts of each kind."""

    is_complete: bool
    counts: dict[str, int]
    findings: list[VacancyOut]
    net_version: int | None
    stale: bool


class DutyChangeOut(Out):
    """What one row of a workbook would do. fields: the value before and after of each that changes."""

    row: int | None
    action: str
    party: str
    party_name: str | None
    role: str
    place: str
    fields: dict[str, tuple[str, str]]


class DutyRefusedOut(Out):
    """A row of a workbook that cannot be written, and why. `facts`: what the reason says, as values."""

    row: int | None
    field: str
    code: str
    reason: str
    facts: dict[str, Any]


class DutyDifferenceOut(Out):
    """What an edited workbook would change, or has changed."""

    committed: bool
    may_commit: bool
    unchanged: int
    changes: list[DutyChangeOut]
    refused: list[DutyRefusedOut]
