"""Is the file whole, and does it hold its data itself? Asked before GDAL opens it."""

import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.parsers import expat

from boundaries.land.importing.errors import UnknownFormat, UnreadableFile


def check_whole(path: Path, format: str, name: str) -> None:
    """Refuse a truncated file, and one that could reach elsewhere. name: as the user gave it.

    Raises UnreadableFile, UnknownFormat. FlatGeobuf is checked by GDAL while it is read.
    """
    check = {
        "GeoPackage": _check_gpkg,
        "Shapefile": _check_shp,
        "KML": _check_kml,
        "DXF": _check_dxf,
    }.get(format)
    if check is not None:
        check(path, name)


def _check_gpkg(path: Path, name: str) -> None:
    """A whole database; a virtual table could reach elsewhere, and a recursive view need not end."""
    damaged = "the GeoPackage is truncated or damaged"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            problems = [row[0] for row in base.execute("pragma quick_check(1)") if row[0] != "ok"]
            made = [
                str(row[0]) for row in base.execute("select sql from sqlite_master where sql is not null")
            ]
            names = {row[0] for row in base.execute("select name from sqlite_master")}
    except sqlite3.Error as error:
        raise UnreadableFile(name, f"{damaged}: {error}", hint="copy it again") from error
    if problems:
        raise UnreadableFile(name, f"{damaged}: {problems[0].splitlines()[-1]}", hint="copy it again")
    if "gpkg_contents" not in names:
        raise UnknownFormat(name, "this SQLite database is no GeoPackage")
    for sql in made:
        words = " ".join(sql.lower().split())
        if (
            words.startswith("create virtual table")
            and " using rtree" not in words
            and " using fts" not in words
        ):
            raise UnknownFormat(name, "the GeoPackage holds a virtual table, which is not opened")
        if words.startswith(("create view", "create trigger")) and "recursive" in words:
            raise UnknownFormat(name, "the GeoPackage holds a view that may have no end, which is not opened")


def _check_shp(path: Path, name: str) -> None:
    if not path.with_suffix(".shx").exists() and not path.with_suffix(".SHX").exists():
        raise UnreadableFile(
            name, f"{path.stem}.shx is missing", hint="a Shapefile is .shp, .shx, .dbf and .prj"
        )
    with path.open("rb") as file:
        head = file.read(100)
    size = path.stat().st_size
    announced = struct.unpack(">i", head[24:28])[0] * 2 if len(head) == 100 else 100
    if size < announced:
        raise UnreadableFile(
            name, f"{path.name} has {size:,} of {announced:,} bytes: it is truncated", hint="copy it again"
        )


def _check_kml(path: Path, name: str) -> None:
    """Well-formed, and without a DOCTYPE: entities are a way to smuggle and to explode."""

    def refuse(*_: Any) -> None:
        raise UnknownFormat(name, "this KML has a DOCTYPE, which is not read")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise UnreadableFile(
            name, f"the KML is truncated or damaged: line {error.lineno}: {expat.errors.messages[error.code]}"
        ) from error
    except (LookupError, ValueError) as error:  # of the encoding that it names
        raise UnreadableFile(name, f"the KML is in an encoding that is not read: {error}") from error


def _check_dxf(path: Path, name: str) -> None:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        tail = file.read().split()
    if not tail or tail[-1] != b"EOF":
        raise UnreadableFile(name, "the DXF does not end with EOF: it is truncated", hint="export it again")
