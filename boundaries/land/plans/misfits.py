"""Ground of a plan that does not fit: too narrow, bare, outside its community, across a compound, twice."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.plans.drawing import Drawing
from boundaries.store.tables import District

_STRAY_M2 = 1.0  # what lies across a border by less is noise


def widths(drawing: Drawing, codes: Sequence[str]) -> dict[str, float]:
    """The diameter of the largest circle inside each grid, in metres."""
    shapes = drawing.net.frame.project([drawing.net.faces[code].shape for code in codes])
    radii = shapely.length(shapely.maximum_inscribed_circle(shapes, tolerance=0.5))
    return dict(zip(codes, (2 * np.asarray(radii)).tolist(), strict=True))


def width(drawing: Drawing, shape: BaseGeometry) -> float:
    """The diameter of the largest circle inside a shape, in metres."""
    inside = shapely.maximum_inscribed_circle(drawing.net.frame.project([shape])[0], tolerance=0.5)
    return 2 * float(shapely.length(inside))


def gaps(drawing: Drawing, codes: Sequence[str]) -> list[tuple[str, BaseGeometry, float]]:
    """Ground that changed grids and their neighbours enclose and that no grid has, with its m²."""
    faces = drawing.net.faces
    around = {near for code in codes for near in drawing.net.near(faces[code].shape)}
    joined = shapely.coverage_union_all([faces[code].shape for code in sorted(around)]) if around else None
    holes = [] if joined is None else [
        shapely.Polygon(ring) for part in shapely.get_parts(joined) for ring in part.interiors
    ]  # fmt: skip
    out = []
    for hole in holes:
        inside = [faces[code].shape for code in drawing.net.near(hole)]
        bare = shapely.difference(hole, shapely.union_all(inside))
        if bare.is_empty:
            continue
        area = float(drawing.net.frame.area_m2([bare])[0])
        beside = next((code for code in codes if faces[code].shape.touches(bare)), None)
        if area > 0 and beside is not None:
            out.append((beside, bare, area))
    return out


def strays(
    session: Session, district: District, drawing: Drawing, codes: Sequence[str]
) -> list[tuple[str, BaseGeometry, float]]:
    """Parts of changed grids outside the outline that was imported for their community, with their m²."""
    homes = {drawing.net.community(code) for code in codes}
    rows = session.execute(
        text(
            "select a.code, st_asbinary(v.outline) from yiwang.area a"
            " join yiwang.area_version v on v.area_id = a.id where a.district_id = :district"
            " and a.code = any(:homes) and v.outline is not null and upper_inf(v.recorded)"
            " and v.valid @> now()"
        ),
        {"district": district.id, "homes": sorted(homes)},
    ).all()
    outlines = dict(zip([row[0] for row in rows], intake.from_rows([row[1] for row in rows]), strict=True))
    for outline in outlines.values():
        shapely.prepare(outline)
    before = drawing.ground.net.faces
    old = np.array([before[code].shape for code in sorted(drawing.changed & before.keys())], dtype=object)
    tree = shapely.STRtree(old)
    out = []
    for code in codes:
        face = drawing.net.faces[code].shape
        outline = outlines.get(drawing.net.community(code))
        if outline is None or outline.covers(face):
            continue
        stray = shapely.difference(face, outline)
        known = old[np.sort(tree.query(stray))]  # an outline that never fitted is no news of this plan
        stray = shapely.difference(stray, shapely.union_all(known)) if len(known) else stray
        area = 0.0 if stray.is_empty else float(drawing.net.frame.area_m2([stray])[0])
        if area > _STRAY_M2:
            out.append((code, stray, area))
    return out


def split_compounds(
    session: Session, district: District, drawing: Drawing, codes: Sequence[str]
) -> list[tuple[str, str, float]]:
    """Changed grids that hold a part of a compound but not all of it, with the part's area."""
    if not codes:
        return []
    shapes = np.array([drawing.net.faces[code].shape for code in codes], dtype=object)
    rows = session.execute(
        text(
            "with near as materialized (select distinct found.id from unnest(cast(:shapes as bytea[])) s"
            " cross join lateral (select id from yiwang.compound where geom && st_geomfromwkb(s, 4326)"
            " offset 0) as found)"
            " select c.name, st_asbinary(c.geom) from near join yiwang.compound c using (id)"
            " where c.district_id = :district and upper_inf(c.recorded) and c.valid @> now() order by c.code"
        ),
        {"shapes": shapely.to_wkb(shapes).tolist(), "district": district.id},
    ).all()
    out = []
    for name, compound in zip(
        [row[0] for row in rows], intake.from_rows([row[1] for row in rows]), strict=True
    ):
        whole = float(drawing.net.frame.area_m2([compound])[0])
        parts = drawing.net.frame.area_m2(shapely.intersection(shapes, compound))
        for code, area in zip(codes, parts.tolist(), strict=True):
            if _STRAY_M2 < area < whole - _STRAY_M2:
                out.append((code, str(name), area))
    return out


def twice(drawing: Drawing) -> list[tuple[str, str, int]]:
    """Grids that the plan touches and whose group has several tiles in their community."""
    tiles: dict[tuple[str, str], list[str]] = {}
    for code in drawing.net.faces:
        if (group := drawing.facts_of(code).group_code) is not None:
            tiles.setdefault((group, drawing.net.community(code)), []).append(code)
    mine = drawing.changed | drawing.facts.keys()
    return [
        (code, group, len(codes))
        for (group, _), codes in sorted(tiles.items())
        for code in codes
        if len(codes) > 1 and code in mine
    ]
