"""The rows of a table of grids as a district writes it, and how its cells are read."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from boundaries.land.refusals import MissingColumn

KINDS = ("综合", "专属", "立体", "微网格")
COLUMNS: dict[str, tuple[str, ...]] = {
    "grid": ("网格", "网格名称", "网格编码", "grid"),
    "kind": ("类型", "网格类型", "kind"),
    "buildings": ("楼栋", "楼栋编码", "building", "buildings"),
    "parts": ("单元", "楼层", "单元楼层", "unit", "units", "parts", "floors"),
    "host": ("宿主网格", "所在网格", "host"),
    "micro": ("微网格", "微网格编码", "micro"),
    "group": ("专属组", "组编码", "group"),
    "party": ("负责人", "网格长", "微网格长", "party"),
}
_PIECES = re.compile(r"[、,，;；\s]+")
_RANGE = re.compile(r"(\d{1,6})\s*[-–—~～至]\s*(\d{1,6})(\D*)")
_PART = re.compile(r"第?0*(\d+|.+?)(号?单元|层|楼|室|F)?")


@dataclass(frozen=True)
class Row:
    """One row as it was written. number: as its keeper counts it; the rest are texts, '' where empty."""

    number: int
    grid: str = ""
    kind: str = ""
    buildings: str = ""
    parts: str = ""
    host: str = ""
    micro: str = ""
    group: str = ""
    party: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row: its number, the field, what stands there, and why it cannot be."""

    row: int
    field: str
    value: str
    reason: str

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def rows_of(cells: pd.DataFrame, numbers: Sequence[int]) -> list[Row]:
    """The rows of a table under the names of COLUMNS. Raises MissingColumn where none holds grids."""
    headings = [str(each).strip().lower() for each in cells.columns]
    column = {
        field: next((at for at, heading in enumerate(headings) if heading in names), None)
        for field, names in COLUMNS.items()
    }
    if column["grid"] is None:
        raise MissingColumn(kind="table of grids", column=COLUMNS["grid"][0])
    out = []
    for number, cell in zip(numbers, cells.itertuples(index=False, name=None), strict=True):
        texts = {field: _text(cell[at]) for field, at in column.items() if at is not None}
        if any(texts.values()):
            out.append(Row(int(number), **texts))
    return out


def meant_kind(row: Row) -> str:
    """The kind that a row asks for where it names none."""
    for name, kind in (("micro", "微网格"), ("parts", "立体"), ("group", "专属")):
        if getattr(row, name):
            return kind
    return "综合"


def pieces_of(written: str) -> list[str]:
    """The parts that a cell lists: 1-3单元 are three; a word for all of them may stand at the end."""
    out = []
    pieces = [piece for piece in _PIECES.split(written.strip()) if piece]
    for piece in pieces:
        found = _RANGE.fullmatch(piece)
        if found is None or int(found[2]) - int(found[1]) not in range(200):
            out.append(piece)
        else:
            out += [f"{n}{found[3]}" for n in range(int(found[1]), int(found[2]) + 1)]
    return out


def same_part(known: str, asked: str) -> bool:
    """Whether two texts mean one part: 2 and 2单元, but not 2层 and 2单元."""
    one, other = _PART.fullmatch(known), _PART.fullmatch(asked)
    if one is None or other is None or one[1] != other[1]:
        return False
    return one[2] is None or other[2] is None or one[2][-1] == other[2][-1]


def _text(cell: Any) -> str:
    if cell is None or cell != cell:
        return ""
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()
