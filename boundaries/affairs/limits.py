"""How long each state of an incident may last, and the light that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from boundaries.affairs.asking import IncidentRecord
from boundaries.affairs.refusals import BadFlowSettings
from boundaries.affairs.workdays import WorkCalendar

YELLOW_FROM = 0.8
_USUAL: Mapping[str, Mapping[str, float]] = {
    "collected": {"hours": 2},
    "filed": {"hours": 2},
    "handled": {"hours": 8},
    "checked": {"hours": 8},
}
"""In working hours; `dispatched` has the limit of its matter."""
_MOST = 1000


@dataclass(frozen=True)
class Limits:
    """A district's own: settings `flow.limits` by state or matter, as {"hours": 4}, {"days": 3} of work or
    {"clock_hours": 2} of the clock."""

    calendar: WorkCalendar
    own: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, zone: ZoneInfo, settings: Mapping[str, Any]) -> "Limits":
        """Raises BadFlowSettings for settings that make no sense."""
        try:
            own = settings.get("flow", {}).get("limits", {})
            for name, limit in own.items():
                _check(name, limit)
            return cls(WorkCalendar.of(zone, settings), own)
        except (AttributeError, TypeError, ValueError) as error:
            raise BadFlowSettings(str(error)) from error

    def due(
        self, state: str, since: datetime, lineage: list[str], limit_hours: int | None
    ) -> datetime | None:
        """When a state that began at `since` should have ended; None: it has no limit.

        lineage: the matter's code and those above it. limit_hours: of the matter, in working hours.
        """
        if state == "dispatched":
            limit = next((self.own[code] for code in lineage if code in self.own), None)
            if limit is None and limit_hours is not None:
                limit = {"hours": limit_hours}
        else:
            limit = self.own.get(state, _USUAL.get(state))
        if limit is None:
            return None
        ((unit, amount),) = limit.items()
        if unit == "clock_hours":
            return since + timedelta(hours=amount)
        if unit == "days":
            return self.calendar.add_days(since, int(amount))
        return self.calendar.add(since, timedelta(hours=amount))

    def standing(self, incident: IncidentRecord) -> tuple[datetime | None, datetime | None]:
        """Since when its state has lasted and until when it may; before the first step by its record."""
        if incident.step_since is None and incident.state == "collected":
            return incident.recorded_at, self.due("collected", incident.recorded_at, [], None)
        return incident.step_since, incident.step_due_at

    def light(self, since: datetime | None, due: datetime | None, now: datetime) -> str | None:
        """green up to 80 % of the working time, yellow up to all of it, red beyond; None without a limit."""
        if since is None or due is None:
            return None
        if now > due:
            return "red"
        whole = self.calendar.worked(since, due)
        used = self.calendar.worked(since, now) if whole else now - since
        whole = whole or due - since
        return "yellow" if whole and used / whole > YELLOW_FROM else "green"


def _check(name: str, limit: Any) -> None:
    if (
        not isinstance(limit, Mapping)
        or len(limit) != 1
        or not set(limit) <= {"hours", "days", "clock_hours"}
    ):
        raise ValueError(f"flow.limits.{name}: one of hours, days and clock_hours")
    (amount,) = limit.values()
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 < amount <= _MOST:
        raise ValueError(f"flow.limits.{name}: {amount!r} is no number above 0, up to {_MOST}")
