"""Reading lists of buildings as people write them: "1–8号楼", "3#、5#、7-9栋", "凤鸣苑1-9号楼单号，A座"."""

import re
import unicodedata
from dataclasses import dataclass

MOST_IN_A_RANGE = 500
_SEPARATORS = re.compile(r"[、,;\n\r\t]|\s+|和|及|与")
_MARKS = re.compile(r"\s*[-‐‑‒–—―−~∼〜至到]+\s*")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_SUFFIX = r"(?:号楼|#楼|号|#|栋|幢|座|楼)"
_ONE = rf"(?P<{{0}}>\d+[A-Z]?|[A-Z]|[〇零一二两三四五六七八九十]+(?={_SUFFIX}))"
_ITEM = re.compile(
    rf"^(?P<prefix>.*?)第?{_ONE.format('first')}{_SUFFIX}?"
    rf"(?:-第?{_ONE.format('last')})?(?P<suffix>{_SUFFIX}?)(?:\(?(?P<parity>单|双|奇|偶)[号数]?\)?)?$"
)
_PART = re.compile(r"单元|层|室|门$")


@dataclass(frozen=True)
class Listed:
    """One building of a list: the compound's name before it ('' where none stands), its number."""

    compound: str
    number: str


@dataclass(frozen=True)
class Unread:
    """A piece of a list that names no building, and why."""

    text: str
    reason: str


def read_list(text: str) -> tuple[list[Listed], list[Unread]]:
    """The buildings that a list names, in its order and each once, and what could not be read.

    A compound's name holds for what follows it until another one stands. 单号 and 双号 after a range take
    every other number. Full-width forms, Chinese numerals below 100 and the usual words for a building are
    understood. A part of a building (单元, 层, 室) is not read: a tile takes whole buildings.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = _MARKS.sub("-", plain)
    found: dict[Listed, None] = {}
    unread: list[Unread] = []
    compound = ""
    for piece in filter(None, _SEPARATORS.split(plain)):
        if _PART.search(piece):
            unread.append(Unread(piece, "a part of a building"))
            continue
        item = _ITEM.match(piece)
        if item is None:
            unread.append(Unread(piece, "no building number"))
            continue
        compound = item["prefix"] or compound
        numbers = _between(_number(item["first"]), _number(item["last"]), item["parity"])
        if isinstance(numbers, str):
            unread.append(Unread(piece, numbers))
            continue
        found.update(dict.fromkeys(Listed(compound, number) for number in numbers))
    return list(found), unread


def number_of(name: str) -> Listed | None:
    """What a building's own name says: its compound and number; None if it holds none or several."""
    listed, unread = read_list(name.replace(" ", ""))
    return listed[0] if len(listed) == 1 and not unread else None


def _between(first: str, last: str, parity: str | None) -> list[str] | str:
    if not last:
        return [first]
    if first.isdigit() and last.isdigit():
        low, high = int(first), int(last)
        if high < low:
            return "the range runs backwards"
        if high - low >= MOST_IN_A_RANGE:
            return f"more than {MOST_IN_A_RANGE} buildings in one range"
        odd = {"单": 1, "奇": 1, "双": 0, "偶": 0}.get(parity or "")
        return [str(i) for i in range(low, high + 1) if odd is None or i % 2 == odd]
    if len(first) == len(last) == 1 and first.isalpha() and last.isalpha() and first <= last:
        return [chr(i) for i in range(ord(first), ord(last) + 1)]
    return "the range has no order"


def _number(text: str | None) -> str:
    """Plain digits without leading zeros; letters as they are."""
    if not text:
        return ""
    if text[0] in "十" or text[0] in _DIGITS:
        tens, ten, ones = text.rpartition("十")
        if not ten:
            return str(int("".join(str(_DIGITS[c]) for c in text)))
        return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))
    return text.lstrip("0") or "0"
