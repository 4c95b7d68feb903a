"""Batches as Arrow IPC streams.

A stream comes from outside: every batch is validated in full before it is used, and buffers are taken
only as they are, since a compressed one may say any length.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import IO, Any

import numpy as np
import pyarrow as pa

from api.batches.answering import COLUMNS, Answering
from api.batches.rows import PIECE, Rows, limit, rows_of
from api.refusals import UnreadableBody

ARROW = "application/vnd.apache.arrow.stream"
_SCHEMA = pa.schema([pa.field(name, pa.string()) for name in (*COLUMNS, "error")])
_RECORD_BATCH, _DICTIONARY_BATCH = 3, 2  # header types of a message


def read_arrow(file: IO[bytes]) -> Iterator[Rows]:
    """The rows of an Arrow IPC stream with the columns id (text, whole numbers, or none), lon and lat.

    Raises UnreadableBody, TooManyPoints.
    """
    try:
        _refuse_compressed(file)
        with pa.ipc.open_stream(pa.PythonFile(file, "r")) as reader:
            columns = [_numbers_at(reader.schema, name) for name in ("lon", "lat")]
            name = _name_at(reader.schema)
            first = 1
            for batch in reader:
                limit(first + batch.num_rows - 1)
                for at in (*columns, *([] if name is None else [name])):
                    batch.column(at).validate(full=True)
                for start in range(0, batch.num_rows, PIECE):
                    piece = batch.slice(start, PIECE)
                    names = piece.column(name).to_pylist() if name is not None else None
                    yield rows_of(first, names, *(_values(piece.column(at)) for at in columns))
                    first += piece.num_rows
    except (pa.ArrowException, OSError, ValueError, struct.error) as error:
        raise UnreadableBody(f"the body is no Arrow IPC stream: {error}") from None


def write_arrow(out: IO[bytes], pieces: Iterable[Rows], answering: Answering) -> None:
    """An Arrow IPC stream: the columns, and "error", all as text."""
    with pa.ipc.new_stream(pa.PythonFile(out, "w"), _SCHEMA) as writer:
        for rows in pieces:
            unique, at = np.unique(answering.places(rows), return_inverse=True)
            told = [answering.told(place) for place in unique.tolist()]
            taken = pa.array(at.reshape(-1))
            errors: list[str | None] = [None] * len(rows.ids)
            for place, fault in rows.faults.items():
                errors[place] = fault.detail
            columns = [pa.array(list(column), pa.string()).take(taken) for column in zip(*told, strict=True)]
            writer.write_batch(
                pa.RecordBatch.from_arrays(
                    [pa.array(rows.ids, pa.string()), *columns, pa.array(errors, pa.string())], schema=_SCHEMA
                )
            )


def _at(schema: pa.Schema, name: str) -> int | None:
    places = [at for at, field in enumerate(schema) if field.name.casefold() == name]
    if len(places) > 1:
        raise UnreadableBody(f"there are {len(places)} columns {name}")
    return places[0] if places else None


def _numbers_at(schema: pa.Schema, name: str) -> int:
    at = _at(schema, name)
    if at is None:
        raise UnreadableBody("the columns lon and lat are needed")
    kind = schema.field(at).type
    if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
        raise UnreadableBody(f"the column {name} holds no numbers but {kind}")
    return at


def _name_at(schema: pa.Schema) -> int | None:
    at = _at(schema, "id")
    kind = schema.field(at).type if at is not None else pa.string()
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind)):
        raise UnreadableBody(f"the column id holds neither text nor whole numbers but {kind}")
    return at


def _values(column: pa.Array) -> Any:
    """Doubles; NaN for none."""
    return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)


def _refuse_compressed(file: IO[bytes]) -> None:
    """Raises UnreadableBody if some batch has compressed buffers. The file is at its start again."""
    while len(head := file.read(8)) == 8:
        marker, size = struct.unpack("<iI", head)
        if marker != -1:
            raise UnreadableBody("the body is no Arrow IPC stream (of format 0.15 or later)")
        if size == 0:
            break
        if size > 2**24:
            raise UnreadableBody("a message of the Arrow stream has more than 16 MiB of description")
        header_type, has_compression, body = _described(file.read(size))
        if header_type in (_RECORD_BATCH, _DICTIONARY_BATCH) and has_compression:
            raise UnreadableBody("the buffers of the Arrow stream are compressed: send them as they are")
        if body < 0:
            raise UnreadableBody("a message of the Arrow stream has no length")
        file.seek(body, 1)
    file.seek(0)


def _described(message: bytes) -> tuple[int, bool, int]:
    """Header type, whether the header names a compression, and the body's length of a message.

    Source: Apache Arrow, format/Message.fbs; FlatBuffers, Internals (tables and vtables).
    """
    root = struct.unpack_from("<I", message)[0]
    header_type = _scalar(message, root, 1, "<B")
    body = _scalar(message, root, 3, "<q")
    at = _field(message, root, 2)
    if at is None:
        return header_type, False, body
    header = at + struct.unpack_from("<I", message, at)[0]
    if header_type == _DICTIONARY_BATCH:  # id, data: RecordBatch, isDelta
        at = _field(message, header, 1)
        if at is None:
            return header_type, False, body
        header = at + struct.unpack_from("<I", message, at)[0]
    return header_type, _field(message, header, 3) is not None, body


def _field(message: bytes, table: int, number: int) -> int | None:
    """Where a table holds a field; None: it does not."""
    vtable = table - struct.unpack_from("<i", message, table)[0]
    if vtable < 0:
        raise ValueError("a table without its description")
    if 4 + 2 * number >= struct.unpack_from("<H", message, vtable)[0]:
        return None
    offset = struct.unpack_from("<H", message, vtable + 4 + 2 * number)[0]
    return table + offset if offset else None


def _scalar(message: bytes, table: int, number: int, form: str) -> int:
    at = _field(message, table, number)
    return int(struct.unpack_from(form, message, at)[0]) if at is not None else 0
