"""From a cell to a value, or a reason why not. Every reader raises Unreadable with one sentence."""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from boundaries.land.importing import kinds
from boundaries.land.importing.causes import Unreadable

_YES = {"1", "true", "yes", "y", "是", "有", "√"}
_NO = {"0", "false", "no", "n", "否", "无", ""}
_PHONE = re.compile(r"\+?\d[\d\-() ]{2,19}\d")
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119: a date that a sheet shows as a number
_LOST = "\ufffd"

# What people write for the few values that a field takes.
WORDS: dict[str, dict[str, str]] = {
    "level": {
        **dict.fromkeys(
            ("社区", "村", "居委会", "村委会", "村(社区)", "village", "residential"), "community"
        ),
        **dict.fromkeys(("街道", "镇", "乡", "镇(街道)", "township", "town", "subdistrict"), "street"),
        **dict.fromkeys(("区", "县", "区县", "county"), "district"),
        **dict.fromkeys(("市", "地级市"), "city"),
    },
    "role": {
        "网格长": "leader",
        "副网格长": "deputy",
        **dict.fromkeys(("网格员", "专职网格员", "兼职网格员", "网格协管员"), "staff"),
    },
    "kind": {"标准地址": "standard", "曾用名": "old", "旧地址": "old", "俗称": "nickname", "兴趣点": "poi"},
}

Reader = Callable[[Any], Any]


def reader(reads: str, timezone: str) -> Reader:
    """The function that reads one sort of cell (never None); instants without zone are in `timezone`."""
    if reads == kinds.INSTANT:
        zone = ZoneInfo(timezone)
        return lambda cell: read_instant(cell, zone)
    return _READERS[reads]


def read_text(cell: Any) -> str:
    """The text, in composed form; a whole number without its “.0”. Refuses lost characters."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFC", str(cell)).strip()
    if _LOST in text:
        raise Unreadable(
            "letters-lost", "characters were lost before (�): export the file again with the right encoding"
        )
    return text


def read_count(cell: Any) -> int:
    """A whole number from 0."""
    number = read_number(cell)
    if number != int(number) or number < 0:
        raise Unreadable("whole-number", "not a whole number from 0")
    return int(number)


def read_number(cell: Any) -> float:
    """A finite number; full-width digits and thousands commas are understood."""
    text = unicodedata.normalize("NFKC", str(cell)).replace(",", "").strip()
    try:
        number = float(text)
    except ValueError:
        raise Unreadable("number", "not a number") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise Unreadable("finite", "not a finite number")
    return number


def read_flag(cell: Any) -> bool:
    """Yes or no, in Chinese or English."""
    whole = isinstance(cell, bool) or (isinstance(cell, float) and math.isfinite(cell))
    text = str(int(cell)) if whole else str(cell).strip().casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable("yes-or-no", "neither yes nor no (是/否)")


def read_date(cell: Any) -> str:
    """An ISO date; a bare year is its last day."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    text = _chinese_date(str(cell))
    if re.fullmatch(r"\d{4}", text):
        return f"{text}-12-31"
    return _parsed(text).date().isoformat()


def read_instant(cell: Any, zone: ZoneInfo) -> datetime:
    """An instant with a time zone. A number is a day count of a spreadsheet."""
    if isinstance(cell, datetime):
        found = cell
    elif isinstance(cell, int | float) or re.fullmatch(r"\d{5}(\.\d+)?", str(cell)):
        if not _EXCEL_DAYS.start <= _days(cell) < _EXCEL_DAYS.stop:
            raise Unreadable("date-form", "not a time")
        found = datetime(1899, 12, 30) + timedelta(days=_days(cell))
    else:
        found = _parsed(_chinese_date(str(cell)))
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _days(cell: Any) -> float:
    """The days that a spreadsheet counts; beyond all days where no number holds them."""
    try:
        return float(cell)
    except OverflowError:
        return math.inf


def read_phone(cell: Any) -> str:
    """A phone number as text; refuses 1.38E+10 and other numbers that a spreadsheet shortened."""
    text = read_text(cell)
    text = unicodedata.normalize("NFKC", text)
    if re.fullmatch(r"\d+\.0+", text):
        text = text.partition(".")[0]
    if re.fullmatch(r"\d\.\d+E\+?\d+", text, flags=re.IGNORECASE):
        raise Unreadable("digits-lost", "a spreadsheet lost digits of this number: format the column as text")
    if not _PHONE.fullmatch(text) and not re.fullmatch(r"\d{3,5}", text):
        raise Unreadable("phone", "not a phone number")
    return text


def _chinese_date(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip()
    text = (
        re.sub(r"[年月]", "-", text)
        .replace("日", " ")
        .replace("时", ":")
        .replace("分", ":")
        .replace("秒", "")
    )
    return text.strip(" :-").replace("/", "-").replace(".", "-", 2) if "T" not in text else text


def _parsed(text: str) -> datetime:
    try:
        stamp = pd.Timestamp(text)
    except (ValueError, TypeError, OverflowError):
        raise Unreadable("date-form", "not a date or time; write 2026-05-03 14:30") from None
    if pd.isna(stamp):
        raise Unreadable("date-form", "not a date or time")
    return stamp.to_pydatetime(warn=False)


def read_choice(text: str, field: str, choices: tuple[str, ...]) -> str:
    """One of the choices, under its own name or the one that people use."""
    word = text.casefold()
    for spelling in (text, word, WORDS.get(field, {}).get(word, ""), word.removesuffix("网格")):
        if spelling in choices:
            return spelling
    raise Unreadable("choice", f"none of {', '.join(choices)}", allowed=list(choices))


_READERS: dict[str, Reader] = {
    kinds.TEXT: read_text,
    kinds.COUNT: read_count,
    kinds.NUMBER: read_number,
    kinds.FLAG: read_flag,
    kinds.DATE: read_date,
    kinds.PHONE: read_phone,
}
