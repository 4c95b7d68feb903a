"""Where a place lies in a snapshot: the building and feature at a point, the areas above it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.duty.records import AreaRecord, BuildingRecord, FeatureRecord, OtherGrid, PlaceKey
from boundaries.land.assignment import CUT_M2
from gis.boxes import Boxes

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

FEATURE_WIDTH_M = 10.0
"""Full width of a line feature that does not say its `width_m`."""
_LEVELS = ("community", "street", "district", "city")
_WIDEST_M = 200.0
_CELL_M = 64.0


def building_at(snapshot: "Snapshot", lon: float, lat: float) -> BuildingRecord | None:
    """The building whose footprint covers the point; of several the lowest code."""
    shapes = snapshot.building_tree.geometries
    for hit in sorted(snapshot.building_boxes.at(lon, lat)):
        if shapely.intersects_xy(shapes[hit], lon, lat):
            return snapshot.building_list[hit]
    return None


def feature_at(snapshot: "Snapshot", metres: tuple[float, float]) -> FeatureRecord | None:
    """The feature on which a place lies: in its polygon, or within half its width of its line.

    metres: the place in the district's frame. The nearest one; of several equally near the lowest code.
    """
    reaches = snapshot.feature_reaches
    hits = list(reaches.boxes.at(*metres))
    if not hits:
        return None
    away = shapely.distance(reaches.pieces[hits], shapely.Point(metres)).tolist()
    on_it = [
        (metres_away, int(reaches.of_piece[hit]))
        for hit, metres_away in zip(hits, away, strict=True)
        if metres_away <= reaches.reach[hit]
    ]
    return snapshot.features[min(on_it)[1]] if on_it else None


@dataclass(frozen=True, eq=False)
class Reaches:
    """Pieces of the features (see `_pieces`), and boxes beyond which a place lies on none of them."""

    pieces: NDArray[np.object_]
    of_piece: NDArray[np.int64]  # the position of its feature
    reach: NDArray[np.float64]  # metres from a piece within which a place lies on it
    boxes: Boxes

    @classmethod
    def of(cls, features: Sequence[FeatureRecord], shapes: NDArray[np.object_]) -> "Reaches":
        """shapes: of `features`, in the district's frame."""
        pieces, of_piece = _pieces(shapes)
        reach = _reach(features, shapes)[of_piece]
        around = reach.reshape(-1, 1) * (1 + 1e-9) * np.array([-1, -1, 1, 1])
        return cls(pieces, of_piece, reach, Boxes.of(shapely.bounds(pieces) + around, cell=_CELL_M))


def _reach(features: Sequence[FeatureRecord], shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """How far from each shape a place still lies on it, metres: half its width, for areas nothing."""
    reach = np.array([half_width(feature) for feature in features], dtype=np.float64)
    reach[shapely.get_dimensions(shapes) == 2] = 0.0
    return reach


def features_beside(
    snapshot: "Snapshot", lon: float, lat: float, margin_m: float
) -> list[tuple[FeatureRecord, float]]:
    """The features whose edge is nearer than `margin_m` to the point, on either side, and how far it is in
    metres; nearest first, of several equally near the lowest code.
    """
    if not snapshot.features:
        return []
    point = shapely.Point(snapshot.frame.points([[lon, lat]])[0])
    tree = snapshot.feature_tree
    found = []
    for hit in np.sort(tree.query(point, predicate="dwithin", distance=_WIDEST_M / 2 + margin_m)):
        feature, shape = snapshot.features[int(hit)], tree.geometries[hit]
        if shapely.get_dimensions(shape) == 2:
            metres = float(shapely.distance(shapely.boundary(shape), point))
        else:
            metres = abs(float(shapely.distance(shape, point)) - half_width(feature))
        if metres < margin_m:
            found.append((feature, metres))
    return sorted(found, key=lambda each: each[1])


def features_at(
    features: Sequence[FeatureRecord], shapes: NDArray[np.object_], metres: NDArray[np.float64]
) -> list[str | None]:
    """The code of the feature on which each of many places lies, as `feature_at` finds it for one.

    shapes: of `features` in the district's frame, in their order. metres: (n, 2) in that frame.
    """
    found: list[str | None] = [None] * len(metres)
    if not features or not len(metres):
        return found
    reach = _reach(features, shapes)
    pieces, of_piece = _pieces(shapes)
    points = shapely.points(metres)
    of_point, hit = shapely.STRtree(pieces).query(points, predicate="dwithin", distance=reach.max())
    of_feature = of_piece[hit]
    away = shapely.distance(pieces[hit], points[of_point])
    on_it = np.flatnonzero(away <= reach[of_feature])
    order = on_it[np.lexsort((of_feature[on_it], away[on_it], of_point[on_it]))]
    for position in order[::-1]:  # the nearest comes last and stays
        found[of_point[position]] = features[int(of_feature[position])].code
    return found


def _pieces(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Lines as their single segments, whose boxes are small, polygons whole; and the shape of each piece."""
    is_line = shapely.get_dimensions(shapes) == 1
    parts, of_part = shapely.get_parts(shapes[is_line], return_index=True)
    vertices, of_vertex = shapely.get_coordinates(parts, return_index=True)
    goes_on = of_vertex[1:] == of_vertex[:-1]
    segments = shapely.linestrings(np.stack([vertices[:-1][goes_on], vertices[1:][goes_on]], axis=1))
    of_segment = np.flatnonzero(is_line)[of_part[of_vertex[:-1][goes_on]]]
    return (
        np.concatenate([segments, shapes[~is_line]]),
        np.concatenate([of_segment, np.flatnonzero(~is_line)]),
    )


def place_of_building(building: BuildingRecord) -> tuple[float, float]:
    """Lon/lat of a building's main entrance, else a point inside it."""
    if building.entrance is not None:
        point = shapely.from_wkb(building.entrance)
    else:
        point = shapely.point_on_surface(shapely.from_wkb(building.shape))
    return float(point.x), float(point.y)


def area_chain(snapshot: "Snapshot", code: str | None) -> list[AreaRecord]:
    """The area and those above it, lowest first."""
    return chain_of(snapshot.areas, code)


def chain_of(areas: Mapping[str, AreaRecord], code: str | None) -> list[AreaRecord]:
    """`area_chain` among areas by code."""
    chain: list[AreaRecord] = []
    while code is not None and (area := areas.get(code)) is not None and area not in chain:
        chain.append(area)
        code = area.parent
    return chain


def areas_above(snapshot: "Snapshot", place: PlaceKey) -> tuple[str, ...]:
    """The codes of the areas in which a place lies, lowest first; of a feature the district alone."""
    kind, code = place
    found: str | None = code
    if kind in ("building", "part"):
        building = snapshot.buildings.get(code.partition("/")[0])
        found = building.grid if building is not None else None
    elif kind == "compound":
        found = snapshot.grid_of_compound.get(code)
    elif kind == "feature":
        found = None
    if kind != "area":
        grid = snapshot.grids.get(found) if found is not None else None
        other = snapshot.other_grids.get(found) if found is not None else None
        found = grid.community if grid is not None else other.community if other is not None else None
    chain = area_chain(snapshot, found) if found is not None else district_chain(snapshot)
    return tuple(area.code for area in chain)


def district_chain(snapshot: "Snapshot") -> list[AreaRecord]:
    """The district's own area, or areas of the highest level there is, and those above."""
    own = snapshot.areas.get(snapshot.district.code)
    if own is not None:
        return area_chain(snapshot, own.code)
    districts = sorted(area.code for area in snapshot.areas.values() if area.level == "district")
    return area_chain(snapshot, districts[0]) if districts else []


def area_of_outline(snapshot: "Snapshot", point: Any) -> str | None:
    """The code of the lowest area whose imported outline covers the point; of several the lowest code."""
    covering = [code for code, outline in snapshot.outlines.items() if shapely.covers(outline, point)]
    return min(covering, key=lambda code: (_LEVELS.index(snapshot.areas[code].level), code), default=None)


def successors(snapshot: "Snapshot", gone: OtherGrid) -> list[str]:
    """The codes of the grids that now cover the last ground of a retired grid."""
    if gone.shape is None or not len(snapshot.ground):
        return []
    shape = shapely.from_wkb(gone.shape)
    near = np.flatnonzero(shapely.intersects(snapshot.shapes, shape))
    if not len(near):
        return []
    shared = shapely.intersection(np.asarray(snapshot.shapes, dtype=object)[near], shape)
    square_metres = snapshot.frame.area_m2(shared)
    return [snapshot.ground[int(position)].code for position in near[square_metres > CUT_M2]]


def half_width(feature: FeatureRecord) -> float:
    """Half the width in metres that a line feature has, at most 100 m."""
    width = (feature.properties or {}).get("width_m")
    return min(float(width) if width is not None else FEATURE_WIDTH_M, _WIDEST_M) / 2
