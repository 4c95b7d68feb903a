"""Shapes in lon/lat on paper: fitted into a box, with a scale bar and an arrow to the north."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from shapely.geometry.base import BaseGeometry

FONT = "STSong-Light"  # every PDF reader brings its own; nothing is embedded
INK, MUTED, SEAL, PAPER = (HexColor(each) for each in ("#1d1d1b", "#5a5a55", "#a3281d", "#f7f7f4"))
METRES_PER_DEGREE = 111_320.0  # of latitude; of longitude times the cosine
Box = tuple[float, float, float, float]  # left, low, right, high in points


def use_font() -> None:
    """Make FONT known to reportlab."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))


@dataclass(frozen=True)
class Fit:
    """Where lon/lat fall on the paper: points from its lower left corner."""

    west: float
    south: float
    squeeze: float
    scale: float  # points a degree of latitude
    left: float
    low: float

    @classmethod
    def of(cls, shapes: Sequence[BaseGeometry], box: Box) -> "Fit":
        """The extent of the shapes in the middle of the box, as large as it goes."""
        west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
        squeeze = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
        scale = min((box[2] - box[0]) / wide, (box[3] - box[1]) / high)
        left = (box[0] + box[2] - wide * scale) / 2
        low = (box[1] + box[3] - high * scale) / 2
        return cls(west, south, squeeze, scale, left, low)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """A place on the paper."""
        return (
            self.left + (lon - self.west) * self.squeeze * self.scale,
            self.low + (lat - self.south) * self.scale,
        )

    @property
    def denominator(self) -> float:
        """n of the scale 1 : n."""
        return METRES_PER_DEGREE / (self.scale / float(mm) / 1000)


def draw_shape(canvas: Canvas, fit: Fit, shape: BaseGeometry, *, fill: str | None, width: float) -> None:
    """A polygon with its holes; other parts of a collection are left out."""
    path = canvas.beginPath()
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            for number, vertex in enumerate(ring.coords[:-1]):
                (path.lineTo if number else path.moveTo)(*fit.at(vertex[0], vertex[1]))
            path.close()
    canvas.setLineWidth(width)
    canvas.setStrokeColor(INK)
    if fill is not None:
        canvas.setFillColor(HexColor(fill))
    canvas.drawPath(path, fill=int(fill is not None), stroke=1, fillMode=0)


def draw_scale(canvas: Canvas, fit: Fit, x: float, y: float, *, most: float) -> None:
    """A bar of a round length, at most that many points long, and the scale as 1 : n."""
    metres = most / fit.scale * METRES_PER_DEGREE
    power = 10 ** math.floor(math.log10(metres))
    metres = max(n * power for n in (1, 2, 5) if n * power <= metres)
    length = metres / METRES_PER_DEGREE * fit.scale
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    canvas.setFillColor(INK)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.8)
    canvas.rect(x, y, length / 2, 1.4 * mm, fill=1, stroke=1)
    canvas.rect(x + length / 2, y, length / 2, 1.4 * mm, fill=0, stroke=1)
    canvas.setFont(FONT, 8)
    canvas.drawString(x + length + 2 * mm, y, f"{words}　1 : {round(fit.denominator, -2):,.0f}")


def draw_north(canvas: Canvas, x: float, y: float) -> None:
    """An arrow to the north, 9 mm high, its foot in the middle at x, y."""
    path = canvas.beginPath()
    path.moveTo(x, y + 9 * mm)
    path.lineTo(x - 2.2 * mm, y)
    path.lineTo(x, y + 1.8 * mm)
    path.lineTo(x + 2.2 * mm, y)
    path.close()
    canvas.setFillColor(INK)
    canvas.drawPath(path, fill=1, stroke=0)
    canvas.setFont(FONT, 10)
    canvas.drawCentredString(x, y + 10 * mm, "北 N")


def shortened(text: str, size: float, width: float) -> str:
    """The text, its end cut off where it would be wider than that many points."""
    if pdfmetrics.stringWidth(text, FONT, size) <= width:
        return text
    while text and pdfmetrics.stringWidth(text + "…", FONT, size) > width:
        text = text[:-1]
    return text + "…"


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The text in lines of at most that many points, cut between any two characters."""
    lines, line = [], ""
    for letter in text:
        if line and pdfmetrics.stringWidth(line + letter, FONT, size) > width:
            lines.append(line)
            line = ""
        line += letter
    return [*lines, line] if line else lines
