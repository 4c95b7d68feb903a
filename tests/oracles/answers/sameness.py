"""Whether an answer that went out is the one that SQL gives."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from boundaries.duty.wording import Lang, in_brackets, say

ECHOED = ("query", "stale")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_ZONE = ZoneInfo("Asia/Shanghai")
_BRACKETED = ("grid_name", "neighbour_name", "building_name")
AREA_OFF_M2, BORDER_OFF_M, WORDS_OFF_M = 0.051, 0.0051, 0.051
"""Half of the last digit shown, and a little for the two projections."""


def assert_same(
    ours: dict[str, Any], theirs: dict[str, Any], told: object = None, *, lang: Lang = "zh"
) -> None:
    """All of an answer but what it repeats of the question. Measures may differ by their rounding."""
    ours = {name: _plain(value) for name, value in ours.items() if name not in ECHOED}
    theirs = {name: _plain(value) for name, value in theirs.items()}
    _assert_near(ours, theirs, told)
    _say_warnings(ours["warnings"], theirs["warnings"], lang)
    theirs["why"] = [say(step["key"], lang, **_worded(step["facts"], lang)) for step in theirs["why"]]
    for call in theirs["call"]:
        call["because"] = say(call["because"], lang)
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert value == theirs[name], (name, value, theirs[name], told)


def _assert_near(ours: dict[str, Any], theirs: dict[str, Any], told: object) -> None:
    """Compare measures, and take ours over so that the rest can be compared for equality."""
    measures = (
        (("grid",), "area_m2", AREA_OFF_M2),
        (("ground_grid",), "area_m2", AREA_OFF_M2),
        (("suggestion", "grid"), "area_m2", AREA_OFF_M2),
        (("suggestion",), "metres", WORDS_OFF_M),
        (("match",), "metres_to_border", BORDER_OFF_M),
    )
    for path, member, off in measures:
        given, expected = (_within(answer, path) for answer in (ours, theirs))
        if given is None or expected is None or given[member] is None or expected[member] is None:
            continue  # one that lacks what the other has is found out below
        assert abs(given[member] - expected[member]) <= off, (path, member, given, expected, told)
        expected[member] = given[member]


def _within(answer: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = answer
    for name in path:
        found = None if found is None else found[name]
    return found


def _say_warnings(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], lang: Lang) -> None:
    """Put what SQL found into the form in which it goes out."""
    for position, warning in enumerate(theirs):
        facts = _worded(warning["facts"], lang)
        if "metres" in facts:
            given = ours[position].get("metres") if position < len(ours) else None
            near = given is not None and abs(float(given) - facts["metres"]) <= WORDS_OFF_M
            facts["metres"] = given if near else f"{facts['metres']:.1f}"
        words = say(warning["key"], lang, **{name: _spoken(value) for name, value in facts.items()})
        theirs[position] = {"code": warning["key"], "text": words, **facts}


def _spoken(value: Any) -> Any:
    return value.astimezone(_ZONE).isoformat() if isinstance(value, datetime) else value


def _worded(facts: dict[str, Any], lang: Lang) -> dict[str, Any]:
    """Facts as the words name them."""
    worded = dict(facts)
    for name in _BRACKETED:
        if name in worded:
            worded[name] = in_brackets(worded[name], lang)
    if "because" in worded:
        worded["because"] = say(worded["because"], lang)
    if "place_kind" in worded:
        worded["place"] = f"{say(worded.pop('place_kind'), lang)} {worded['place']}"
    return worded


def _plain(value: Any) -> Any:
    """A copy in which instants are instants, however they were written."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return datetime.fromisoformat(value)
    return value
