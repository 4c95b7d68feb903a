"""The text encoding of a Shapefile's table, which the format itself hardly says."""

import codecs
import struct
from pathlib import Path

from boundaries.land.importing.errors import UnreadableFile
from boundaries.land.importing.reading.text import named

_SAMPLE = 4 << 20


def dbf_encoding(shp: Path, stated: str | None, name: str) -> str:
    """As stated, else by the .cpg, else whichever of UTF-8 and GB18030 fits all bytes.

    Raises UnreadableFile where the table is truncated or its text fits neither.
    """
    dbf = _beside(shp, ".dbf")
    if dbf is None:
        raise UnreadableFile(
            name, f"{shp.stem}.dbf is missing", hint="a Shapefile is .shp, .shx, .dbf and .prj"
        )
    sample = _text_bytes(dbf, name)
    if stated is not None:
        return named(stated)
    cpg = _beside(shp, ".cpg")
    if cpg is not None:
        told = cpg.read_text("ascii", errors="ignore").strip()
        if told:
            codec = named(told)
            if not _fits(sample, codec):
                raise UnreadableFile(
                    name,
                    f"the .cpg says {told}, but the text is not",
                    hint="state --encoding gb18030 or utf-8",
                )
            return codec
    for codec in ("utf-8", "gb18030"):
        if _fits(sample, codec):
            return codec
    raise UnreadableFile(name, "the text is neither UTF-8 nor GB18030", hint="state --encoding")


def _beside(shp: Path, suffix: str) -> Path | None:
    for spelt in (suffix, suffix.upper()):
        found = shp.with_suffix(spelt)
        if found.exists():
            return found
    return None


def _text_bytes(dbf: Path, name: str) -> list[bytes]:
    """Field names and cells, one value each: a cell may end within a character of its neighbour's."""
    size = dbf.stat().st_size
    with dbf.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            raise UnreadableFile(name, f"{dbf.name} is truncated", hint="copy it again")
        records, head_length, record_length = struct.unpack("<IHH", head[4:12])
        announced = head_length + records * record_length
        if size < announced:
            raise UnreadableFile(
                name, f"{dbf.name} has {size:,} of {announced:,} bytes: it is truncated", hint="copy it again"
            )
        descriptors = file.read(max(0, head_length - 33))
        file.seek(head_length)
        body = file.read(min(_SAMPLE, records * record_length))
    values: list[bytes] = []
    offset = 1
    fields = []
    for start in range(0, len(descriptors) - 31, 32):
        one = descriptors[start : start + 32]
        values.append(one[:11].split(b"\x00")[0])
        if one[11:12] == b"C":
            fields.append((offset, one[16]))
        offset += one[16]
    if offset > record_length:
        raise UnreadableFile(
            name, f"{dbf.name} is damaged: its fields are wider than its records", hint="copy it again"
        )
    for record in range(0, len(body) - record_length + 1, record_length):
        values += [body[record + at : record + at + width].rstrip(b" \x00") for at, width in fields]
    return [value for value in values if not value.isascii()]


def _fits(values: list[bytes], codec: str) -> bool:
    try:
        for value in values:
            # a field's width, counted in bytes, may end within a character
            codecs.getincrementaldecoder(codec)().decode(value)
    except UnicodeDecodeError:
        return False
    return True
