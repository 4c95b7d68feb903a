"""Why a question about what happened, or a step of it, is refused."""

from typing import ClassVar

from boundaries.store.errors import Refusal


class BadDensityQuestion(Refusal):
    """A member of the question does not make sense. field, value: which; reason: one sentence."""

    code: ClassVar[str] = "bad-density-question"

    def __init__(self, field: str, value: str, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value}: {reason}")


class BadElementFields(Refusal):
    """The fields of a kind of element are no schema that the register takes. field: which one."""

    code: ClassVar[str] = "bad-element-fields"

    def __init__(self, *, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"fields{f' {field}' if field else ''}: {reason}")


class ElementsDoNotFit(Refusal):
    """Elements in force would not fit their kind's new fields. number: how many; element: the first."""

    code: ClassVar[str] = "elements-do-not-fit"

    def __init__(self, *, kind: str, number: int, element: str, reason: str) -> None:
        self.kind, self.number, self.element, self.reason = kind, number, element, reason
        super().__init__(f"{number} elements of {kind} would not fit, {element} first: {reason}")


class BadElement(Refusal):
    """An element that its kind does not take. row: the frame's index label."""

    code: ClassVar[str] = "bad-element"

    def __init__(self, *, value: str, row: object, field: str, reason: str) -> None:
        self.value, self.row, self.field, self.reason = value, row, field, reason
        super().__init__(f"row {row}: element {value}: {f'{field}: ' if field else ''}{reason}")
