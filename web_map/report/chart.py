"""Bars as inline SVG: no script, readable without colour."""

from collections.abc import Sequence
from html import escape

_INK, _BAR = "#1d1d1b", "#dd7a3f"


def bars(values: Sequence[tuple[str, float]], *, width: int, height: int, lying: bool = False) -> str:
    """Upright bars over time, or lying ones with their names. An empty list is an empty chart."""
    if not values:
        return ""
    most = max(max(value for _, value in values), 1e-9)
    shapes = _lying(values, width, most) if lying else _upright(values, width, height, most)
    total = sum(value for _, value in values)
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="{len(values)} × {total:g}" font-size="11" fill="{_INK}">{shapes}</svg>'
    )


def _upright(values: Sequence[tuple[str, float]], width: int, height: int, most: float) -> str:
    foot, head = 20, 16
    step = width / len(values)
    every = max(1, -(-len(values) // 14))
    out = []
    for number, (label, value) in enumerate(values):
        tall = (height - foot - head) * value / most
        x, y = number * step, height - foot - tall
        out.append(
            f'<rect x="{x + step * 0.1:.1f}" y="{y:.1f}" width="{step * 0.8:.1f}" height="{tall:.1f}"'
            f' fill="{_BAR}"><title>{escape(label)}: {value:g}</title></rect>'
        )
        if number % every == 0:
            out.append(
                f'<text x="{x + step / 2:.1f}" y="{height - 6}" text-anchor="middle">{escape(label)}</text>'
            )
    out.append(f'<text x="0" y="11">{most:g}</text>')
    return "".join(out)


def _lying(values: Sequence[tuple[str, float]], width: int, most: float) -> str:
    name = 150
    out = []
    for number, (label, value) in enumerate(values):
        y = number * 24
        long = (width - name - 60) * value / most
        out.append(
            f'<text x="{name - 6}" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{name}" y="{y + 4}" width="{long:.1f}" height="15" fill="{_BAR}"/>'
            f'<text x="{name + long + 5:.1f}" y="{y + 15}">{value:g}</text>'
        )
    return "".join(out)
