"""What a report shows, as plain values; whoever fills it decides what may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True)
class Cell:
    """A grid or hexagon: lon/lat geometry as GeoJSON. value None: no value; label: as it is shown."""

    code: str
    name: str
    geometry: dict[str, Any]
    value: float | None
    label: str


@dataclass(frozen=True)
class Row:
    """A line of the top list."""

    code: str
    name: str
    count: str
    rate: str


@dataclass(frozen=True)
class ReportData:
    """title, area, period, matter: words. breaks, hexagon_breaks, heat_breaks: upper bounds of the classes.

    heat: the ground of each class of a surface in incidents per km², from `heat_above` on. series: (label,
    count). notes: what a reader must know (invented ground, masked counts, net version).
    """

    title: str
    area: str
    period: str
    matter: str
    total: int
    grids: Sequence[Cell]
    breaks: Sequence[float]
    unit: str
    hexagons: Sequence[Cell] = ()
    hexagon_breaks: Sequence[float] = ()
    heat: Sequence[Cell] = ()
    heat_breaks: Sequence[float] = ()
    heat_above: float = 0.0
    series: Sequence[tuple[str, float]] = ()
    top: Sequence[Row] = ()
    matters: Sequence[tuple[str, float]] = ()
    hotspots: Sequence[str] = ()
    notes: Sequence[str] = field(default_factory=tuple)
    lang: Lang = "zh"
