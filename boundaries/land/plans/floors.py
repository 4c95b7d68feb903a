"""Floors that the code of a part names: 3层, 2-5层, 1F, 负1层, B1层. A 单元 names none."""

import re

_FLOOR = r"(负|-|B|地下)?(\d{1,3})"
_FLOORS = re.compile(rf"第?{_FLOOR}(?:[层楼F]?\s*[-–—~～至]\s*{_FLOOR})?[层楼F]", re.IGNORECASE)


def floors_of(code: str) -> tuple[int, int] | None:
    """The lowest and the highest floor that a part's code names; None where it names none.

    Basements are below zero. A range that is written downwards (5-2层) is the same range.
    """
    found = _FLOORS.fullmatch(code.strip())
    if found is None:
        return None
    first = _number(found[1], found[2])
    below = found[3] or ("地下" if found[1] == "地下" else None)  # 地下1-3层 are all below ground
    last = first if found[4] is None else _number(below, found[4])
    return min(first, last), max(first, last)


def _number(below: str | None, digits: str) -> int:
    return -int(digits) if below else int(digits)
