"""Where it gathers beyond chance: Gi*, local Moran, emerging hot spots, early warning."""

from gis.hotspots.emerging import CATEGORIES, Emerging, emerging_hot_spots
from gis.hotspots.getis import HotSpots, hot_spots
from gis.hotspots.moran import LocalMoran, local_moran
from gis.hotspots.neighbours import Neighbours, neighbours_of
from gis.hotspots.significance import false_discovery
from gis.hotspots.warning import Warnings, early_warnings

__all__ = [
    "CATEGORIES",
    "Emerging",
    "HotSpots",
    "LocalMoran",
    "Neighbours",
    "Warnings",
    "early_warnings",
    "emerging_hot_spots",
    "false_discovery",
    "hot_spots",
    "local_moran",
    "neighbours_of",
]
