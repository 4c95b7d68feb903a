"""The words on printed maps and boards, in two languages."""

from typing import Literal

Lang = Literal["zh", "en"]

_WORDS: dict[str, tuple[str, str]] = {
    "number": ("序号", "No."),
    "code": ("网格编码", "Code"),
    "name": ("名称", "Name"),
    "households": ("户数", "Households"),
    "leader": ("网格长", "Leader"),
    "staff": ("网格员", "Staff"),
    "phone": ("电话", "Phone"),
    "vacant": ("空缺", "vacant"),
    "legend": ("图例", "Legend"),
    "line_area": ("范围界线", "Border of the area"),
    "line_grid": ("网格界线", "Border of a grid"),
    "tints": ("底色只为区分网格", "colours only tell grids apart"),
    "approval": ("审图号", "Approval number"),
    "datum": ("坐标系：WGS 84", "Datum: WGS 84"),
    "nothing": ("没有网格", "no grids"),
    "board": ("网格公示牌", "Board of the grid"),
    "sides": ("四至", "Bounds"),
    "desk": ("服务电话", "Desk to call"),
    "scan": ("扫码查看、反映问题", "Scan to see and to report"),
}


def word(key: str, lang: Lang) -> str:
    """The word for a key."""
    return _WORDS[key][0 if lang == "zh" else 1]
