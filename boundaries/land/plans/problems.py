"""Problems of a plan, as data: each with its grid, place, size and severity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.plans import micros
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.handover import Handover
from boundaries.store.tables import District

# each can be set in the district's settings under "plans"
DEFAULTS: Mapping[str, Any] = {
    "smallest_m2": 100.0,
    "narrowest_m": 5.0,
    # households of a grid: of a 综合 one by the kind of its community, or under the code of an area that
    # holds it (the nearest counts), or under another kind of grid; null: none
    "bands": {"居": [300, 500]},
    "blocking": ["gap", "too-small", "host-retired"],
}
_STRAY_M2 = 1.0  # what lies across a border by less is noise
_CUT = ("entrance", "larger part")  # how a building that lies in several grids got its own


ProblemCode = Literal[
    "crosses-community",
    "crosses-compound",
    "disconnected",
    "gap",
    "group-twice",
    "host-retired",
    "micro-apart",
    "over-the-band",
    "sliver",
    "splits-building",
    "too-narrow",
    "too-small",
    "under-the-band",
    "vacant-leader",
]


@dataclass(frozen=True)
class Problem:
    """One thing to look at. place: lon, lat; size is in `unit`; blocks: it keeps the plan unpublished."""

    code: ProblemCode
    severity: str  # error or warning
    grid: str
    place: tuple[float, float] | None
    size: float | None
    unit: str
    detail: str
    blocks: bool

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return dict(vars(self))


def find_problems(
    session: Session, district: District, drawing: Drawing, owned: pd.DataFrame, posts: Handover
) -> list[Problem]:
    """Everything found at the grids that the plan changes, worst first, then by grid."""
    settings = {**DEFAULTS, **district.settings.get("plans", {})}
    found: list[Problem] = []

    def add(
        code: ProblemCode,
        grid: str,
        size: float | None,
        unit: str,
        detail: str,
        where: BaseGeometry | None = None,
    ) -> None:
        face = drawing.net.faces.get(grid) or drawing.ground.net.faces.get(grid)
        where = where if where is not None else face.shape if face else None
        point = None if where is None else shapely.point_on_surface(where)
        blocks = code in settings["blocking"]
        place = (point.x, point.y) if point is not None else None
        severity = "error" if blocks else "warning"
        found.append(Problem(code, severity, grid, place, size, unit, detail, blocks))

    codes = sorted(code for code in drawing.changed if code in drawing.net.faces)
    figures = drawing.net.figures(codes)
    widths = _widths(drawing, codes)
    bands = bands_of(session, district, drawing, codes)
    households = owned.groupby("after")["households"].sum().to_dict() if len(owned) else {}
    for code in codes:
        area, parts = figures[code].area_m2, figures[code].parts
        lives = int(households.get(code, 0))
        if area < settings["smallest_m2"]:
            add("too-small", code, area, "m²", f"grid {code} has {area:.1f} m²")
        if widths[code] < settings["narrowest_m"]:
            add(
                "too-narrow",
                code,
                widths[code],
                "m",
                f"grid {code} is nowhere wider than {widths[code]:.1f} m",
            )
        for part in shapely.get_parts(drawing.net.faces[code].shape) if parts > 1 else ():
            if (width := _width(drawing, part)) < settings["narrowest_m"]:
                add("sliver", code, width, "m", f"a piece of grid {code} is {width:.1f} m wide", part)
        if parts > 1:
            add("disconnected", code, parts, "pieces", f"grid {code} lies in {parts} pieces")
        if code in bands and lives and lives < bands[code][0]:
            add("under-the-band", code, lives, "households", f"grid {code} has {lives} of {bands[code][0]}")
        if code in bands and lives > bands[code][1]:
            add(
                "over-the-band",
                code,
                lives,
                "households",
                f"grid {code} has {lives}, more than {bands[code][1]}",
            )
        if posts.leaders.get(code) is None:
            add("vacant-leader", code, None, "", f"grid {code} has no leader")
    for grid, code, homes in micros.apart(session, district, drawing, owned):
        add(
            "micro-apart",
            homes[0],
            len(homes),
            "grids",
            f"micro-grid {code} of {grid} lies in {' and '.join(homes)}",
        )
    for code, group, others in _twice(drawing):
        add("group-twice", code, others, "tiles", f"group {group} has {others} tiles in one community")
    above = [code for code in drawing.restacked() if code in drawing.net.stacks]
    above_bands = bands_of(session, district, drawing, above)
    for code in above:
        lives = drawing.net.stacks[code].households
        where = drawing.net.buildings.footprints[drawing.net.stacks[code].building]
        low, high = above_bands.get(code, (0, lives))
        if lives and lives < low:
            add("under-the-band", code, lives, "households", f"grid {code} has {lives} of {low}", where)
        if lives > high:
            add(
                "over-the-band",
                code,
                lives,
                "households",
                f"grid {code} has {lives}, more than {high}",
                where,
            )
        if posts.leaders.get(code) is None:
            add("vacant-leader", code, None, "", f"grid {code} has no leader", where)
    for code in sorted(drawing.ground.hosts & drawing.changed - drawing.net.faces.keys()):
        add("host-retired", code, None, "", f"立体 grids stand on grid {code}, which ends")
    for grid, name, area in _split_compounds(session, district, drawing, codes):
        add("crosses-compound", grid, area, "m²", f"grid {grid} holds a part of compound {name}")
    for grid, part, area in _strays(session, district, drawing, codes):
        add(
            "crosses-community",
            grid,
            area,
            "m²",
            f"{area:.0f} m² of grid {grid} lie outside its community",
            part,
        )
    for grid, hole, area in _gaps(drawing, codes):
        add("gap", grid, area, "m²", f"{area:.1f} m² beside grid {grid} belong to no grid", hole)
    cut = owned[owned["because"].isin(_CUT) & ~owned["because_before"].isin(_CUT) & owned["before"].notna()]
    for code, grid in zip(cut["code"], cut["after"], strict=True):
        add("splits-building", str(grid), None, "", f"building {code} of grid {grid} is cut by a border")
    return sorted(found, key=lambda each: (not each.blocks, each.code, each.grid))


def _twice(drawing: Drawing) -> list[tuple[str, str, int]]:
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


def _widths(drawing: Drawing, codes: Sequence[str]) -> dict[str, float]:
    """The diameter of the largest circle inside each grid, in metres."""
    shapes = drawing.net.frame.project([drawing.net.faces[code].shape for code in codes])
    radii = shapely.length(shapely.maximum_inscribed_circle(shapes, tolerance=0.5))
    return dict(zip(codes, (2 * np.asarray(radii)).tolist(), strict=True))


def _width(drawing: Drawing, shape: BaseGeometry) -> float:
    """The diameter of the largest circle inside a shape, in metres."""
    inside = shapely.maximum_inscribed_circle(drawing.net.frame.project([shape])[0], tolerance=0.5)
    return 2 * float(shapely.length(inside))


def _gaps(drawing: Drawing, codes: Sequence[str]) -> list[tuple[str, BaseGeometry, float]]:
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


def _strays(
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


def bands_of(
    session: Session, district: District, drawing: Drawing, codes: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """The least and the most households of those grids for which the district's settings name a band."""
    by_kind: Mapping[str, Any] = {**DEFAULTS, **district.settings.get("plans", {})}["bands"]
    rows = session.execute(
        text(
            "select a.code, v.kind, p.code from yiwang.area a join yiwang.area_version v on v.area_id = a.id"
            " left join yiwang.area p on p.id = v.parent_id"
            " where a.district_id = :district and upper_inf(v.recorded) and v.valid @> now()"
        ),
        {"district": district.id},
    ).all()
    kinds = {str(row[0]): str(row[1]) for row in rows}
    kinds |= {code: made.kind for code, made in drawing.founded.items()}
    parents = {str(row[0]): row[2] for row in rows}
    parents |= {code: made.street for code, made in drawing.founded.items()}
    found: dict[str, tuple[int, int]] = {}
    for code in codes:
        kind, home = drawing.facts_of(code).kind, drawing.net.community(code)
        keys = [kind] if kind != "综合" else [*_upwards(home, parents), kinds.get(home, "")]
        band = next((by_kind[key] for key in keys if key in by_kind), None)
        if band is not None:
            found[code] = (int(band[0]), int(band[1]))
    return found


def _upwards(code: str | None, parents: Mapping[str, str | None]) -> list[str]:
    """An area and those that hold it, the nearest first."""
    found: list[str] = []
    while code is not None and code not in found:
        found.append(code)
        code = parents.get(code)
    return found


def _split_compounds(
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
