"""Why a question about what happened, or a step of it, is refused."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from boundaries.store.errors import Refusal


class BadDensityQuestion(Refusal):
    """A member of the question does not make sense. field, value: which; reason: one sentence."""

    code: ClassVar[str] = "bad-density-question"

    def __init__(self, field: str, value: str, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value}: {reason}")


class BadFlowSettings(Refusal):
    """The district's settings of the flow make no sense. reason: which, and what is allowed."""

    code: ClassVar[str] = "bad-flow-settings"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The district's settings are wrong: {reason}.")
        self.hint = "an administrator mends them; docs/affairs.md says what may stand there"


class IncidentsRefused(Refusal):
    """Rows that cannot be taken, and so none was. rows: the first of them; count: all."""

    code: ClassVar[str] = "incidents-refused"

    def __init__(self, rows: Sequence[Mapping[str, Any]], count: int) -> None:
        self.rows, self.count = list(rows), count
        first = rows[0]
        super().__init__(
            f"{count} of the incidents cannot be taken, so none was written;"
            f" row {first['row']}, {first['field']}: {first['reason']}"
        )
        self.hint = "skip_refused=true takes the good ones"


class PhotoRefused(Refusal):
    """A photo that cannot be taken. reason: one sentence."""

    code: ClassVar[str] = "photo-refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class StepNotPossible(Refusal):
    """A step that the table does not allow from here. possible: those that it does."""

    code: ClassVar[str] = "step-not-possible"

    def __init__(self, number: str, step: str, state: str, possible: Sequence[str]) -> None:
        self.number, self.step, self.state, self.possible = number, step, state, list(possible)
        super().__init__(f"The incident {number} is {state}: '{step}' does not lead on from there.")


class StepNotYours(Refusal):
    """A step that is another's to take. who: of the table of steps; yours: what the asker is.

    party: that has the incident. level: that a centre must reach. handled_by: the account that did it last.
    """

    code: ClassVar[str] = "step-not-yours"

    def __init__(
        self,
        number: str,
        step: str,
        who: str,
        meaning: str,
        *,
        party: str | None,
        level: str,
        handled_by: str | None,
        yours: Mapping[str, str | None],
    ) -> None:
        self.number, self.step, self.who, self.yours = number, step, who, dict(yours)
        self.party, self.level, self.handled_by = party, level, handled_by
        super().__init__(f"'{step}' of the incident {number} is for {meaning}.")


class StepIncomplete(Refusal):
    """A step without what it needs. field: which; reason: why."""

    code: ClassVar[str] = "step-incomplete"

    def __init__(self, step: str, field: str, reason: str) -> None:
        self.step, self.field, self.reason = step, field, reason
        super().__init__(f"{step}: {field} {reason}")


class VisitRefused(Refusal):
    """A visit that cannot be taken. field: which member; reason: why."""

    code: ClassVar[str] = "visit-refused"

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field} {reason}")
