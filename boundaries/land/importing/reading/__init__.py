"""Reading: any of the formats that a district's offices have, as one table of rows and shapes."""

import tempfile
from pathlib import Path

from boundaries.land.importing.errors import FileTooLarge, LayerNotChosen, UnreadableFile
from boundaries.land.importing.reading.apart import call_apart, read_apart
from boundaries.land.importing.reading.archive import unpack
from boundaries.land.importing.reading.geojson import read_geojson
from boundaries.land.importing.reading.limits import DEFAULT, Limits
from boundaries.land.importing.reading.parquet import read_parquet
from boundaries.land.importing.reading.sheet import read_xlsx
from boundaries.land.importing.reading.sniff import sniff
from boundaries.land.importing.reading.table import Table
from boundaries.land.importing.reading.text import read_csv
from boundaries.land.importing.reading.vector import read_vector

__all__ = ["DEFAULT", "Limits", "Table", "call_apart", "read", "read_apart", "sniff"]

_DATA = {".shp", ".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".kml", ".dxf", ".csv", ".xlsx"}


def read(
    path: Path, *, layer: str | None = None, encoding: str | None = None, limits: Limits = DEFAULT
) -> Table:
    """One layer of a file, or of the one data file in a zip or folder; the file is only read.

    Raises UnreadableFile and its kinds: UnknownFormat, UnsafeArchive, FileTooLarge, LayerNotChosen.
    """
    format = sniff(path)
    if path.is_file() and path.stat().st_size > limits.file_bytes:
        raise FileTooLarge(path.name, f"more than {limits.file_bytes:,} bytes", hint="import it in parts")
    if format == "Shapefile folder":
        return _one_of(path.name, _data_files(list(path.iterdir())), layer, encoding, limits)
    if format in ("zip", "KMZ"):
        with tempfile.TemporaryDirectory(prefix="yiwang-import-") as folder:
            files = _data_files(unpack(path, Path(folder), limits))
            table = _one_of(path.name, files, layer, encoding, limits)
            table.format = "KMZ" if format == "KMZ" else f"{table.format} in a zip"
            return table
    return _read_file(path, format, layer, encoding, limits, name=path.name)


def _data_files(paths: list[Path]) -> list[Path]:
    return sorted(path for path in paths if path.is_file() and path.suffix.lower() in _DATA)


def _one_of(name: str, files: list[Path], layer: str | None, encoding: str | None, limits: Limits) -> Table:
    """A zip or folder of several files is a file of several layers, named by their stems."""
    if not files:
        raise UnreadableFile(name, "there is no data file in it")
    chosen = files
    if len(files) > 1:
        chosen = [path for path in files if path.stem == layer]
        if len(chosen) != 1:
            raise LayerNotChosen(name, tuple(path.stem for path in files), asked=layer)
        layer = None
    path = chosen[0]
    if path.suffix.lower() == ".shp" and layer == path.stem:
        layer = None
    return _read_file(path, sniff(path), layer, encoding, limits, name=name)


def _read_file(
    path: Path, format: str, layer: str | None, encoding: str | None, limits: Limits, *, name: str
) -> Table:
    if format == "CSV":
        return read_csv(path, encoding=encoding, limits=limits)
    if format == "XLSX":
        return read_xlsx(path, layer=layer, limits=limits)
    if format == "GeoJSON":
        return read_geojson(path, encoding=encoding, limits=limits)
    if format == "GeoParquet":
        return read_parquet(path, limits=limits)
    if format in ("zip", "KMZ", "Shapefile folder"):
        raise UnreadableFile(name, "a zip within a zip", hint="unpack the outer one first")
    return read_vector(path, format, layer=layer, encoding=encoding, limits=limits, name=name)
