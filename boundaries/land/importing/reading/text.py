"""CSV and other delimited text, in the encodings that Chinese offices write."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from boundaries.land.importing.errors import FileTooLarge, UnreadableFile
from boundaries.land.importing.reading.limits import Limits
from boundaries.land.importing.reading.table import Table

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = (",", "\t", ";", "|", "，")
_NAMES = {
    "936": "gb18030",
    "cp936": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "ansi936": "gb18030",
    "utf8": "utf-8",
    "65001": "utf-8",
    "utf-8": "utf-8",
}


def read_csv(path: Path, *, encoding: str | None, limits: Limits) -> Table:
    """Every cell as text, empty cells as None; rows are numbered by the line on which they start.

    A row with too many or too few cells is kept and marked broken.
    Raises UnreadableFile (wrong encoding, open quote at the end, no header), FileTooLarge.
    """
    text, used = decode(path.name, path.read_bytes(), encoding)
    if "\x00" in text:
        raise UnreadableFile(path.name, "the text holds NUL characters: it is no text file or is damaged")
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(1 << 27)
    # newline="": a line break within quotes belongs to the cell
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    at = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                lines.append(at)
            at = reader.line_num + 1
            if len(rows) > limits.rows:
                raise FileTooLarge(path.name, f"more than {limits.rows:,} rows", hint="import it in parts")
    except csv.Error as error:
        raise UnreadableFile(
            path.name, f"line {reader.line_num}: {error}; the file may be truncated", hint="export it again"
        ) from error
    if not rows:
        raise UnreadableFile(path.name, "the file has no header and no rows")
    return _table(rows, lines, used)


def decode(file: str, raw: bytes, encoding: str | None) -> tuple[str, str]:
    """The text and the encoding it was read in: as stated, by its BOM, else UTF-8, else GB18030.

    Raises UnreadableFile with the offending byte's line.
    """
    if encoding is not None:
        used = named(encoding)
        if used == "utf-8":
            used = "utf-8-sig"  # a BOM is allowed, not demanded
        return _strict(file, raw, used), used
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return _strict(file, raw, name), name
    for name in ("utf-8", "gb18030"):
        try:
            return raw.decode(name), name
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(
        file, "the text is neither UTF-8 nor GB18030", hint="save it as UTF-8, or state --encoding"
    )


def named(encoding: str) -> str:
    """The codec of a name as a .cpg or a person writes it. Raises UnreadableFile if there is none."""
    plain = encoding.strip().casefold().replace("ansi ", "ansi").replace("_", "-")
    found = _NAMES.get(plain) or _NAMES.get(plain.replace("-", "")) or plain
    try:
        "".encode(found)
    except (LookupError, ValueError) as error:
        raise UnreadableFile(encoding, "no such text encoding", hint="utf-8 and gb18030 are usual") from error
    return found


def _strict(file: str, raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            file, f"line {line} is no {encoding} text", hint="state another --encoding: gb18030 or utf-8"
        ) from error


def _table(rows: list[list[str]], lines: list[int], encoding: str) -> Table:
    header = distinct([cell.strip() for cell in rows[0]])
    broken: dict[int, tuple[str, str]] = {}
    body = rows[1:]
    for position, row in enumerate(body):
        if len(row) != len(header):
            extra = row[len(header) :]
            if any(cell.strip() for cell in extra) or len(row) < len(header):
                last = position == len(body) - 1
                hint = "; the file may be truncated" if last and len(row) < len(header) else ""
                broken[position] = (
                    row[0],
                    f"the line has {len(row)} cells, the header {len(header)}{hint}",
                )
            body[position] = (row + [""] * len(header))[: len(header)]
    cells = pd.DataFrame(
        {
            name: pd.Series([row[i].strip() or None for row in body], dtype=object)
            for i, name in enumerate(header)
        },
        columns=header,
    )
    return Table("CSV", cells, np.asarray(lines[1:], dtype=np.int64), encoding=encoding, broken=broken)


def distinct(names: list[str]) -> list[str]:
    """Names for empty columns, and a number behind a repeated one."""
    seen: dict[str, int] = {}
    out = []
    for position, name in enumerate(names, start=1):
        name = name or f"column {position}"
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out
