"""The net as faces that meet edge to edge, and edits that cannot tear it."""

from gis.net.buildings import Buildings
from gis.net.chaining import chain_lines
from gis.net.face import Face
from gis.net.figures import Figures
from gis.net.net import Net, NetChange, Restore
from gis.net.polygon_snapping import SnappedPolygon, snap_polygon
from gis.net.refusals import EditRefused
from gis.net.snapping import SnappedLine, snap_line
from gis.net.stacking import Part, Stack

__all__ = [
    "Buildings",
    "EditRefused",
    "Face",
    "Figures",
    "Net",
    "NetChange",
    "Part",
    "Restore",
    "SnappedLine",
    "SnappedPolygon",
    "Stack",
    "chain_lines",
    "snap_line",
    "snap_polygon",
]
