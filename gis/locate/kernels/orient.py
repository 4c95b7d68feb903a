"""On which side of an edge does a point lie? Exact, also where floating point is not.

Sources: J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates
(1997): the filter of section 4.3, Two-Product by Dekker's split, Grow-Expansion.
"""

import numpy as np

from gis.jit import Floats, helper, inlined

_FILTER = (3.0 + 16.0 * 2.0**-53) * 2.0**-53  # bound of the rounding error relative to the two products
_UNDERFLOW = 1e-290  # products as small as this may have lost bits that the relative bound does not see
_SPLITTER = 2.0**27 + 1.0
_LIFT = 2.0**480  # an exact scaling that keeps products of coordinates clear of underflow,
_LIFTABLE = 2.0**30  # as long as no coordinate is larger than this


@inlined
def orient(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """+1 where p lies left of the directed line a → b, -1 right, 0 on the line.

    The sign is that of the determinant over the exact values of the doubles. p may be any double; the other
    coordinates are 0 or between 1e-140 and 1e140 in magnitude.
    """
    left = (bx - ax) * (py - ay)
    right = (by - ay) * (px - ax)
    determinant = left - right
    bound = _FILTER * (abs(left) + abs(right)) + _UNDERFLOW
    if determinant > bound:
        return 1
    if determinant < -bound:
        return -1
    return _exact_orient(ax, ay, bx, by, px, py)


@helper
def _exact_orient(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """The sign of bx·py - bx·ay - ax·py - by·px + by·ax + ay·px as an expansion of twelve doubles."""
    if (bx == ax or py == ay) and (by == ay or px == ax):
        return 0
    if max(abs(ax), abs(ay), abs(bx), abs(by), abs(px), abs(py)) < _LIFTABLE:
        ax, ay, bx, by, px, py = ax * _LIFT, ay * _LIFT, bx * _LIFT, by * _LIFT, px * _LIFT, py * _LIFT
    expansion = np.empty(12)
    size = _add_product(expansion, 0, bx, py)
    size = _add_product(expansion, size, -bx, ay)
    size = _add_product(expansion, size, -ax, py)
    size = _add_product(expansion, size, -by, px)
    size = _add_product(expansion, size, by, ax)
    size = _add_product(expansion, size, ay, px)
    for k in range(size - 1, -1, -1):  # components do not overlap: the largest one has the sign of the sum
        if expansion[k] > 0.0:
            return 1
        if expansion[k] < 0.0:
            return -1
    return 0


@helper
def _add_product(expansion: Floats, size: int, a: float, b: float) -> int:
    """Add a·b, exactly, to the expansion; returns its new size."""
    product = a * b
    split = _SPLITTER * a
    a_high = split - (split - a)
    a_low = a - a_high
    split = _SPLITTER * b
    b_high = split - (split - b)
    b_low = b - b_high
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return _add(expansion, _add(expansion, size, error), product)


@helper
def _add(expansion: Floats, size: int, value: float) -> int:
    """Grow-Expansion: add one double to `size` components of rising magnitude; returns the new size."""
    for k in range(size):
        total = value + expansion[k]
        virtual = total - value
        expansion[k] = (value - (total - virtual)) + (expansion[k] - virtual)
        value = total
    expansion[size] = value
    return size + 1
