"""The workbook as it comes back: a file that somebody has edited, as rows of texts."""

from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any
from zipfile import ZipFile

import pandas as pd
from openpyxl import load_workbook

from boundaries.duty.refusals import UnreadableWorkbook
from boundaries.duty.workbook.rows import COLUMNS, REQUIRED, SHEET
from boundaries.land.importing.reading.archive import DAMAGED

MAX_ROWS = 200_000
MOST_UNPACKED = 256 * 2**20


def read(data: bytes) -> pd.DataFrame:
    """The rows of a workbook as texts, indexed by their Excel row; empty rows are left out.

    Raises UnreadableWorkbook for no workbook, no sheet 责任, or a column that is missing.
    """
    try:
        lines = _lines(data)
    except DAMAGED as error:
        raise UnreadableWorkbook(reason=f"not an .xlsx workbook: {error}", rule="no-workbook") from error
    head = [str(value or "").strip() for value in (lines[0] if lines else ())]
    for name in (*REQUIRED, "valid_from"):
        if COLUMNS[name] not in head:
            raise UnreadableWorkbook(
                reason="this column is missing", rule="column-missing", field=COLUMNS[name], row=1
            )
    where = {name: head.index(title) for name, title in COLUMNS.items() if title in head}
    rows: dict[int, dict[str, str]] = {}
    for number, line in enumerate(lines[1:], 2):
        if number > MAX_ROWS:
            raise UnreadableWorkbook(
                reason=f"more than {MAX_ROWS} rows",
                rule="too-many-rows",
                row=number,
                field=COLUMNS["role"],
                value=str(MAX_ROWS),
            )
        texts = {name: _text(line[at]) if at < len(line) else "" for name, at in where.items()}
        if any(texts.values()):
            rows[number] = {name: texts.get(name, "") for name in COLUMNS}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS), dtype=object)


def _lines(data: bytes) -> list[tuple[Any, ...]]:
    """The lines of the sheet 责任, one more than it may have at most. Raises what DAMAGED lists."""
    with ZipFile(BytesIO(data)) as packed:
        unpacked = sum(member.file_size for member in packed.infolist())
    if unpacked > MOST_UNPACKED:  # no member gives more than it announces
        raise UnreadableWorkbook(reason=f"it would unpack to {unpacked:,} bytes", rule="too-large")
    book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    if SHEET not in book.sheetnames:
        raise UnreadableWorkbook(reason=f"there is no sheet {SHEET}", rule="no-sheet", value=SHEET)
    return list(islice(book[SHEET].iter_rows(values_only=True), MAX_ROWS + 1))


def _text(value: Any) -> str:
    """A cell as text: numbers without a fraction lose Excel's `.0`, dates are ISO."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
