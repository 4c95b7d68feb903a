"""A surface as shapes: the ground of each class of values."""

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gis.density.breaks import CLASSES
from gis.density.surface import Surface
from gis.frames import MetricCrs, MetricFrame


def even_breaks(highest: float, classes: int = CLASSES) -> NDArray[np.float64]:
    """Upper bounds of classes of the same width from 0 up to `highest`, rising strictly.

    The width is rounded up to two figures, so that a legend can be read. Empty where nothing is positive.
    """
    if not (np.isfinite(highest) and highest > 0):
        return np.array([], dtype=np.float64)
    width = highest / classes
    digit = 10.0 ** (np.floor(np.log10(width)) - 1) if width > 0 else 0.0
    if not digit > 0:  # too small for figures of its own
        return np.array([highest], dtype=np.float64)
    width = np.ceil(round(width / digit, 9)) * digit
    breaks = np.asarray(np.arange(1, classes + 1) * width, dtype=np.float64)
    breaks[-1] = max(breaks[-1], highest)  # six times 0.6 is less than 3.6
    return breaks


def bands(surface: Surface, breaks: ArrayLike, *, above: float, metric_crs: MetricCrs) -> NDArray[np.object_]:
    """For each class the cells with values above the bound before it and up to its own, as one lon/lat shape.

    above: what bounds the lowest class from below. A class without any cell has None; what lies beyond the
    last bound belongs to the last class. Bands do not overlap and follow the edges of the cells.
    """
    bounds = np.asarray(breaks, dtype=np.float64)
    classes = np.minimum(np.searchsorted(bounds, surface.values, side="left"), len(bounds) - 1)
    classes = np.where(surface.values > above, classes, -1)
    frame = MetricFrame.of(metric_crs)
    shapes = np.full(len(bounds), None, dtype=object)
    for number in range(len(bounds)):
        runs = _runs(surface, classes == number)
        if len(runs):
            shapes[number] = frame.unproject([shapely.union_all(runs)])[0]
    return shapes


def _runs(surface: Surface, chosen: NDArray[np.bool_]) -> NDArray[np.object_]:
    """The chosen cells as metric boxes, those side by side in a row as one."""
    edge = np.diff(np.pad(chosen, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, first = np.nonzero(edge == 1)
    last = np.nonzero(edge == -1)[1]
    west, south = (middle - surface.cell_m / 2 for middle in surface.origin_m)
    boxes: NDArray[np.object_] = shapely.box(
        west + first * surface.cell_m,
        south + row * surface.cell_m,
        west + last * surface.cell_m,
        south + (row + 1) * surface.cell_m,
    )
    return boxes
