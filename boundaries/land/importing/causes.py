"""Why rows are refused and what is remarked on files: stable names, each with a sentence on the page."""

from typing import Any, Literal

Cause = Literal[
    "code-does-not-fit-level",
    "code-does-not-fit-parent",
    "does-not-fit",
    "duplicate-code",
    "empty-shape",
    "invalid-shape",
    "malformed-code",
    "missing-place",
    "missing-shape",
    "missing-value",
    "not-a-number",
    "not-finite",
    "outside-region",
    "second-leader",
    "too-many-vertices",
    "unknown-code",
    "unknown-kind",
    "unknown-parent",
    "unreadable-row",
    "unreadable-shape",
    "unreadable-value",
    "wrong-shape",
]
"""Why a row is refused."""

Rule = Literal[
    "border-crosses",
    "border-touches",
    "choice",
    "date-form",
    "digits-lost",
    "finite",
    "letters-lost",
    "level-missing",
    "no-area",
    "not-a-community",
    "number",
    "parent-level",
    "parent-not-begun",
    "parent-other-digits",
    "phone",
    "polygon-wanted",
    "point-wanted",
    "same-name",
    "whole-number",
    "yes-or-no",
    "zeros-lost",
]
"""Which of several reasons a cause has in a row, as its fact `rule`."""


class Unreadable(ValueError):
    """A cell that cannot be read: one sentence, the rule that it breaks, and the facts of the case."""

    def __init__(self, rule: Rule, reason: str, **facts: Any) -> None:
        self.facts: dict[str, Any] = {"rule": rule, **facts}
        super().__init__(reason)


def facts_of(error: Exception) -> dict[str, Any]:
    """The facts of a cell that cannot be read, empty where the error has none."""
    return error.facts if isinstance(error, Unreadable) else {}
