"""Invented districts that look like towns: for the demo, tests and benchmarks. The ground is not real."""

from gis.synthetic.layout import JINCHENG, SMALL, Layout, TownSketch
from gis.synthetic.town import Town, Truth, make_town, small_town, small_tree

__all__ = [
    "JINCHENG",
    "SMALL",
    "Layout",
    "Town",
    "TownSketch",
    "Truth",
    "make_town",
    "small_town",
    "small_tree",
]
