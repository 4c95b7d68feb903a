"""The answers of lookups: of one place, and of everybody within an area."""

from datetime import datetime
from typing import Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from api.element_schemas import ElementCountOut, ElementOut
from api.schemas import Out
from boundaries.duty.shape import (
    ActingOut,
    AreaTold,
    BuildingOut,
    CallOut,
    FeatureOut,
    GridTold,
    LeadOut,
    MatchOut,
    MicroOut,
    OwnerOut,
    Status,
    SuggestionOut,
)


class CandidateOut(TypedDict):
    """One of several places that may be meant. An address has a `text`, a part of a building a `name`."""

    kind: str
    building: str | None
    part: str | None
    text: NotRequired[str]
    name: NotRequired[str]
    address_kind: NotRequired[str]
    grid: NotRequired[str | None]
    lon: NotRequired[float]
    lat: NotRequired[float]
    because: NotRequired[str]


class WarningOut(Out):
    """Something to know before one relies on the answer; its facts stand beside the words."""

    code: str
    text: str


class LookupOut(Out):
    """Who answers for a place, and whom to call."""

    query: dict[str, Any]
    status: Status
    grid: GridTold | None
    areas: list[AreaTold]
    building: BuildingOut | None
    ground_grid: GridTold | None
    micro: MicroOut | None
    feature: FeatureOut | None
    owner: OwnerOut
    call: list[CallOut]
    acting: ActingOut | None
    by_matter: dict[str, LeadOut]
    match: MatchOut
    suggestion: SuggestionOut | None
    candidates: list[CandidateOut]
    why: list[str]
    warnings: list[WarningOut]
    net_version: int | None
    last_updated: datetime | None
    next_change_at: datetime | None
    stale: bool


class CalledGridOut(Out):
    """A grid that lies at least in part in the area; households are those in the area."""

    code: str
    name: str
    community: str
    households: int
    areas: list[str]


class CallerOut(Out):
    """Somebody who answers within the area."""

    party: str
    kind: str
    name: str
    post: str
    phone: str
    role: str
    role_name: str
    source: str
    place_kind: str
    place: str
    place_name: str
    on_shift: bool
    households: int | None = Field(description="of its place, within the area")


class CallsOut(Out):
    """Everybody responsible within an area, in the order in which to call."""

    grids: list[CalledGridOut]
    people: list[CallerOut]
    elements: list[ElementOut]
    element_counts: list[ElementCountOut]
    households: int
    residents: int
    buildings: int
    uncovered_m2: float
    net_version: int | None
    stale: bool
