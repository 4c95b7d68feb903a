"""What the routes of density answer."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas import Geometry, Out
from boundaries.affairs.question import Bucket, Net, Rate, Unit


class _CountedOut(Out):
    """What every answer says of the net and the incidents that it was counted on."""

    incidents: int
    net_version: int | None
    stale: bool


class _DaysOut(_CountedOut):
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class DensityOut(_DaysOut):
    """values, counts: by bucket, then by cell in the order of `codes`; null: none, or too few to be told."""

    unit: Unit
    rate: Rate
    bucket: Bucket
    net: Net
    masked: bool
    codes: list[str]
    names: list[str]
    buckets: list[date] = Field(description="the first day of each")
    values: list[list[float | None]]
    counts: list[list[float | None]]
    breaks: list[float] = Field(description="upper bounds of the classes, for every bucket")
    uncounted: int
    shapes: list[Geometry] | None = Field(
        description="of hexagons and squares, the middles of buildings; with geometry=true"
    )


class SurfaceFactsOut(Out):
    """The class of an isoband: from 1, and its bounds per km²."""

    bucket: date
    number: int = Field(alias="class")
    low: float = Field(alias="from")
    high: float = Field(alias="to")


class SurfaceFeatureOut(Out):
    """The ground of one class."""

    type: Literal["Feature"]
    properties: SurfaceFactsOut
    geometry: Geometry


class SurfaceShapesOut(Out):
    """GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[SurfaceFeatureOut]


class SurfaceOut(_DaysOut):
    """Classes per km² as ground, by bucket."""

    unit: str
    bucket: Bucket
    matter: str | None
    area: str | None
    buckets: list[date]
    breaks: list[float]
    above: float
    bandwidth_m: float
    cell_m: float
    coarse: bool
    surface: SurfaceShapesOut


class HotSpotOut(Out):
    """A grid hotter or colder than expected; q: the share of such findings that chance would make."""

    grid: str
    name: str
    kind: Literal["hot", "cold"]
    count: int
    expected: float
    z: float
    q: float
    moran: str


class HotSpotsOut(_DaysOut):
    """Hot and cold grids, the surest first."""

    matter: str | None
    area: str | None
    hotspots: list[HotSpotOut]


class EmergingOut(Out):
    """How a grid came to be hot or cold. steps, by bucket: 1 hot, -1 cold."""

    grid: str
    name: str
    hot: str | None
    cold: str | None
    trend: float
    steps: list[Literal[-1, 0, 1]]
    counts: list[int]


class EmergingsOut(_DaysOut):
    """Grids with a history of being hot or cold."""

    matter: str | None
    area: str | None
    emerging: list[EmergingOut]


class EarlyWarningOut(Out):
    """More of a matter in seven days than the weeks before let expect; usual: least and most."""

    grid: str
    name: str
    matter: str
    matter_name: str
    count: int
    expected: float
    usual: tuple[int, int]
    q: float
    reason: str


class EarlyWarningsOut(_CountedOut):
    """Early warnings, the surest first."""

    last: date = Field(alias="to")
    warnings: list[EarlyWarningOut]
