"""Every parser of the register and its files: whatever comes in, a value comes out or a typed refusal."""

import contextlib
import io
import json
import string
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from boundaries.duty import shifts, workbook
from boundaries.duty.refusals import UnreadableWorkbook
from boundaries.land.calling import read_pasted
from boundaries.land.codes import AreaCode, GridCode, MalformedCode, read_code
from boundaries.land.importing import values
from boundaries.land.importing.reading import read
from boundaries.land.importing.reading.geojson import read_geojson
from boundaries.land.importing.reading.limits import Limits
from boundaries.land.importing.reading.text import read_csv
from boundaries.store.audit import Head
from boundaries.store.errors import Refusal
from gis.allotment.lists import read_list

FEW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
ANY = st.text(max_size=60)
NEAR = st.text(string.digits + "+-.,;:/年月日时分 TZ%eE一-日号楼栋#〜（）x", max_size=40)
CELLS = st.one_of(
    ANY,
    NEAR,
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.dates(),
)
READERS: list[Callable[[Any], Any]] = [
    values.read_text,
    values.read_count,
    values.read_number,
    values.read_flag,
    values.read_date,
    lambda cell: values.read_instant(cell, ZoneInfo("Asia/Shanghai")),
    values.read_phone,
]


@pytest.mark.parametrize(
    "reader", READERS, ids=["text", "count", "number", "flag", "date", "instant", "phone"]
)
@FEW
@given(CELLS)
@example("٣")
@example("1e400")
@example("99999")
@example(float("nan"))
@example(float("inf"))
@example(10**400)
def test_a_cell_is_a_value_or_one_sentence(reader: Callable[[Any], Any], cell: Any) -> None:
    try:
        found = reader(cell)
    except ValueError as refused:
        assert str(refused).strip()
        return
    assert found == found and found is not None


@FEW
@given(st.one_of(ANY, NEAR, st.floats(), st.integers(), st.booleans(), st.none()))
def test_a_code_in_a_cell_is_read_or_refused(cell: Any) -> None:
    try:
        found = read_code(cell)
    except MalformedCode:
        return
    if found is not None and found.text:
        again = read_code(found.text)
        assert again is not None and again.text == found.text  # cleaning is done once


@FEW
@given(st.one_of(ANY, st.text(string.digits, max_size=20)), st.sampled_from(["cn", "free"]))
def test_codes_of_areas_and_grids_are_parsed_to_themselves(text: str, scheme: str) -> None:
    for kind in (AreaCode, GridCode):
        try:
            code = kind.parse(text, scheme)
        except MalformedCode:
            continue
        assert kind.parse(str(code), scheme) == code


@FEW
@given(st.one_of(ANY, st.text(string.digits + ":- ", max_size=24)))
def test_a_shift_is_read_or_refused(text: str) -> None:
    try:
        shifts.parse(text)
    except Refusal as refused:
        assert refused.code


@FEW
@given(st.integers(1, 7), st.integers(1, 7), st.times(), st.times())
def test_a_shift_as_it_is_written_is_read(first: int, last: int, start: time, end: time) -> None:
    found = shifts.parse(f"{first}-{last} {start:%H:%M}-{end:%H:%M}")
    assert found is not None
    assert (found.first_day, found.last_day) == (first, last)
    assert (found.start.hour, found.end.minute) == (start.hour, end.minute)


@FEW
@given(st.one_of(ANY, NEAR, st.builds("https://{}/?{}={}".format, ANY, ANY, NEAR)))
@example("https://[/")
@example("https://uri.amap.com/marker?position=1e999,2")
@example("https://[::1/?q=1,2")
def test_what_is_pasted_states_a_point_or_none(text: str) -> None:
    try:
        found = read_pasted(text, (112.0, 35.0, 113.0, 36.0))
    except Refusal:
        return
    assert found is None or (-360 <= found.lon <= 360 and -360 <= found.lat <= 360)


@FEW
@given(st.one_of(ANY, NEAR))
def test_a_list_of_buildings_loses_no_piece_without_a_word(text: str) -> None:
    listed, unread = read_list(text)
    assert len(set(listed)) == len(listed)
    assert all(each.reason for each in unread)


@FEW
@given(ANY)
@example(f"²:{'0' * 64}")
def test_a_head_is_parsed_or_a_value_error(text: str) -> None:
    try:
        head = Head.parse(text)
    except ValueError:
        return
    assert Head.parse(str(head)) == head


def _book() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = workbook.SHEET
    sheet.append(list(workbook.COLUMNS.values()))
    sheet.append(["x"] * len(workbook.COLUMNS))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BOOK = _book()
MEMBERS = zipfile.ZipFile(io.BytesIO(BOOK)).namelist()


@st.composite
def _damaged_books(draw: st.DrawFn) -> bytes:
    """A workbook cut short, with bytes changed, or with one member that is another text."""
    how = draw(st.sampled_from(["cut", "changed", "member", "gone"]))
    if how == "cut":
        return BOOK[: draw(st.integers(0, len(BOOK)))]
    if how == "changed":
        made = bytearray(BOOK)
        for _ in range(draw(st.integers(1, 8))):
            made[draw(st.integers(0, len(made) - 1))] = draw(st.integers(0, 255))
        return bytes(made)
    member = draw(st.sampled_from(MEMBERS))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as whole, zipfile.ZipFile(out, "w") as made_zip:
        for name in MEMBERS:
            content = whole.read(name)
            if name == member:
                if how == "gone":
                    continue
                at = draw(st.integers(0, len(content)))
                content = (
                    content[:at] + draw(st.binary(max_size=12)) + content[at + draw(st.integers(0, 40)) :]
                )
            made_zip.writestr(name, content)
    return out.getvalue()


@FEW
@given(_damaged_books())
def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    with contextlib.suppress(UnreadableWorkbook):
        workbook.read(data)
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    try:
        read(path)
    except Refusal as refused:
        assert refused.code


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "crs", "id", "x"]),
            inner
            | st.sampled_from(["FeatureCollection", "Feature", "Point", "Polygon", "GeometryCollection"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


def read_or_refused(reader: Callable[..., Any], path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        table = reader(path, encoding=None, limits=Limits())
    except Refusal as refused:
        assert refused.code
        return
    assert len(table.rows) == len(table.cells)


@FEW
@given(st.one_of(_JSON.map(lambda made: json.dumps(made).encode()), st.binary(max_size=80)))
@example(b'{"type": "FeatureCollection", "features": [' + b"1" * 5000 + b"]}")
def test_a_geojson_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    read_or_refused(read_geojson, tmp_path / "net.geojson", data)


@FEW
@given(st.one_of(st.binary(max_size=120), st.text('a,;\t"\r\n|，', max_size=60).map(str.encode)))
def test_a_csv_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    read_or_refused(read_csv, tmp_path / "table.csv", data)


def test_an_instant_is_read_in_its_own_zone() -> None:
    found = values.read_instant("2026-05-03T14:30+00:00", ZoneInfo("Asia/Shanghai"))
    assert found == datetime(2026, 5, 3, 14, 30, tzinfo=UTC)
