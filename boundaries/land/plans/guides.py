"""Lines that a plan is drawn against: its drawn borders are led onto them where they are near.

A guide is a mapping: `to`, words that name lines of the register; `lines`, GeoJSON lines in WGS 84;
`tolerance_m`. The words: a kind of feature (`river`, `railway`, …; `road` means every kind of road),
`building`, `feature:CODE`, `plan:CODE` (the grids of another plan), `line:CODE` (a department's own net).
What an edit is led to stands in its `line` or `polygon` from then on, so that a replay needs no guide.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.plans import drawing as drawings
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.operations import Parameters, shape_of
from boundaries.land.refusals import UnknownCode
from boundaries.store.tables import District, Plan
from gis.net import chain_lines, snap_line, snap_polygon
from gis.net.drawn import drawn_line
from gis.net.refusals import BadLine
from gis.net.snapping import TOLERANCE_M

ROADS = ("road", "arterial", "street", "lane", "ring", "village street", "道路", "路")
_DRAWN = {  # what is led along, by operation
    "split": "line",
    "redraw": "line",
    "carve": "polygon",
    "reassign": "polygon",
    "cover": "polygon",
}
_LINEAR = ("LineString", "MultiLineString")
_FEATURES = """
select st_asbinary(geom) from yiwang.feature where district_id = :district and {which}
  and upper_inf(recorded) and valid @> now() and geom && st_makeenvelope(:w, :s, :e, :n, 4326)"""
_BUILDINGS = """
select st_asbinary(v.geom) from yiwang.building b join yiwang.building_version v on v.building_id = b.id
where b.district_id = :district and upper_inf(v.recorded) and v.valid @> now()
  and v.geom && st_makeenvelope(:w, :s, :e, :n, 4326)"""
_LINE_AREAS = """
select st_asbinary(a.geom) from yiwang.line l join yiwang.line_area a on a.line_id = l.id
where l.district_id = :district and l.code = :code and upper_inf(a.recorded) and a.valid @> now()
  and a.geom && st_makeenvelope(:w, :s, :e, :n, 4326)"""
_IS_THERE = {
    "kind": "select 1 from yiwang.feature where district_id = :district and kind = any(:kinds) limit 1",
    "feature": "select 1 from yiwang.feature where district_id = :district and code = :code limit 1",
    "line": "select 1 from yiwang.line where district_id = :district and code = :code",
    "plan": "select 1 from yiwang.plan where district_id = :district and code = :code",
}
_MARGIN = 1.5  # a degree of longitude is shorter than one of latitude


def led(
    session: Session,
    district: District,
    plan: Plan,
    drawing: Drawing,
    operation: str,
    given: Parameters,
) -> Parameters:
    """The parameters of an edit with its line led along: those of a split along chosen roads, and those of
    an edit with a `snap` of its own or in a plan with a guide; the polygon of an edit that has one likewise.
    `drawn` keeps it as it was drawn.

    Raises UnknownCode for what the register does not have, BadLine, DoesNotCross, UnknownGrid.
    """
    given = dict(given)
    snap = given.pop("snap", None)
    if operation == "split_along":
        return given | _along(session, district, drawing, given)
    member = _DRAWN.get(operation)
    guide = plan.guide if snap is None else snap
    if member not in given or not (guide.get("to") or guide.get("lines")):
        return given
    tolerance_m = _tolerance(guide)
    shape = shape_of(given[member], "LineString" if member == "line" else "Polygon")
    for part in [shape] if member == "line" else [shape.exterior, *shape.interiors]:
        drawn_line(part)  # refuses what is no line before anything is read around it
    near = lines_near(session, district, guide, shape, drawing)
    led_to, moved_m, along = _snapped(shape, near, drawing, tolerance_m)
    if along == 0.0:
        return given
    told = {"to": list(guide.get("to", ())), "tolerance_m": tolerance_m}
    told |= {"lines": len(guide.get("lines", ())), "moved_m": moved_m, "along": along}
    return given | {member: shapely.geometry.mapping(led_to), "drawn": given[member], "snapped": told}


def _snapped(
    shape: BaseGeometry, near: Sequence[BaseGeometry], drawing: Drawing, tolerance_m: float
) -> tuple[BaseGeometry, float, float]:
    """A drawn line or polygon led along, how far it moved, and which share of it follows lines."""
    asked: dict[str, Any] = {"metric_crs": drawing.net.frame, "tolerance_m": tolerance_m}
    if isinstance(shape, shapely.LineString):
        line = snap_line(shape, near, **asked)
        return line.line, line.moved_m, line.along
    polygon = snap_polygon(shape, near, **asked)
    return polygon.polygon, polygon.moved_m, polygon.along


def lines_near(
    session: Session, district: District, guide: Mapping[str, Any], place: BaseGeometry, drawing: Drawing
) -> list[BaseGeometry]:
    """The shapes of a guide around a place (lon/lat), lines and surfaces as they are kept."""
    margin = _MARGIN * _tolerance(guide) / 111_000
    box = _box(place, margin)
    out = [shape_of(line, line_kind(line)) for line in guide.get("lines", ())]
    for word in guide.get("to", ()):
        out += _named(session, district, word, box, drawing)
    return out


def require(session: Session, district: District, guide: Mapping[str, Any]) -> None:
    """Raise UnknownCode or BadLine for a guide that names nothing or holds no lines."""
    _tolerance(guide)
    for line in guide.get("lines", ()):
        shape_of(line, line_kind(line))
    for word in guide.get("to", ()):
        _require_word(session, district, word)


def line_kind(geojson: Any) -> str:
    """LineString or MultiLineString, whatever else a shape may claim to be."""
    kind = geojson.get("type") if isinstance(geojson, Mapping) else None
    return kind if kind in _LINEAR else "LineString"


def _along(session: Session, district: District, drawing: Drawing, given: Parameters) -> Parameters:
    """The line of a split along chosen roads: with a rough line along them, or from border to border."""
    codes, tolerance_m = list(given["along"]), _tolerance(given)
    face = drawing.net.face(given["grid"])
    if not codes:
        raise BadLine("a split along roads needs the codes of some")
    box = _box(face.shape, _MARGIN * tolerance_m / 111_000)
    roads: list[BaseGeometry] = []
    for code in codes:
        roads += _named(session, district, f"feature:{code}", box, drawing)
    if given.get("line") is None:
        line = chain_lines(roads, face.shape, metric_crs=drawing.net.frame, tolerance_m=tolerance_m)
        return {"line": shapely.geometry.mapping(line)}
    rough = shape_of(given["line"], "LineString")
    found = snap_line(rough, roads, metric_crs=drawing.net.frame, tolerance_m=tolerance_m)
    told = {"moved_m": found.moved_m, "along": found.along, "tolerance_m": tolerance_m}
    return {"line": shapely.geometry.mapping(found.line), "drawn": given["line"], "snapped": told}


def _named(
    session: Session, district: District, word: str, box: Mapping[str, float], drawing: Drawing
) -> list[BaseGeometry]:
    _require_word(session, district, word)
    what, _, code = word.partition(":")
    asked = {"district": district.id, "code": code, "kinds": list(_kinds(word)), **box}
    if what == "plan" and code:
        other = drawings.drawing_of(session, district, _plan(session, district, code))
        window = shapely.box(box["w"], box["s"], box["e"], box["n"])
        return [other.net.faces[grid].shape for grid in other.net.near(window)]
    if what == "line" and code:
        query = _LINE_AREAS
    elif word == "building":
        query = _BUILDINGS
    else:
        query = _FEATURES.format(which="code = :code" if what == "feature" and code else "kind = any(:kinds)")
    rows = session.execute(text(query), asked).scalars().all()
    return [shape for shape in intake.from_rows(list(rows)) if shape is not None]


def _require_word(session: Session, district: District, word: str) -> None:
    """Raise UnknownCode for a word that names nothing in the register."""
    what, _, code = word.partition(":")
    if word == "building":
        return
    named = what in ("feature", "line", "plan") and bool(code)
    query = _IS_THERE[what if named else "kind"]
    asked = {"district": district.id, "code": code, "kinds": list(_kinds(word))}
    if session.execute(text(query), asked).scalar() is None:
        raise UnknownCode(kind=what if named else "guide", value=code if named else word)


def _kinds(word: str) -> Sequence[str]:
    return ROADS if word == "road" else (word,)


def _plan(session: Session, district: District, code: str) -> Plan:
    return session.query(Plan).filter(Plan.district_id == district.id, Plan.code == code).one()


def _box(place: BaseGeometry, margin: float) -> dict[str, float]:
    west, south, east, north = place.bounds
    return {"w": west - margin, "s": south - margin, "e": east + margin, "n": north + margin}


def _tolerance(given: Mapping[str, Any]) -> float:
    value = given.get("tolerance_m")
    if value is None:
        return TOLERANCE_M
    if not (isinstance(value, int | float) and np.isfinite(value) and 0 < value <= 500):
        raise BadLine("the tolerance is no number of metres up to 500", tolerance_m=str(value))
    return float(value)
