"""One sheet of any length as XLSX, written as it comes: a zip with the few parts that a workbook needs.

Made for length: each row becomes one string, without an object for each cell. Text is text, also where it
begins with '='. What a sheet cannot hold (control characters, more than 32,767 characters, instants before
1900) is left out, cut, or written as text.
"""

import math
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from itertools import repeat
from pathlib import Path
from types import TracebackType
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # style 1 is an instant, style 2 a day
    "xl/styles.xml": f'<styleSheet {_MAIN}><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>",
}
_UNHOLDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff￾￿]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST = 32_767
_FIRST_DAY = datetime(1899, 12, 30)
_HELD_FROM = datetime(1900, 3, 1)  # before it, spreadsheets disagree
_TOGETHER = 2_000  # rows


class Sheet:
    """A workbook of one sheet whose first row stays in view. Use as a context: it is whole at the end."""

    def __init__(self, target: Path, name: str) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        for part, content in _PARTS.items():
            self._zip.writestr(part, _HEAD + content)
        self._zip.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{escape(name[:31], {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/>'
            "</sheets></workbook>",
        )
        self._rows = 0
        self._out = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._out.write(
            f'{_HEAD}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1"'
            ' topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            "<sheetData>".encode()
        )

    def __enter__(self) -> "Sheet":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.write(b"</sheetData></worksheet>")
        self._out.close()
        self._zip.close()

    def extend(self, rows: Iterable[Sequence[object]]) -> None:
        """Further rows. None is an empty cell."""
        waiting: list[str] = []
        for row in rows:
            self._rows += 1
            number = str(self._rows)
            cells = "".join(map(_cell, _columns(len(row)), repeat(number), row))
            waiting.append(f'<row r="{number}">{cells}</row>')
            if len(waiting) >= _TOGETHER:
                self._out.write("".join(waiting).encode())
                waiting.clear()
        self._out.write("".join(waiting).encode())


@cache
def _columns(count: int) -> tuple[str, ...]:
    """A, B … Z, AA …"""
    return tuple(map(get_column_letter, range(1, count + 1)))


def _cell(column: str, row: str, value: object) -> str:
    if value is None or value == "" or value != value:  # NaN too is nothing
        return ""
    return f'<c r="{column}{row}"{_content(value)}'


def _content(value: object) -> str:
    """What follows the place of a cell."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return f' t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float):
        # a number that no double holds, such as a long code, would lose its last digits
        held = math.isfinite(value) and (isinstance(value, float) or abs(value) <= 2**53)
        return f"><v>{value!r}</v></c>" if held else _text(str(value))
    if isinstance(value, datetime):
        # a sheet knows no zones: it shows the column's own
        local = value.replace(tzinfo=None)
        return _number(local, 1) if local >= _HELD_FROM else _text(local.isoformat(" "))
    if isinstance(value, date):
        day = datetime.combine(value, time())
        return _number(day, 2) if day >= _HELD_FROM else _text(value.isoformat())
    return _text(str(value))


def _number(instant: datetime, style: int) -> str:
    since = instant - _FIRST_DAY
    days = since.days + (since.seconds + since.microseconds / 1e6) / 86_400
    return f' s="{style}"><v>{days!r}</v></c>'


def _text(value: str) -> str:
    held = escape(_UNHOLDABLE.sub("", _ESCAPE_LIKE.sub("_x005F_", value))[:_LONGEST]).replace("\r", "&#13;")
    return f' t="inlineStr"><is><t xml:space="preserve">{held}</t></is></c>'
