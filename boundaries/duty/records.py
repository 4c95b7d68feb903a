"""What a snapshot holds: plain tuples, read once, never changed."""

from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

PlaceKind = Literal["part", "building", "compound", "feature", "line", "grid", "area"]
PlaceKey: TypeAlias = tuple[str, str]
"""A place as duties name it: its kind and its code; a part is `building code/part code`, an area of a line
`line code/area code`."""


class DistrictRecord(NamedTuple):
    """The district and the settings that answers use."""

    id: int
    code: str
    name: str
    metric_crs: int
    code_scheme: str
    timezone: str
    ground: str
    settings: dict[str, Any]


class AreaRecord(NamedTuple):
    """A city, district, street or community as it is called at the snapshot's instant."""

    code: str
    level: str
    name: str
    kind: str
    provisional: bool
    parent: str | None
    administered_by: str | None
    outline: bytes | None  # WKB
    since: datetime | None
    until: datetime | None


class GridRecord(NamedTuple):
    """A grid in force. A 立体 grid has a host and no ground."""

    code: str
    name: str
    kind: str
    community: str
    group: str | None
    host: str | None
    area_m2: float | None
    since: datetime | None
    until: datetime | None
    net_version: int
    noded_next: bool  # what follows at `until` differs by inserted vertices only


class OtherGrid(NamedTuple):
    """A grid that is not in force at the instant: `since` lies ahead, or `until` is past."""

    code: str
    name: str
    kind: str
    community: str
    since: datetime
    until: datetime | None
    shape: bytes | None  # WKB of its last version


class BuildingRecord(NamedTuple):
    """A building, the grid it belongs to and why."""

    code: str
    name: str
    use: str
    floors: int | None
    households: int | None
    residents: int | None
    counts_source: str
    compound: str | None
    grid: str | None
    because: str | None
    shape: bytes  # WKB
    entrance: bytes | None  # WKB


class PartRecord(NamedTuple):
    """A 单元 or a range of floors."""

    building: str
    code: str
    name: str
    households: int | None


class AddressRecord(NamedTuple):
    """One text by which a building, or one part of it, is called."""

    building: str
    part: str | None
    text: str
    kind: str


class CompoundRecord(NamedTuple):
    """A walled neighbourhood (小区)."""

    code: str
    name: str
    shape: bytes | None = None  # WKB


class FeatureRecord(NamedTuple):
    """A road, river reach, park, square or railway."""

    code: str
    kind: str
    name: str
    properties: dict[str, Any]
    shape: bytes  # WKB


class ElementKindRecord(NamedTuple):
    """A kind of element: its matter, and the JSON Schema of its fields. category: people, place, …"""

    code: str
    category: str
    name: str
    matter: str
    fields: dict[str, Any]
    sensitive: bool


class ElementRecord(NamedTuple):
    """One located element. building: as it was said, None where the place alone decides."""

    code: str
    kind: str
    name: str
    counted: int | None
    building: str | None
    fields: dict[str, Any]
    source: str
    lon: float
    lat: float


class PartyRecord(NamedTuple):
    """A person in office or an organisation."""

    code: str
    kind: str
    name: str
    post: str
    phone: str


class MatterRecord(NamedTuple):
    """A class of affairs."""

    code: str
    parent: str | None
    name: str
    limit_hours: int | None
    public_space: bool
    sensitive: bool


class DutyRecord(NamedTuple):
    """A party answers in a role for a matter at a place."""

    place: PlaceKey
    role: str
    matter: str
    party: str
    shift: str
    since: datetime | None
    until: datetime | None
    source: str = ""  # of staff: 党员, 居民代表, 楼栋长, 志愿者 …
    time: str = ""  # full, part
    micro: str = ""  # code or name of the 微网格
    contract_until: str = ""  # ISO date


class LineRecord(NamedTuple):
    """A department's own net, by which some matters go now."""

    code: str
    name: str
    matters: tuple[str, ...]


class LineAreaRecord(NamedTuple):
    """One area of such a net, and who answers in it (None: nobody is named)."""

    line: str
    code: str
    name: str
    party: str | None
    since: datetime | None
    until: datetime | None
    shape: bytes  # WKB


class CaretakingRecord(NamedTuple):
    """A placeholder area and the community that answers for it meanwhile (代管)."""

    area: str
    caretaker: str
    review_on: date
    reason: str
    since: datetime | None
