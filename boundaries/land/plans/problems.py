"""Problems of a plan, as data: each with its grid, place, size and severity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.handover import Handover
from boundaries.store.tables import District

# each can be set in the district's settings under "plans"
DEFAULTS: Mapping[str, Any] = {
    "smallest_m2": 100.0,
    "narrowest_m": 5.0,
    "bands": {"居": [300, 500]},  # households of a 综合 grid, by the kind of its community
    "blocking": ["too-small", "host-retired"],
}
_COMPOUND_M2 = 1.0


@dataclass(frozen=True)
class Problem:
    """One thing to look at. place: lon, lat; size is in `unit`; blocks: it keeps the plan unpublished."""

    code: str
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

    def add(code: str, grid: str, size: float | None, unit: str, detail: str) -> None:
        face = drawing.net.faces.get(grid) or drawing.ground.net.faces.get(grid)
        point = shapely.point_on_surface(face.shape) if face else None
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
    for code in sorted(drawing.ground.hosts & drawing.changed - drawing.net.faces.keys()):
        add("host-retired", code, None, "", f"立体 grids stand on grid {code}, which ends")
    for grid, name, area in _split_compounds(session, district, drawing, codes):
        add("crosses-compound", grid, area, "m²", f"grid {grid} holds a part of compound {name}")
    return sorted(found, key=lambda each: (not each.blocks, each.code, each.grid))


def _widths(drawing: Drawing, codes: Sequence[str]) -> dict[str, float]:
    """The diameter of the largest circle inside each grid, in metres."""
    shapes = drawing.net.frame.project([drawing.net.faces[code].shape for code in codes])
    radii = shapely.length(shapely.maximum_inscribed_circle(shapes, tolerance=0.5))
    return dict(zip(codes, (2 * np.asarray(radii)).tolist(), strict=True))


def bands_of(
    session: Session, district: District, drawing: Drawing, codes: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """The least and the most households of those grids for which the district's settings name a band."""
    by_kind = {**DEFAULTS, **district.settings.get("plans", {})}["bands"]
    rows = session.execute(
        text(
            "select a.code, v.kind from yiwang.area a join yiwang.area_version v on v.area_id = a.id"
            " where a.district_id = :district and a.level = 'community' and upper_inf(v.recorded)"
            " and v.valid @> now()"
        ),
        {"district": district.id},
    ).all()
    kinds = {str(code): str(kind) for code, kind in rows}
    return {
        code: tuple(by_kind[kind])
        for code in codes
        if (kind := kinds.get(drawing.net.community(code), "")) in by_kind
        and drawing.facts_of(code).kind == "综合"
    }


def _split_compounds(
    session: Session, district: District, drawing: Drawing, codes: Sequence[str]
) -> list[tuple[str, str, float]]:
    """Changed grids that hold a part of a compound but not all of it, with the part's area."""
    if not codes:
        return []
    shapes = np.array([drawing.net.faces[code].shape for code in codes], dtype=object)
    rows = session.execute(
        text(
            "select distinct on (c.code) c.name, st_asbinary(c.geom) from unnest(cast(:shapes as bytea[])) s"
            " join yiwang.compound c on c.geom && st_geomfromwkb(s, 4326) where c.district_id = :district"
            " and upper_inf(c.recorded) and c.valid @> now() order by c.code"
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
            if _COMPOUND_M2 < area < whole - _COMPOUND_M2:
                out.append((code, str(name), area))
    return out
