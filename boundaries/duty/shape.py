"""The shape of an answer, ready for JSON. Instants are ISO 8601 in the district's time zone."""

from typing import Any, Literal

from typing_extensions import TypedDict

Status = Literal[
    "owned", "needs_part", "ambiguous", "vacant", "fallback", "outside", "not_yet_in_force", "retired"
]
Via = Literal["grid", "building", "address", "nearest", "area", "none"]


class PartyOut(TypedDict):
    """Somebody who answers, in a role at a place."""

    code: str
    kind: str
    name: str
    post: str
    phone: str
    role: str
    place: str
    place_kind: str
    shift: str
    source: str
    time: str
    away: str | None
    contract_until: str | None
    valid: list[str | None]


class GridTold(TypedDict):
    """A grid in an answer."""

    code: str
    name: str
    kind: str
    community: str
    host: str | None
    group: str | None
    area_m2: float | None
    valid: list[str | None]


class AreaTold(TypedDict):
    """An area above the grid."""

    level: str
    code: str
    name: str
    kind: str


class BuildingOut(TypedDict):
    """The building at the point, or asked for."""

    code: str
    name: str
    use: str
    floors: int | None
    households: int | None
    address: str | None
    compound: str | None
    compound_name: str | None
    part: str | None
    part_name: str | None
    grid: str | None
    because: str | None


class OwnerOut(TypedDict):
    """Who answers: one leader, several staff, the lead department of the matter asked (or of `*`)."""

    leader: PartyOut | None
    deputies: list[PartyOut]
    staff: list[PartyOut]
    department: PartyOut | None
    supporting: list[PartyOut]
    property: PartyOut | None
    property_tiers: list[PartyOut]
    property_tier: PartyOut | None  # to which a complaint goes, if a matter of property is asked
    others: list[PartyOut]


class CallOut(TypedDict):
    """One step of whom to call."""

    party: str
    kind: str
    name: str
    post: str
    phone: str
    role: str
    because: str


class LeadOut(TypedDict):
    """The lead department of one matter, and by which class and place it was found."""

    name: str
    limit_hours: int | None
    lead: PartyOut | None
    by_matter: str | None


class FeatureOut(TypedDict):
    """A road, river or the like at the point, its head (路长, 河长) and the department of its own."""

    code: str
    kind: str
    name: str
    leader: PartyOut | None
    lead: PartyOut | None


class MicroOut(TypedDict):
    """The 微网格 of the building or part, and who leads it. It does not change the owner."""

    code: str
    leader: PartyOut


class ActingOut(TypedDict):
    """代管: the community that answers for a place without a committee of its own."""

    party: str
    code: str
    area: str
    review: str
    overdue: bool
    reason: str
    since: str | None
    leader: PartyOut | None
    desk: PartyOut | None


class MatchOut(TypedDict):
    """How the place was found."""

    via: Via
    metres_to_border: float | None
    neighbour: str | None


class SuggestionOut(TypedDict):
    """The nearest grid, where none covers the place."""

    grid: GridTold
    metres: float
    leader: PartyOut | None


class Answer(TypedDict):
    """Who owns a place, and whom to call."""

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
    candidates: list[dict[str, Any]]
    why: list[str]
    warnings: list[dict[str, Any]]
    net_version: int | None
    last_updated: str | None
    next_change_at: str | None
    stale: bool
