"""Why nets cannot be laid over each other, with the facts."""

from typing import Any, ClassVar


class OverlayRefused(ValueError):
    """A net, its codes or the buildings make no sense. facts: plain values, ready for JSON."""

    code: ClassVar[str] = "overlay-refused"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.facts = facts
