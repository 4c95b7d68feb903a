"""Batches as JSON, NDJSON and CSV, piece by piece."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO, Any

import msgspec

from api.batches.rows import PIECE, Fault, Rows, limit, rows_of
from api.refusals import BodyTooLarge, UnreadableBody

JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
MOST_IN_JSON = 100_000  # one document is held as a whole
_JSON_BYTES = 32 * 2**20
_LINE_BYTES = 2**20


class _Point(msgspec.Struct):
    id: str | int | None = None
    lon: Any = None
    lat: Any = None


class _Batch(msgspec.Struct):
    points: list[_Point]
    datum: str | None = None


_point = msgspec.json.Decoder(_Point)
_NO_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # the last: nested without end


def read_json(file: IO[bytes]) -> tuple[str | None, Iterator[Rows]]:
    """The stated datum and the rows of {"datum": …, "points": [{"id", "lon", "lat"}]}.

    Raises UnreadableBody, TooManyPoints, BodyTooLarge.
    """
    body = file.read(_JSON_BYTES + 1)
    if len(body) > _JSON_BYTES:
        raise BodyTooLarge(_JSON_BYTES)
    try:
        batch = msgspec.json.decode(body, type=_Batch)
    except _NO_JSON as error:
        raise UnreadableBody(f"the body is not such a batch: {error}") from None
    limit(len(batch.points), MOST_IN_JSON)
    return batch.datum, _of_points(batch.points)


def read_ndjson(file: IO[bytes]) -> Iterator[Rows]:
    """One {"id", "lon", "lat"} a line. A line that is none of these is a row with a fault.

    Raises UnreadableBody for a line without an end, TooManyPoints.
    """
    first = 1
    while lines := list(islice(_lines(file, first), PIECE)):
        points, faults = _parsed(lines)
        yield _columns(first, points, faults)
        first += len(points)


def read_csv(file: IO[bytes], encoding: str | None = None) -> Iterator[Rows]:
    """The rows of a CSV with the columns id (or none), lon, lat; UTF-8 with or without BOM, else GB18030.

    Raises UnreadableBody, TooManyPoints.
    """
    text = io.TextIOWrapper(file, _encoding(file, encoding), newline="")
    try:
        reader = csv.reader(text)
        try:
            header = [name.strip().casefold() for name in next(reader, [])]
            if not {"lon", "lat"} <= set(header):
                raise UnreadableBody("the first line must name the columns id, lon and lat")
            lon, lat = header.index("lon"), header.index("lat")
            name = header.index("id") if "id" in header else None
            first = 1
            while rows := list(islice(filter(None, reader), PIECE)):  # a blank line is no row
                names = _column(rows, name) if name is not None else None
                yield rows_of(first, names, _column(rows, lon), _column(rows, lat))
                first += len(rows)
        except csv.Error as error:
            raise UnreadableBody(f"line {reader.line_num}: {error}") from None
    finally:
        text.detach()


def _column(rows: Sequence[Sequence[str]], at: int) -> list[str | None]:
    return [cells[at] if at < len(cells) else None for cells in rows]


def _of_points(points: Sequence[_Point]) -> Iterator[Rows]:
    for start in range(0, len(points), PIECE):
        yield _columns(start + 1, points[start : start + PIECE])


def _columns(first: int, points: Sequence[_Point], faults: dict[int, Fault] | None = None) -> Rows:
    names = [point.id for point in points]
    return rows_of(first, names, [point.lon for point in points], [point.lat for point in points], faults)


def _lines(file: IO[bytes], first: int) -> Iterator[bytes]:
    """Lines with something in them."""
    while line := file.readline(_LINE_BYTES):
        if len(line) == _LINE_BYTES and not line.endswith(b"\n"):
            raise UnreadableBody(f"a line after row {first} is longer than {_LINE_BYTES:,} bytes")
        if not line.isspace():
            yield line


def _parsed(lines: Sequence[bytes]) -> tuple[list[_Point], dict[int, Fault]]:
    """The points of the lines; an empty one and a fault for each line that is no point."""
    points: list[_Point] = []
    faults: dict[int, Fault] = {}
    for at, line in enumerate(lines):
        try:
            points.append(_point.decode(line))
        except _NO_JSON as error:
            points.append(_Point())
            faults[at] = Fault("unreadable-row", f"no object with id, lon and lat: {error}")
    return points, faults


def _encoding(file: IO[bytes], stated: str | None) -> str:
    """The first encoding that the whole file is in; the file is at its start again. Raises UnreadableBody."""
    tried = [stated] if stated else ["utf-8", "gb18030"]
    for name in tried:
        try:
            named = codecs.lookup(name).name
            if not codecs.lookup(name)._is_text_encoding:
                continue
            decoder = codecs.getincrementaldecoder(named)()
            file.seek(0)
            while part := file.read(2**20):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except (UnicodeError, LookupError, ValueError):
            continue
        file.seek(0)
        return "utf-8-sig" if named == "utf-8" else named
    raise UnreadableBody(f"the text is not {' or '.join(tried)}")
