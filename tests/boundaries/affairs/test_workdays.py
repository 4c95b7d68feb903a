"""Working time over nights, holidays and shifted working days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.affairs.limits import Limits
from boundaries.affairs.refusals import BadFlowSettings
from boundaries.affairs.scores import Terms
from boundaries.affairs.workdays import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkCalendar.of(SHANGHAI, {})  # 08:30-12:00, 13:30-18:00


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2025-09-25 09:00", 2, "2025-09-25 11:00"),
        ("2025-09-25 11:00", 2, "2025-09-25 14:30"),  # over noon
        ("2025-09-25 20:00", 1, "2025-09-26 09:30"),  # at night
        ("2025-09-26 17:00", 2, "2025-09-28 09:30"),  # that Sunday is worked, the Saturday is not
        ("2025-09-30 17:00", 2, "2025-10-09 09:30"),  # the National Day and the Mid-Autumn Festival
        ("2025-10-10 17:30", 8, "2025-10-11 17:30"),  # and the Saturday after them is worked
        ("2025-10-11 17:30", 1, "2025-10-13 09:00"),
        ("2031-10-01 09:00", 1, "2031-10-01 10:00"),  # no notice yet: Monday to Friday
    ],
)
def test_working_hours_end_where_a_person_counting_says(start: str, hours: int, due: str) -> None:
    assert CHINA.add(at(start), timedelta(hours=hours)) == at(due)
    assert CHINA.worked(at(start), at(due)) == timedelta(hours=hours)


def test_working_days_end_with_the_day() -> None:
    assert CHINA.add_days(at("2025-09-29 09:00"), 1) == at("2025-09-30 18:00")
    assert CHINA.add_days(at("2025-09-29 09:00"), 3) == at("2025-10-10 18:00")
    # from a holiday: the first working day after it is the first
    assert CHINA.add_days(at("2025-10-02 09:00"), 1) == at("2025-10-09 18:00")


def test_a_district_may_have_days_and_hours_of_its_own() -> None:
    own = {"flow": {"hours": ["09:00-17:00"], "off": ["2025-09-25"], "on": ["2025-09-27"]}}
    calendar = WorkCalendar.of(SHANGHAI, own)
    assert calendar.add(at("2025-09-24 16:00"), timedelta(hours=2)) == at("2025-09-26 10:00")
    assert calendar.add(at("2025-09-26 16:00"), timedelta(hours=2)) == at("2025-09-27 10:00")
    for wrong in ({"hours": ["9-17"]}, {"hours": ["12:00-18:00", "08:00-13:00"]}, {"calendar": "moon"}):
        with pytest.raises(ValueError, match="flow"):
            WorkCalendar.of(SHANGHAI, {"flow": wrong})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"limits": {"filed": {"hour": 4}}}, "flow.limits.filed: one of"),
        ({"limits": {"filed": 4}}, "flow.limits.filed: one of"),
        ({"limits": {"filed": {"hours": "4"}}}, "'4' is no number above 0"),
        ({"limits": {"filed": {"days": -1}}}, "-1 is no number above 0"),
        ({"limits": {"filed": {"clock_hours": float("nan")}}}, "nan is no number above 0"),
        ({"limits": ["filed"]}, "attribute"),
        ({"calendar": "moon"}, "flow.calendar is one of"),
        ({"hours": 8}, "not iterable"),
        ({"off": ["tomorrow"]}, "tomorrow"),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_name(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(BadFlowSettings, match=told):
        Limits.of(SHANGHAI, {"flow": wrong})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"weights": {"closed": "much"}}, "flow.weights"),
        ({"weights": {"closed": float("nan")}}, "flow.weights"),
        ({"weights": {"closed": 0}}, "not all 0"),
        ({"weights": {"luck": 1}}, "parts are"),
        ({"visits_a_month": 0}, "at least 1"),
        ({"visits_a_month": "daily"}, "flow.visits_a_month"),
    ],
)
def test_weights_that_make_no_sense_are_refused_by_name(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(BadFlowSettings, match=told):
        Terms.of({"flow": wrong})


def test_a_change_of_clocks_makes_no_hour() -> None:
    # New York, 8 March 2026: the hour from two to three is skipped
    always = WorkCalendar.of(ZoneInfo("America/New_York"), {"flow": {"calendar": "always"}})
    start = datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert always.add(start, timedelta(hours=30)) == start + timedelta(hours=30)


@given(
    start=st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1)),
    minutes=st.integers(1, 60_000),
)
def test_what_is_added_is_what_lies_between(start: datetime, minutes: int) -> None:
    begun = start.replace(tzinfo=SHANGHAI)
    due = CHINA.add(begun, timedelta(minutes=minutes))
    assert CHINA.worked(begun, due) == timedelta(minutes=minutes)
    assert CHINA.worked(due, begun) == timedelta(0)


def test_the_light_turns_at_four_fifths_and_beyond_all_of_it() -> None:
    limits = Limits.of(SHANGHAI, {"flow": {"limits": {"01": {"days": 2}, "0102": {"clock_hours": 3}}}})
    since = at("2025-09-25 08:30")
    due = limits.due("dispatched", since, ["0201", "02", "*"], 10)
    assert due == at("2025-09-26 10:30")  # ten working hours of eight a day
    light = [limits.light(since, due, at(f"2025-09-{text}")) for text in ("25 17:59", "26 08:31", "26 10:31")]
    assert light == ["green", "yellow", "red"]  # 7:59, 8:01 and 10:01 of 10:00
    assert limits.due("dispatched", since, ["0102", "01", "*"], 10) == since + timedelta(hours=3)
    assert limits.due("dispatched", since, ["0103", "01", "*"], 10) == at("2025-09-29 18:00").replace(day=28)
    assert limits.due("dispatched", since, ["*"], None) is None
    assert limits.light(since, None, since) is None
