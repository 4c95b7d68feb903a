"""Who answers for a place: the rule of precedence, and whom to call in which order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from boundaries.duty import shifts
from boundaries.duty.records import DutyRecord, MatterRecord, PlaceKey
from boundaries.store.tables import ANY_MATTER

_KEPT = 50_000


@dataclass(frozen=True)
class Duties:
    """All duties in force, found by place."""

    by_place: Mapping[PlaceKey, tuple[DutyRecord, ...]]
    leads: Mapping[PlaceKey, Mapping[str, DutyRecord]]
    rulings: Mapping[PlaceKey, Mapping[str, DutyRecord]]
    matters: Mapping[str, MatterRecord]
    lineages: Mapping[str, tuple[str, ...]]
    away: Mapping[str, str] = field(default_factory=dict)  # on leave: party code → reason
    _known: dict[tuple[PlaceKey, ...], Mapping[str, DutyRecord]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        duties: Sequence[DutyRecord],
        matters: Mapping[str, MatterRecord],
        away: Mapping[str, str] | None = None,
        by_line: Sequence[DutyRecord] = (),
    ) -> "Duties":
        """Index duties; those of one place are in the order of role, then party code.

        by_line: leads in areas of departments' own nets; they lead, and nothing else is asked of them.
        """
        by_place: dict[PlaceKey, list[DutyRecord]] = {}
        leads: dict[PlaceKey, dict[str, DutyRecord]] = {}
        rulings: dict[PlaceKey, dict[str, DutyRecord]] = {}
        for duty in sorted(duties, key=lambda duty: (duty.role, duty.party)):
            by_place.setdefault(duty.place, []).append(duty)
            if duty.role == "lead":
                leads.setdefault(duty.place, {})[duty.matter] = duty
            elif duty.role == "ruling":
                rulings.setdefault(duty.place, {})[duty.matter] = duty
        for duty in by_line:
            leads.setdefault(duty.place, {})[duty.matter] = duty
        return cls(
            {place: tuple(found) for place, found in by_place.items()},
            leads,
            rulings,
            matters,
            {code: _lineage(code, matters) for code in (*matters, ANY_MATTER)},
            away or {},
        )

    def at(self, places: Sequence[PlaceKey], role: str) -> Iterator[DutyRecord]:
        """The duties of a role at these places, nearest place first."""
        for place in places:
            for duty in self.by_place.get(place, ()):
                if duty.role == role:
                    yield duty

    def of_party(self, party: str) -> Sequence[DutyRecord]:
        """Everything that a party has to answer for."""
        return self._by_party.get(party, ())

    @cached_property
    def _by_party(self) -> Mapping[str, Sequence[DutyRecord]]:
        found: dict[str, list[DutyRecord]] = {}
        for duties in self.by_place.values():
            for duty in duties:
                found.setdefault(duty.party, []).append(duty)
        return found

    def leads_at(self, places: Sequence[PlaceKey]) -> Mapping[str, DutyRecord]:
        """The one lead department of every matter that has one here: the matter decides first, then
        the place. A ruling (裁定) of any of these places beats every lead.

        places: nearest first. For a matter of public space any lead of the feature comes before all others.
        Few places have lead departments of their own, so what was found for the same ones is kept.
        """
        with_leads = self.with_leads(places)
        found = self._known.get(with_leads)
        if found is None:
            features = [place for place in with_leads if place[0] == "feature"]
            found = {}
            for code, lineage in self.lineages.items():
                lead = _first(self.rulings, lineage, with_leads)
                if lead is None and features and self.is_public(code):
                    lead = _first(self.leads, lineage, features)
                lead = lead or _first(self.leads, lineage, with_leads)
                if lead is not None:
                    found[code] = lead
            if len(self._known) < _KEPT:
                self._known[with_leads] = found
        return found

    def is_public(self, matter: str) -> bool:
        """Whether a matter is one of public space, in which the duty of a feature leads."""
        found = self.matters.get(matter)
        return found is not None and found.public_space

    def with_leads(self, places: Sequence[PlaceKey]) -> tuple[PlaceKey, ...]:
        """Those of the places that have lead departments or rulings of their own."""
        return tuple(place for place in places if place in self.leads or place in self.rulings)

    def supporting(self, matter: str, places: Sequence[PlaceKey]) -> list[DutyRecord]:
        """The departments that help (配合) in this matter or in one above it, each once."""
        lineage = self.lineages[matter]
        found = {
            duty.party: duty
            for ancestor in reversed(lineage)
            for duty in reversed(list(self.at(places, "co")))
            if duty.matter == ancestor
        }
        return [found[party] for party in reversed(list(found))]


def _first(
    found: Mapping[PlaceKey, Mapping[str, DutyRecord]], lineage: Sequence[str], places: Sequence[PlaceKey]
) -> DutyRecord | None:
    for ancestor in lineage:
        for place in places:
            duty = found.get(place, {}).get(ancestor)
            if duty is not None:
                return duty
    return None


def _lineage(code: str, matters: Mapping[str, MatterRecord]) -> tuple[str, ...]:
    """小类 → 大类 → `*`."""
    line = [code]
    while (matter := matters.get(line[-1])) is not None and matter.parent is not None:
        line.append(matter.parent)
    return tuple(line) if line[-1] == ANY_MATTER else (*line, ANY_MATTER)


@dataclass(frozen=True)
class Call:
    """One step of whom to call: the duty, and the reason as a key of the wording."""

    duty: DutyRecord
    because: str


_NEAR = (("staff", "on duty"), ("micro", "micro"), ("deputy", "deputy"), ("leader", "leader"))


def call_order(
    duties: Duties,
    near: Sequence[PlaceKey],
    areas: Sequence[tuple[str, PlaceKey]],
    local: datetime,
    *,
    public: bool = False,
) -> list[Call]:
    """On-duty staff → deputy → leader → community desk → street desk → district desk.

    The leader of a feature (路长, 河长) comes behind that of the grid, and before him where it is asked about
    a matter of public space (`public`).

    near: the part, building, compound, feature and grid; areas: (level, place) upwards, where the level
    of an area that takes care of another is `caretaker`: its leader and its desk are called.
    local: the instant in the district's time zone, which decides whose shift it is. Nobody twice, and
    nobody who is on leave.
    """
    calls: list[Call] = []
    here = [duty for place in near for duty in duties.by_place.get(place, ())]
    of_feature = [
        Call(duty, "feature leader") for duty in here if duty.role == "leader" and duty.place[0] == "feature"
    ]
    for role, because in _NEAR:
        if role == "leader" and public:
            calls += of_feature
        calls += [
            Call(duty, because)
            for duty in here
            if duty.role == role and on_shift(duty, local) and (role, duty.place[0]) != ("leader", "feature")
        ]
    calls += of_feature
    for level, place in areas:
        roles = ("leader", "desk") if level == "caretaker" else ("desk",)
        for role in roles:
            because = f"{level} {role}"
            calls += [Call(duty, because) for duty in duties.at([place], role) if on_shift(duty, local)]
    if duties.away:
        calls = [call for call in calls if call.duty.party not in duties.away]
    first: dict[str, Call] = {}
    for call in calls:
        first.setdefault(call.duty.party, call)
    return list(first.values())


def on_shift(duty: DutyRecord, local: datetime) -> bool:
    """Whether the party is called at `local`; a duty without shift always is, and so is a leader."""
    shift = shifts.parse(duty.shift)
    return shift is None or duty.role == "leader" or shift.covers(local)


def next_shift_change(duties: Sequence[DutyRecord], local: datetime) -> datetime | None:
    """The next instant after `local` at which somebody's shift may begin or end."""
    found = {shifts.parse(text) for text in {duty.shift for duty in duties}} - {None}
    return min((shift.next_change(local) for shift in found if shift is not None), default=None)
