"""The steps of an incident (规范流转): from which state to which, who may take them, what they need.

This table is the only place that knows; everything else asks it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STATES: Mapping[str, str] = {
    "collected": "采集",
    "filed": "立案",
    "dispatched": "派遣",
    "handled": "处置",
    "checked": "核查",
    "closed": "结案",
    "suspended": "挂账",
    "disputed": "争议",
    "rejected": "不予受理",
    "void": "作废",
    "merged": "并案",
}
ENDED = ("closed", "rejected", "void", "merged")
NOT_COUNTED = ("void", "merged")
"""What never was, or is told by another: they stay in lists and leave every count."""
NOT_JUDGED = (*NOT_COUNTED, "rejected")
"""Nobody is scored by these."""
OPEN = tuple(state for state in STATES if state not in ENDED)
LEVELS = ("grid", "community", "street", "district")
BACK = ""
"""A step with this target leads back to the state before the suspension; STAY leaves the state."""
STAY = "="


WHO: Mapping[str, str] = {
    "centre": "a dispatcher whose area reaches the level of the incident and of the step",
    "assigned": "whoever acts for the party that has it",
    "finder": "who reported it, or acts for the leader or the staff of its grid",
    "holder": "the centre, the finder, or whoever acts for the party that has it",
    "another": "anybody of the area but who handled it and the party that has it",
    "judge": "the centre, unless it acts for the party that has it",
}
"""Who may take a step, seen from the incident; beside the role that it needs."""


@dataclass(frozen=True)
class Step:
    """needs: what must be given: reason, party, until, into. role: the lowest that may take it. who: of WHO.

    reach: the lowest level at which a centre may take it.
    """

    name: str
    chinese: str
    sources: Sequence[str]
    target: str
    role: str
    who: str
    needs: tuple[str, ...] = ()
    reach: str = "grid"


_TABLE = (
    Step("file", "立案", ("collected",), "filed", "dispatcher", "centre"),
    Step("reject", "不予受理", ("collected",), "rejected", "dispatcher", "centre", ("reason",)),
    Step("settle", "自办自结", ("collected",), "closed", "worker", "finder"),
    Step("dispatch", "派遣", ("filed",), "dispatched", "dispatcher", "centre", (), "street"),
    Step("return", "退单", ("dispatched",), "filed", "worker", "assigned", ("reason",), "street"),
    Step(
        *("reassign", "改派", ("dispatched",), "dispatched", "dispatcher", "centre"),
        *(("party", "reason"), "street"),
    ),
    Step("extend", "延期", ("dispatched",), STAY, "dispatcher", "centre", ("reason", "until"), "street"),
    Step("handle", "处置", ("dispatched",), "handled", "worker", "assigned", (), "street"),
    Step("check", "核查", ("handled",), "checked", "worker", "another"),
    Step("rework", "返工", ("handled", "checked"), "dispatched", "worker", "another", ("reason",)),
    Step("close", "结案", ("checked",), "closed", "dispatcher", "centre"),
    Step(
        "suspend", "挂账", ("filed", "dispatched"), "suspended", "dispatcher", "centre", ("reason",), "street"
    ),
    Step("resume", "恢复", ("suspended",), BACK, "dispatcher", "centre", (), "street"),
    Step("dispute", "争议", ("dispatched",), "disputed", "worker", "assigned", ("reason",), "street"),
    Step("rule", "裁定", ("disputed",), "dispatched", "reviewer", "judge", ("party", "reason"), "street"),
    Step("raise", "上报", ("collected", "filed", "dispatched"), STAY, "worker", "holder", ("reason",)),
    Step("lower", "下派", ("collected", "filed", "dispatched"), STAY, "dispatcher", "centre", ("reason",)),
    Step("urge", "督办", OPEN, STAY, "dispatcher", "centre", ("reason",)),
    Step("merge", "并案", ("collected", "filed", "dispatched"), "merged", "dispatcher", "centre", ("into",)),
    Step("void", "作废", OPEN, "void", "dispatcher", "centre", ("reason",)),
)
STEPS: Mapping[str, Step] = {step.name: step for step in _TABLE}


def possible(state: str) -> list[str]:
    """The steps that lead on from a state."""
    return [step.name for step in _TABLE if state in step.sources]
