"""The board of a grid (公示牌): who answers for this ground, on one A4 sheet with a code to scan."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import segno
from reportlab.lib.colors import white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from shapely.geometry.base import BaseGeometry

from web_map.printed.drawing import (
    FONT,
    INK,
    MUTED,
    SEAL,
    Fit,
    draw_north,
    draw_scale,
    draw_shape,
    shortened,
    use_font,
    wrapped,
)
from web_map.printed.words import Lang, word

_WIDTH, _HEIGHT = A4
_MARGIN = 16 * mm
_QR = 34 * mm
_MOST_STAFF = 6


@dataclass(frozen=True)
class Board:
    """One grid: shape lon/lat, None where it has no ground. People and desks as (name, phone)."""

    code: str
    name: str
    chain: str  # the areas above, the largest first
    shape: BaseGeometry | None
    neighbours: Sequence[BaseGeometry]
    sides: str
    leader: tuple[str, str] | None
    staff: Sequence[tuple[str, str]]
    desks: Sequence[tuple[str, str]]
    address: str  # what the code to scan opens
    note: str = ""
    lang: Lang = "zh"


def render_boards(boards: Sequence[Board], *, title: str) -> bytes:
    """A PDF with one page for each grid."""
    use_font()
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.setTitle(title)
    for board in boards:
        _draw(canvas, board)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw(canvas: Canvas, board: Board) -> None:
    inner = _WIDTH - 2 * _MARGIN
    canvas.setFillColor(SEAL)
    canvas.rect(0, _HEIGHT - 30 * mm, _WIDTH, 30 * mm, fill=1, stroke=0)
    canvas.setFillColor(white)
    canvas.setFont(FONT, 12)
    canvas.drawString(_MARGIN, _HEIGHT - 11 * mm, shortened(board.chain, 12, inner - 50 * mm))
    canvas.drawRightString(_WIDTH - _MARGIN, _HEIGHT - 11 * mm, word("board", board.lang))
    canvas.setFont(FONT, 24)
    canvas.drawString(_MARGIN, _HEIGHT - 22 * mm, shortened(board.name or board.code, 24, inner))
    _draw_ground(canvas, board, (_MARGIN, 128 * mm, _WIDTH - _MARGIN, _HEIGHT - 36 * mm))
    y = 118 * mm
    y = _line(canvas, y, word("code", board.lang), board.code, inner)
    y = _line(canvas, y, word("sides", board.lang), board.sides or "—", inner)
    leader = board.leader or (word("vacant", board.lang), "")
    y = _line(canvas, y, word("leader", board.lang), "　".join(filter(None, leader)), inner - _QR)
    for name, phone in board.staff[:_MOST_STAFF]:
        y = _line(canvas, y, word("staff", board.lang), "　".join(filter(None, (name, phone))), inner - _QR)
    for name, phone in board.desks[:2]:
        y = _line(canvas, y, word("desk", board.lang), "　".join(filter(None, (name, phone))), inner - _QR)
    _draw_code(canvas, board)
    canvas.setFont(FONT, 8)
    canvas.setFillColor(MUTED)
    canvas.drawString(_MARGIN, 10 * mm, shortened(board.note, 8, inner - _QR - 4 * mm))


def _draw_ground(canvas: Canvas, board: Board, box: tuple[float, float, float, float]) -> None:
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.6)
    canvas.rect(box[0], box[1], box[2] - box[0], box[3] - box[1])
    if board.shape is None:
        return
    pad = 16 * mm
    fit = Fit.of([board.shape], (box[0] + pad, box[1] + pad, box[2] - pad, box[3] - pad))
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(box[0], box[1], box[2] - box[0], box[3] - box[1])
    canvas.clipPath(clip, stroke=0)
    for shape in board.neighbours:
        draw_shape(canvas, fit, shape, fill="#f1f1ec", width=0.4)
    draw_shape(canvas, fit, board.shape, fill="#f6dfa6", width=2.2)
    canvas.restoreState()
    draw_scale(canvas, fit, box[0] + 4 * mm, box[1] + 4 * mm, most=45 * mm)
    draw_north(canvas, box[2] - 8 * mm, box[3] - 17 * mm)


def _line(canvas: Canvas, y: float, head: str, text: str, width: float) -> float:
    """A head and what stands beside it, in as many lines as it takes; the place of the next one."""
    canvas.setFont(FONT, 11)
    canvas.setFillColor(MUTED)
    canvas.drawString(_MARGIN, y, head)
    canvas.setFont(FONT, 13)
    canvas.setFillColor(INK)
    for line in wrapped(text, 13, width - 28 * mm)[:3]:
        canvas.drawString(_MARGIN + 28 * mm, y, line)
        y -= 6.4 * float(mm)
    return y - 2.4 * float(mm)


def _draw_code(canvas: Canvas, board: Board) -> None:
    modules = [list(row) for row in segno.make(board.address, error="m").matrix]
    side = (_QR - 4 * mm) / len(modules)
    left, top = _WIDTH - _MARGIN - _QR + 4 * mm, 20 * mm + _QR - 4 * mm
    canvas.setFillColor(INK)
    for down, row in enumerate(modules):
        for across, dark in enumerate(row):
            if dark:
                canvas.rect(left + across * side, top - (down + 1) * side, side, side, fill=1, stroke=0)
    canvas.setFont(FONT, 8)
    canvas.drawCentredString(left + (_QR - 4 * mm) / 2, 15 * mm, word("scan", board.lang))
