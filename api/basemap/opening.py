"""From the settings to the basemap that they name."""

from pathlib import Path

from api.basemap.pmtiles import PmTiles
from api.basemap.remote import RemoteTiles
from api.basemap.sources import Basemap
from boundaries.store.settings import Settings


def open_basemap(settings: Settings) -> Basemap | None:
    """The basemap of the settings, None where they name none. Raises BasemapUnavailable for a bad file."""
    if settings.basemap is None:
        return None
    if "://" in settings.basemap:
        return RemoteTiles(settings.basemap)
    return PmTiles(Path(settings.basemap))
