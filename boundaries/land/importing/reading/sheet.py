"""XLSX, with what people do in sheets: titles above the header, merged cells, codes as numbers."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from boundaries.land.importing.errors import FileTooLarge, LayerNotChosen, UnreadableFile
from boundaries.land.importing.reading import archive
from boundaries.land.importing.reading.limits import Limits
from boundaries.land.importing.reading.table import Table
from boundaries.land.importing.reading.text import distinct
from boundaries.land.importing.report import Finding

_HEADER_WITHIN = 10


def read_xlsx(path: Path, *, layer: str | None, limits: Limits) -> Table:
    """Cells of one sheet, rows numbered as the sheet does. Numbers stay numbers, formatted zeros return.

    Merged cells are filled with the value of their first. Raises UnreadableFile, LayerNotChosen.
    """
    archive.check(path, limits)
    try:
        book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
    except archive.DAMAGED as error:
        raise UnreadableFile(
            path.name,
            f"the workbook is truncated or damaged: {error}",
            hint="open it in a spreadsheet, save again",
        ) from error
    sheet = _sheet(path, book, layer)
    if sheet.max_row > limits.rows:
        raise FileTooLarge(path.name, f"more than {limits.rows:,} rows", hint="import it in parts")
    findings = [Finding("merged-cells", "merged cells were filled downwards")] if _unmerge(sheet) else []
    grid = [[_value(cell) for cell in row] for row in sheet.iter_rows()]
    header = _header(grid)
    if header is None:
        raise UnreadableFile(path.name, f"sheet “{sheet.title}” has no header row")
    if header:
        findings.append(Finding("title-skipped", f"{header} rows above the header were skipped"))
    width = max(i for i, value in enumerate(grid[header]) if value is not None) + 1
    names = distinct([str(value).strip() if value is not None else "" for value in grid[header][:width]])
    body, rows = [], []
    for number, row in enumerate(grid[header + 1 :], start=header + 2):
        if any(value is not None for value in row[:width]):
            body.append(row[:width])
            rows.append(number)
    cells = pd.DataFrame(
        {name: pd.Series([row[i] for row in body], dtype=object) for i, name in enumerate(names)},
        columns=names,
    )
    return Table(
        "XLSX",
        cells,
        np.asarray(rows, dtype=np.int64),
        layer=sheet.title,
        encoding="utf-8",
        findings=findings,
    )


def _sheet(path: Path, book: Any, layer: str | None) -> Worksheet:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if layer is not None:
        if layer not in sheets:
            raise LayerNotChosen(path.name, tuple(sheets), asked=layer)
        return sheets[layer]
    filled = [sheet for sheet in sheets.values() if sheet.max_row > 1 and sheet.sheet_state == "visible"]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        raise UnreadableFile(path.name, "no sheet has rows")
    raise LayerNotChosen(path.name, tuple(sheet.title for sheet in filled), asked=None)


def _unmerge(sheet: Worksheet) -> bool:
    """Fill cells merged over several rows; a title merged over columns stays one cell."""
    tall = [area for area in sheet.merged_cells.ranges if area.max_row > area.min_row]
    for area in tall:
        first = sheet.cell(area.min_row, area.min_col)
        value, number_format = first.value, first.number_format
        sheet.unmerge_cells(str(area))
        for row in range(area.min_row, area.max_row + 1):
            cell = sheet.cell(row, area.min_col)
            cell.value, cell.number_format = value, number_format
    return bool(tall)


def _value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        width = len(cell.number_format)
        zeros = bool(cell.number_format) and set(cell.number_format) == {"0"} and width > 1
        return str(value).zfill(width) if zeros else value  # shown as 007, so 007 is meant
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _header(grid: list[list[Any]]) -> int | None:
    """The first row with two texts or more, all different; in a sheet of one column, with one."""
    wide = any(sum(value is not None for value in row) > 1 for row in grid)
    for position, row in enumerate(grid[:_HEADER_WITHIN]):
        values = [value for value in row if value is not None]
        texts = {value for value in values if isinstance(value, str)}
        if len(values) >= (2 if wide else 1) and len(texts) == len(values):
            return position
    return None
