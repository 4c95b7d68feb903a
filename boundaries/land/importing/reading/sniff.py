"""Which format a file really has, from its bytes: the name may lie, and GDAL must not guess."""

import zipfile
from pathlib import Path

from boundaries.land.importing.errors import UnknownFormat, UnreadableFile
from boundaries.land.importing.reading.archive import DAMAGED

_MAGIC = {
    b"SQLite format 3\x00": "GeoPackage",
    b"fgb\x03fgb": "FlatGeobuf",
    b"PAR1": "GeoParquet",
    b"PK\x03\x04": "zip",
    b"\x00\x00\x27\x0a": "Shapefile",
}
_NOT_READ = {
    b"\xd0\xcf\x11\xe0": ("an old Excel or Word file", "save it as .xlsx or .csv"),
    b"AC10": ("an AutoCAD DWG", "save it as DXF"),
    b"AutoCAD Binary DXF": ("a binary DXF", "save it as a text DXF"),
    b"%PDF": ("a PDF", "ask for the file that it was made from"),
    b"Rar!": ("a RAR archive", "unpack it, or pack it as zip"),
    b"7z\xbc\xaf": ("a 7z archive", "unpack it, or pack it as zip"),
    b"\x1f\x8b": ("a gzip archive", "unpack it, or pack it as zip"),
    b"\x89PNG": ("a picture", "a map picture holds no shapes"),
    b"\xff\xd8\xff": ("a picture", "a map picture holds no shapes"),
}
_TABLES = {".csv", ".tsv", ".txt"}
_KNOWN = (
    "GeoPackage, GeoJSON, Shapefile (folder or zip), FlatGeobuf, GeoParquet, KML, KMZ, DXF, XLSX"
    " and CSV are read"
)
# What makes a GDAL driver fetch or run something; never in a file that we hand to it.
_SMUGGLED = (b"<OGRVRTDataSource", b"<OGRVRTLayer", b"gdal_streamed_alg", b"<OGRWFSDataSource", b"<GDAL_WMS")
_HEAD = 1 << 16


def sniff(path: Path) -> str:
    """The format of a file or folder: GeoPackage, GeoJSON, Shapefile, …, zip, XLSX, KMZ, CSV.

    Raises UnknownFormat for everything else, UnreadableFile for an empty or absent file.
    """
    if path.is_dir():
        if any(member.suffix.lower() == ".shp" for member in path.iterdir()):
            return "Shapefile folder"
        raise UnknownFormat(path.name, "a folder without a .shp", hint=_KNOWN)
    if not path.is_file():
        raise UnreadableFile(path.name, "there is no such file")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise UnreadableFile(path.name, "the file is empty (0 bytes)", hint="export or copy it again")
    _refuse_known_others(path, head)
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return _zip_kind(path) if name == "zip" else name
    return _text_kind(path, head)


def _refuse_known_others(path: Path, head: bytes) -> None:
    for magic, (what, hint) in _NOT_READ.items():
        if head.startswith(magic):
            raise UnknownFormat(path.name, f"this is {what}", hint=hint)
    for smuggled in _SMUGGLED:
        if smuggled in head:
            raise UnknownFormat(
                path.name, "this file points to other data instead of holding it", hint=_KNOWN
            )


def _text_kind(path: Path, head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf").lstrip()
    if text[:1] in (b"{", b"["):
        return "GeoJSON"
    if text[:1] == b"<":
        if b"<kml" in text or b":kml" in text:
            return "KML"
        raise UnknownFormat(path.name, "this XML is no KML", hint=_KNOWN)
    lines = [line.strip() for line in text[:4096].splitlines()[:40]]
    if b"SECTION" in lines and lines[0] in (b"0", b"999"):
        return "DXF"
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if utf16 or (b"\x00" not in head and path.suffix.lower() in _TABLES):
        return "CSV"
    raise UnknownFormat(path.name, "the content is none of the formats that are read", hint=_KNOWN)


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except DAMAGED as error:
        raise UnreadableFile(
            path.name, "the zip is truncated or damaged", hint="copy or download it again"
        ) from error
    if "[Content_Types].xml" in names:
        if any(name.startswith("xl/") for name in names):
            return "XLSX"
        raise UnknownFormat(path.name, "this is an Office file without sheets", hint=_KNOWN)
    suffixes = {Path(name).suffix.lower() for name in names}
    return "KMZ" if ".kml" in suffixes and ".shp" not in suffixes else "zip"
