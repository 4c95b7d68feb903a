"""Vector tiles from the register: one statement gives one tile with all its layers.

Grids, buildings and features come from their tables as of one instant. Area shapes and label points
come with the atlas (they are unions and inscribed circles, computed once per state) and are passed in.
Layers: areas (code, name, level), grids (code, name, kind, community), buildings (code, use, floors,
households; from zoom 14), features (code, kind, name), labels (points: code, name, level, rank).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from boundaries.land.atlas import Atlas, Place

HIGHEST_ZOOM = 22
EXTENT = 4096
MARGIN = 64  # tile units around the tile, so that strokes and labels do not end at its edge
FIRST_ZOOM = {"city": 0, "district": 0, "street": 0, "community": 9, "grid": 11}
FIRST_ZOOM_OF_LABELS = {"city": 0, "district": 0, "street": 9, "community": 12, "grid": 14}
_RANK = {"city": 0, "district": 1, "street": 2, "community": 3, "grid": 4}
_SIMPLEST_ZOOM = 15  # from here on shapes are passed as they are
_BUCKETS = (8, 10, 12, 14)  # zooms for which simplified shapes are kept

_IN_FORCE = "valid @> cast(:at as timestamptz) and {0}recorded @> cast(:known_at as timestamptz)"
_SHAPE = "ST_AsMVTGeom(ST_Transform({0}, 3857), square, :extent, :buffer) as geom"

_SOURCES = {  # layer: (order, query); every query joins `tile` (square in EPSG:3857, box in lon/lat)
    "areas": (
        "code",
        f"""select code, name, level, {_SHAPE.format("ST_GeomFromWKB(wkb, 4326)")} from tile,
            unnest(cast(:area_code as text[]), cast(:area_name as text[]), cast(:area_level as text[]),
                   cast(:area_wkb as bytea[])) as given(code, name, level, wkb)""",
    ),
    "grids": (
        "code",
        f"""select g.code, v.name, v.kind, c.code as community, {_SHAPE.format("v.geom")} from tile
            join yiwang.grid_version v on v.geom && tile.box
            join yiwang.grid g on g.id = v.grid_id and g.district_id = :district
            join yiwang.area c on c.id = v.community_id
            where :with_grids and v.{_IN_FORCE.format("v.")}""",
    ),
    "buildings": (
        "code",
        f"""select b.code, v.use, v.floors, v.households, {_SHAPE.format("v.geom")} from tile
            join yiwang.building_version v on v.geom && tile.box
            join yiwang.building b on b.id = v.building_id and b.district_id = :district
            where :with_buildings and v.{_IN_FORCE.format("v.")}""",
    ),
    "features": (
        "code",
        f"""select v.code, v.kind, v.name, {_SHAPE.format("v.geom")} from tile
            join yiwang.feature v on v.geom && tile.box
            where :with_features and v.district_id = :district and v.{_IN_FORCE.format("v.")}""",
    ),
    "labels": (
        "rank, code",
        """select code, name, level, rank, ST_AsMVTGeom(
                    ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857), square, :extent, 0) as geom
            from tile, unnest(cast(:label_code as text[]), cast(:label_name as text[]),
                              cast(:label_level as text[]), cast(:label_rank as int[]),
                              cast(:label_lon as float8[]), cast(:label_lat as float8[]))
                       as given(code, name, level, rank, lon, lat)""",
    ),
}


def _statement() -> TextClause:
    """All layers of one tile, one behind the other: a vector tile is the sequence of its layers."""
    layers = " || ".join(
        f"""coalesce((select ST_AsMVT(layer, '{name}', :extent, 'geom') from (
              select * from ({query}) whole where geom is not null order by {order}) layer), '')"""
        for name, (order, query) in _SOURCES.items()
    )
    return text(
        f"""with tile as materialized (
              select ST_TileEnvelope(:z, :x, :y) as square,
                     ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => :margin), 4326) as box)
            select {layers}"""
    )


_TILE = _statement()


@dataclass(frozen=True, slots=True)
class _Level:
    """The areas of one level, indexed, with shapes simplified together per zoom bucket."""

    places: Sequence[Place]
    tree: shapely.STRtree
    wkb: dict[int, Sequence[bytes]]  # by zoom bucket; _SIMPLEST_ZOOM: as they are


class TileSheet:
    """What tiles need of one atlas, prepared once."""

    def __init__(self, district_id: int, atlas: Atlas, *, at: datetime, known_at: datetime) -> None:
        self._district_id = district_id
        self._at, self._known_at = at, known_at
        by_level: dict[str, list[Place]] = {}
        for place in atlas.areas.values():
            if place.geometry is not None:
                by_level.setdefault(place.level, []).append(place)
        self._levels = {level: _prepare(places) for level, places in by_level.items()}
        self._labels = [p for p in (*atlas.areas.values(), *atlas.grids.values()) if p.label is not None]
        self._label_points = np.array([p.label for p in self._labels], dtype=float).reshape(-1, 2)

    def render(self, session: Session, z: int, x: int, y: int) -> bytes:
        """One Mapbox vector tile, not compressed; empty bytes where the tile shows nothing."""
        box = tile_box(z, x, y)
        areas, shapes = self._areas_in(box, z)
        labels = self._labels_in(box, z)
        tile = session.scalar(
            _TILE,
            {
                "z": z,
                "x": x,
                "y": y,
                "extent": EXTENT,
                "buffer": MARGIN,
                "margin": MARGIN / EXTENT,
                "district": self._district_id,
                "at": self._at,
                "known_at": self._known_at,
                "with_grids": z >= FIRST_ZOOM["grid"],
                "with_buildings": z >= 14,
                "with_features": z >= 11,
                "area_code": [place.code for place in areas],
                "area_name": [place.name for place in areas],
                "area_level": [place.level for place in areas],
                "area_wkb": shapes,
                "label_code": [place.code for place in labels],
                "label_name": [place.name for place in labels],
                "label_level": [place.level for place in labels],
                "label_rank": [_RANK[place.level] for place in labels],
                "label_lon": [place.label[0] for place in labels if place.label],
                "label_lat": [place.label[1] for place in labels if place.label],
            },
        )
        return bytes(tile or b"")

    def _areas_in(self, box: BaseGeometry, z: int) -> tuple[list[Place], list[bytes]]:
        places: list[Place] = []
        shapes: list[bytes] = []
        bucket = next((zoom for zoom in _BUCKETS if z <= zoom), _SIMPLEST_ZOOM)
        for name, level in self._levels.items():
            if z >= FIRST_ZOOM[name]:
                hits = np.sort(level.tree.query(box))
                places += [level.places[hit] for hit in hits]
                shapes += [level.wkb[bucket][hit] for hit in hits]
        return places, shapes

    def _labels_in(self, box: BaseGeometry, z: int) -> list[Place]:
        west, south, east, north = box.bounds
        lon, lat = self._label_points[:, 0], self._label_points[:, 1]
        inside = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        return [self._labels[i] for i in inside if z >= FIRST_ZOOM_OF_LABELS[self._labels[i].level]]


def tile_box(z: int, x: int, y: int) -> BaseGeometry:
    """The tile with its margin, in lon/lat."""
    size = 1 << z
    margin = MARGIN / EXTENT

    def lon(column: float) -> float:
        return column / size * 360 - 180

    def lat(row: float) -> float:
        return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / size)))))

    return shapely.box(lon(x - margin), lat(y + 1 + margin), lon(x + 1 + margin), lat(y - margin))


def _prepare(places: Sequence[Place]) -> _Level:
    shapes = np.array([place.geometry for place in places], dtype=object)
    wkb: dict[int, Sequence[bytes]] = {_SIMPLEST_ZOOM: list(shapely.to_wkb(shapes))}
    for zoom in _BUCKETS:
        pixel_deg = 360 / (1 << zoom) / 512  # half a pixel of a 256 px tile
        wkb[zoom] = list(shapely.to_wkb(_simplified(shapes, pixel_deg)))
    return _Level(places, shapely.STRtree(shapes), wkb)


def _simplified(shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]", tolerance_deg: float) -> object:
    """Shared borders simplified alike, so that neighbours still meet; as they are where they do not match."""
    try:
        simple = shapely.coverage_simplify(shapes, tolerance_deg)
    except shapely.GEOSException:
        return shapes
    keep = shapely.is_empty(simple) | ~shapely.is_valid(simple)
    return np.where(keep, shapes, simple)
