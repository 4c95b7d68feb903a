"""Nets as grids with figures, what changes between two, and the checklist of a new community."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from api.schemas import Geometry, Out, PolygonShape
from boundaries.land.plans.problems import ProblemCode


class GridFiguresOut(Out):
    """One grid: area in m², perimeter in m, compactness 4πA/P², parts: pieces of ground."""

    area_m2: float
    perimeter_m: float
    compactness: float
    buildings: int
    households: int
    parts: int


class DrawnGridOut(GridFiguresOut):
    """A grid as a plan leaves it."""

    code: str
    name: str
    kind: str
    group: str | None
    community: str
    changed: bool


class DrawnFeatureOut(Out):
    """A GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    properties: DrawnGridOut
    geometry: PolygonShape


class DrawnNetOut(Out):
    """Grids of a plan as GeoJSON in WGS 84."""

    type: Literal["FeatureCollection"]
    features: list[DrawnFeatureOut]


class PlanGridOut(DrawnGridOut):
    """A grid of a plan's scope, with the band for its households."""

    band: tuple[int, int] | None = Field(description="least and most households; null: none applies")


class PlanFeatureOut(Out):
    """A GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    properties: PlanGridOut
    geometry: PolygonShape


class StackedOut(Out):
    """A 立体 grid, which has no ground."""

    code: str
    name: str
    host: str | None
    building: str
    parts: list[str]
    households: int


class PlanNetOut(Out):
    """The grids in a plan's scope as GeoJSON in WGS 84."""

    type: Literal["FeatureCollection"]
    features: list[PlanFeatureOut]
    stacked: list[StackedOut]


class NetGridOut(Out):
    """A grid of the net."""

    code: str
    name: str
    kind: str
    community: str | None
    group: str | None
    host: str | None
    households: int
    buildings: int
    area_m2: float | None


class NetFeatureOut(Out):
    """A GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    properties: NetGridOut
    geometry: Geometry | None


class NetGridsOut(Out):
    """Grids by code."""

    net_version: int | None
    stale: bool
    grids: list[NetGridOut]


class NetShapesOut(Out):
    """Grids by code as GeoJSON in WGS 84."""

    type: Literal["FeatureCollection"]
    net_version: int | None
    stale: bool
    features: list[NetFeatureOut]


class PlanProblemOut(Out):
    """One thing to look at. place: lon, lat in WGS 84; size in `unit`; blocks: no publication with it."""

    code: ProblemCode
    severity: Literal["error", "warning"]
    grid: str
    place: tuple[float, float] | None
    size: float | None
    unit: str
    detail: str
    blocks: bool


class SideOut(Out):
    """A grid before or after. Of two instants only its ground and who lives there are told."""

    area_m2: float
    buildings: int
    households: int
    perimeter_m: float | None = None
    compactness: float | None = None
    parts: int | None = None


class ShareOut(Out):
    """How much of a grid went to, or came from, another one."""

    code: str
    area_m2: float
    area_share: float
    households: int
    household_share: float | None


class StackOut(Out):
    """Of a 立体 grid: the grid below, its building and its parts."""

    host: str | None
    building: str
    parts: list[str]


class GridChangeOut(Out):
    """A grid that changes."""

    code: str
    change: Literal["changed", "new", "retired", "renamed"]
    name: str
    kind: str
    community: str
    group: str | None
    stack: StackOut | None
    before: SideOut | None
    after: SideOut | None
    parents: list[ShareOut]
    children: list[ShareOut]


class MovedBuildingOut(Out):
    """A building that belongs to another grid."""

    code: str
    name: str
    households: int
    before: str | None = Field(alias="from")
    after: str | None = Field(alias="to")


class MovedPostOut(Out):
    """A post that is handed over, given or ended."""

    party: str
    role: str
    matter: str
    before: str | None = Field(alias="from")
    after: str | None = Field(alias="to")


class DiffOut(Out):
    """What changes between two nets."""

    plan: str | None
    base: int | None
    kept: list[str]
    grids: list[GridChangeOut]
    buildings: list[MovedBuildingOut]
    duties: list[MovedPostOut]
    incidents: list[dict[str, Any]]
    micros: list[dict[str, Any]]
    totals: dict[str, float]
    figures: list[dict[str, Any]]
    problems: list[PlanProblemOut]


class CommunityCountsOut(Out):
    """One community at one instant. residents: null where no building's are known."""

    grids: int
    area_m2: float
    buildings: int
    households: int
    residents: int | None


class ConcernedOut(Out):
    """A community that a plan founds, changes or closes."""

    code: str
    name: str
    kind: str
    street: str | None
    change: Literal["new", "changed", "closed"]
    before: CommunityCountsOut | None
    after: CommunityCountsOut | None


class CheckOut(Out):
    """One line of the list. rule: code of the rule set, "" for what holds always; limit: least and most."""

    community: str
    item: str
    state: Literal["met", "warning", "unknown"]
    rule: str
    value: str | float | None
    limit: tuple[float | None, float | None] | None
    unit: str
    detail: str
    facts: dict[str, Any]


class ChecklistOut(Out):
    """What is asked of the communities that a plan founds, by the rules in force on `day`."""

    plan: str
    day: date
    communities: list[ConcernedOut]
    rules: list[dict[str, Any]]
    checks: list[CheckOut]
    warnings: int
    unknown: int
