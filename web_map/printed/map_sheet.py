"""A map of grids on one sheet, and the index of its grids: the paper that goes onto a wall or into a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal

import shapely
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from shapely.geometry.base import BaseGeometry

from web_map.printed.drawing import (
    FONT,
    INK,
    MUTED,
    PAPER,
    SEAL,
    Fit,
    draw_north,
    draw_scale,
    draw_shape,
    shortened,
    use_font,
)
from web_map.printed.words import Lang, word

Size = Literal["A4", "A3"]
_SIZES = {"A4": landscape(A4), "A3": landscape(A3)}
_FILLS = ("#e9d7a5", "#bcd7e4", "#c3ddd0", "#e6c9d9", "#d5cfe8", "#eecdb9")
_MARGIN, _ROW = 12 * mm, 5 * mm
_COLUMNS = (("number", 12), ("code", 42), ("name", 62), ("households", 20), ("leader", 40))  # mm


@dataclass(frozen=True)
class Tile:
    """A grid on the map: lon/lat WGS 84; leader: as the asker may see it."""

    code: str
    name: str
    shape: BaseGeometry
    households: int | None
    leader: str | None


@dataclass(frozen=True)
class MapSheet:
    """approval: the number under which the map may be shown (审图号), empty until it has one."""

    title: str
    under: str
    tiles: Sequence[Tile]
    outline: BaseGeometry | None = None
    approval: str = ""
    watermark: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    size: Size = "A4"
    lang: Lang = "zh"


def render_map(sheet: MapSheet) -> bytes:
    """A PDF: the map on the first page, the index of grids on as many as it takes."""
    use_font()
    target = BytesIO()
    page = _SIZES[sheet.size]
    canvas = Canvas(target, pagesize=page)
    canvas.setTitle(sheet.title)
    _draw_map(canvas, sheet, page)
    rows = list(enumerate(sheet.tiles, 1))
    each = int((page[1] - 2 * _MARGIN - 22 * mm) / _ROW) - 1
    for start in range(0, len(rows), each):
        _draw_index(canvas, sheet, page, rows[start : start + each])
    canvas.save()
    return target.getvalue()


def _draw_map(canvas: Canvas, sheet: MapSheet, page: tuple[float, float]) -> None:
    width, height = page
    _head(canvas, sheet, page)
    foot = _MARGIN + 24 * mm
    frame = (_MARGIN, foot, width - _MARGIN, height - _MARGIN - 16 * mm)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.2)
    canvas.rect(frame[0], frame[1], frame[2] - frame[0], frame[3] - frame[1])
    shapes = [tile.shape for tile in sheet.tiles] + ([] if sheet.outline is None else [sheet.outline])
    if not shapes:
        canvas.setFont(FONT, 12)
        canvas.drawCentredString(width / 2, height / 2, word("nothing", sheet.lang))
    else:
        pad = 8 * mm
        fit = Fit.of(shapes, (frame[0] + pad, frame[1] + pad, frame[2] - pad, frame[3] - pad))
        for number, tile in enumerate(sheet.tiles):
            draw_shape(canvas, fit, tile.shape, fill=_FILLS[number % len(_FILLS)], width=0.5)
        if sheet.outline is not None:
            draw_shape(canvas, fit, sheet.outline, fill=None, width=1.8)
        _label(canvas, fit, sheet.tiles)
        draw_scale(canvas, fit, _MARGIN, foot - 7 * mm, most=60 * mm)
        draw_north(canvas, frame[2] - 9 * mm, frame[3] - 18 * mm)
    _legend(canvas, sheet, width - _MARGIN, foot - 7 * mm)
    _foot(canvas, sheet, width)
    _watermark(canvas, sheet, page)
    canvas.showPage()


def _label(canvas: Canvas, fit: Fit, tiles: Sequence[Tile]) -> None:
    """The number of each grid in the index, and its name where that fits into it."""
    canvas.setFillColor(INK)
    for number, tile in enumerate(tiles, 1):
        x, y = fit.at(*shapely.point_on_surface(tile.shape).coords[0][:2])
        west, _, east, _ = tile.shape.bounds
        room = (east - west) * fit.squeeze * fit.scale - 2 * mm
        canvas.setFont(FONT, 10)
        canvas.drawCentredString(x, y, str(number))
        canvas.setFont(FONT, 7)
        if tile.name and canvas.stringWidth(tile.name, FONT, 7) <= room:
            canvas.drawCentredString(x, y - 3.2 * mm, tile.name)


def _legend(canvas: Canvas, sheet: MapSheet, right: float, y: float) -> None:
    """What the lines mean, set to the right."""
    canvas.setFont(FONT, 8)
    words = word("tints", sheet.lang)
    x = right - canvas.stringWidth(words, FONT, 8)
    canvas.setFillColor(INK)
    canvas.drawString(x, y, words)
    for fill in reversed(_FILLS):
        x -= 3 * mm
        canvas.setFillColor(fill)
        canvas.rect(x - 1 * mm, y - 0.4 * mm, 3 * mm, 2.8 * mm, stroke=0, fill=1)
    x -= 4 * mm
    for key, width in (("line_area", 1.8), ("line_grid", 0.5)):
        words = word(key, sheet.lang)
        x -= canvas.stringWidth(words, FONT, 8)
        canvas.setFillColor(INK)
        canvas.drawString(x, y, words)
        x -= 10 * mm
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(width)
        canvas.line(x, y + 1 * mm, x + 8 * mm, y + 1 * mm)
        x -= 6 * mm
    canvas.drawRightString(x, y, word("legend", sheet.lang))


def _head(canvas: Canvas, sheet: MapSheet, page: tuple[float, float]) -> None:
    width, height = page
    canvas.setFillColor(INK)
    canvas.setFont(FONT, 18)
    canvas.drawCentredString(
        width / 2, height - _MARGIN - 6 * mm, shortened(sheet.title, 18, width - 2 * _MARGIN)
    )
    canvas.setFont(FONT, 9)
    canvas.setFillColor(MUTED)
    canvas.drawCentredString(
        width / 2, height - _MARGIN - 12 * mm, shortened(sheet.under, 9, width - 2 * _MARGIN)
    )


def _foot(canvas: Canvas, sheet: MapSheet, width: float) -> None:
    canvas.setFont(FONT, 8)
    canvas.setFillColor(INK)
    approval = f"{word('approval', sheet.lang)}：{sheet.approval or '＿＿＿＿＿＿＿＿＿＿'}"
    canvas.drawString(_MARGIN, _MARGIN + 8 * mm, approval)
    canvas.drawRightString(width - _MARGIN, _MARGIN + 8 * mm, word("datum", sheet.lang))
    canvas.setFillColor(MUTED)
    canvas.drawString(_MARGIN, _MARGIN + 2 * mm, shortened("　".join(sheet.notes), 8, width - 2 * _MARGIN))


def _watermark(canvas: Canvas, sheet: MapSheet, page: tuple[float, float]) -> None:
    if not sheet.watermark:
        return
    canvas.saveState()
    canvas.translate(page[0] / 2, page[1] / 2)
    canvas.rotate(28)
    canvas.setFillColor(SEAL, alpha=0.16)
    canvas.setFont(FONT, 60)
    canvas.drawCentredString(0, 0, sheet.watermark)
    canvas.restoreState()


def _draw_index(
    canvas: Canvas, sheet: MapSheet, page: tuple[float, float], rows: Sequence[tuple[int, Tile]]
) -> None:
    _head(canvas, sheet, page)
    y = page[1] - _MARGIN - 22 * mm
    _row(canvas, y, [word(key, sheet.lang) for key, _ in _COLUMNS], HexColor("#e3eeee"))
    for place, (number, tile) in enumerate(rows):
        y -= _ROW
        households = "—" if tile.households is None else f"{tile.households:,}"
        leader = tile.leader or word("vacant", sheet.lang)
        cells = [str(number), tile.code, tile.name, households, leader]
        _row(canvas, y, cells, PAPER if place % 2 else None)
    _watermark(canvas, sheet, page)
    canvas.showPage()


def _row(canvas: Canvas, y: float, cells: Sequence[str], fill: Color | None) -> None:
    x = _MARGIN
    if fill is not None:
        canvas.setFillColor(fill)
        canvas.rect(x, y - 1.4 * mm, sum(size for _, size in _COLUMNS) * mm, _ROW, fill=1, stroke=0)
    canvas.setFillColor(INK)
    canvas.setFont(FONT, 9)
    for (_, size), text in zip(_COLUMNS, cells, strict=True):
        canvas.drawString(x + 1 * mm, y, shortened(text, 9, size * mm - 2 * mm))
        x += size * mm
