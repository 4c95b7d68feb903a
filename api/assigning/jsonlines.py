"""NDJSON as Arrow batches: one object a line, read twice, so that its columns and types are known first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from api.assigning.refusals import AssignRefused

_LINE_BYTES = 2**24
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_TYPES = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}


@dataclass(frozen=True)
class JsonLines:
    """schema: the members of all lines in the order in which they come up.

    A member that holds one kind of value is a column of that kind, whole numbers beside others are
    numbers; anything else (kinds mixed, lists, objects, whole numbers beyond 64 bits) is JSON as text.
    """

    path: Path
    schema: pa.Schema
    rows: int

    @classmethod
    def of(cls, path: Path) -> "JsonLines":
        """The first reading. Raises AssignRefused, naming the line that is no JSON object."""
        kinds: dict[str, set[type]] = {}
        rows = 0
        for record in _records(path):
            rows += 1
            for name, value in record.items():
                kind = object if _beyond(value) else type(value)
                kinds.setdefault(name, set()).add(kind)
        fields = [pa.field(name, _type_of(seen - {type(None)})) for name, seen in kinds.items()]
        return cls(path, pa.schema(fields), rows)

    def batches(self, size: int) -> Iterator[pa.RecordBatch]:
        """The second reading, `size` rows at a time."""
        records = _records(self.path)
        while some := list(islice(records, size)):
            yield pa.RecordBatch.from_arrays(
                [self._column(field, some) for field in self.schema], schema=self.schema
            )

    @staticmethod
    def _column(field: pa.Field, records: Sequence[Mapping[str, Any]]) -> pa.Array:
        values = [record.get(field.name) for record in records]
        if field.type == pa.string():
            values = [
                value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()
                for value in values
            ]
        elif field.type == pa.float64():
            values = [None if value is None else float(value) for value in values]
        return pa.array(values, field.type)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LINE_BYTES):
            number += 1
            if line.isspace():
                continue
            try:
                yield _decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise AssignRefused(f"{path.name}, line {number}: no JSON object: {error}") from None


def _type_of(kinds: set[type]) -> pa.DataType:
    if kinds == {int, float}:
        return pa.float64()
    return _TYPES.get(next(iter(kinds)), pa.string()) if len(kinds) == 1 else pa.string()


def _beyond(value: object) -> bool:
    return type(value) is int and not -(2**63) <= value < 2**63
