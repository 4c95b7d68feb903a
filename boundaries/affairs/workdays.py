"""Working time: hours and days of a calendar with holidays and shifted working days (调休)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]

KINDS = ("china", "weekdays", "always")
_HOURS = ("08:30-12:00", "13:30-18:00")
_LONGEST_DAYS = 3660


@dataclass(frozen=True)
class WorkCalendar:
    """When work is done. hours: (from, to) of a day as minutes; off, on: days against the rule.

    china: the working days of the State Council's notices, shifted ones included; for a year without a
    notice yet, Monday to Friday. weekdays: Monday to Friday. always: every hour of every day.
    """

    zone: ZoneInfo
    kind: str = "china"
    hours: tuple[tuple[int, int], ...] = ((510, 720), (810, 1080))
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()

    @classmethod
    def of(cls, zone: ZoneInfo, settings: Mapping[str, Any]) -> "WorkCalendar":
        """From a district's settings: flow.calendar, flow.hours, flow.off, flow.on. Raises ValueError."""
        flow = settings.get("flow", {})
        kind = flow.get("calendar", "china" if zone.key == "Asia/Shanghai" else "weekdays")
        if kind not in KINDS:
            raise ValueError(f"flow.calendar is one of {', '.join(KINDS)}, not {kind}")
        hours = ((0, 1440),) if kind == "always" else tuple(map(_span, flow.get("hours", _HOURS)))
        if not hours or any(a[1] > b[0] for a, b in pairwise(hours)):
            raise ValueError("flow.hours are spans of a day in order, as 08:30-12:00")
        return cls(zone, kind, hours, _days(flow.get("off", ())), _days(flow.get("on", ())))

    def works(self, day: date) -> bool:
        """Whether work is done on this day."""
        if day in self.on or day in self.off:
            return day in self.on
        return True if self.kind == "always" else _is_workday(day, self.kind)

    def add(self, start: datetime, work: timedelta) -> datetime:
        """The instant at which so much work is done, beginning at `start`. Raises ValueError beyond years."""
        left = work
        if left <= timedelta(0):
            return start
        for opens, closes in self._spans(start):
            begins = max(opens, start)
            if closes <= begins:
                continue
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        raise ValueError(f"{work} of work do not end within {_LONGEST_DAYS} days")

    def add_days(self, start: datetime, days: int) -> datetime:
        """The end of work on the last of so many working days after the day of `start`."""
        day, left = start.astimezone(self.zone).date(), days
        for _ in range(_LONGEST_DAYS):
            if left <= 0:
                break
            day += timedelta(days=1)
            left -= self.works(day)
        return self._at(day, self.hours[-1][1])

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How much work lies between two instants; none where they are the wrong way round."""
        total = timedelta(0)
        for opens, closes in self._spans(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        return total

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = start.astimezone(self.zone).date()
        for _ in range(_LONGEST_DAYS):
            if self.works(day):
                for opens, closes in self.hours:
                    yield self._at(day, opens), self._at(day, closes)
            day += timedelta(days=1)

    def _at(self, day: date, minute: int) -> datetime:
        """UTC, so that differences are true over a change of clocks."""
        whole, rest = divmod(minute, 1440)
        local = datetime.combine(day + timedelta(days=whole), time(rest // 60, rest % 60), tzinfo=self.zone)
        return local.astimezone(UTC)


@lru_cache(maxsize=20_000)
def _is_workday(day: date, kind: str) -> bool:
    if kind == "china":
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            pass  # no notice for that year
    return day.weekday() < 5


def _span(text: str) -> tuple[int, int]:
    try:
        first, last = (int(part.split(":")[0]) * 60 + int(part.split(":")[1]) for part in text.split("-"))
    except (ValueError, IndexError, AttributeError):
        raise ValueError(f"flow.hours: {text!r} is no span as 08:30-12:00") from None
    if not 0 <= first < last <= 1440:
        raise ValueError(f"flow.hours: {text!r} is no span of one day")
    return first, last


def _days(texts: Any) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
