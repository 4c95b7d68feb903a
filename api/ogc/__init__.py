"""OGC API Features and Tiles over the published views, by tipg, under `/ogc`."""

from api.ogc.empty_tables import install
from api.ogc.routes import router
from api.ogc.serving import serving

__all__ = ["install", "router", "serving"]
