"""Why a question about what happened, or a step of it, is refused."""

from typing import ClassVar

from boundaries.store.errors import Refusal


class BadDensityQuestion(Refusal):
    """A member of the question does not make sense. field, value: which; reason: one sentence."""

    code: ClassVar[str] = "bad-density-question"

    def __init__(self, field: str, value: str, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value}: {reason}")
