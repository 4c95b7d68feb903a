"""Problems of a plan, as data: each with its grid, place, size and severity."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from boundaries.land.plans import micros, misfits
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.handover import Handover
from boundaries.land.plans.limits import bands_of, limits_of
from boundaries.store.tables import District

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


class _Found:
    """Problems as they are found, each with its place."""

    def __init__(self, drawing: Drawing, blocking: Collection[str]) -> None:
        self._drawing, self._blocking = drawing, blocking
        self._problems: list[Problem] = []

    def add(
        self,
        code: ProblemCode,
        grid: str,
        size: float | None,
        unit: str,
        detail: str,
        where: BaseGeometry | None = None,
    ) -> None:
        """where: what is at fault; without it the grid, as it is or was."""
        if where is None:
            face = self._drawing.net.faces.get(grid) or self._drawing.ground.net.faces.get(grid)
            where = face.shape if face else None
        point = None if where is None else shapely.point_on_surface(where)
        place = (point.x, point.y) if point is not None else None
        blocks = code in self._blocking
        severity = "error" if blocks else "warning"
        self._problems.append(Problem(code, severity, grid, place, size, unit, detail, blocks))

    def worst_first(self) -> list[Problem]:
        return sorted(self._problems, key=lambda each: (not each.blocks, each.code, each.grid))


def find_problems(
    session: Session, district: District, drawing: Drawing, owned: pd.DataFrame, posts: Handover
) -> list[Problem]:
    """Everything found at the grids that the plan changes, worst first, then by grid."""
    limits = limits_of(district)
    found = _Found(drawing, limits["blocking"])
    codes = sorted(code for code in drawing.changed if code in drawing.net.faces)
    above = [code for code in drawing.restacked() if code in drawing.net.stacks]
    households = owned.groupby("after")["households"].sum().to_dict() if len(owned) else {}
    lives = {code: int(households.get(code, 0)) for code in codes}
    lives |= {code: drawing.net.stacks[code].households for code in above}
    _add_shapes(found, drawing, codes, limits)
    _add_people(found, drawing, lives, bands_of(session, district, drawing, list(lives)), posts)
    _add_ground(found, session, district, drawing, codes)
    for grid, code, homes in micros.apart(session, district, drawing, owned):
        apart = f"micro-grid {code} of {grid} lies in {' and '.join(homes)}"
        found.add("micro-apart", homes[0], len(homes), "grids", apart)
    for code, group, others in misfits.twice(drawing):
        found.add("group-twice", code, others, "tiles", f"group {group} has {others} tiles in one community")
    for code in sorted(drawing.ground.hosts & drawing.changed - drawing.net.faces.keys()):
        found.add("host-retired", code, None, "", f"立体 grids stand on grid {code}, which ends")
    cut = owned[owned["because"].isin(_CUT) & ~owned["because_before"].isin(_CUT) & owned["before"].notna()]
    for code, grid in zip(cut["code"], cut["after"], strict=True):
        found.add(
            "splits-building", str(grid), None, "", f"building {code} of grid {grid} is cut by a border"
        )
    return found.worst_first()


def _add_shapes(found: _Found, drawing: Drawing, codes: Sequence[str], limits: Mapping[str, Any]) -> None:
    """Grids that are small, narrow or in pieces."""
    figures, widths = drawing.net.figures(codes), misfits.widths(drawing, codes)
    for code in codes:
        area, parts, width = figures[code].area_m2, figures[code].parts, widths[code]
        if area < limits["smallest_m2"]:
            found.add("too-small", code, area, "m²", f"grid {code} has {area:.1f} m²")
        if width < limits["narrowest_m"]:
            found.add("too-narrow", code, width, "m", f"grid {code} is nowhere wider than {width:.1f} m")
        if parts <= 1:
            continue
        found.add("disconnected", code, parts, "pieces", f"grid {code} lies in {parts} pieces")
        for part in shapely.get_parts(drawing.net.faces[code].shape):
            if (across := misfits.width(drawing, part)) < limits["narrowest_m"]:
                found.add("sliver", code, across, "m", f"a piece of grid {code} is {across:.1f} m wide", part)


def _add_people(
    found: _Found,
    drawing: Drawing,
    lives: Mapping[str, int],
    bands: Mapping[str, tuple[int, int]],
    posts: Handover,
) -> None:
    """Grids beyond their band or without a leader, the 立体 ones where their building is."""
    for code, count in lives.items():
        stack = drawing.net.stacks.get(code)
        where = None if stack is None else drawing.net.buildings.footprints[stack.building]
        low, high = bands.get(code, (0, count))
        if count and count < low:
            told = f"grid {code} has {count} of {low}"
            found.add("under-the-band", code, count, "households", told, where)
        if count > high:
            told = f"grid {code} has {count}, more than {high}"
            found.add("over-the-band", code, count, "households", told, where)
        if posts.leaders.get(code) is None:
            found.add("vacant-leader", code, None, "", f"grid {code} has no leader", where)


def _add_ground(
    found: _Found, session: Session, district: District, drawing: Drawing, codes: Sequence[str]
) -> None:
    """Ground across a compound, outside its community, and ground that is no grid's."""
    for grid, name, area in misfits.split_compounds(session, district, drawing, codes):
        found.add("crosses-compound", grid, area, "m²", f"grid {grid} holds a part of compound {name}")
    for grid, part, area in misfits.strays(session, district, drawing, codes):
        told = f"{area:.0f} m² of grid {grid} lie outside its community"
        found.add("crosses-community", grid, area, "m²", told, part)
    for grid, hole, area in misfits.gaps(drawing, codes):
        found.add("gap", grid, area, "m²", f"{area:.1f} m² beside grid {grid} belong to no grid", hole)
