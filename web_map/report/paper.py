"""The same report on paper: a PDF of one map and its figures, and a picture of its first page."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from math import cos, radians
from typing import Any

import pypdfium2
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from web_map.report.data import Cell, ReportData
from web_map.report.palette import NONE, colour, legend
from web_map.report.words import word

FONT = "STSong-Light"  # every PDF reader brings its own; nothing is embedded
_MARGIN = 14 * mm


def render_pdf(data: ReportData) -> bytes:
    """Portrait A4: title, facts, map with legend, the densest grids, notes."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4)
    width, height = A4
    canvas.setTitle(data.title)
    y = _head(canvas, data, height)
    bottom = _MARGIN + 88 * mm
    _draw_cells(canvas, data.grids, data.breaks, (_MARGIN, bottom, width - _MARGIN, y - 4 * mm))
    _draw_legend(canvas, data, bottom - 7 * mm)
    _draw_table(canvas, data, bottom - 16 * mm)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def render_png(data: ReportData, *, dots_per_inch: int = 150) -> bytes:
    """The first page as a picture."""
    document = pypdfium2.PdfDocument(render_pdf(data))
    picture = document[0].render(scale=dots_per_inch / 72).to_pil()
    target = BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def _head(canvas: Canvas, data: ReportData, height: float) -> float:
    y = height - _MARGIN - 4 * mm
    canvas.setFont(FONT, 17)
    canvas.drawString(_MARGIN, y, data.title)
    y -= 7 * mm
    canvas.setFont(FONT, 10)
    facts = (
        ("area", data.area),
        ("period", data.period),
        ("matter", data.matter),
        ("total", f"{data.total:,}"),
    )
    canvas.drawString(_MARGIN, y, "　".join(f"{word(key, data.lang)} {value}" for key, value in facts))
    return float(y)


def _draw_cells(
    canvas: Canvas, cells: Iterable[Cell], breaks: Iterable[float], box: tuple[float, float, float, float]
) -> None:
    listed, bounds = list(cells), list(breaks)
    rings = [(cell, ring) for cell in listed for ring in _rings(cell.geometry)]
    if not rings:
        return
    lon = [x for _, ring in rings for x, _ in ring]
    lat = [y for _, ring in rings for _, y in ring]
    west, east, south, north = min(lon), max(lon), min(lat), max(lat)
    squeeze = _cosine((south + north) / 2)
    scale = min((box[2] - box[0]) / ((east - west) * squeeze), (box[3] - box[1]) / (north - south))
    left = box[0] + (box[2] - box[0] - (east - west) * squeeze * scale) / 2
    low = box[1] + (box[3] - box[1] - (north - south) * scale) / 2
    canvas.setLineWidth(0.25)
    canvas.setStrokeColor(HexColor("#6b6b64"))
    for cell, ring in rings:
        path = canvas.beginPath()
        for number, (x, y) in enumerate(ring):
            at = (left + (x - west) * squeeze * scale, low + (y - south) * scale)
            (path.moveTo if number == 0 else path.lineTo)(*at)
        path.close()
        canvas.setFillColor(HexColor(colour(cell.value, bounds)))
        canvas.drawPath(path, fill=1, stroke=1)


def _draw_legend(canvas: Canvas, data: ReportData, y: float) -> None:
    canvas.setFont(FONT, 9)
    x = _MARGIN
    canvas.setFillColor(HexColor("#1d1d1b"))
    canvas.drawString(x, y, data.unit)
    x += canvas.stringWidth(data.unit, FONT, 9) + 5 * mm
    for fill, words in [*legend(data.breaks), (NONE, word("none", data.lang))]:
        canvas.setFillColor(HexColor(fill))
        canvas.rect(x, y - 1, 5 * mm, 3 * mm, fill=1, stroke=1)
        canvas.setFillColor(HexColor("#1d1d1b"))
        canvas.drawString(x + 6 * mm, y, words)
        x += 6 * mm + canvas.stringWidth(words, FONT, 9) + 4 * mm


def _draw_table(canvas: Canvas, data: ReportData, y: float) -> None:
    canvas.setFont(FONT, 9)
    for row in data.top[:11]:
        canvas.drawString(_MARGIN, y, row.code)
        canvas.drawString(_MARGIN + 42 * mm, y, row.name)
        canvas.drawRightString(_MARGIN + 120 * mm, y, row.count)
        canvas.drawRightString(_MARGIN + 150 * mm, y, row.rate)
        y -= 4.6 * mm
    y -= 2 * mm
    canvas.setFillColor(HexColor("#5a5a55"))
    for note in data.notes:
        canvas.drawString(_MARGIN, y, note)
        y -= 4.4 * mm


def _rings(geometry: dict[str, Any]) -> Iterator[list[tuple[float, float]]]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for part in parts:
        yield [(point[0], point[1]) for point in part[0]]


def _cosine(latitude: float) -> float:
    return cos(radians(latitude))
