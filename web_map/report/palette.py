"""Colours of classes: one ramp that keeps its order for the colour-blind and on grey paper."""

from bisect import bisect_left
from collections.abc import Sequence

# light to dark, from the perceptually even ramp "cividis reversed, warmed"; six classes at most
RAMP = ("#fff3c8", "#fcd98a", "#f2ad5a", "#dd7a3f", "#b8472f", "#7d1f24")
NONE = "#e4e4e0"
ZERO = "#f7f7f4"


def colour(value: float | None, breaks: Sequence[float]) -> str:
    """The colour of a value; grey without one."""
    if value is None:
        return NONE
    if value <= 0 or not breaks:
        return ZERO
    number = min(bisect_left(breaks, value), len(breaks) - 1)
    return RAMP[_spread(number, len(breaks))]


def legend(breaks: Sequence[float], *, above: float = 0.0) -> list[tuple[str, str]]:
    """(colour, words) of each class, the lowest first; above: where the lowest one begins."""
    rows, low = [], above
    for number, high in enumerate(breaks):
        words = f"{low:g} – {high:g}" if low else f"≤ {high:g}"
        rows.append((RAMP[_spread(number, len(breaks))], words))
        low = high
    return rows


def _spread(number: int, count: int) -> int:
    return round(number * (len(RAMP) - 1) / max(count - 1, 1)) if count > 1 else 2
