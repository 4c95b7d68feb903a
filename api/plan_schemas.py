"""What the routes of plans take and give."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.diff_schemas import DrawnNetOut, GridFiguresOut
from api.schemas import Out
from boundaries.land.plans import Filing
from boundaries.store.tables import Plan, PlanEdit, PlanEvent

Text = Annotated[str, Field(max_length=2000)]
Code = Annotated[str, Field(min_length=1, max_length=64)]
Line = Annotated[
    dict[str, Any],
    Field(description="a GeoJSON LineString", json_schema_extra={"x-geojson": "LineString"}),
]
Polygon = Annotated[
    dict[str, Any], Field(description="a GeoJSON Polygon", json_schema_extra={"x-geojson": "Polygon"})
]
AnyLine = Annotated[dict[str, Any], Field(description="a GeoJSON LineString or MultiLineString")]
Tolerance = Annotated[float | None, Field(gt=0, le=500, description="in metres; else 20")]
Keep = Literal["more", "left", "right", "none"]
PlanKind = Literal["grids", "boundary", "community"]
PlanState = Literal["draft", "submitted", "reviewed", "approved", "published", "returned", "withdrawn"]
GroundKind = Literal["综合", "专属"]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlanIn(_In):
    """A new draft."""

    title: str = Field(min_length=1, max_length=200)
    scope: Code = Field(description="of a community, street or district", examples=["140502006022"])
    kind: PlanKind = Field(
        "grids",
        description="boundary (区划调整) may move the borders of communities inside the scope;"
        " community (增设) founds one of whole grids",
    )
    note: Text = ""
    restore: datetime | None = Field(
        None, description="begin with the net that the scope had at this instant, with its time zone"
    )


class GuideIn(_In):
    """Lines that drawn borders are led onto where these are near. Empty: none."""

    to: list[Code] = Field(
        default_factory=list,
        max_length=20,
        description="road (every kind of road), river or another kind of feature, building, feature:CODE,"
        " plan:CODE (the grids of another plan), line:CODE (a department's own net)",
        examples=[["road", "river"]],
    )
    lines: list[AnyLine] = Field(default_factory=list, max_length=20_000, description="those of a file")
    tolerance_m: Tolerance = None


class _Snapping(_In):
    """What is drawn, and led onto lines near it."""

    snap: GuideIn | None = Field(None, description="instead of the plan's own guide; {} for none")


class _Bordered(_Snapping):
    """What is drawn as a line."""

    most_moved_m: float | None = Field(
        None, gt=0, le=10_000, description="how far it may be led aside to spare buildings; else 100 m"
    )


class SplitIn(_Bordered):
    """Split a grid by a drawn line."""

    operation: Literal["split"]
    grid: Code
    line: Line
    keep: Keep = Field("more", description="which part keeps the code")


class SplitAlongIn(_In):
    """Split a grid along chosen roads or other linear features."""

    operation: Literal["split_along"]
    grid: Code
    along: list[Code] = Field(min_length=1, max_length=1000, description="codes of the features")
    line: Line | None = Field(None, description="drawn roughly along them; without it: from border to border")
    keep: Keep = "more"
    tolerance_m: Tolerance = None
    most_moved_m: float | None = Field(None, gt=0, le=10_000)


class MergeIn(_In):
    """Merge grids; without `keep` the code of the one with most households survives."""

    operation: Literal["merge"]
    grids: list[Code] = Field(max_length=1000)
    keep: Code | None = None


class RedrawIn(_Bordered):
    """A new border between two grids."""

    operation: Literal["redraw"]
    a: Code
    b: Code
    line: Line


class MoveNodeIn(_In):
    """Move a vertex of a border; it is found within two metres of `node`."""

    operation: Literal["move_node"]
    node: tuple[float, float]
    to: tuple[float, float]


class CarveIn(_Snapping):
    """A new grid out of the ground of others."""

    operation: Literal["carve"]
    polygon: Polygon
    accept_pieces: bool = False
    kind: GroundKind = "综合"
    group: Code | None = None
    name: Text = ""


class ReassignIn(_Snapping):
    """Ground that goes to another grid."""

    operation: Literal["reassign"]
    polygon: Polygon
    to: Code


class CoverIn(_Snapping):
    """A new grid on bare land."""

    operation: Literal["cover"]
    polygon: Polygon
    community: Code
    kind: GroundKind = "综合"
    group: Code | None = None
    name: Text = ""


class BalanceIn(_In):
    """Other grids on the ground of some of one community, as a partition gave them: one edit, one undo."""

    operation: Literal["balance"]
    grids: list[Code] = Field(min_length=1, max_length=1000)
    polygons: list[Polygon] = Field(min_length=1, max_length=1000, description="WGS 84, edges matched")


class StackedIn(_In):
    """One new 立体 grid."""

    parts: list[Code] = Field(min_length=1, max_length=1000, description="单元 or floors that it takes")
    name: Text = ""


class StackIn(_In):
    """立体: parts of a building become grids of their own; the grid below keeps lobby, roof and outdoors."""

    operation: Literal["stack"]
    building: Code
    grids: list[StackedIn] = Field(min_length=1, max_length=100)
    kept_by_host: list[Code] = Field(default_factory=list, max_length=1000, description="parts that stay")


class UnstackIn(_In):
    """Give the parts of 立体 grids back to the grid below."""

    operation: Literal["unstack"]
    grids: list[Code] = Field(min_length=1, max_length=1000)


class NameIn(_In):
    """The name of a grid."""

    operation: Literal["name"]
    grid: Code
    name: Text


class DesignateIn(_In):
    """What a grid is: 综合, or 专属 as a tile of a group; one tile in each community."""

    operation: Literal["designate"]
    grid: Code
    kind: GroundKind
    group: Code | None = Field(None, description="links the tiles of one campus, market or works")


class MicroIn(_In):
    """微网格: a list of buildings or parts inside one grid with its 微网格长. An empty one is dissolved."""

    operation: Literal["micro"]
    grid: Code
    micro: str = Field(min_length=1, max_length=50, description="code of the list, within its grid")
    buildings: list[Code] = Field(
        max_length=5000, description="a building's code, or code/part", examples=[["H6/2"]]
    )
    party: Code | None = None


class AppointIn(_In):
    """The leader of a grid from the plan's instant on; null leaves the post vacant."""

    operation: Literal["appoint"]
    grid: Code
    party: Code | None


class FoundIn(_In):
    """社区居委会增设: whole grids become a community and get its codes. In plans of the kind community."""

    operation: Literal["found"]
    grids: list[Code] = Field(min_length=1, max_length=1000)
    name: str = Field(min_length=1, max_length=100, examples=["凤栖社区"])
    community: Code | None = Field(None, description="its code; without it the next free one of the street")
    kind: Literal["居", "村", "待设"] = Field(
        "居", description="待设: a placeholder area, without a committee"
    )
    street: Code | None = Field(None, description="needed where the grids are of several")


class DocumentIn(_In):
    """A paper of an application."""

    title: str = Field(min_length=1, max_length=200, examples=["居民意见"])
    link: Text = Field("", description="where it is kept: an address or a number")


class DeclareIn(_In):
    """What the register cannot know of a community that the plan founds; said again, it replaces."""

    operation: Literal["declare"]
    community: Code
    occupancy: float | None = Field(None, ge=0, le=1, description="share of flats that are lived in")
    premises_m2: float | None = Field(None, ge=0, allow_inf_nan=False, description="of the committee's rooms")
    members: int | None = Field(None, ge=0, le=1000, description="of the committee")
    reason: Text = ""
    documents: list[DocumentIn] = Field(default_factory=list, max_length=100)


EditIn = Annotated[
    SplitIn
    | SplitAlongIn
    | MergeIn
    | RedrawIn
    | MoveNodeIn
    | CarveIn
    | ReassignIn
    | CoverIn
    | BalanceIn
    | StackIn
    | DesignateIn
    | MicroIn
    | UnstackIn
    | NameIn
    | AppointIn
    | FoundIn
    | DeclareIn,
    Field(discriminator="operation"),
]


class StepIn(_In):
    """A word about a step; a plan is returned only with one."""

    note: Text = ""


class FilingIn(_In):
    """备案: the paper under which a publication is filed."""

    number: str = Field(min_length=1, max_length=200, examples=["城网备〔2026〕3号"])
    filed_on: date
    note: Text = ""

    def filing(self) -> Filing:
        """As the register takes it."""
        return Filing(self.number, self.filed_on, self.note)


class PublicationIn(StepIn):
    """When the plan takes effect."""

    effective_from: datetime | None = Field(None, description="with its time zone; without it: now")
    filing: FilingIn | None = None


class CommentIn(_In):
    """A remark on a grid of a plan; without `grid` on the whole plan."""

    remark: str = Field(min_length=1, max_length=2000)
    grid: Code | None = None


class CommentOut(Out):
    """A remark."""

    id: int
    grid_code: str | None
    remark: str
    made_by: str
    made_at: datetime
    settled_by: str | None
    settled_at: datetime | None


class FilingOut(Out):
    """A filing record; of several the last one counts."""

    number: str
    filed_on: date
    note: str
    made_by: str
    made_at: datetime


class EditOut(Out):
    """One edit of a plan, with what was decided for it. `applied` is false for one that was undone."""

    number: int
    operation: str
    parameters: dict[str, Any]
    changed: list[str]
    moved_m: float = Field(description="how far a border was led aside to spare buildings")
    made_by: str
    made_at: datetime
    applied: bool


class EventOut(Out):
    """One step of a plan."""

    step: str
    state: PlanState
    note: str
    made_by: str
    made_at: datetime


class PlanOut(Out):
    """A plan. `version` is its ETag; every write names the one that it saw in If-Match."""

    code: str
    title: str
    kind: PlanKind
    state: PlanState
    scope: str
    base: int = Field(description="the net version that it is drawn on")
    published: int | None = Field(description="the net version that it became")
    version: int
    applied: int = Field(description="how many edits count; later ones were undone")
    note: str
    created_by: str
    created_at: datetime
    updated_at: datetime


class PlanWhole(PlanOut):
    """A plan with its edits and steps."""

    guide: dict[str, Any] = Field(description="what its edits snap to; `lines`: how many of a file")
    edits: list[EditOut]
    events: list[EventOut]
    comments: list[CommentOut]
    filings: list[FilingOut]


class EditedOut(Out):
    """What an edit did. `noded`: other grids that only got a vertex on a border that stays."""

    plan: PlanOut
    edit: EditOut
    noded: list[str]
    before: dict[str, GridFiguresOut] = Field(description="figures of the changed grids")
    after: dict[str, GridFiguresOut]
    net: DrawnNetOut = Field(description="the changed grids")


class PreviewOut(Out):
    """What an edit would do. New grids are named `*1`, `*2` … until it is made."""

    moved_m: float = Field(description="how far the border would be led aside to spare buildings")
    noded: list[str]
    before: dict[str, GridFiguresOut] = Field(description="figures of the grids that would change")
    after: dict[str, GridFiguresOut]
    net: DrawnNetOut = Field(description="those grids")


def plan_facts(plan: Plan, scope: str, base: int, published: int | None) -> dict[str, Any]:
    """The members of a PlanOut."""
    own = ("code", "title", "kind", "state", "version", "applied", "note", "created_by", "created_at")
    return {
        **{name: getattr(plan, name) for name in (*own, "updated_at")},
        "scope": scope,
        "base": base,
        "published": published,
    }


def edit_out(edit: PlanEdit, applied: int) -> EditOut:
    """One edit as it is told."""
    facts = ("number", "operation", "parameters", "changed", "moved_m", "made_by", "made_at")
    told = {name: getattr(edit, name) for name in facts}
    if edit.operation == "restore":  # the shapes stand in the net
        grids = [{k: v for k, v in row.items() if k != "shape"} for row in edit.parameters["grids"]]
        told["parameters"] = {**edit.parameters, "grids": grids}
    return EditOut(**told, applied=edit.number <= applied)


def guide_out(plan: Plan) -> dict[str, Any]:
    """A plan's guide as it is told: how many lines there are, not which."""
    return {**plan.guide, "lines": len(plan.guide.get("lines", ()))} if plan.guide else {}


def event_outs(events: Sequence[PlanEvent]) -> list[EventOut]:
    """Steps as they are told."""
    return [EventOut.model_validate(event) for event in events]
