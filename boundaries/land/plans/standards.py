"""What a new community is measured by: rule sets, each in force for a time.

The national ones are shipped; a district adds its own in its settings under `plans` → `communities`. The
law says "generally" (一般), so falling short is a warning and never a refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from boundaries.store.tables import District


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """Limits in force from `since` until the day before `until` (None: open). None: no such limit.

    households, members: least and most. occupancy: least share of flats lived in, 0..1. premises_m2: least
    floor of the committee's rooms, as it is and for each 100 households. kinds: of communities it is for.
    """

    code: str
    name: str
    since: date
    until: date | None = None
    kinds: Sequence[str] = ("居",)
    households: tuple[int, int] | None = None
    members: tuple[int, int] | None = None
    occupancy: float | None = None
    premises_m2: float | None = None
    premises_m2_per_100: float | None = None
    contiguous: bool = False

    def counts(self, day: date, kind: str) -> bool:
        """Whether it is in force on a day for a kind of community."""
        return self.since <= day and (self.until is None or day < self.until) and kind in self.kinds


NATIONAL = (
    RuleSet(
        code="national-1990",
        name="城市居民委员会组织法（1989年通过）",
        since=date(1990, 1, 1),
        until=date(2026, 1, 1),
        households=(100, 700),
    ),
    RuleSet(
        code="national-2026",
        name="城市居民委员会组织法（修订，2026年1月1日施行）",
        since=date(2026, 1, 1),
        households=(1000, 3000),
    ),
)
# of a district that sets none of its own
LOCAL = (
    RuleSet(
        code="local",
        name="地方标准（未另行设定）",
        since=date(1990, 1, 1),
        members=(5, 9),
        occupancy=0.5,
        premises_m2_per_100=30.0,
        contiguous=True,
    ),
)
DOCUMENTS = ("街道请示", "居民意见", "社区四至说明")


def rule_sets(district: District) -> Sequence[RuleSet]:
    """Every rule set that the district knows, the national ones first."""
    own = _settings(district).get("rules")
    return (*NATIONAL, *(LOCAL if own is None else [_rule_set(each) for each in own]))


def in_force(district: District, day: date, kind: str) -> list[RuleSet]:
    """Those that count on a day for a kind of community."""
    return [each for each in rule_sets(district) if each.counts(day, kind)]


def documents(district: District) -> tuple[str, ...]:
    """The papers that an application needs beside what the register writes itself."""
    return tuple(_settings(district).get("documents", DOCUMENTS))


def _settings(district: District) -> Mapping[str, Any]:
    found: Mapping[str, Any] = district.settings.get("plans", {}).get("communities", {})
    return found


def _rule_set(given: Mapping[str, Any]) -> RuleSet:
    """From the settings, where dates are texts and `from` and `to` are its days."""
    facts = {name: value for name, value in given.items() if name not in ("from", "to")}
    for name in ("households", "members"):
        if facts.get(name) is not None:
            least, most = facts[name]
            facts[name] = (int(least), int(most))
    until = given.get("to")
    return RuleSet(
        **facts,
        since=date.fromisoformat(given["from"]),
        until=None if until is None else date.fromisoformat(until),
    )
