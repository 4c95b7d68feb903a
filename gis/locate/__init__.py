"""Which grid holds this point? Exact, with one stated answer on every border."""

from gis.locate.index import GridIndex
from gis.locate.refusals import CrossesAntimeridian, InvalidPolygons, OverlappingPolygons, PolygonsRefused

__all__ = ["CrossesAntimeridian", "GridIndex", "InvalidPolygons", "OverlappingPolygons", "PolygonsRefused"]
