"""What a check of a net found: data, to be shown, drawn or counted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.coverage.plane import EdgesIn

KINDS = ("overlaps", "gaps", "unmatched_edges", "slivers", "outside", "uncovered", "invalid")
_FAULTS = ("overlaps", "gaps", "unmatched_edges", "outside", "uncovered", "invalid")
_TITLES = {
    "overlaps": "overlaps 重叠",
    "gaps": "gaps 缝隙",
    "unmatched_edges": "unmatched edges 边界不一致",
    "slivers": "slivers 狭长碎片",
    "outside": "outside the parent 越界",
    "uncovered": "uncovered parent 未覆盖",
    "invalid": "invalid polygons 无效图形",
}
_SHOWN = 10


@dataclass(frozen=True)
class CoverageReport:
    """Seven frames of findings, each with `geometry` (lon/lat), `polygons` and `rows`.

    polygons: labels of the polygons concerned (the index of what was checked); rows: their positions.
    `area_m2` and `width_m` (diameter of the largest inscribed circle) or `length_m`, in the metric CRS.

    overlaps: one row per pair of polygons. gaps: holes that the net encloses; one may be meant (an
    enclave). unmatched_edges: per polygon, edges that a neighbour does not share vertex by vertex.
    slivers: parts of polygons narrower than the asked width. outside: per polygon, what lies outside the
    parent. uncovered: parts of the parent outside the net. invalid: with `reason`; checked as far as
    possible by a repaired copy. labels: of all that was checked. edges_straight_in: see plane.py.
    """

    overlaps: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    unmatched_edges: gpd.GeoDataFrame
    slivers: gpd.GeoDataFrame
    outside: gpd.GeoDataFrame
    uncovered: gpd.GeoDataFrame
    invalid: gpd.GeoDataFrame
    labels: tuple[Any, ...] = ()
    edges_straight_in: EdgesIn = "lonlat"

    @property
    def count(self) -> int:
        """How many polygons were checked."""
        return len(self.labels)

    @property
    def is_sound(self) -> bool:
        """No finding that breaks the net; slivers are warnings."""
        return all(getattr(self, kind).empty for kind in _FAULTS)

    def items(self) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
        """Kind and frame, the worst first."""
        yield from ((kind, getattr(self, kind)) for kind in KINDS)

    def to_text(self) -> str:
        """A report for a terminal: counts and sizes per kind, and the largest of each."""
        lines = [f"{self.count} polygons: " + ("sound" if self.is_sound else "not sound")]
        if self.edges_straight_in == "metric":
            lines.append("edges are straight in the metric CRS (corners say so), not in lon/lat")
        for kind, frame in self.items():
            lines.append(f"{_TITLES[kind]}: {len(frame)}{_total(frame)}")
            lines.extend(f"  {line}" for line in _largest(frame))
        return "\n".join(lines)

    def to_geojson(self) -> str:
        """All findings with a shape as one FeatureCollection; `fault` names the kind."""
        features: list[dict[str, Any]] = []
        for kind, frame in self.items():
            for row in frame.itertuples(index=False):
                facts = row._asdict()
                shape = facts.pop("geometry")
                facts["polygons"] = [_plain(label) for label in facts["polygons"]]
                facts["rows"] = [int(position) for position in facts["rows"]]
                geometry = None if not _drawable(shape) else shape.__geo_interface__
                features.append(
                    {"type": "Feature", "properties": {"fault": kind, **facts}, "geometry": geometry}
                )
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)

    def area_of_faults_m2(self) -> NDArray[np.float64]:
        """Per polygon, the overlap, gap, outside and uncovered area that it is concerned in."""
        total = np.zeros(self.count)
        for kind in ("overlaps", "gaps", "outside", "uncovered"):
            frame = getattr(self, kind)
            for rows, area_m2 in zip(frame["rows"], frame["area_m2"], strict=True):
                total[list(rows)] += area_m2
        return total


def _drawable(shape: Any) -> bool:
    if shape is None or pd.isna(shape):
        return False
    return not shape.is_empty and bool(np.isfinite(shapely.get_coordinates(shape)).all())


def _total(frame: gpd.GeoDataFrame) -> str:
    if frame.empty:
        return ""
    if "length_m" in frame:
        return f", {frame['length_m'].sum():,.1f} m"
    return f", {frame['area_m2'].sum():,.1f} m²" if "area_m2" in frame else ""


def _largest(frame: gpd.GeoDataFrame) -> list[str]:
    measure = next((name for name in ("area_m2", "length_m") if name in frame), None)
    shown = frame.nlargest(_SHOWN, measure) if measure else frame.head(_SHOWN)
    lines = [_line(row._asdict()) for row in shown.itertuples(index=False)]
    if len(frame) > _SHOWN:
        lines.append(f"… and {len(frame) - _SHOWN} more")
    return lines


def _line(facts: dict[str, Any]) -> str:
    names = ", ".join(str(label) for label in facts["polygons"][:6]) or "-"
    if len(facts["polygons"]) > 6:
        names += ", …"
    if "reason" in facts:
        return f"{names} (row {facts['rows'][0] + 1}): {facts['reason']}"
    if "length_m" in facts:
        return f"{names}: {facts['length_m']:,.2f} m"
    at = facts["geometry"].representative_point()
    return f"{names}: {facts['area_m2']:,.2f} m², {facts['width_m']:.3f} m wide, at {at.x:.6f}, {at.y:.6f}"


def _plain(label: Any) -> Any:
    return label.item() if hasattr(label, "item") else label
