"""Why an element, or a kind of elements, is refused."""

from typing import ClassVar

from boundaries.store.errors import Refusal


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
