"""Whatever the server may refuse or find has its words on the page, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

import api.app  # noqa: F401  every module that refuses is loaded with it
from api.problems import code_of
from api.refusals import LastAdministrator
from boundaries.duty.element_answers import Lack
from boundaries.duty.holes import FindingKind
from boundaries.duty.refusals import DutyRule, RowRule, WorkbookRule
from boundaries.land.codes import CodeRule
from boundaries.land.importing.causes import Cause, Rule
from boundaries.land.plans.problems import ProblemCode
from boundaries.land.plans.refusals import CommunityRule, ScopeRule
from boundaries.store.errors import Refusal
from gis.net.refusals import EditRefused
from gis.partition.refusals import PartitionRefused

REPOSITORY = Path(__file__).resolve().parents[2]
TEXTS = REPOSITORY / "web_map" / "page" / "src" / "text"
REFUSING = (
    "boundaries.duty.refusals",
    "boundaries.land.codes",
    "boundaries.land.importing.errors",
    "boundaries.land.plans.refusals",
    "boundaries.land.refusals",
    "boundaries.store.bulk",
    "gis.",
)
NOTED = re.compile(r"(?:\bFinding|\.add|\bnote_file|\.note)\(\s*(?:[\w() ]+,\s*)?\"([a-z]+(?:-[a-z]+)+)\"")
BLOCKED = re.compile(r"\bBlocker\(\s*\"([a-z-]+)\"")


def keys_of(language: str) -> set[str]:
    """The keys of every block of texts in a language, as the sources write them."""
    found: set[str] = set()
    for path in TEXTS.glob("strings*.ts"):
        for block in re.findall(
            rf"^(?:export )?const \w*{language}\b[^=]*= \{{\n(.*?)^\}}", path.read_text(), re.M | re.S | re.I
        ):
            found.update(re.findall(r"^  (\w+): ", block, re.M))
    return found


def every(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for child in kind.__subclasses__():
        yield from every(child)


def refusals() -> list[str]:
    """The codes of what the planner's and the clerk's modules refuse."""
    kinds = [LastAdministrator]
    for base in (Refusal, EditRefused, PartitionRefused):
        kinds += [kind for kind in every(base) if kind.__module__.startswith(REFUSING)]
    return sorted({code_of(kind) for kind in kinds})


def written(pattern: re.Pattern[str], *folders: str) -> list[str]:
    """The codes that sources give to what they find."""
    sources = [path.read_text() for folder in folders for path in (REPOSITORY / folder).rglob("*.py")]
    return sorted({code for source in sources for code in pattern.findall(source)})


def key(family: str, code: str) -> str:
    return f"{family}_{re.sub(r'[ -]+', '_', code)}"


RULES = [
    rule
    for rules in (Rule, CodeRule, DutyRule, WorkbookRule, RowRule, ScopeRule, CommunityRule)
    for rule in get_args(rules)
]
RULES += [*get_args(Lack), "no-lead-and-no-person"]
SHORT = ("why", "fault", "refusal", "problem")
# these are chosen between, or come of a table, where the pattern does not see them
CHOSEN = ["lon-lat-swapped", "northing-easting-swapped", "buildings-without-grid", "buildings-cut"]
NOTES = [*written(NOTED, "boundaries/land/importing"), *CHOSEN]
BLOCKERS = written(BLOCKED, "gis/partition")


def test_the_walk_finds_what_it_looks_for() -> None:
    assert {"code-cleaned", "text-cut-off", "merged-cells", "coverage-faults"} <= set(NOTES)
    assert {"fits-nowhere", "not-reached", "part-over"} <= set(BLOCKERS)
    assert {"duty-held", "stale-plan", "moved-too-far", "too-few-grids", "malformed-code"} <= set(refusals())
    assert {"product", "rule_phone", "why_duty_held", "problem_network"} <= keys_of("zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_a_sentence(language: str) -> None:
    there = keys_of(language)
    for codes, families in (
        (refusals(), SHORT),
        (get_args(Cause), ("fault",)),
        (RULES, ("rule",)),
        (NOTES, ("why", "fault")),
        (get_args(FindingKind), ("missing",)),
        (get_args(ProblemCode), ("finding",)),
        (BLOCKERS, ("cause",)),
    ):
        assert [code for code in codes if not any(key(family, code) in there for family in families)] == []
