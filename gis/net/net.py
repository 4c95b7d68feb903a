"""The net: faces that meet edge to edge, and the one door through which they change.

An edit builds new shapes for a few faces and hands them to `Net.changed_to`. There the chain of edges
of the faces before (with the nodes that the edit put into them) must equal the chain after, and every
new face must be a valid polygon. Together that is a proof: around any point the windings of the new
faces add up to what the old ones had, each is 0 or 1, so the point has one owner as before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from gis.frames import Geometries, MetricFrame, geometry_array
from gis.net import bordering, carving, merging, recoding, replacing, splitting, stacking
from gis.net.buildings import Buildings, border_of
from gis.net.face import Edge, Face, Shape, Vertex, chain_sum, insert_nodes, reverse, to_lattice
from gis.net.figures import Figures, figures_of, holders
from gis.net.noding import split_edges
from gis.net.refusals import (
    AcrossCommunities,
    BordersCross,
    BuildingInTheWay,
    CodeTaken,
    Disconnected,
    Locked,
    NotCurrent,
    NotEdgeMatched,
    TooSmall,
    UnknownGrid,
)
from gis.net.snapping import TOLERANCE_M, snap_line
from gis.net.sparing import MOST_MOVED_M
from gis.net.stacking import Part, Stack, require_held_once

MINIMUM_M2 = 1.0


@dataclass(frozen=True, eq=False)
class Restore:
    """The inverse of an edit: the faces as they were, to be put back where they are as the edit left them."""

    before: Mapping[str, Face | None]
    after: Mapping[str, Face | None]
    communities: Mapping[str, str]
    stacks_before: Mapping[str, Stack | None] = field(default_factory=dict)
    stacks_after: Mapping[str, Stack | None] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class NetChange:
    """What an edit did.

    changed: grids whose ground changed, new and retired ones included, ascending.
    noded: other grids that only got a vertex on a border that stays where it is.
    before, after: figures of the changed grids that exist then.
    moved_m: how far a drawn line or polygon was led aside to spare buildings, where it became a border.
    """

    net: "Net"
    changed: tuple[str, ...]
    noded: tuple[str, ...]
    inverse: Restore
    moved_m: float = 0.0

    @cached_property
    def before(self) -> dict[str, Figures]:
        """Figures before the edit."""
        faces = {code: face for code, face in self.inverse.before.items() if face and code in self.changed}
        stacks = {code: stack for code, stack in self.stacks_before.items() if stack}
        return figures_of(
            sorted({*faces, *(set(stacks) & set(self.changed))}),
            faces,
            self.net.frame,
            self.net.buildings,
            stacks,
        )

    @cached_property
    def after(self) -> dict[str, Figures]:
        """Figures after the edit."""
        return self.net.figures(
            [code for code in self.changed if code in self.net.faces or code in self.net.stacks]
        )

    @property
    def stacks_before(self) -> dict[str, Stack | None]:
        """The stacked grids as they were before the edit."""
        return {**self.net.stacks, **self.inverse.stacks_before}

    @property
    def figures(self) -> dict[str, dict[str, Figures]]:
        """Both, by name."""
        return {"before": self.before, "after": self.after}


@dataclass(frozen=True, eq=False)
class Net:
    """Faces by code, never changed in place: an edit returns a new net that shares what it left alone."""

    faces: Mapping[str, Face]
    frame: MetricFrame
    buildings: Buildings = field(repr=False)
    communities: Mapping[str, str] = field(default_factory=dict, repr=False)
    locked: frozenset[str] = frozenset()
    stacks: Mapping[str, Stack] = field(default_factory=dict, repr=False)

    @classmethod
    def from_polygons(
        cls,
        codes: Sequence[str],
        polygons: gpd.GeoSeries | Sequence[BaseGeometry],
        *,
        metric_crs: int | str | MetricFrame,
        buildings: Buildings | None = None,
        communities: Mapping[str, str] | None = None,
        locked: Iterable[str] = (),
    ) -> "Net":
        """A net from edge-matched lon/lat polygons on the 1e-9° lattice.

        communities: the community of each grid; without it all are of one.
        Raises NotEdgeMatched with the place, NotMetric for a frame that cannot measure.
        """
        shapes = geometry_array(polygons)
        if len(codes) != len(shapes) or len(set(codes)) != len(codes):
            raise NotEdgeMatched(
                "each polygon needs a code of its own", codes=len(codes), polygons=len(shapes)
            )
        _require_coverage(codes, shapes)
        return cls(
            faces={code: Face(shape) for code, shape in zip(codes, shapes, strict=True)},
            frame=MetricFrame.of(metric_crs),
            buildings=buildings or Buildings.of([]),
            communities=dict(communities or {}),
            locked=frozenset(locked),
        )

    def polygons(self) -> gpd.GeoSeries:
        """The shapes by code, in the order in which they came, new ones last (EPSG:4326)."""
        return gpd.GeoSeries(
            [face.shape for face in self.faces.values()], index=list(self.faces), crs="EPSG:4326"
        )

    def figures(self, codes: Sequence[str] | None = None) -> dict[str, Figures]:
        """Figures of some grids, or of all."""
        return figures_of(
            [*self.faces, *self.stacks] if codes is None else codes,
            self.faces,
            self.frame,
            self.buildings,
            self.stacks,
        )

    def sums(self, values: NDArray[np.float64], codes: Sequence[str]) -> dict[str, float]:
        """A value of each building, in the order of `buildings`, summed up for some grids on the ground."""
        at, inside = holders(codes, [self.faces[code].shape for code in codes], self.buildings)
        return dict(zip(codes, np.bincount(at, values[inside], len(codes)).tolist(), strict=True))

    def face(self, code: str) -> Face:
        """The face of a grid. Raises UnknownGrid."""
        try:
            return self.faces[code]
        except KeyError:
            raise UnknownGrid(f"there is no grid {code}", grid=code) from None

    def community(self, code: str) -> str:
        """The community of a grid, '' where none is given."""
        return self.communities.get(code, "")

    @cached_property
    def _tree(self) -> tuple[list[str], STRtree]:
        return list(self.faces), STRtree([face.shape for face in self.faces.values()])

    def near(self, shape: BaseGeometry) -> list[str]:
        """Codes whose bounding box meets that of the shape, in the net's order."""
        codes, tree = self._tree
        return [codes[i] for i in np.sort(tree.query(shape))]

    def owners(self, vertex: Vertex) -> list[str]:
        """Codes of the faces that have this vertex."""
        return [code for code in self.near(Point(vertex)) if vertex in self.faces[code].vertices]

    def common_edges(self, a: str, b: str) -> list[Edge]:
        """The edges between two grids, as `a` has them."""
        others = self.face(b).edges
        return [edge for edge in self.face(a).edges if reverse(edge) in others]

    def require_free(self, codes: Iterable[str]) -> None:
        """Raise Locked if any of the grids is locked."""
        held = sorted(set(codes) & self.locked)
        if held:
            raise Locked(f"grid {held[0]} is locked", grids=held)

    @property
    def free(self) -> list[str]:
        """The grids on the ground that are not locked, in the order of `faces`."""
        return [code for code in self.faces if code not in self.locked]

    def require_one_community(self, codes: Sequence[str], *, unlocked: bool) -> None:
        """Raise AcrossCommunities if the grids are of several, unless borders between them are unlocked."""
        found = sorted({self.community(code) for code in codes})
        if len(found) > 1 and not unlocked:
            raise AcrossCommunities(
                "the grids lie in different communities",
                place=self._strangers(codes),
                communities=found,
                grids=list(codes),
            )

    def _strangers(self, codes: Sequence[str]) -> BaseGeometry:
        """The ground of those grids that are not of the first one's community."""
        first = self.community(codes[0])
        others = [self.faces[c].shape for c in codes if c in self.faces and self.community(c) != first]
        return shapely.multipolygons(shapely.get_parts(others))

    # --- the edits -----------------------------------------------------------------------------

    def split(
        self,
        code: str,
        line: LineString,
        *,
        new_codes: tuple[str, str],
        minimum_m2: float = MINIMUM_M2,
        most_moved_m: float = MOST_MOVED_M,
    ) -> NetChange:
        """Split a grid by a drawn lon/lat line into its part left of the line and its part right of it.

        new_codes: for left and right; one of them may be `code`. Loose ends of the line are ignored.
        Buildings under the line stay whole: it is led around them, at most `most_moved_m` aside.
        Raises BadLine, DoesNotCross, TooManyParts, BuildingInTheWay, MovedTooFar, TooSmall, CodeTaken,
        Locked.
        """
        return splitting.split(self, code, line, new_codes, minimum_m2, most_moved_m)

    def split_along(
        self,
        code: str,
        rough: LineString,
        lines: Geometries,
        *,
        new_codes: tuple[str, str],
        tolerance_m: float = TOLERANCE_M,
        minimum_m2: float = MINIMUM_M2,
        most_moved_m: float = MOST_MOVED_M,
    ) -> NetChange:
        """Split a grid along roads, rivers or other lines, with a line drawn roughly along them.

        rough: lon/lat; led onto `lines` wherever they run within `tolerance_m` (see `snap_line`), then as in
        `split`. `moved_m` counts what buildings did, not the snapping. Raises what `split` raises.
        """
        line = snap_line(rough, lines, metric_crs=self.frame, tolerance_m=tolerance_m).line
        return splitting.split(self, code, line, new_codes, minimum_m2, most_moved_m)

    def merge(self, codes: Sequence[str], *, keep: str, unlocked: bool = False) -> NetChange:
        """Merge grids into one that carries the code `keep`, one of theirs.

        Raises NotAdjacent, AcrossCommunities, UnknownGrid, Locked.
        """
        return merging.merge(self, codes, keep, unlocked)

    def redraw(
        self,
        a: str,
        b: str,
        line: LineString,
        *,
        unlocked: bool = False,
        most_moved_m: float = MOST_MOVED_M,
    ) -> NetChange:
        """Replace the border between two grids by a drawn lon/lat line; its end nodes stay.

        Where they share several borders, the one whose ends are nearest to the line's is meant.
        Buildings under it stay whole, as in `split`.
        Raises BadLine, NotAdjacent, LeavesTheGrids, Disconnected, BuildingInTheWay, MovedTooFar,
        AcrossCommunities.
        """
        return bordering.redraw(self, a, b, line, unlocked, most_moved_m)

    def move_node(self, node: Vertex, to: Vertex, *, unlocked: bool = False) -> NetChange:
        """Move a vertex of a border, or a node where several meet; every border at it follows.

        node: lon/lat of the vertex as it is; to: where it shall be, put on the lattice.
        The outer border and borders between communities keep their shape unless `unlocked`.
        Raises NothingThere, BordersCross, BuildingInTheWay, AcrossCommunities, Locked.
        """
        return bordering.move_node(self, node, to, unlocked)

    def carve(
        self,
        polygon: Polygon,
        *,
        new_code: str,
        accept_pieces: bool = False,
        most_moved_m: float = MOST_MOVED_M,
    ) -> NetChange:
        """Give the ground inside a drawn lon/lat polygon to a new grid; every grid there yields its part.

        A building across the drawn line goes whole to the side that holds more of it; this leads the new
        border at most `most_moved_m` aside.
        Raises BadLine, Disconnected (unless the pieces are accepted), AcrossCommunities, NothingThere,
        MovedTooFar.
        """
        return carving.carve(self, polygon, new_code, accept_pieces, most_moved_m)

    def reassign(
        self, polygon: Polygon, *, to: str, unlocked: bool = False, most_moved_m: float = MOST_MOVED_M
    ) -> NetChange:
        """Give the ground inside a lon/lat polygon (a block, or cells of buildings) to an existing grid.

        Raises Disconnected if a donor or the receiver would fall apart, and what `carve` raises.
        """
        return carving.reassign(self, polygon, to, unlocked, most_moved_m)

    def cover(self, polygon: Polygon, *, new_code: str, community: str = "") -> NetChange:
        """Draw a grid on uncovered land, its border noded into its neighbours'.

        Raises Overlaps with the ground that is already covered, BadLine.
        """
        return carving.cover(self, polygon, new_code, community)

    def stack(
        self,
        building: int,
        parts: Mapping[str, Part],
        claims: Mapping[str, Sequence[str]],
        *,
        kept_by_host: Iterable[str] = (),
    ) -> NetChange:
        """Make 立体 grids of parts of a building; the grid that holds it is their host and keeps its ground.

        building: position. parts: all of the building's, by code. claims: parts for each new code.
        kept_by_host: parts that stay with the host. Parts of the building's earlier stacked grids are theirs.
        Raises PartsOverlap, PartsMissing, NoHost, NothingThere, CodeTaken, Locked.
        """
        return stacking.stack(self, building, parts, claims, tuple(kept_by_host))

    def unstack(self, codes: Iterable[str]) -> NetChange:
        """Give the parts of stacked grids back to their hosts. Raises UnknownGrid, Locked."""
        return stacking.unstack(self, tuple(codes))

    def recode(self, codes: Mapping[str, str], *, community: str) -> NetChange:
        """Whole grids under other codes in another community; their ground keeps every bit.

        codes: the new one by the present one; 立体 grids go along with their hosts.
        Raises NothingThere, UnknownGrid, Locked, CodeTaken.
        """
        recoding.require_recodable(self, codes)
        faces = {code: self.faces[code] for code in codes if code in self.faces}
        stacks = {code: self.stacks[code] for code in codes if code in self.stacks}
        homes = {code: home for code, home in self.communities.items() if code not in codes}
        to = Restore(
            before={**dict.fromkeys(faces), **{codes[code]: face for code, face in faces.items()}},
            after={**faces, **dict.fromkeys(codes[code] for code in faces)},
            communities={**homes, **dict.fromkeys(codes.values(), community)},
            stacks_before={**dict.fromkeys(stacks), **{codes[code]: each for code, each in stacks.items()}},
            stacks_after={**stacks, **dict.fromkeys(codes[code] for code in stacks)},
        )
        return self.restore(to)

    # --- the one door --------------------------------------------------------------------------

    def rearrange(
        self,
        codes: Sequence[str],
        shapes: Mapping[str, Shape],
        *,
        communities: Mapping[str, str] | None = None,
    ) -> NetChange:
        """Other grids on the ground of `codes`, all of one community; a code without a shape is retired.

        shapes: lon/lat, edges matched; on the outline they may have vertices more, within 0.15 mm of it,
        which neighbours get too. communities: of codes that are new.
        Raises what `changed_to` raises, UnknownGrid, AcrossCommunities, BadLine.
        """
        return replacing.rearrange(self, codes, shapes, communities or {})

    def changed_to(
        self,
        shapes: Mapping[str, Shape | None],
        *,
        nodes: Mapping[Edge, Sequence[Vertex]] | None = None,
        communities: Mapping[str, str] | None = None,
        may_fall_apart: bool = False,
        adds_ground: bool = False,
        border: Sequence[Edge] = (),
        moved_m: float = 0.0,
        minimum_m2: float = MINIMUM_M2,
    ) -> NetChange:
        """The net with new shapes for some codes (None retires one), if that leaves it whole.

        nodes: new vertices on edges of the net; every other face with such an edge gets them too.
        border: the edges that are new, at which buildings are looked for.
        adds_ground: the shapes cover land that was uncovered; the chains then need not be equal.
        Raises BordersCross, Disconnected, TooSmall, BuildingInTheWay or Locked.
        """
        nodes = nodes or {}
        stacked = sorted(shapes.keys() & self.stacks.keys())
        if stacked:
            raise CodeTaken(f"{stacked[0]} is the code of a stacked grid", grid=stacked[0])
        self.require_free(code for code in shapes if code in self.faces)
        noded = self._noded(nodes, except_for=shapes.keys())
        faces = {code: Face(shape) for code, shape in {**noded, **shapes}.items() if shape is not None}
        self._require_valid(faces)
        self._require_whole(shapes, faces, may_fall_apart, minimum_m2)
        if not adds_ground:
            old = chain_sum(*(split_edges(self.faces[c].edges, nodes) for c in shapes if c in self.faces))
            new = chain_sum(*(faces[c].edges for c in shapes if c in faces))
            if old != new:
                raise BordersCross("the new borders do not close", place=border_of(sorted(old ^ new)[:100]))
        self._require_no_cut(faces, border)
        if adds_ground:
            self._require_whole_or_bare(shapes, faces, border)
        touched = [*shapes, *noded]
        merged = dict(self.faces)
        for code in touched:
            if code in faces:
                merged[code] = faces[code]
            else:
                merged.pop(code, None)
        inverse = Restore(
            before={code: self.faces.get(code) for code in touched},
            after={code: faces.get(code) for code in touched},
            communities=self.communities,
        )
        known = {**self.communities, **communities} if communities else self.communities
        net = replace(self, faces=merged, communities=known)
        return NetChange(net, tuple(sorted(shapes)), tuple(sorted(noded)), inverse, moved_m)

    def restore(self, inverse: Restore) -> NetChange:
        """Undo an edit, bit for bit.

        Raises NotCurrent if its grids have changed since, or others took the parts that it gives back.
        """
        for code, face in inverse.after.items():
            if not _same(self.faces.get(code), face):
                raise NotCurrent(f"grid {code} has changed since", grid=code)
        for code, stack in inverse.stacks_after.items():
            if self.stacks.get(code) != stack:
                raise NotCurrent(f"grid {code} has changed since", grid=code)
        order = [*self.faces, *(code for code in inverse.before if code not in self.faces)]
        known = {**self.faces, **inverse.before}
        faces = {code: face for code in order if (face := known[code]) is not None}
        kept = {**self.stacks, **inverse.stacks_before}
        stacks = {code: stack for code, stack in kept.items() if stack is not None}
        require_held_once(stacks, inverse.stacks_before.keys() & stacks.keys())
        net = replace(self, faces=faces, communities=inverse.communities, stacks=stacks)
        back = Restore(
            before=inverse.after,
            after=inverse.before,
            communities=self.communities,
            stacks_before=inverse.stacks_after,
            stacks_after=inverse.stacks_before,
        )
        return NetChange(net, tuple(sorted({*inverse.before, *inverse.stacks_before})), (), back)

    def restacked(self, hosts: Iterable[str], stacks: Mapping[str, Stack | None]) -> NetChange:
        """The net with other stacked grids (None retires one) on the hosts' buildings; no ground changes."""
        kept = {**self.stacks, **stacks}
        net = replace(self, stacks={code: stack for code, stack in kept.items() if stack is not None})
        same = {code: self.faces[code] for code in hosts}
        inverse = Restore(
            before=same,
            after=same,
            communities=self.communities,
            stacks_before={code: self.stacks.get(code) for code in stacks},
            stacks_after=stacks,
        )
        return NetChange(net, tuple(sorted({*hosts, *stacks})), (), inverse)

    def _noded(self, nodes: Mapping[Edge, Sequence[Vertex]], except_for: Iterable[str]) -> dict[str, Shape]:
        """The faces outside the edit that have one of the edges, with the nodes in them."""
        skipped = set(except_for)
        out: dict[str, Shape] = {}
        for edge in nodes:
            for code in self.near(LineString(edge)):
                edges = self.faces[code].edges
                if code not in skipped and code not in out and (edge in edges or reverse(edge) in edges):
                    out[code] = insert_nodes(self.faces[code].shape, nodes)
        return out

    def _require_valid(self, faces: Mapping[str, Face]) -> None:
        for code, face in faces.items():
            if not shapely.is_valid(face.shape):
                raise BordersCross(
                    f"the borders of grid {code} would cross: {shapely.is_valid_reason(face.shape)}",
                    place=shapely.boundary(face.shape),
                    grid=code,
                )

    def _require_whole(
        self,
        shapes: Mapping[str, Shape | None],
        faces: Mapping[str, Face],
        may_fall_apart: bool,
        minimum_m2: float,
    ) -> None:
        kept = [code for code in shapes if code in faces]
        most = max((self.faces[code].parts for code in shapes if code in self.faces), default=1)
        for code in kept:
            allowed = self.faces[code].parts if code in self.faces else most
            if faces[code].parts > allowed and not may_fall_apart:
                raise Disconnected(
                    f"grid {code} would fall into {faces[code].parts} pieces",
                    place=faces[code].shape,
                    grid=code,
                )
        for code, area in zip(kept, self.frame.area_m2([faces[c].shape for c in kept]), strict=True):
            if area < minimum_m2:
                raise TooSmall(
                    f"grid {code} would have {area:.2f} m²",
                    place=faces[code].shape,
                    grid=code,
                    area_m2=float(area),
                )

    def _require_no_cut(self, faces: Mapping[str, Face], border: Sequence[Edge]) -> None:
        if not border or len(self.buildings.footprints) == 0:
            return
        candidates = self.buildings.under(border_of(border))
        new = [face.shape for face in faces.values()]
        for i in candidates[self.buildings.is_cut(candidates, new, self.frame)].tolist():
            footprint = self.buildings.footprints[i]
            old = [self.faces[code].shape for code in self.near(footprint)]
            if not self.buildings.is_cut(np.array([i]), old, self.frame)[0]:  # whole before
                raise BuildingInTheWay("the border would cut a building", place=footprint, building=i)

    def _require_whole_or_bare(
        self, shapes: Mapping[str, Shape | None], faces: Mapping[str, Face], border: Sequence[Edge]
    ) -> None:
        """New ground takes a building that stood on bare land whole, or not at all."""
        if not border or len(self.buildings.footprints) == 0:
            return
        new = [faces[code].shape for code in shapes]
        candidates = self.buildings.under(border_of(border))
        for i in candidates[self.buildings.is_cut(candidates, new, self.frame, with_rest=True)].tolist():
            footprint = self.buildings.footprints[i]
            old = [self.faces[code].shape for code in self.near(footprint)]
            if not self.buildings.is_cut(np.array([i]), old, self.frame, with_rest=True)[0]:
                raise BuildingInTheWay(
                    "the new grid would take a part of a building", place=footprint, building=i
                )


def _same(a: Face | None, b: Face | None) -> bool:
    if a is None or b is None:
        return a is b
    return a is b or bool(shapely.to_wkb(a.shape) == shapely.to_wkb(b.shape))


def _require_coverage(codes: Sequence[str], shapes: NDArray[np.object_]) -> None:
    for code, shape in zip(codes, shapes, strict=True):
        if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
            raise NotEdgeMatched(f"grid {code} has no ground", grid=code)
        if not shapely.is_valid(shape):
            raise NotEdgeMatched(
                f"grid {code} is invalid: {shapely.is_valid_reason(shape)}", place=shape, grid=code
            )
        xy = shapely.get_coordinates(shape)
        if (xy != to_lattice(xy)).any():
            raise NotEdgeMatched(f"grid {code} is not on the 1e-9° lattice", grid=code)
    if not shapely.coverage_is_valid(shapes):
        bad = shapely.coverage_invalid_edges(shapes)
        first = next(i for i, edge in enumerate(bad) if not shapely.is_empty(edge))
        raise NotEdgeMatched(
            f"the borders of grid {codes[first]} do not match its neighbours'",
            place=bad[first],
            grid=codes[first],
        )
