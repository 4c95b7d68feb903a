"""The wall around GDAL stands while a file is read, and no longer."""

from pathlib import Path

import pyogrio

from boundaries.land.importing.reading import read
from tests.boundaries.land.importing import drawn


def test_reading_a_file_leaves_gdals_options_as_they_were(tmp_path: Path) -> None:
    before = pyogrio.get_gdal_config_option("GDAL_HTTP_PROXY")
    read(drawn.gpkg(tmp_path, drawn.grid_frame()))
    assert pyogrio.get_gdal_config_option("GDAL_HTTP_PROXY") == before
