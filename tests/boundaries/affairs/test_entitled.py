"""Who may take which step: every step, from every relation to the incident."""

from datetime import UTC, datetime
from itertools import product

import pytest

from boundaries.affairs.asking import IncidentRecord
from boundaries.affairs.entitled import Actor, Around, refuse_others
from boundaries.affairs.refusals import StepNotYours
from boundaries.affairs.steps import LEVELS, STEPS

NOW = datetime(2026, 5, 1, tzinfo=UTC)
# who they are: (account, party, level of the area, a centre?)
PEOPLE = {
    "finder": ("finder", None, "grid", False),
    "keeper": ("leader", "P1", "community", False),
    "assigned": ("fire", "D1", "district", False),
    "handler": ("handler", None, "street", False),
    "stranger": ("stranger", "D9", "district", False),
    "community centre": ("c", None, "community", True),
    "street centre": ("s", None, "street", True),
    "district centre": ("d", None, "district", True),
    "centre of the assigned": ("a", "D1", "district", True),
}
CENTRES = frozenset({"street centre", "district centre", "centre of the assigned"})
# by hand, of an incident at the level of a grid that D1 has and that `handler` handled
_INTAKE = frozenset({*CENTRES, "community centre"})
_PARTY = frozenset({"assigned", "centre of the assigned"})
EXPECTED = {
    **dict.fromkeys(("file", "reject", "lower", "urge", "merge", "void", "close"), _INTAKE),
    **dict.fromkeys(("dispatch", "reassign", "extend", "suspend", "resume"), CENTRES),
    "settle": {"finder", "keeper"},
    **dict.fromkeys(("return", "handle", "dispute"), _PARTY),
    **dict.fromkeys(("check", "rework"), frozenset(PEOPLE) - _PARTY - {"handler"}),
    "rule": {"street centre", "district centre"},
    "raise": _INTAKE | {"assigned"},
}


def _incident(party: str | None = "D1", level: str = "grid") -> IncidentRecord:
    facts = dict.fromkeys(IncidentRecord._fields)
    facts |= {"id": 1, "number": "20260501-000001", "recorded_by": "finder", "recorded_at": NOW}
    return IncidentRecord(**(facts | {"party": party, "level": level}))  # type: ignore[arg-type]


def _may(step: str, who: str, incident: IncidentRecord, around: Around) -> bool:
    try:
        refuse_others(STEPS[step], incident, Actor(*PEOPLE[who]), around)
    except StepNotYours as refusal:
        assert (refusal.step, refusal.yours["name"]) == (step, PEOPLE[who][0])
        return False
    return True


def test_the_table_names_every_step() -> None:
    assert set(EXPECTED) == set(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_for_those_by_hand_and_nobody_else(step: str) -> None:
    around = Around(frozenset({"P1", "P2"}), "handler", is_represented=True)
    found = {who for who in PEOPLE if _may(step, who, _incident(), around)}
    assert found == EXPECTED[step]


@pytest.mark.parametrize(("step", "who"), list(product(STEPS, PEOPLE)))
def test_what_was_raised_is_for_desks_of_that_level(step: str, who: str) -> None:
    around = Around(frozenset({"P1"}), "handler", is_represented=True)
    if STEPS[step].who in ("centre", "judge"):
        level = max("district", STEPS[step].reach, key=LEVELS.index)
        assert _may(step, who, _incident(level=level), around) == (
            who in EXPECTED[step] and PEOPLE[who][2] == "district"
        )


def test_where_nobody_acts_for_the_party_the_desk_does_and_the_log_will_say_for_whom() -> None:
    around = Around(frozenset(), None, is_represented=False)
    centre = Actor(*PEOPLE["street centre"])
    assert refuse_others(STEPS["handle"], _incident(), centre, around) is True
    assert refuse_others(STEPS["handle"], _incident(), Actor(*PEOPLE["assigned"]), around) is False
    assert not _may("handle", "stranger", _incident(), around)
    assert not _may("handle", "street centre", _incident(level="district"), around)


def test_the_finder_raises_until_it_is_given_to_a_party() -> None:
    around = Around(frozenset({"P1"}), None, is_represented=True)
    assert _may("raise", "finder", _incident(party=None), around)
    assert not _may("raise", "finder", _incident(), around)
