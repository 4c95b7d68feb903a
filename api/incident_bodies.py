"""What arrives at `POST /v1/incidents`: JSON, CSV, XLSX or Parquet, as one table of rows."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec
import pandas as pd

from api.refusals import TooManyIncidents, UnknownMediaType, UnreadableBody
from boundaries.land.importing.reading import Limits, read_apart

MOST_ROWS = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {
    "application/json": ".json",
    "text/csv": ".csv",
    XLSX: ".xlsx",
    "application/vnd.apache.parquet": ".parquet",
}
FIELDS = (
    *("external_ref", "source", "matter", "happened_at", "resolved_at", "due_at", "lon", "lat"),
    *("accuracy_m", "description", "address"),
)
_LIMITS = Limits(
    file_bytes=64 << 20,
    unpacked_bytes=512 << 20,
    json_bytes=64 << 20,
    rows=MOST_ROWS,
    memory_bytes=2 << 30,
    seconds=60,
)


@dataclass(frozen=True, slots=True)
class Batch:
    """rows: columns FIELDS, plain 0…n-1 index. numbers: of each row as the sender counts it.

    datum, system: as the body states them, None where it does not.
    """

    rows: pd.DataFrame
    numbers: list[int]
    datum: str | None = None
    system: str | None = None


def read_batch(body: IO[bytes], media_type: str) -> Batch:
    """Raises UnknownMediaType, UnreadableBody, TooManyIncidents, and what reading a file raises."""
    media = media_type.partition(";")[0].strip().lower()
    if media not in MEDIA:
        raise UnknownMediaType(media, list(MEDIA))
    return _of_json(body) if media == "application/json" else _of_file(body, MEDIA[media])


def _of_json(body: IO[bytes]) -> Batch:
    """One incident as an object, many as `{"incidents": […], "datum": …, "system": …}` or as a list."""
    try:
        given: Any = msgspec.json.decode(body.read())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableBody(f"the body is no JSON: {error}") from None
    datum = system = None
    if isinstance(given, dict):
        datum, system = given.pop("datum", None), given.pop("system", None)
        given = given.pop("incidents") if set(given) == {"incidents"} else [given]
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise UnreadableBody("send one incident as an object, or many as a list")
    for name, stated in (("datum", datum), ("system", system)):
        if stated is not None and not isinstance(stated, str):
            raise UnreadableBody(f"{name} is a text")
    _limit(len(given))
    for number, each in enumerate(given, 1):
        unknown = sorted(set(each) - set(FIELDS))
        if unknown:
            raise UnreadableBody(
                f"incident {number} has a member '{unknown[0]}'; known are {', '.join(FIELDS)}"
            )
        for name, value in each.items():
            if isinstance(value, dict | list | bool):
                raise UnreadableBody(f"incident {number}: {name} is neither text nor number")
    rows = pd.DataFrame(given, columns=list(FIELDS), dtype=object)
    return Batch(rows, list(range(1, len(given) + 1)), datum, system)


def _of_file(body: IO[bytes], suffix: str) -> Batch:
    with tempfile.TemporaryDirectory(prefix="yiwang-incidents-") as folder:
        path = Path(folder) / f"body{suffix}"
        with path.open("wb") as file:
            shutil.copyfileobj(body, file)
        table = read_apart(path, limits=_LIMITS)
    if not set(table.columns) & set(FIELDS):
        raise UnreadableBody(f"the first row must name columns of {', '.join(FIELDS)}")
    _limit(len(table))
    rows = table.cells.reindex(columns=list(FIELDS)).astype(object)
    return Batch(rows, [int(number) for number in table.rows])


def _limit(count: int) -> None:
    if count > MOST_ROWS:
        raise TooManyIncidents(count, MOST_ROWS)
    if count == 0:
        raise UnreadableBody("there is no incident in it")
