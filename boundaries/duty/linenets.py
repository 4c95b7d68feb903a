"""Departments' nets in a snapshot: for the matters that go by one, who answers in its area leads there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.duty.records import DutyRecord, LineAreaRecord, LineRecord, PlaceKey
from gis.locate import GridIndex

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class LineNet:
    """One line of whose matters some go by it now; areas by code, in the order of `index`."""

    record: LineRecord
    areas: Sequence[LineAreaRecord]

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The ground of the areas, lon/lat."""
        return np.asarray(shapely.from_wkb([area.shape for area in self.areas]), dtype=object)

    @cached_property
    def index(self) -> GridIndex:
        """Which area a point lies in; ground claimed twice belongs to the lowest code."""
        return GridIndex(self.shapes, overlaps="lowest")

    def duties(self) -> Iterator[DutyRecord]:
        """The lead of every matter in every area that names a party."""
        for area in self.areas:
            if area.party is not None:
                place = place_of(self.record.code, area.code)
                for matter in self.record.matters:
                    yield DutyRecord(place, "lead", matter, area.party, "", area.since, area.until)


def of(lines: Sequence[LineRecord], areas: Sequence[LineAreaRecord]) -> dict[str, LineNet]:
    """The nets by code of the line; one without areas is none."""
    found: dict[str, list[LineAreaRecord]] = {}
    for area in areas:
        found.setdefault(area.line, []).append(area)
    return {line.code: LineNet(line, found[line.code]) for line in lines if line.code in found}


def place_of(line: str, area: str) -> PlaceKey:
    """An area of a line as a place."""
    return ("line", f"{line}/{area}")


def places_at(snapshot: "Snapshot", lon: float, lat: float) -> tuple[PlaceKey, ...]:
    """The areas of departments' nets in which a point lies (lon/lat WGS 84), by code of the line."""
    found = []
    for code, net in snapshot.lines.items():
        position = net.index.locate_one(lon, lat)
        if position >= 0:
            found.append(place_of(code, net.areas[position].code))
    return tuple(found)


def line_of(lines: Mapping[str, LineNet], lineage: Sequence[str]) -> tuple[LineNet, int] | None:
    """The line by which the nearest class of a matter goes, and how far up that class is."""
    for depth, matter in enumerate(lineage):
        for net in lines.values():
            if matter in net.record.matters:
                return net, depth
    return None
