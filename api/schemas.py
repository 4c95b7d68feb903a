"""What the routes give and take, as pydantic models: the OpenAPI document is made of them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

DatumName = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
Bounds = tuple[float, float, float, float]
Geometry = Annotated[
    dict[str, Any],
    Field(description="a GeoJSON geometry, WGS 84", json_schema_extra={"x-geojson": "Geometry"}),
]
PolygonShape = Annotated[
    dict[str, Any], Field(description="GeoJSON polygon, WGS 84", json_schema_extra={"x-geojson": "Polygon"})
]


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
    """Pictures beneath the net, at /v1/basemap/{z}/{x}/{y}."""

    min_zoom: int
    max_zoom: int
    attribution: str


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


class SessionIn(BaseModel):
    """Who wants to sign in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "dispatcher", "password": "…"}]})

    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=1000)


class SessionOut(Out):
    """Who asks."""

    signed_in: bool
    name: str
    role: str
    datum: DatumName | None = Field(description="what a bare lon/lat of this account means")
    area: str | None = Field(description="the account is confined to this area and its children")


class WaysOut(Out):
    """How people may sign in."""

    password: bool
    oidc: bool = Field(description="by the OpenID provider of the settings: GET /v1/session/oidc")


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


ACCOUNT_NAME = r"^[^:\s/]+$"


class AccountIn(BaseModel):
    """An account, made or replaced."""

    password: str | None = Field(
        None, min_length=8, max_length=1000, description="null: an account that is there keeps its own"
    )
    role: str = Field(examples=["dispatcher"])
    datum: DatumName | None = None
    area: str | None = Field(None, description="confined to this area and its children")
    party: str | None = Field(None, max_length=100, description="for which it acts in the flow of incidents")


class FirstAdministratorIn(BaseModel):
    """Who comes in by the link for the first administrator."""

    token: str = Field(min_length=1, max_length=200, description="what follows `#welcome=` in the link")
    name: str = Field(min_length=1, max_length=200, pattern=ACCOUNT_NAME, examples=["admin"])
    password: str = Field(min_length=8, max_length=1000)


class AccountOut(Out):
    """An account, without its password."""

    name: str
    role: str
    datum: DatumName | None
    area: str | None
    party: str | None


class KeyIn(BaseModel):
    """A key for another system."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\s:/]+$", examples=["12345-hotline"])
    role: str = Field(examples=["dispatcher"])
    datum: DatumName | None = Field(None, description="what a bare lon/lat of this system means")
    area: str | None = Field(None, description="confined to this area and its children")
    party: str | None = Field(None, max_length=100, description="for which it acts in the flow of incidents")
    days: int = Field(365, ge=1, le=3650, description="until it expires")
    per_minute: int = Field(600, ge=1, le=1_000_000, description="requests; a batch is one")


class KeyOut(Out):
    """A key, without its secret half."""

    code: str = Field(description="the public half, by which it is revoked")
    name: str
    role: str
    datum: DatumName | None
    area: str | None
    party: str | None
    per_minute: int
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class NewKeyOut(KeyOut):
    """A key as it is shown once."""

    key: str = Field(description="for the header 'Authorization: Bearer …'; it is not shown again")


class NetCheckOut(Out):
    """What a check of a net found."""

    is_sound: bool = Field(description="nothing that breaks the net; slivers are warnings")
    polygons: int
    counts: dict[str, int] = Field(description="findings by kind", examples=[{"overlaps": 1, "gaps": 0}])
    faults: dict[str, Any] = Field(
        description="GeoJSON FeatureCollection: each finding with its kind, polygons, m² and width"
    )


class AuditEventOut(BaseModel):
    """One statement that changed rows, or reads of persons by one asker."""

    number: int
    place: int | None  # in the chain
    hash: str | None
    made_at: datetime
    kind: Literal["write", "read"]
    actor: str
    via: str
    origin: str
    request_id: str
    about: str
    operation: str
    count: int
    details: dict[str, Any]


class AuditPageOut(BaseModel):
    """Events, the latest first."""

    events: list[AuditEventOut]
    next: int | None  # as `before` of the page that follows


class ChangeOut(BaseModel):
    """One change. `about`: the number of a net version, a building, a part, the place of a duty, an
    incident.
    """

    number: int
    kind: str
    about: str
    place: dict[str, str]
    at: datetime
    details: dict[str, Any]


class ChangesOut(BaseModel):
    """Changes in order."""

    changes: list[ChangeOut]
    next: int  # as `since` of the question that follows
    more: bool


class WebhookOut(BaseModel):
    """How far one webhook has the feed. `waiting` counts changes of its kinds, wherever they lie."""

    name: str
    host: str
    kinds: list[str] | None
    area: str | None
    delivered: int | None
    waiting: int | None
    status: int | None
    failures: int
    failing_since: datetime | None
    said: str
    at: datetime | None
