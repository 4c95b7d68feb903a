"""Answers as JSON, NDJSON and CSV. What rows of one grid share is rendered once."""

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO

import msgspec

from api.batches.answering import COLUMNS, Answering, Told
from api.batches.rows import Rows

_encode = msgspec.json.encode
_MEMORY = 2**20


def write_json(out: IO[bytes], pieces: Iterable[Rows], answering: Answering, *, stale: bool) -> None:
    """{"net_version", "stale", "results": [every row, in order], "errors": [the rows with a fault]}."""
    head = _encode({"net_version": answering.held.snapshot.net_version, "stale": stale})
    out.write(head[:-1] + b',"results":[')
    with tempfile.SpooledTemporaryFile(_MEMORY) as errors:
        after = b""
        for rows, text in _rendered(pieces, answering, _json_tail, with_faults=False):
            out.write(after + b",".join(text))
            after = b"," if after or text else b""
            for at, fault in sorted(rows.faults.items()):
                told = {
                    "row": rows.first + at,
                    "id": rows.ids[at],
                    "code": fault.code,
                    "detail": fault.detail,
                }
                errors.write((b"," if errors.tell() else b"") + _encode(told))
        out.write(b'],"errors":[')
        errors.seek(0)
        shutil.copyfileobj(errors, out)
    out.write(b"]}")


def write_ndjson(out: IO[bytes], pieces: Iterable[Rows], answering: Answering) -> None:
    """One object a line with the columns and "error": what is wrong with the row, or null."""
    for _, text in _rendered(pieces, answering, _json_tail, with_faults=True):
        out.write(b"\n".join(text) + b"\n" if text else b"")


def write_csv(out: IO[bytes], pieces: Iterable[Rows], answering: Answering) -> None:
    """UTF-8, CRLF, the columns and a last one that says what is wrong with a row."""
    out.write(_line([*COLUMNS, "error"]).encode())
    tails: dict[int, str] = {}
    for rows in pieces:
        lines = []
        for at, place in enumerate(answering.places(rows).tolist()):
            tail = tails.get(place)
            if tail is None:
                tail = tails[place] = _line(map(_harmless, answering.told(place)))[:-2] + ","
            lines.append(f"{_cell(rows.ids[at])},{tail}")
        for at, fault in rows.faults.items():
            lines[at] += _cell(fault.detail)
        out.write("".join([f"{line}\r\n" for line in lines]).encode())


def _rendered(
    pieces: Iterable[Rows], answering: Answering, tail_of: Callable[[Told], bytes], *, with_faults: bool
) -> Iterator[tuple[Rows, list[bytes]]]:
    """Every piece with its rows as JSON objects."""
    tails: dict[int, bytes] = {}
    end = b',"error":null}' if with_faults else b"}"
    for rows in pieces:
        text = []
        for name, place in zip(rows.ids, answering.places(rows).tolist(), strict=True):
            tail = tails.get(place)
            if tail is None:
                tail = tails[place] = tail_of(answering.told(place)) + end
            text.append(b'{"id":' + _encode(name) + tail)
        if with_faults:
            for at, fault in rows.faults.items():
                text[at] = text[at].removesuffix(end) + b',"error":' + _encode(fault.detail) + b"}"
        yield rows, text


def _json_tail(told: Told) -> bytes:
    return b"," + _encode(dict(zip(COLUMNS[1:], told, strict=True)))[1:-1]


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(text: str) -> str:
    """One cell; nearly always the text itself."""
    safe = _harmless(text)
    return safe if safe.isalnum() else _line([safe])[:-2]


def _harmless(cell: str | None) -> str:
    """A spreadsheet must not take a cell for a formula."""
    text = cell or ""
    return f"'{text}" if text[:1] in "=+@\t\r" and text else text
