"""Real small files cut short, with bits turned or bytes replaced: rows come out, or a typed refusal."""

import json
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from boundaries.land.importing import Request, UnreadableFile
from boundaries.land.importing import apart as whole
from boundaries.land.importing.reading import read
from boundaries.store.database import Database
from boundaries.store.errors import Refusal
from tests.boundaries.land.importing import drawn
from tests.boundaries.land.importing.reader import LIMITS, Reader, ReaderDied, rows_of

MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Flipped:
    """Some bits turned."""

    bits: tuple[int, ...]

    def __call__(self, data: bytes) -> bytes:
        made = bytearray(data)
        for bit in self.bits:
            made[bit // 8 % len(made)] ^= 1 << bit % 8
        return bytes(made)


@dataclass(frozen=True)
class Cut:
    """The beginning alone."""

    at: int

    def __call__(self, data: bytes) -> bytes:
        return data[: self.at % (len(data) + 1)]


@dataclass(frozen=True)
class Replaced:
    """Some bytes in place of others."""

    at: int
    gone: int
    by: bytes

    def __call__(self, data: bytes) -> bytes:
        at = self.at % len(data)
        return data[:at] + self.by + data[at + self.gone :]


@dataclass(frozen=True)
class Arbitrary:
    """Any bytes after a head that may be enough to be taken for the format."""

    kept: int
    tail: bytes

    def __call__(self, data: bytes) -> bytes:
        return data[: self.kept] + self.tail


Damage = Flipped | Cut | Replaced | Arbitrary
AT = st.integers(0, 1 << 16)
DAMAGES = st.one_of(
    st.builds(Flipped, st.lists(st.integers(0, 1 << 19), min_size=1, max_size=8).map(tuple)),
    st.builds(Cut, AT),
    st.builds(Replaced, AT, st.integers(0, 40), st.binary(max_size=40)),
    st.builds(Arbitrary, st.integers(0, 64), st.binary(max_size=200)),
)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        assert opened.call(len, "alive") == 5
        yield opened


@pytest.fixture(scope="module")
def register(database: Database) -> Database:
    """A register with two communities and no grid, committed: the process apart reads it."""
    with database.transaction() as session:
        drawn.found(session)
    return database


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the six grids in every format that is damaged here."""
    folder = tmp_path_factory.mktemp("sound")
    frame = drawn.grid_frame()
    frame.to_file(folder / "grids.shp", encoding="gb18030")
    frame.to_file(folder / "grids.fgb", driver="FlatGeobuf")
    frame.to_crs(4326).to_file(folder / "grids.kml", driver="LIBKML")
    frame.to_parquet(folder / "grids.parquet")
    return folder


def _damaged(sound: Path, folder: Path, name: str, damage: Callable[[bytes], bytes]) -> Path:
    """The file to be read: a copy of `grids` in which the member `name` is damaged."""
    for member in sound.glob("grids.*"):
        shutil.copyfile(member, folder / member.name)
    path = folder / name
    path.write_bytes(damage(path.read_bytes()))
    return path if path.suffix in (".fgb", ".kml", ".parquet") else folder / "grids.shp"


FORMATS = ["grids.dbf", "grids.fgb", "grids.kml", "grids.parquet"]
BESIDE = ["grids.shp", "grids.shx", "grids.cpg", "grids.prj"]


@pytest.mark.parametrize("name", FORMATS)
def test_undamaged_it_gives_its_six_rows(reader: Reader, sound: Path, tmp_path: Path, name: str) -> None:
    assert reader.call(rows_of, _damaged(sound, tmp_path, name, Cut(-1))) == 6


@pytest.mark.parametrize("name", FORMATS)
@MANY
@given(DAMAGES)
def test_a_damaged_file_is_read_or_refused(
    reader: Reader, sound: Path, tmp_path: Path, name: str, damage: Damage
) -> None:
    _read_or_refused(reader, _damaged(sound, tmp_path, name, damage))


@MANY
@given(st.sampled_from(BESIDE), DAMAGES)
@example("grids.prj", Replaced(8, 1, b"\x80"))
def test_a_shapefile_is_read_or_refused_whichever_of_its_files_is_damaged(
    reader: Reader, sound: Path, tmp_path: Path, name: str, damage: Damage
) -> None:
    _read_or_refused(reader, _damaged(sound, tmp_path, name, damage))


def _read_or_refused(reader: Reader, path: Path) -> None:
    try:
        assert reader.call(rows_of, path) >= 0
    except Refusal as refused:
        assert refused.code and str(refused)
    except ReaderDied:  # where `apart` says that the reader broke on it
        pass


@pytest.mark.parametrize("name", FORMATS)
@FEW
@given(DAMAGES)
def test_what_can_be_read_of_a_damaged_file_is_reported_row_by_row(
    reader: Reader, register: Database, sound: Path, tmp_path: Path, name: str, damage: Damage
) -> None:
    path = _damaged(sound, tmp_path, name, damage)
    request = Request("grids", limits=LIMITS)
    try:
        report = reader.call(whole._dry_run, register.url, "140502", path, request)
    except (Refusal, ReaderDied):
        return
    assert report.rows_read == report.rows_accepted + report.rows_refused
    for row in report.refused:
        assert row.row >= 1 and row.field and row.code and row.reason


def _narrow(data: bytes) -> bytes:
    """A table whose records are one byte long, whatever its fields say."""
    return data[:10] + struct.pack("<H", 1) + data[12:]


def _in_no_encoding(data: bytes) -> bytes:
    return data.replace(b"UTF-8", b"none-8", 1)


@pytest.mark.parametrize(
    ("name", "damage", "says"),
    [
        ("grids.dbf", _narrow, "fields are wider than its records"),
        ("grids.kml", _in_no_encoding, "an encoding that is not read"),
        ("grids.prj", Replaced(8, 1, b"\x80"), "the description of its frame is damaged"),
        ("grids.cpg", Replaced(0, 9, b"utf-8\x00"), "no such text encoding"),
    ],
)
def test_what_was_a_traceback_is_a_sentence(
    sound: Path, tmp_path: Path, name: str, damage: Callable[[bytes], bytes], says: str
) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read(_damaged(sound, tmp_path, name, damage))


@pytest.mark.parametrize(
    ("geo", "column", "says"),
    [
        ({"primary_column": "shape", "columns": {"shape": 1}}, [b"", b""], "description is damaged"),
        ({"primary_column": "shape", "columns": "shape"}, [b"", b""], "description is damaged"),
        ([], [b"", b""], "description is damaged"),
        ({"primary_column": "shape", "columns": {"shape": {}}}, [1, 2], "holds no WKB"),
        ({"primary_column": "shape", "columns": {"shape": {"crs": [1]}}}, [b"", b""], "unknown CRS"),
    ],
)
def test_a_parquet_file_that_is_described_as_what_it_is_not_is_refused(
    tmp_path: Path, geo: Any, column: list[Any], says: str
) -> None:
    table = pa.table({"shape": column}).replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, tmp_path / "grids.parquet")
    with pytest.raises(UnreadableFile, match=says):
        read(tmp_path / "grids.parquet")


def test_what_pandas_noted_in_a_parquet_file_is_not_needed(tmp_path: Path) -> None:
    frame = pd.DataFrame({"编码": ["1", "2"]}, index=[7, 9])
    table = pa.Table.from_pandas(frame)
    noted = table.schema.metadata[b"pandas"].replace(b'"pandas_type"', b'"pandas_typo"')
    pq.write_table(table.replace_schema_metadata({"pandas": noted}), tmp_path / "list.parquet")
    assert list(read(tmp_path / "list.parquet").columns) == ["编码"]


def test_columns_of_one_name_in_a_parquet_file_get_a_number(tmp_path: Path) -> None:
    pq.write_table(pa.table([[1], [2]], names=["编码", "编码"]), tmp_path / "list.parquet")
    assert list(read(tmp_path / "list.parquet").columns) == ["编码", "编码 (2)"]
