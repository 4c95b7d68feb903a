"""The workbook as it goes out: pre-filled, with dropdowns; codes and phones are text."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from boundaries.duty import duty_rows
from boundaries.duty.snapshot import Snapshot
from boundaries.duty.workbook.rows import COLUMNS, SHEET, shown, standing
from boundaries.store.tables import ROLES

_LISTS = "选项"
_SPARE_ROWS = 500  # below the last one, with dropdowns too
_SOURCES = ("专职", "党员", "居民代表", "楼栋长", "志愿者", "物业人员", "社区工作者", "民警")


def export(snapshot: Snapshot, *, area: str | None = None) -> bytes:
    """The duties in force, of one area and below it or of all, as an .xlsx file."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet.append(list(COLUMNS.values()))
    for row in _rows(snapshot, area):
        sheet.append([row[name] or None for name in COLUMNS])
    for column, name in enumerate(COLUMNS, 1):
        letter = get_column_letter(column)
        sheet[f"{letter}1"].font = Font(bold=True)
        sheet.column_dimensions[letter].width = 22 if name in ("place_code", "valid_from", "valid_to") else 14
    last = sheet.max_row + _SPARE_ROWS
    for cells in sheet.iter_rows(min_row=2, max_row=last, max_col=len(COLUMNS)):
        for cell in cells:
            cell.number_format = "@"  # a code or phone typed here stays text
            if cell.value is not None:
                cell.data_type = "s"  # "=1+1" is a text like any other
    sheet.freeze_panes = "A2"
    _dropdowns(book, sheet, snapshot, last)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(snapshot: Snapshot, area: str | None) -> list[dict[str, str]]:
    rows = [shown(duty, snapshot) for duty in standing(snapshot, area)]
    return sorted(rows, key=lambda row: (row["place_kind"], row["place_code"], row["part_code"], row["role"],
                                         row["matter_code"], row["party_code"]))  # fmt: skip


def _dropdowns(book: Workbook, sheet: Any, snapshot: Snapshot, last: int) -> None:
    """Lists of what may be chosen, on a sheet of their own; a party or source may also be typed."""
    lists = book.create_sheet(_LISTS)
    choices: dict[str, Sequence[str]] = {
        "role": ROLES,
        "place_kind": duty_rows.PLACE_KINDS,
        "time": [time for time in duty_rows.TIMES if time],
        "matter_code": list(snapshot.matters),
        "party_code": list(snapshot.parties),
        "source": _SOURCES,
    }
    for column, (name, values) in enumerate(choices.items(), 1):
        letter = get_column_letter(column)
        for number, value in enumerate([COLUMNS[name], *values], 1):
            cell = lists.cell(number, column, value)
            cell.number_format, cell.data_type = "@", "s"
        rule = DataValidation(
            type="list", formula1=f"'{_LISTS}'!${letter}$2:${letter}${len(values) + 1}", allow_blank=True
        )
        rule.showErrorMessage = name not in ("party_code", "source")
        rule.error = f"{COLUMNS[name]}: 请从列表中选择"
        mine = get_column_letter(list(COLUMNS).index(name) + 1)
        rule.add(f"{mine}2:{mine}{last}")
        sheet.add_data_validation(rule)
    lists.sheet_state = "hidden"
