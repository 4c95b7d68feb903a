"""A sheet as spreadsheets read it: every value as it was, and no text as a formula."""

import math
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries.export.sheet import Sheet

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime(1901, 1, 1), datetime(9999, 12, 30)).map(lambda at: at.replace(microsecond=0)),
    TEXT,
)


def read(path: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(path)["层"]
    return [list(row) for row in sheet.iter_rows()]


def written(path: Path, *rows: list[object]) -> list[list[Any]]:
    with Sheet(path, "层") as sheet:
        sheet.extend(rows)
    return read(path)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=4))
def test_what_was_written_is_read_again(tmp_path: Path, rows: list[list[object]]) -> None:
    found = written(tmp_path / "a.xlsx", [1, 2, 3], *rows)[1:]
    found += [[]] * (len(rows) - len(found))  # rows without a cell at the end
    for cells, row in zip(found, rows, strict=True):
        for position, value in enumerate(row):
            cell = cells[position].value if position < len(cells) else None
            if isinstance(value, str):
                held = "".join(c for c in value if c in "\t\n\r" or " " <= c < "\ufffe" or c > "\uffff")
                assert (cell or "") == held
            elif isinstance(value, datetime):
                assert abs(cell - value) < timedelta(milliseconds=1)
            else:
                assert cell == value and isinstance(cell, bool) == isinstance(value, bool)


def test_no_text_becomes_a_formula_a_link_or_markup(tmp_path: Path) -> None:
    wicked = ["=1+1", "+1", "@x", "</t></is></c><c><f>1</f>", "]]>", "&amp;", " blank ", "a\r\nb"]
    (cells,) = written(tmp_path / "a.xlsx", list(wicked))
    assert [cell.value for cell in cells] == wicked
    assert {cell.data_type for cell in cells} == {"s"}


def test_days_instants_and_what_a_sheet_cannot_hold(tmp_path: Path) -> None:
    values: list[object] = [
        date(2026, 5, 1),
        datetime(2026, 5, 1, 8, 30, tzinfo=UTC),
        datetime(1899, 1, 1),
        140502006022003140502,  # longer than a double holds: its digits stay
        math.nan,
        "x" * 40_000,
        "a\0b\x1fc",
    ]
    (cells,) = written(tmp_path / "a.xlsx", values)
    assert [cell.value for cell in cells] == [
        datetime(2026, 5, 1),
        datetime(2026, 5, 1, 8, 30),
        "1899-01-01 00:00:00",
        "140502006022003140502",
        None,
        "x" * 32_767,
        "abc",
    ]
    assert cells[0].number_format == "yyyy\\-mm\\-dd"


def test_the_thirtieth_column_has_its_letters(tmp_path: Path) -> None:
    (cells,) = written(tmp_path / "a.xlsx", list(range(703)))
    assert [cells[n].coordinate for n in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    rows = 20_000
    with Sheet(tmp_path / "a.xlsx", "层") as sheet:
        tracemalloc.start()
        sheet.extend(["text", number, 0.5] for number in range(rows))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4 * 2**20
    assert len(read(tmp_path / "a.xlsx")) == rows
