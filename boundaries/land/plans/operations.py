"""The operations of a plan: from JSON parameters to an edit of the net, and which grid keeps the code.

Coordinates are lon/lat in WGS 84, shapes are GeoJSON. What the first run decides (new codes, the vertex
that was meant) is put into the parameters, so that the same edit on another net decides alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.land.plans.floors import floors_of
from boundaries.land.plans.restoring import restore
from boundaries.land.refusals import MissingColumn, ValueNotAllowed
from gis.net import Face, Net, NetChange, Part
from gis.net.face import Vertex
from gis.net.recoding import stacked_on
from gis.net.refusals import BadLine, UnknownGrid
from gis.net.sparing import MOST_MOVED_M
from gis.net.stacking import host_of

Parameters = dict[str, Any]
NewCode = Callable[[str], str]  # of a community
_VERTEX_M = 2.0  # a vertex that is pointed at lies within this
_TRIAL = ("\x01", "\x02")  # no code of any scheme
_NO_FLOOR = 10_000  # from here up stand parts of which no floor is known, each by itself


def split(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """grid, line; keep: more (households; the default), left, right or none; most_moved_m."""
    line, grid, most = shape_of(given["line"], "LineString"), given["grid"], _most_moved_m(given)
    net.face(grid)
    if "new_codes" in given:
        return net.split(grid, line, new_codes=tuple(given["new_codes"]), most_moved_m=most), given
    trial = net.split(grid, line, new_codes=_TRIAL, most_moved_m=most)
    keeper = given.get("keep", "more")
    if keeper == "more":
        left, right = (trial.after[code] for code in _TRIAL)
        keeper = "left" if (left.households, left.area_m2) >= (right.households, right.area_m2) else "right"
    community = net.community(grid)
    made = [grid if keeper == side else new_code(community) for side in ("left", "right")]
    return _renamed(trial, dict(zip(_TRIAL, made, strict=True))), {**given, "new_codes": made}


def merge(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """grids; keep: the code that survives, else that of the grid with most households."""
    grids = list(given["grids"])
    if given.get("keep") is None:
        for code in grids:
            net.face(code)
        figures = net.figures(grids)
        kept = min(grids, key=lambda code: (-figures[code].households, -figures[code].area_m2, code))
        given = {**given, "keep": kept}
    return net.merge(grids, keep=given["keep"], unlocked=unlocked), given


def redraw(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """a, b: the grids; line: their new border; most_moved_m."""
    line, most = shape_of(given["line"], "LineString"), _most_moved_m(given)
    return net.redraw(given["a"], given["b"], line, unlocked=unlocked, most_moved_m=most), given


def move_node(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """node: the vertex, or a place within two metres of it; to: where it shall be."""
    node, to = _vertex_at(net, _point(given["node"])), _point(given["to"])
    return net.move_node(node, to, unlocked=unlocked), {**given, "node": list(node)}


def carve(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """polygon; accept_pieces; kind and name of the new grid."""
    polygon, pieces = shape_of(given["polygon"], "Polygon"), bool(given.get("accept_pieces"))
    if "new_codes" in given:
        return net.carve(polygon, new_code=given["new_codes"][0], accept_pieces=pieces), given
    trial = net.carve(polygon, new_code=_TRIAL[0], accept_pieces=pieces)
    code = new_code(trial.net.community(_TRIAL[0]))
    return _renamed(trial, {_TRIAL[0]: code}), {**given, "new_codes": [code]}


def reassign(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """polygon: ground that goes to the grid `to`."""
    return net.reassign(shape_of(given["polygon"], "Polygon"), to=given["to"], unlocked=unlocked), given


def cover(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """polygon: bare land; community: of the new grid; kind and name."""
    polygon, community = shape_of(given["polygon"], "Polygon"), given["community"]
    if "new_codes" in given:
        return net.cover(polygon, new_code=given["new_codes"][0], community=community), given
    trial = net.cover(polygon, new_code=_TRIAL[0], community=community)  # no code for what is refused
    code = new_code(community)
    return _renamed(trial, {_TRIAL[0]: code}), {**given, "new_codes": [code]}


def balance(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """grids: of one community; polygons: the grids that take their place on the same ground, as a partition
    gave them. Who has most households (then ground) in common with a grid of today keeps its code."""
    grids = list(given["grids"])
    faces = [net.face(code) for code in grids]
    polygons = np.array([shape_of(each, "Polygon") for each in given["polygons"]], dtype=object)
    if not grids or not len(polygons):
        raise BadLine("grids, and polygons in their place, are needed")
    community = net.community(grids[0])
    if "new_codes" in given:
        codes = list(given["new_codes"])
    else:
        codes = heirs(net, grids, [face.shape for face in faces], polygons)
        net.rearrange(grids, _named(codes, polygons, lambda at: f"\x01{at}"))  # no code for what is refused
        codes = [code or new_code(community) for code in codes]
    made = {code: community for code in codes if code not in net.faces}
    if len(set(codes)) != len(polygons):
        raise BadLine("one code for each polygon", codes=codes)
    change = net.rearrange(grids, _named(codes, polygons, str), communities=made)
    return change, {**given, "new_codes": codes}


def heirs(
    net: Net, grids: Sequence[str], shapes: Sequence[BaseGeometry], polygons: NDArray[np.object_]
) -> list[str]:
    """The code that each polygon keeps, "" for none: pairs with most households, then ground, in common."""
    anchors, households = net.buildings.anchors, net.buildings.households
    tree = shapely.STRtree(polygons)
    pairs: list[tuple[float, float, str, int]] = []
    for code, shape in zip(grids, shapes, strict=True):
        at = tree.query(shape, predicate="intersects")
        common = shapely.intersection(polygons[at], shape)
        mine = net.buildings.inside(shape)
        for position, part in zip(at.tolist(), common, strict=True):
            if part.area > 0:
                both = mine[shapely.intersects(polygons[position], anchors[mine])]
                pairs.append((-float(households[both].sum()), -part.area, code, position))
    kept, out = set[str](), [""] * len(polygons)
    for _, _, code, position in sorted(pairs):
        if code not in kept and not out[position]:
            kept.add(code)
            out[position] = code
    return out


def _named(
    codes: Sequence[str], polygons: NDArray[np.object_], spare: Callable[[int], str]
) -> dict[str, BaseGeometry]:
    return {code or spare(at): each for at, (code, each) in enumerate(zip(codes, polygons, strict=True))}


def stack(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """building; grids: for each new 立体 grid its `parts` and `name`; kept_by_host: parts that no grid takes.

    `position` of the building and `of`, the households of its parts, come from the register. What it knows
    of parts are their codes: those that name floors must not share any, of 单元 nothing more is known.
    """
    position, known = given["position"], given["of"]
    wanted = [_parts_wanted(each) for each in given["grids"]]
    counts = int(net.buildings.households[position]) >= sum(known.values())
    parts = {
        part: Part(n if counts else 0, *(floors_of(part) or (_NO_FLOOR + at,) * 2))
        for at, (part, n) in enumerate(sorted(known.items()))
    }
    kept = tuple(given.get("kept_by_host") or ())

    def stacked(codes: Sequence[str]) -> NetChange:
        return net.stack(position, parts, dict(zip(codes, wanted, strict=True)), kept_by_host=kept)

    codes = given.get("new_codes")
    if codes is None:
        stacked([f"\x01{at}" for at in range(len(wanted))])  # no code for what is refused
        community = net.community(host_of(net, position))
        codes = [new_code(community) for _ in wanted]
    change = stacked(codes)
    home = net.community(host_of(net, position))
    named = replace(change.net, communities={**change.net.communities, **dict.fromkeys(codes, home)})
    return replace(change, net=named), {**given, "new_codes": codes}


def unstack(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """grids: 立体 ones, whose parts go back to the grid that holds the building."""
    return net.unstack(list(given["grids"])), given


def _parts_wanted(given: Any) -> list[str]:
    try:
        return [str(part) for part in given["parts"]]
    except (TypeError, LookupError):
        raise BadLine(f"a stacked grid is an object with its parts, not {given!r}") from None


def facts_only(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[None, Parameters]:
    """grid, and a name or a party: nothing of the ground changes."""
    if given["grid"] not in net.stacks:
        net.face(given["grid"])
    net.require_free([given["grid"]])
    return None, given


def designate(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[None, Parameters]:
    """grid, kind and group: 综合, or 专属 as a tile of a group; a stacked grid stays what it is."""
    net.face(given["grid"])
    net.require_free([given["grid"]])
    return None, given


def found(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[NetChange, Parameters]:
    """community, name, kind, street; grids: whole ones, which get codes of the new community."""
    grids, community = sorted(set(given["grids"])), given["community"]
    for code in grids:
        net.face(code)
    every = [*grids, *stacked_on(net, grids)]
    if "new_codes" not in given:
        net.recode({code: f"\x01{at}" for at, code in enumerate(every)}, community=community)
        given = {**given, "recoded": every, "new_codes": [new_code(community) for _ in every]}
    codes = dict(zip(given["recoded"], given["new_codes"], strict=True))
    return net.recode(codes, community=community), given


def declare(net: Net, given: Parameters, new_code: NewCode, unlocked: bool) -> tuple[None, Parameters]:
    """community and what is declared of it: nothing of the ground changes."""
    return None, given


Operation = Callable[[Net, Parameters, NewCode, bool], tuple[NetChange | None, Parameters]]
OPERATIONS: Mapping[str, Operation] = {
    "split": split,
    "split_along": split,  # the line along the chosen roads is made before
    "merge": merge,
    "redraw": redraw,
    "move_node": move_node,
    "carve": carve,
    "reassign": reassign,
    "cover": cover,
    "balance": balance,
    "stack": stack,
    "unstack": unstack,
    "designate": designate,
    "micro": facts_only,
    "name": facts_only,
    "appoint": facts_only,
    "found": found,
    "declare": declare,
    "restore": restore,
}
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "split": ("grid", "line"),
    "split_along": ("grid", "along"),
    "merge": ("grids",),
    "redraw": ("a", "b", "line"),
    "move_node": ("node", "to"),
    "carve": ("polygon",),
    "reassign": ("polygon", "to"),
    "cover": ("polygon", "community"),
    "balance": ("grids", "polygons"),
    "stack": ("building", "grids"),
    "unstack": ("grids",),
    "designate": ("grid", "kind"),
    "micro": ("grid", "micro", "buildings"),
    "name": ("grid", "name"),
    "appoint": ("grid", "party"),
    "found": ("grids", "name"),
    "declare": ("community",),
    "restore": ("grids",),
}


def require(operation: str, parameters: Parameters) -> None:
    """Raise ValueNotAllowed for a word that is no operation, MissingColumn for what it needs."""
    if operation not in OPERATIONS:
        raise ValueNotAllowed(
            kind="edit", column="operation", value=operation, row=None, allowed=tuple(OPERATIONS)
        )
    missing = [name for name in _NEEDS[operation] if name not in parameters]
    if missing:
        raise MissingColumn(kind=operation, column=missing[0])


def perform(
    net: Net, operation: str, parameters: Parameters, *, new_code: NewCode, unlocked: bool
) -> tuple[NetChange | None, Parameters]:
    """The edit of the net and the parameters with all that was decided. Raises EditRefused, ValueNotAllowed,
    MissingColumn."""
    require(operation, parameters)
    return OPERATIONS[operation](net, parameters, new_code, unlocked)


def _most_moved_m(given: Parameters) -> float:
    """How far a border may be led aside to spare buildings."""
    most = given.get("most_moved_m")
    if most is None:
        return MOST_MOVED_M
    if not (isinstance(most, int | float) and np.isfinite(most) and most > 0):
        raise BadLine("most_moved_m is no positive number of metres", most_moved_m=str(most))
    return float(most)


def _renamed(trial: NetChange, names: Mapping[str, str]) -> NetChange:
    """The same change with other codes for its new grids; one of them may be that of the grid it parts."""

    def under(faces: Mapping[str, Face | None]) -> dict[str, Face | None]:
        out: dict[str, Face | None] = {}
        for code, face in faces.items():
            name = names.get(code, code)
            if face is not None or name not in out:
                out[name] = face
        return out

    net = replace(
        trial.net,
        faces={names.get(code, code): face for code, face in trial.net.faces.items()},
        communities={names.get(code, code): each for code, each in trial.net.communities.items()},
    )
    inverse = replace(trial.inverse, before=under(trial.inverse.before), after=under(trial.inverse.after))
    changed = tuple(sorted({names.get(code, code) for code in trial.changed}))
    return replace(trial, net=net, changed=changed, inverse=inverse)


def shape_of(geojson: Any, kind: str) -> BaseGeometry:
    """A GeoJSON geometry of one kind, in two dimensions. Raises BadLine for anything else."""
    try:
        with np.errstate(invalid="ignore"):  # what is no number is refused below
            shape = shapely.geometry.shape(geojson)
    except (shapely.errors.ShapelyError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise BadLine(f"this is no GeoJSON {kind}: {error}") from None
    if shape.geom_type != kind:
        raise BadLine(f"a {kind} is needed, not a {shape.geom_type}", kind=shape.geom_type)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise BadLine("a coordinate is no number")
    return shapely.force_2d(shape)


def _point(value: Any) -> Vertex:
    try:
        lon, lat = value
        return float(lon), float(lat)
    except (TypeError, ValueError):
        raise BadLine(f"a place is a longitude and a latitude, not {value!r}") from None


def _vertex_at(net: Net, place: Vertex) -> Vertex:
    lon, lat = place
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise BadLine("the vertex is not in lon/lat degrees")
    if net.owners((lon, lat)):
        return lon, lat
    here = shapely.Point(lon, lat)
    near = sorted({v for code in net.near(here.buffer(1e-4)) for v in net.faces[code].vertices})
    if near:
        away = net.frame.length_m([shapely.LineString([here, vertex]) for vertex in near])
        if away.min() <= _VERTEX_M:
            return near[int(away.argmin())]
    raise UnknownGrid("no grid has a vertex there", place=here)
