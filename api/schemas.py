"""What the routes give and take, as pydantic models: the OpenAPI document is made of them."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

DatumName = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
Bounds = tuple[float, float, float, float]


def _keepable(given: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError for what JSON lets in and nothing can keep: half surrogate pairs, NaN, deep nests."""
    try:
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return given


JsonObject = Annotated[dict[str, Any], AfterValidator(_keepable)]


class Out(BaseModel):
    """An answer. Unknown members stay: an answer may grow."""

    model_config = ConfigDict(extra="allow", from_attributes=True)


class Problem(Out):
    """An RFC 9457 problem. `code` is stable; facts of the case stand beside it."""

    type: str = Field(examples=["urn:yiwang:problem:missing-datum"])
    title: str
    status: int
    code: str = Field(examples=["missing-datum"])
    detail: str
    instance: str
    request_id: str | None = None


class FiguresOut(Out):
    """How much there is in a place."""

    grids: int
    buildings: int
    households: int
    area_m2: float | None = Field(description="in the district's metric CRS")


class PlaceRef(Out):
    """An area or grid, named."""

    code: str = Field(examples=["140502006022"])
    name: str = Field(examples=["笔峰寺社区"])
    level: str = Field(examples=["community"])


class PlaceOut(PlaceRef):
    """An area or grid of the net that is in force."""

    kind: str
    parent: str | None
    areas: list[PlaceRef] = Field(description="the areas that hold it, the nearest first")
    children: list[PlaceRef]
    counts: FiguresOut
    valid: tuple[datetime | None, datetime | None] = Field(description="half-open")
    bounds: Bounds | None = Field(description="west, south, east, north")
    label: tuple[float, float] | None = Field(description="lon, lat of the middle of its widest part")
    geometry: dict[str, Any] | None = Field(None, description="GeoJSON, with geometry=true")
    net_version: int | None
    stale: bool


class AreaOut(PlaceOut):
    """A city, district, street or community."""

    provisional: bool


class GridOut(PlaceOut):
    """A grid, and who answers for it."""

    group: str | None
    host: str | None
    owner: dict[str, Any] | None = Field(description="as in the answer of /v1/lookup")


class GridSidesOut(Out):
    """四至 of a grid."""

    code: str
    text: str | None = Field(
        description="东至…，西至…，南至…，北至…; null for a stacked grid, which has no ground"
    )
    sides: dict[str, list[dict[str, Any]]] = Field(
        description="东, 西, 南, 北 → name, metres and share of the side, the longest first"
    )


class GridHistoryOut(Out):
    """The life of one grid. Each version has its shape as GeoJSON (WGS 84) under `geometry`."""

    code: str
    retired_at: datetime | None
    versions: list[dict[str, Any]] = Field(description="by their valid period; recorded: since when known")
    parents: list[dict[str, Any]] = Field(description="whose ground it got, at which net version")
    children: list[dict[str, Any]] = Field(description="to whom its ground went")


class HitOut(Out):
    """One place, party or matter that the text may mean."""

    kind: Literal[
        "area", "grid", "building", "address", "compound", "crossing", "road", "feature", "party", "matter"
    ]
    code: str
    name: str
    label: str
    lon: float | None
    lat: float | None
    bounds: Bounds | None
    role: str | None = Field(None, description="of a party, at `place`")
    place: PlaceRef | None = Field(None, description="of a party: a grid or an area that it answers for")


class SearchOut(Out):
    """Places, parties and matters whose code, name or address holds the text, best first."""

    results: list[HitOut]


class BasemapOut(Out):
    """What lies beneath the net, at /v1/basemap/{z}/{x}/{y}."""

    min_zoom: int
    max_zoom: int
    attribution: str
    layers: list[str] | None = Field(description="of its vector tiles; null: the tiles are pictures")


class DistrictOut(Out):
    """The district that is served, and its figures."""

    code: str = Field(examples=["140502"])
    name: str = Field(examples=["城区"])
    ground: str = Field(description="surveyed; or invented: a demo, no real place", examples=["invented"])
    timezone: str
    bounds: Bounds | None
    net_version: int | None
    counts: dict[str, int]
    last_updated: datetime | None
    stale: bool
    basemap: BasemapOut | None


class MeantOut(Out):
    """A place that a text may mean; lon and lat in WGS 84, unless `datum` is empty."""

    kind: Literal["building", "compound", "crossing", "road", "feature", "area", "point"]
    code: str
    part: str | None
    name: str
    lon: float
    lat: float
    datum: DatumName | None
    because: list[str] = Field(description="reason codes, the strongest first")


class UnderstoodOut(Out):
    """What a text may mean, the likeliest first."""

    text: str
    quality: Literal[
        "exact",
        "composed",
        "number_missing",
        "part_missing",
        "compound",
        "crossing",
        "road",
        "area",
        "point",
        "none",
    ]
    certain: bool = Field(description="the first is meant beyond doubt, word for word")
    relation: str | None = Field(description="对面, 旁边 …: what is named is then only a landmark")
    meant: list[MeantOut]


class PointIn(BaseModel):
    """One place of a batch. Checked row by row, so that one bad row does not refuse the others."""

    id: str | int | None = None
    lon: Any = Field(examples=[112.85])
    lat: Any = Field(examples=[35.5])


class BatchIn(BaseModel):
    """Many places at once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"datum": "gcj02", "points": [{"id": "a", "lon": 112.85, "lat": 35.5}]}]
        }
    )

    datum: DatumName | None = Field(None, description="of all points; else the account's own")
    points: list[PointIn]


class BatchRow(Out):
    """One answered row, in the order of the batch."""

    id: str
    grid: str | None
    community: str | None
    street: str | None
    leader: str | None
    status: str = Field(examples=["owned"], description="as in /v1/lookup, or 'error'")


class BatchError(Out):
    """One row that could not be read."""

    row: int = Field(description="from 1, without the header")
    id: str
    code: str
    detail: str


class BatchOut(Out):
    """Every row of the batch, also those with an error."""

    net_version: int | None
    stale: bool
    results: list[BatchRow]
    errors: list[BatchError]


class HealthOut(Out):
    """Whether this process can answer."""

    status: Literal["ok", "stale", "empty"] = Field(
        description="stale: the last net still answers; empty: there is none"
    )
    net_version: int | None
    database: bool


class ReadyOut(Out):
    """What this process can take now."""

    reads: bool = Field(description="there is a net to answer from, be it stale, or the register is empty")
    writes: bool = Field(description="the register was reached at the last try")


class NetVersionOut(Out):
    """One published state of the net."""

    number: int
    effective_from: datetime
    recorded_at: datetime
    cause: str = Field(description="import, plan or demo")
    note: str
    made_by: str
    changed: int = Field(description="grids with a new shape, name or community, new ones among them")
    new: int
    retired: int
    plan: str | None = Field(description="code of the plan that it came from")
    title: str | None


class LookupOut(Out):
    """Who answers for a place, and whom to call."""

    query: dict[str, Any]
    status: Literal[
        "owned", "needs_part", "ambiguous", "vacant", "fallback", "outside", "not_yet_in_force", "retired"
    ]
    grid: dict[str, Any] | None = None
    areas: list[dict[str, Any]] = []
    building: dict[str, Any] | None = None
    ground_grid: Any = None
    micro: Any = None
    feature: Any = None
    owner: dict[str, Any] | None = None
    call: list[dict[str, Any]] = []
    acting: dict[str, Any] | None = None
    by_matter: dict[str, Any] = {}
    match: dict[str, Any] | None = None
    suggestion: dict[str, Any] | None = None
    candidates: list[dict[str, Any]] = []
    why: list[str] = []
    warnings: list[dict[str, Any]] = []
    net_version: int | None
    last_updated: datetime | None
    next_change_at: datetime | None
    stale: bool


class NetCheckOut(Out):
    """What a check of a net found."""

    is_sound: bool = Field(description="nothing that breaks the net; slivers are warnings")
    polygons: int
    counts: dict[str, int] = Field(description="findings by kind", examples=[{"overlaps": 1, "gaps": 0}])
    faults: dict[str, Any] = Field(
        description="GeoJSON FeatureCollection: each finding with its kind, polygons, m² and width"
    )
