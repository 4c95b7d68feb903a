"""A score sheet in Excel: every figure opens the incidents, or the visits, that it was made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from boundaries.affairs.scores import WEIGHTS, Score, Terms, row_of

_HEADS = {
    "key": "编码",
    "name": "名称",
    "incidents": "事件数",
    "backlog": "未结",
    "on_time": "按期率",
    "correct_dispatch": "派遣准确率",
    "rework": "一次办结率",
    "closed": "办结率",
    "visits": "走访达标",
    "visit_count": "走访次数",
    "score": "得分",
}
_CASE = {
    "number": "编号",
    "key": "考核对象",
    "matter": "事项",
    "happened_at": "发生",
    "due_at": "期限",
    "resolved_at": "办结",
}
_VISIT = {
    "visited_at": "时间",
    "key": "考核对象",
    "kind": "类别",
    "grid": "网格",
    "party": "走访人",
    "note": "说明",
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Behind:
    """A sheet of what figures were made of. figures: that lead there; has: whether a row belongs on it."""

    title: str
    figures: Sequence[str]
    heads: Mapping[str, str]
    has: Callable[[Row], bool]


_SHEETS = (
    _Behind("事件", ("incidents", "closed", "score"), _CASE, lambda row: True),
    _Behind("未结", ("backlog",), _CASE, lambda row: row["resolved_at"] is None),
    _Behind("按期", ("on_time",), _CASE | {"on_time": "按期"}, lambda row: row["on_time"] is not None),
    _Behind(
        "派遣",
        ("correct_dispatch",),
        _CASE | {"dispatches": "派遣次数", "misdirected": "误派次数"},
        lambda row: row["dispatches"] + row["misdirected"] > 0,
    ),
    _Behind(
        "返工",
        ("rework",),
        _CASE | {"handled": "处置次数", "reworked": "返工次数"},
        lambda row: row["handled"] + row["reworked"] > 0,
    ),
)
_VISITED = _Behind("走访", ("visits", "visit_count"), _VISIT, lambda row: True)


def workbook(
    scores: Sequence[Score],
    names: Mapping[str, str],
    cases: Sequence[Row],
    visits: Sequence[Row],
    *,
    title: str,
    terms: Terms,
) -> bytes:
    """The scores, and a sheet for each kind of figure with the rows that it was made of.

    cases: every incident that was judged, with what the heads of _SHEETS name, times as text, on_time 是, 否
    or None. visits: with those of _VISIT.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "考核"
    sheet.append([title])
    sheet.append(["权重", *(f"{_HEADS[name]} {weight:g}" for name, weight in terms.weights.items())])
    sheet.append(list(_HEADS.values()))
    ordered = sorted(cases, key=lambda row: (row["key"] or "", row["number"]))
    places: dict[tuple[str, str], str] = {}
    for behind in _SHEETS:
        places |= _sheet(book, behind, [row for row in ordered if behind.has(row)])
    places |= _sheet(book, _VISITED, sorted(visits, key=lambda row: (row["key"] or "", row["visited_at"])))
    for each in scores:
        row = row_of(each, names)
        sheet.append([row[name] for name in _HEADS])
        for column, name in enumerate(_HEADS, 1):
            _linked(sheet, column, places.get((name, each.key)))
        for name in WEIGHTS:
            sheet.cell(sheet.max_row, list(_HEADS).index(name) + 1).number_format = "0.0%"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    _finished(sheet, 3)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, behind: _Behind, rows: Sequence[Row]) -> dict[tuple[str, str], str]:
    """Write it; for each figure and whom it judges, where its rows stand."""
    sheet = book.create_sheet(behind.title)
    sheet.append(list(behind.heads.values()))
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for number, row in enumerate(rows, 2):
        sheet.append([row[name] for name in behind.heads])
        first.setdefault(row["key"], number)
        last[row["key"]] = number
    _finished(sheet, 1)
    width = sheet.cell(1, len(behind.heads)).column_letter
    return {
        (figure, key): f"'{behind.title}'!A{first[key]}:{width}{last[key]}"
        for key in first
        for figure in behind.figures
    }


def _linked(sheet: Worksheet, column: int, place: str | None) -> None:
    cell = sheet.cell(sheet.max_row, column)
    if place is not None and cell.value is not None:
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
        cell.style = "Hyperlink"


def _finished(sheet: Worksheet, head: int) -> None:
    for cell in sheet[head]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = f"A{head + 1}"
    width = sheet.cell(head, sheet.max_column).column_letter
    sheet.auto_filter.ref = f"A{head}:{width}{max(sheet.max_row, head)}"
