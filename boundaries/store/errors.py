"""Refusals: what the register says no to, with the facts of the case."""

from typing import Any, ClassVar


class Refusal(Exception):
    """The base of every refusal. A subclass sets `code` and keeps its facts as attributes.

    `code` is stable and public (problem documents and tests name it); the message is for people.
    """

    code: ClassVar[str] = "refused"

    @property
    def facts(self) -> dict[str, Any]:
        """The attributes that the refusal was given, by name."""
        return dict(vars(self))
