"""What a snapshot is: its members, and what is derived of them at first use."""

import weakref
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from boundaries.duty import answer, owners
from boundaries.duty.bound_elements import BoundElements, bind
from boundaries.duty.finding import People
from boundaries.duty.fragments import Fragments
from boundaries.duty.linenets import LineNet
from boundaries.duty.places import Reaches, area_chain
from boundaries.duty.records import (
    AddressRecord,
    AreaRecord,
    BuildingRecord,
    CaretakingRecord,
    CompoundRecord,
    DistrictRecord,
    ElementKindRecord,
    ElementRecord,
    FeatureRecord,
    GridRecord,
    MatterRecord,
    OtherGrid,
    PartRecord,
    PartyRecord,
)
from boundaries.duty.shape import Answer
from boundaries.duty.wording import Lang
from boundaries.land.addresses import normalised
from boundaries.land.calling import Gazetteer
from boundaries.land.search import SearchIndex
from gis.boxes import Boxes
from gis.frames import MetricFrame
from gis.locate import GridIndex

_HOUSE_CELL_DEG = 5e-4  # some 50 m


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything that answers need, in lon/lat WGS 84.

    `index` positions are those of `ground` (grids with ground, by code). What takes longer to prepare
    (`building_tree`, `by_address`, `search_index`) is made at first use; `warm` makes all of it.
    """

    district: DistrictRecord
    at: datetime
    known_at: datetime
    net_version: int | None
    revision: int
    last_updated: datetime | None
    next_change_at: datetime | None
    net_in_force_from: datetime | None
    index: GridIndex
    ground: Sequence[GridRecord]
    shapes: NDArray[np.object_]
    grids: Mapping[str, GridRecord]
    other_grids: Mapping[str, OtherGrid]
    areas: Mapping[str, AreaRecord]
    buildings: Mapping[str, BuildingRecord]
    gone_buildings: Mapping[str, datetime]
    parts: Mapping[str, Sequence[PartRecord]]
    grid_of_part: Mapping[str, str]  # of the 立体 grid, by `building code/part code`
    addresses: Sequence[AddressRecord]
    compounds: Mapping[str, CompoundRecord]
    features: Sequence[FeatureRecord]
    elements: Sequence[ElementRecord]
    element_kinds: Mapping[str, ElementKindRecord]
    parties: Mapping[str, PartyRecord]
    matters: Mapping[str, MatterRecord]
    duties: owners.Duties
    caretaking: Mapping[str, CaretakingRecord]  # by the area that is cared for
    lines: Mapping[str, LineNet]  # those by which some matters go

    def answer_point(
        self, lonlat_wgs84: Sequence[float], *, matter: str | None = None, lang: Lang = "zh"
    ) -> Answer:
        """Who owns this point. Raises BadPoint, UnknownCode for a matter."""
        return answer.of_point(self, lonlat_wgs84, matter=matter, lang=lang)

    def answer_building(
        self, code: str, *, part: str | None = None, matter: str | None = None, lang: Lang = "zh"
    ) -> Answer:
        """Who owns this building, or this part of it. Raises UnknownCode, BuildingGone."""
        return answer.of_building(self, code, part=part, matter=matter, lang=lang)

    def answer_grid(self, code: str, *, matter: str | None = None, lang: Lang = "zh") -> Answer:
        """Who answers for this grid. Raises UnknownCode, GridGone with its successors."""
        return answer.of_grid(self, code, matter=matter, lang=lang)

    def answer_address(self, text: str, *, matter: str | None = None, lang: Lang = "zh") -> Answer:
        """Who owns what is called `text`. Raises UnknownAddress with candidates."""
        return answer.of_address(self, text, matter=matter, lang=lang)

    def locate(self, lonlat_wgs84: ArrayLike) -> NDArray[np.int32]:
        """(n, 2) degrees to positions in `ground`, -1 outside."""
        return self.index.locate(lonlat_wgs84)

    def area_codes(self, code: str | None) -> list[str]:
        """The area and those above it, the lowest first; empty for none."""
        return [area.code for area in area_chain(self, code)]

    def areas_of_building(self, code: str) -> list[str]:
        """The areas that a building lies in, from the community up; empty while it is in no grid."""
        grid = self.grids.get(self.buildings[code].grid or "")
        return [] if grid is None else self.area_codes(grid.community)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.district.timezone)

    @cached_property
    def fragments(self) -> Fragments:
        """Pieces of answers that many places share; good as long as the snapshot is held."""
        return Fragments(weakref.proxy(self))  # no circle: a snapshot goes when its last holder lets go

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Position in `ground` by grid code."""
        return {grid.code: position for position, grid in enumerate(self.ground)}

    @cached_property
    def frame(self) -> MetricFrame:
        """The district's metric frame."""
        return MetricFrame(self.district.metric_crs)

    @cached_property
    def ground_tree(self) -> shapely.STRtree:
        """Shapes of the grids in lon/lat, in the order of `ground`."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def building_list(self) -> Sequence[BuildingRecord]:
        """Buildings by code, in the order of `building_tree`."""
        return list(self.buildings.values())

    @cached_property
    def building_tree(self) -> shapely.STRtree:
        """Footprints, in the order of `building_list`."""
        return shapely.STRtree(shapes_from(building.shape for building in self.building_list))

    @cached_property
    def building_boxes(self) -> Boxes:
        """Boxes around the footprints in lon/lat, in the order of `building_list`."""
        return Boxes.of(shapely.bounds(self.building_tree.geometries), cell=_HOUSE_CELL_DEG)

    @cached_property
    def feature_tree(self) -> shapely.STRtree:
        """Features in the metric frame, in the order of `features`."""
        return shapely.STRtree(self.frame.project(shapes_from(feature.shape for feature in self.features)))

    @cached_property
    def compound_codes(self) -> Sequence[str]:
        """Compounds whose extent is known, by code, in the order of `compound_tree`."""
        return [each.code for each in self.compounds.values() if each.shape is not None]

    @cached_property
    def compound_tree(self) -> shapely.STRtree:
        """Extents of compounds, in the order of `compound_codes`."""
        return shapely.STRtree(shapes_from(self.compounds[code].shape for code in self.compound_codes))

    @cached_property
    def bound_elements(self) -> BoundElements:
        """The elements, each with its building, compound and grid in this net."""
        return bind(self)

    @cached_property
    def feature_reaches(self) -> Reaches:
        """Where a place may lie on a feature, in metres."""
        return Reaches.of(self.features, self.feature_tree.geometries)

    @cached_property
    def outlines(self) -> Mapping[str, Any]:
        """Imported outlines by area code."""
        with_outline = [area for area in self.areas.values() if area.outline is not None]
        shapes = shapes_from(area.outline for area in with_outline)
        return {area.code: shape for area, shape in zip(with_outline, shapes, strict=True)}

    @cached_property
    def by_address(self) -> Mapping[str, Sequence[AddressRecord]]:
        """Addresses by normalised text."""
        found: dict[str, list[AddressRecord]] = {}
        for address in self.addresses:
            found.setdefault(normalised(address.text), []).append(address)
        return found

    @cached_property
    def standard_address(self) -> Mapping[str, str]:
        """The first standard address of each building as a whole."""
        found: dict[str, str] = {}
        for address in self.addresses:
            if address.kind == "standard" and address.part is None:
                known = found.get(address.building)
                if known is None or address.text < known:
                    found[address.building] = address.text
        return found

    @cached_property
    def stacked(self) -> Mapping[str, Sequence[GridRecord]]:
        """立体 grids by the code of their host."""
        found: dict[str, list[GridRecord]] = {}
        for grid in self.grids.values():
            if grid.host is not None:
                found.setdefault(grid.host, []).append(grid)
        return found

    @cached_property
    def grid_of_compound(self) -> Mapping[str, str]:
        """The grid of most buildings of each compound; of several the lowest code."""
        counted: dict[str, Counter[str]] = {}
        for building in self.building_list:
            if building.compound is not None and building.grid is not None:
                counted.setdefault(building.compound, Counter())[building.grid] += 1
        return {
            compound: min(grids, key=lambda grid: (-grids[grid], grid)) for compound, grids in counted.items()
        }

    @cached_property
    def search_index(self) -> SearchIndex:
        """The index that `boundaries.land.search.search` reads."""
        return SearchIndex.of(self)

    @cached_property
    def people(self) -> People:
        """The index that `boundaries.duty.finding` reads; made at first use."""
        return People.of(self)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The names that `boundaries.land.calling.understand` finds in a text; made at first use.

        Good as long as the snapshot is held.
        """
        return Gazetteer.of(weakref.proxy(self))

    def warm(self) -> "Snapshot":
        """Prepare whatever is made at first use."""
        for prepared in (self.building_boxes, self.feature_reaches, self.outlines, self.by_address):
            assert prepared is not None
        assert self.standard_address is not None
        assert self.search_index is not None
        if self.ground:
            middle = shapely.point_on_surface(self.shapes[0])
            self.answer_point((middle.x, middle.y))
        return self


def shapes_from(values: Iterable[bytes | None]) -> NDArray[np.object_]:
    """Shapes of the WKB of records, None where there is none."""
    raw = list(values)
    shapes = np.empty(len(raw), dtype=object)
    if raw:
        shapes[:] = shapely.from_wkb(np.array(raw, dtype=object))
    return shapes
