"""What `yiwang assign` says no to before it reads a row."""

from typing import ClassVar

from boundaries.store.errors import Refusal


class AssignRefused(Refusal):
    """The file, the columns or the frame cannot be used. reason: one sentence."""

    code: ClassVar[str] = "assign-refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
