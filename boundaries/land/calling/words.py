"""A call text made plain: one width, one sort of number, one word for a building; without courtesies."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from pypinyin import lazy_pinyin

from boundaries.land.addresses import normalised

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNIT = "号楼|号院|号|栋|幢|座|单元|室|户|层|楼|弄|门|#"
_NUMERAL = re.compile(rf"([零〇一二两三四五六七八九十百]+)(?={_UNIT})")
_BUILDING = re.compile(r"(\d+|(?<![a-z])[a-z])(?:号楼|栋楼|栋|幢|座|#楼?|楼(?!\d|[东西南北上下]))")
_BEFORE = re.compile(
    r"^(?:喂|你好|您好|请问|麻烦|那个|就是|就|我们|我家|我|咱们|咱|是|人|住|位于|地址|家|现在|目前|在|到|去|的|,)+"
)
_AFTER = re.compile(
    r"(?:这里|那里|这边|那边|这儿|那儿|这块|那块|门口|大门口|门前|楼下|院内|院里|里面|里头|里边|里|内|的|处|有人|了|吧|呢|啊)+$"
)
_RELATION = re.compile(
    r"(?:的)?(斜对面|正对面|对面|对过|马路对面|路对面|旁边|隔壁|边上|附近|周边|一带|后面|背后|后边|前面|前边"
    r"|往?[东西南北]{1,2}(?:边|侧|面|头)?\d+米(?:左右)?|[东西南北]{1,2}(?:边|侧|面|头))$"
)


class Words(NamedTuple):
    """text: without courtesies and relation. relation: how the place lies to what is named, or None."""

    text: str
    relation: str | None


def plain(text: str) -> str:
    """A name or address as it is compared.

    三号楼, 3栋 and 3# become 3号楼; case, width, spaces and punctuation go. Names get the same treatment
    as calls, so that whatever it does to them it does to both.
    """
    found = _NUMERAL.sub(lambda match: str(_value(match.group(1))), normalised(text))
    return _BUILDING.sub(r"\1号楼", found)


def heard(text: str) -> Words:
    """A call's words: 喂我在云源花园三号楼对面 is 云源花园3号楼, 对面."""
    left = plain(text)
    relation = None
    while True:
        before = left
        left = _BEFORE.sub("", left)
        left = _AFTER.sub("", left)
        if match := _RELATION.search(left):
            relation = relation or match.group(1)
            left = left[: match.start()]
        if left == before or not left:
            return Words(left or before, relation)


@lru_cache(maxsize=1 << 17)
def sound(name: str) -> str:
    """Syllables without tones, each between blanks: names of one sound are equal."""
    one_by_one: Any = list  # what is no Chinese character: each by itself
    return " " + " ".join(lazy_pinyin(name, errors=one_by_one)) + " "


def _value(numeral: str) -> int:
    if not set(numeral) & {"十", "百"}:
        return int("".join(str(_DIGITS[sign]) for sign in numeral))  # 二〇三 is 203
    total, digit = 0, 0
    for sign in numeral:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit
