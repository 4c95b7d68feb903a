"""What the routes of incidents, of one's own work and of the public answer."""

from typing import Any, Literal

from pydantic import Field

from api.schemas import Geometry, Out, PlaceRef

IncidentState = Literal[
    "collected",
    "filed",
    "dispatched",
    "handled",
    "checked",
    "closed",
    "suspended",
    "disputed",
    "rejected",
    "void",
    "merged",
]


class IncidentPlaceOut(Out):
    """Where it happened, WGS 84; the address for roles of the area only."""

    lon: float
    lat: float
    datum: Literal["wgs84"]
    accuracy_m: float | None
    address: str | None


class NamedPartyOut(Out):
    """Who it is; both null for a person whom the asker may not know."""

    party: str | None
    name: str | None


class IncidentOwnerOut(Out):
    """Who answered for the place when it happened."""

    leader: NamedPartyOut | None
    department: NamedPartyOut | None


class IncidentOut(Out):
    """One incident; words and persons only for roles of its area. Instants in the district's time zone."""

    number: str
    external_ref: str | None
    source: str
    matter: str
    matter_name: str | None
    happened_at: str
    resolved_at: str | None
    due_at: str | None
    recorded_at: str
    recorded_by: str | None
    place: IncidentPlaceOut
    description: str | None
    state: IncidentState
    level: str | None
    party: NamedPartyOut | None = Field(description="whose step is next")
    step_since: str | None
    step_due_at: str | None
    light: Literal["green", "yellow", "red"] | None = Field(description="of the limit of the step")
    grid: str | None = Field(description="when it happened")
    net_version: int | None
    grid_now: str | None
    areas: list[str]
    building: str | None
    owner: IncidentOwnerOut


class IncidentsOut(Out):
    """Incidents, the latest first."""

    incidents: list[IncidentOut]
    next: str | None = Field(description="as `before` of the page that follows")
    net_version: int | None


class IncidentWarningOut(Out):
    """What a sender should know of an incident that was taken."""

    code: Literal["outside_net", "vacant", "possible_duplicate"]
    text: str
    numbers: list[str] = Field(default_factory=list, description="of those that may be the same")


class TakenIncidentOut(IncidentOut):
    """An incident of a batch that was taken."""

    row: int
    outcome: str
    warnings: list[IncidentWarningOut]


class TakenOut(Out):
    """What became of each incident of a batch."""

    added: int
    changed: int
    unchanged: int
    refused_count: int
    refused: list[dict[str, Any]]
    incidents: list[TakenIncidentOut]
    numbers: list[str]


class TaskStepOut(Out):
    """A step that may be taken with nothing but what it needs."""

    step: str
    name: str
    needs: list[str]


class TaskOut(IncidentOut):
    """An incident whose next step is one's own."""

    steps: list[TaskStepOut]


class KeeperOut(Out):
    """The party for which the account acts."""

    party: str
    name: str
    post: str


class KeptGridOut(Out):
    """A grid that the party keeps."""

    code: str
    name: str
    role: str
    last_visit: str | None


class KeptBuildingOut(Out):
    """A building that the party keeps."""

    code: str
    name: str
    address: str | None
    grid: str | None
    households: int | None


class MineOut(Out):
    """Grids, buildings and tasks of an account's party."""

    party: KeeperOut | None
    grids: list[KeptGridOut]
    buildings: list[KeptBuildingOut]
    buildings_count: int
    tasks: list[TaskOut] = Field(description="the soonest due first")
    net_version: int | None


class PublicPersonOut(Out):
    """Somebody who answers for the grid, masked."""

    name: str
    role: str | None
    post: str | None


class PublicDeskOut(Out):
    """A desk to call."""

    name: str
    phone: str | None
    because: str | None


class PublicGridOut(Out):
    """What anybody may know of a grid."""

    code: str
    name: str
    status: str
    areas: list[PlaceRef]
    people: list[PublicPersonOut]
    desks: list[PublicDeskOut]
    geometry: Geometry | None
    net_version: int | None
    stale: bool
