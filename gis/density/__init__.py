"""How dense: counts and rates in cells and times, with breaks that hold for all of a series."""

from gis.density.breaks import class_breaks, class_of
from gis.density.cells import Cells, hexagons, squares
from gis.density.counting import counts_in
from gis.density.rates import per_km2, per_thousand, smoothed
from gis.density.surface import Surface, kernel_surface

__all__ = [
    "Cells",
    "Surface",
    "class_breaks",
    "class_of",
    "counts_in",
    "hexagons",
    "kernel_surface",
    "per_km2",
    "per_thousand",
    "smoothed",
    "squares",
]
