"""The basemap beneath the net: tiles of a file or of another server, given on by this one."""

from api.basemap.opening import open_basemap
from api.basemap.sources import Basemap, BasemapUnavailable, Tile

__all__ = ["Basemap", "BasemapUnavailable", "Tile", "open_basemap"]
