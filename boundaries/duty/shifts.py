"""Shifts: the hours in which a party is called. They decide who is called, never who is accountable.

"" is always; "08:00-18:00" is daily; "1-5 08:00-18:00" is Monday to Friday; "20:00-08:00" runs over
midnight and belongs to the day on which it starts. Local time of the district.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from boundaries.duty.refusals import MalformedShift

_SHIFT = re.compile(r"(?:([1-7])(?:-([1-7]))? )?(\d\d):(\d\d)-(\d\d):(\d\d)")
_NAMED = {"白班": "08:00-20:00", "夜班": "20:00-08:00", "day": "08:00-20:00", "night": "20:00-08:00"}


@dataclass(frozen=True)
class Shift:
    """Weekdays (1 = Monday) on which it starts, and its hours; `end` at or before `start` is the next day."""

    first_day: int
    last_day: int
    start: time
    end: time

    def covers(self, local: datetime) -> bool:
        """Whether `local`, an aware instant in the district's time zone, falls into the shift."""
        clock = local.time()
        if self.start < self.end:
            return self._on(local) and self.start <= clock < self.end
        yesterday = local - timedelta(days=1)
        return (self._on(local) and clock >= self.start) or (self._on(yesterday) and clock < self.end)

    def next_change(self, local: datetime) -> datetime:
        """The next instant after `local` at which the shift may begin or end."""
        candidates = [
            datetime.combine((local + timedelta(days=days)).date(), clock, tzinfo=local.tzinfo)
            for days in (0, 1)
            for clock in (self.start, self.end)
        ]
        return min(candidate for candidate in candidates if candidate > local)

    def _on(self, day: datetime) -> bool:
        weekday = day.isoweekday()
        if self.first_day <= self.last_day:
            return self.first_day <= weekday <= self.last_day
        return weekday >= self.first_day or weekday <= self.last_day


@lru_cache(maxsize=1024)
def parse(text: str) -> Shift | None:
    """The shift that `text` says; None is always. Raises MalformedShift."""
    if not text:
        return None
    match = _SHIFT.fullmatch(_NAMED.get(text, text))
    if match is None:
        raise MalformedShift(value=text)
    first, last, *clock = match.groups()
    hours = [int(value) for value in clock]
    if hours[0] > 23 or hours[2] > 24 or hours[1] > 59 or hours[3] > 59 or (hours[2] == 24 and hours[3]):
        raise MalformedShift(value=text)
    return Shift(
        first_day=int(first or 1),
        last_day=int(last or first or 7),
        start=time(hours[0], hours[1]),
        end=time(hours[2] % 24, hours[3]),
    )
