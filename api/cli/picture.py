"""A picture of a divided community: grids in colours, buildings, barriers, and what each grid weighs."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from gis.frames import MetricFrame

_WIDE = 1600
_MARGIN = 20
# light enough for black figures on them; neighbours rarely share one of eleven
_FILLS = (
    "#cfe3f7", "#fbe3c0", "#d5ecd0", "#f5d3d6", "#e4d9f2", "#fdf3b8",
    "#cdeeea", "#efdcc9", "#e0e6b8", "#f7d6ea", "#d9dee4",
)  # fmt: skip
Path_ = list[tuple[float, float]]


def draw(
    path: Path,
    polygons: NDArray[np.object_],
    labels: list[str],
    buildings: NDArray[np.object_],
    barriers: NDArray[np.object_],
    frame: MetricFrame,
) -> None:
    """Write .svg or .png (1,600 pixels wide), north up, in the metres of the frame. ValueError otherwise."""
    grids, houses, lines = (frame.project(each) for each in (polygons, buildings, barriers))
    west, south, east, north = shapely.total_bounds(grids).tolist()
    scale = (_WIDE - 2 * _MARGIN) / max(east - west, (north - south) / 2, 1e-9)
    high = int((north - south) * scale) + 2 * _MARGIN

    def at(xy: NDArray[np.float64]) -> Path_:
        moved = np.column_stack([(xy[:, 0] - west), (north - xy[:, 1])]) * scale + _MARGIN
        return [(round(x, 1), round(y, 1)) for x, y in moved.tolist()]

    inside = shapely.intersection(lines, shapely.box(west, south, east, north)) if len(lines) else lines
    rings = [[at(shapely.get_coordinates(ring)) for ring in shapely.get_rings(grid)] for grid in grids]
    walls = [at(shapely.get_coordinates(ring)) for ring in shapely.get_rings(shapely.get_parts(houses))]
    roads = [at(shapely.get_coordinates(part)) for part in shapely.get_parts(inside)]
    middles = at(shapely.get_coordinates(shapely.point_on_surface(grids)))
    marks = list(zip(middles, labels, strict=True))
    if path.suffix.lower() == ".svg":
        path.write_text(_svg(high, rings, walls, roads, marks), encoding="utf-8")
    elif path.suffix.lower() == ".png":
        _png(path, high, rings, walls, roads, marks)
    else:
        raise ValueError("a picture is an .svg or a .png")


def _svg(
    high: int,
    rings: list[list[Path_]],
    walls: list[Path_],
    roads: list[Path_],
    marks: list[tuple[tuple[float, float], str]],
) -> str:
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" font-family="sans-serif">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for number, grid in enumerate(rings):
        out.append(f'<path d="{_d(grid)}" fill="{_FILLS[number % len(_FILLS)]}" fill-rule="evenodd"/>')
    out.append(f'<path d="{_d(walls)}" fill="#8a8f98"/>')
    out.append(f'<path d="{_d(roads, close="")}" fill="none" stroke="#c9a227" stroke-width="1"/>')
    for grid in rings:
        out.append(f'<path d="{_d(grid)}" fill="none" stroke="#a3182f" stroke-width="2.5"/>')
    for (x, y), label in marks:
        out.append(
            f'<text x="{x}" y="{y}" text-anchor="middle" font-size="18" stroke="white" stroke-width="3"'
            f' paint-order="stroke">{label}</text>'
        )
    return "\n".join([*out, "</svg>\n"])


def _d(paths: Iterable[Path_], close: str = "Z") -> str:
    return " ".join("M" + "L".join(f"{x} {y}" for x, y in path) + close for path in paths if path)


def _png(
    path: Path,
    high: int,
    rings: list[list[Path_]],
    walls: list[Path_],
    roads: list[Path_],
    marks: list[tuple[tuple[float, float], str]],
) -> None:
    image = Image.new("RGB", (_WIDE, high), "white")
    pen = ImageDraw.Draw(image)
    for number, grid in enumerate(rings):
        pen.polygon(grid[0], fill=_FILLS[number % len(_FILLS)])
    for number, grid in enumerate(rings):  # holes belong to the grids that lie in them
        for other, inner in enumerate(rings):
            if other != number and any(hole[:1] == inner[0][:1] for hole in grid[1:]):
                pen.polygon(inner[0], fill=_FILLS[other % len(_FILLS)])
    for wall in walls:
        pen.polygon(wall, fill="#8a8f98")
    for road in roads:
        pen.line(road, fill="#c9a227", width=1)
    for grid in rings:
        for ring in grid:
            pen.line(ring, fill="#a3182f", width=3)
    font = ImageFont.load_default(18)
    for place, label in marks:
        pen.text(place, label, fill="black", font=font, anchor="mm", stroke_width=2, stroke_fill="white")
    image.save(path)
