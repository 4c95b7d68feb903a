"""A plot of lines on two logarithmic axes as SVG: for docs/benchmarks, with nothing to install."""

import math
from collections.abc import Mapping, Sequence

Line = Sequence[tuple[float, float]]
_WIDTH, _HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 34, 46
_COLOURS = ("#1f5fa8", "#b3541e", "#3d7a3a", "#7a4b9a")


def panels(*each: str) -> str:
    """Plots side by side as one SVG document."""
    placed = "".join(f'<g transform="translate({k * _WIDTH},0)">{one}</g>' for k, one in enumerate(each))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH * len(each)} {_HEIGHT}"'
        f' font-family="sans-serif" font-size="11" fill="#222">'
        f'<rect width="100%" height="100%" fill="#fff"/>{placed}</svg>\n'
    )


def log_log(title: str, x_name: str, lines: Mapping[str, Line]) -> str:
    """One plot; every line is named with its unit where it ends. Values are above 0."""
    x_from, x_to = _decades([x for line in lines.values() for x, _ in line])
    y_from, y_to = _decades([y for line in lines.values() for _, y in line])
    parts = [f'<text x="{_LEFT}" y="18" font-size="13">{title}</text>']

    def at_x(x: float) -> float:
        return _LEFT + (math.log10(x) - x_from) / (x_to - x_from) * (_WIDTH - _LEFT - _RIGHT)

    def at_y(y: float) -> float:
        return _HEIGHT - _BOTTOM - (math.log10(y) - y_from) / (y_to - y_from) * (_HEIGHT - _TOP - _BOTTOM)

    for power in range(x_from, x_to + 1):
        x = at_x(10.0**power)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 15}" text-anchor="middle">{_number(power)}</text>'
        )
    for power in range(y_from, y_to + 1):
        y = at_y(10.0**power)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_number(power)}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{_HEIGHT - 10}" text-anchor="middle">{x_name}</text>')
    for colour, (name, line) in zip(_COLOURS, lines.items(), strict=False):
        path = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in line]
        x, y = line[-1]
        parts.append(
            f'<text x="{at_x(x):.1f}" y="{at_y(y) - 8:.1f}" text-anchor="end" fill="{colour}">{name}</text>'
        )
    return "".join(parts)


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _number(power: int) -> str:
    return f"{10.0**power:,g}" if -3 <= power <= 4 else f'10<tspan dy="-4" font-size="8">{power}</tspan>'
