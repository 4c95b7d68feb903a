"""How dense: counts and rates in cells and times, with breaks that hold for all of a series."""

from gis.density.bands import bands, even_breaks
from gis.density.breaks import class_breaks, class_of
from gis.density.cells import Cells, hexagons, squares
from gis.density.counting import counts_in
from gis.density.rates import per_km2, per_thousand, smoothed
from gis.density.surface import Surface, kernel_surface, kernel_surfaces

__all__ = [
    "Cells",
    "Surface",
    "bands",
    "class_breaks",
    "class_of",
    "counts_in",
    "even_breaks",
    "hexagons",
    "kernel_surface",
    "kernel_surfaces",
    "per_km2",
    "per_thousand",
    "smoothed",
    "squares",
]
