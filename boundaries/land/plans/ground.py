"""What a plan starts from: the net of a version with its buildings, kept per process, never truth."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.plans import stacks
from boundaries.store.tables import District, NetVersion
from gis.frames import LATTICE_DEG
from gis.net import Buildings, Net
from gis.net.face import Edge, Face, Vertex, directed_edges, insert_nodes, reverse

_KEPT = 3
Outline: TypeAlias = shapely.Polygon | shapely.MultiPolygon
_GRIDS = """
select g.code, a.code, v.name, v.kind, v.group_code, v.source, h.code, v.id, v.geom is not null
from yiwang.grid g join yiwang.grid_version v on v.grid_id = g.id
join yiwang.area a on a.id = v.community_id left join yiwang.grid h on h.id = v.host_id
where g.district_id = :district and upper_inf(v.recorded) and v.valid @> cast(:at as timestamptz)
order by g.code"""
_BUILDINGS = """
from yiwang.building b join yiwang.building_version v on v.building_id = b.id
where b.district_id = :district and upper_inf(v.recorded)
and v.valid @> greatest(now(), cast(:at as timestamptz))"""


@dataclass(frozen=True, eq=False)
class GridFacts:
    """What the register says of a grid beside its shape."""

    name: str
    kind: str
    group_code: str | None
    source: str


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground grids of one net version as a net, with the buildings of today on them."""

    version: NetVersion
    net: Net
    facts: Mapping[str, GridFacts]
    hosts: frozenset[str]  # grids that 立体 grids stand on of which no part is known
    buildings: tuple[str, ...]  # codes, in the order of net.buildings
    shapes: Mapping[int, Outline]  # as the register has them, by their rows' ids
    building_rows: tuple[int, ...]  # ids of the rows that the buildings come from, in their order

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Of a building in net.buildings, by its code."""
        return {code: position for position, code in enumerate(self.buildings)}


class _Shelf:
    """The last few grounds of each database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_engine: WeakKeyDictionary[Engine, OrderedDict[Any, Ground]] = WeakKeyDictionary()

    def get(self, engine: Engine, key: Any) -> Ground | None:
        with self._lock:
            kept = self._by_engine.get(engine)
            if kept is None or key not in kept:
                return None
            kept.move_to_end(key)
            return kept[key]

    def last(self, engine: Engine) -> Ground | None:
        """The ground that was asked for last."""
        with self._lock:
            kept = self._by_engine.get(engine)
            return next(reversed(kept.values())) if kept else None

    def put(self, engine: Engine, key: Any, ground: Ground) -> None:
        with self._lock:
            kept = self._by_engine.setdefault(engine, OrderedDict())
            kept[key] = ground
            while len(kept) > _KEPT:
                kept.popitem(last=False)


_shelf = _Shelf()


def ground_of(session: Session, district: District, version: NetVersion) -> Ground:
    """The net of a version, and the buildings known now. Raises NotEdgeMatched if it is no net."""
    engine = session.get_bind().engine
    seen = session.execute(
        text(
            "select (select max(id) from yiwang.building_version), (select max(id) from yiwang.building_part)"
        )
    ).one()
    key = (version.id, *seen)
    found = _shelf.get(engine, key)
    if found is None:
        found = _read(session, district, version, _shelf.last(engine))
        _shelf.put(engine, key, found)
    return found


def plain(shape: shapely.MultiPolygon) -> Outline:
    """A shape of the register as the net holds it: one piece is a polygon."""
    return shape.geoms[0] if len(shape.geoms) == 1 else shape


def matched(shapes: intake.Shapes) -> intake.Shapes:
    """The same polygons with a vertex wherever another one has its corner on their edge.

    Imported nets often lack it where three grids meet. A corner counts as on an edge within the lattice
    (1e-9°, 0.1 mm), so nothing moves by more; what does not meet at all stays as it is.
    """
    if shapely.coverage_is_valid(shapes):
        return shapes
    edges = sorted({min(edge, reverse(edge)) for shape in shapes for edge in directed_edges(shape)})
    corners = np.unique(shapely.get_coordinates(shapes), axis=0)
    lines = shapely.linestrings(np.array(edges))
    found, edge_of = shapely.STRtree(lines).query(
        shapely.points(corners), predicate="dwithin", distance=LATTICE_DEG
    )
    along: dict[Edge, list[tuple[float, Vertex]]] = {}
    for corner, position in zip(corners[found].tolist(), edge_of.tolist(), strict=True):
        vertex = (corner[0], corner[1])
        if vertex not in edges[position]:
            place = float(shapely.line_locate_point(lines[position], shapely.Point(vertex)))
            along.setdefault(edges[position], []).append((place, vertex))
    nodes = {edge: [vertex for _, vertex in sorted(given)] for edge, given in along.items()}
    noded = np.empty(len(shapes), dtype=object)
    noded[:] = [insert_nodes(shape, nodes) for shape in shapes]
    return noded


def _read(session: Session, district: District, version: NetVersion, like: Ground | None) -> Ground:
    """The ground of a version. What it has in common with another one, `like`, is shared, not read again."""
    rows = session.execute(text(_GRIDS), {"district": district.id, "at": version.effective_from}).all()
    shapes = _shapes(session, [row[7] for row in rows if row[8]], {} if like is None else like.shapes)
    codes = [row[0] for row in rows if row[8]]
    drawn = np.empty(len(codes), dtype=object)
    drawn[:] = list(shapes.values())
    codes_of, building_rows, buildings = _buildings(session, district, version, like)
    net = Net.from_polygons(
        codes,
        list(matched(drawn)),
        metric_crs=district.metric_crs,
        buildings=buildings,
        communities={row[0]: row[1] for row in rows},
    )
    position = {code: at for at, code in enumerate(codes_of)}
    above = stacks.stacks_at(session, district, version.effective_from, position, net.buildings)
    faces = net.faces if like is None else _shared(net.faces, like.net.faces)
    return Ground(
        version=version,
        net=replace(net, faces=faces, stacks=above),
        facts={row[0]: GridFacts(row[2], row[3], row[4], row[5]) for row in rows},
        hosts=frozenset(row[6] for row in rows if row[6] is not None and row[0] not in above),
        buildings=codes_of,
        shapes=shapes,
        building_rows=building_rows,
    )


def _shapes(session: Session, ids: Sequence[int], known: Mapping[int, Outline]) -> dict[int, Outline]:
    """The shapes of these rows of grids, in this order; those that are known are not read again."""
    missing = [each for each in ids if each not in known]
    asked = "select id, st_asbinary(geom) from yiwang.grid_version where id = any(:ids)"
    rows = session.execute(text(asked), {"ids": missing}).all() if missing else []
    read = map(plain, intake.from_rows([row[1] for row in rows]))
    found = dict(zip((int(row[0]) for row in rows), read, strict=True))
    return {each: known[each] if each in known else found[each] for each in ids}


def _shared(faces: Mapping[str, Face], others: Mapping[str, Face]) -> dict[str, Face]:
    """The faces, each replaced by another net's one of the same bits: what was derived of it stays made."""
    return {
        code: there if (there := others.get(code)) is not None and _same(face, there) else face
        for code, face in faces.items()
    }


def _same(one: Face, other: Face) -> bool:
    return one.shape is other.shape or shapely.to_wkb(one.shape) == shapely.to_wkb(other.shape)


def _buildings(
    session: Session, district: District, version: NetVersion, like: Ground | None
) -> tuple[tuple[str, ...], tuple[int, ...], Buildings]:
    """Codes, ids of their rows, and the buildings; those of `like` if they come from the same rows."""
    asked = {"district": district.id, "at": version.effective_from}
    ids = session.scalar(text(f"select array_agg(v.id order by b.code) {_BUILDINGS}"), asked)
    rows = tuple(ids or ())
    if like is not None and rows == like.building_rows:
        return like.buildings, like.building_rows, like.net.buildings
    found = session.execute(
        text(f"select b.code, coalesce(v.households, 0), st_asbinary(v.geom) {_BUILDINGS} order by b.code"),
        asked,
    ).all()
    shapes = intake.from_rows([row[2] for row in found])
    households = np.array([row[1] for row in found], dtype=np.int64)
    return tuple(row[0] for row in found), rows, Buildings.of(shapes, households)
