"""Many places at once: reading the rows, answering them together, writing them back. No row is lost."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from api.access import User
from api.answering import leader_of_grid
from api.held import Published
from api.refusals import TooManyPoints, UnreadableBody
from gis.datums import Datum, convert

MOST_POINTS = 100_000
COLUMNS = ("id", "grid", "community", "street", "leader", "status")
OWNED, OUTSIDE, ERROR, VACANT = "owned", "outside", "error", "vacant"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was given; what is wrong with it, if anything."""

    id: str
    lon: float
    lat: float
    fault: str = ""  # a stable code
    detail: str = ""


class _Point(msgspec.Struct):
    id: str | int | None = None
    lon: Any = None
    lat: Any = None


class _Batch(msgspec.Struct):
    points: list[_Point]
    datum: str | None = None


def read_json(body: bytes) -> tuple[str | None, list[Row]]:
    """The stated datum and the rows of {"datum": …, "points": [{"id", "lon", "lat"}]}.

    Raises UnreadableBody, TooManyPoints. A row without id is called by its number, from 1.
    """
    try:
        batch = msgspec.json.decode(body, type=_Batch)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableBody(f"the body is not such a batch: {error}") from None
    _limit(len(batch.points))
    return batch.datum, [
        _row(number, point.id, point.lon, point.lat) for number, point in enumerate(batch.points, 1)
    ]


def read_csv(body: bytes, encoding: str | None = None) -> list[Row]:
    """The rows of a CSV with the columns id (or none), lon, lat; UTF-8 with or without BOM, else GB18030."""
    text = _text(body, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), strict=False)
    header = [name.strip().casefold() for name in next(reader, [])]
    if not {"lon", "lat"} <= set(header):
        raise UnreadableBody("the first line must name the columns id, lon and lat")
    at = {name: header.index(name) for name in ("id", "lon", "lat") if name in header}
    rows: list[Row] = []
    try:
        for cells in reader:
            if not cells:
                continue  # a blank line is no row
            given = {name: cells[column] if column < len(cells) else None for name, column in at.items()}
            rows.append(_row(len(rows) + 1, given.get("id"), given["lon"], given["lat"]))
            _limit(len(rows))
    except csv.Error as error:
        raise UnreadableBody(f"line {reader.line_num}: {error}") from None
    return rows


def answer(held: Published, rows: Sequence[Row], datum: Datum, user: User) -> list[tuple[str | None, ...]]:
    """One tuple a row, in order: id, grid, community, street, leader, status."""
    lonlat = np.array([(row.lon, row.lat) for row in rows], dtype=float).reshape(-1, 2)
    readable = np.array([not row.fault for row in rows], dtype=bool)
    positions = np.full(len(rows), -1, dtype=np.int32)
    if readable.any():
        positions[readable] = held.snapshot.locate(convert(lonlat[readable], datum, Datum.WGS84))
    known: dict[int, tuple[str | None, ...]] = {-1: (None, None, None, None, OUTSIDE)}
    found: list[tuple[str | None, ...]] = []
    for row, position in zip(rows, positions.tolist(), strict=True):
        if row.fault:
            found.append((row.id, None, None, None, None, ERROR))
            continue
        if position not in known:
            known[position] = _of_grid(held, position, user)
        found.append((row.id, *known[position]))
    return found


def errors(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows that could not be read, each with its number from 1."""
    return [
        {"row": number, "id": row.id, "code": row.fault, "detail": row.detail}
        for number, row in enumerate(rows, 1)
        if row.fault
    ]


def write_csv(rows: Sequence[Row], answers: Iterable[Sequence[str | None]]) -> bytes:
    """The answers as CSV (UTF-8, CRLF), with a last column that says what is wrong with a row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, "error"))
    writer.writerows(
        [*(_harmless(cell) for cell in told), row.detail] for row, told in zip(rows, answers, strict=True)
    )
    return out.getvalue().encode()


def _of_grid(held: Published, position: int, user: User) -> tuple[str | None, ...]:
    code = held.snapshot.ground[position].code
    areas = held.atlas.above(held.atlas.grids[code])
    level = {area.level: area.code for area in areas}
    leader = leader_of_grid(held.snapshot, code, user, [area.code for area in areas])
    status = OWNED if leader is not None else VACANT
    return code, level.get("community"), level.get("street"), leader, status


def _row(number: int, name: object, lon: object, lat: object) -> Row:
    called = str(number) if name is None or name == "" else str(name)
    x, y = _number(lon), _number(lat)
    if x is None or y is None:
        wrong = "lon" if x is None else "lat"
        value = lon if x is None else lat
        return Row(called, math.nan, math.nan, "not-a-number", f"{wrong} {value!r} is not a number")
    if abs(x) > 180 or abs(y) > 90:
        swapped = abs(x) <= 90 and abs(y) <= 180
        hint = "; lon and lat look swapped" if swapped else ""
        return Row(called, x, y, "bad-point", f"lon {x}, lat {y} is no point on the globe{hint}")
    return Row(called, x, y)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _text(body: bytes, encoding: str | None) -> str:
    tried = [encoding] if encoding else ["utf-8-sig", "gb18030"]
    for name in tried:
        try:
            return body.decode("utf-8-sig" if name.lower() in ("utf-8", "utf8") else name)
        except (UnicodeDecodeError, LookupError):
            continue
    raise UnreadableBody(f"the text is not {' or '.join(tried)}")


def _harmless(cell: str | None) -> str:
    """A spreadsheet must not take a cell for a formula."""
    text = cell or ""
    return f"'{text}" if text[:1] in "=+@\t\r" and text else text


def _limit(count: int) -> None:
    if count > MOST_POINTS:
        raise TooManyPoints(count, MOST_POINTS)
