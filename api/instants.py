"""The two instants that a question may name: when it was so, and when that was known."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from api.answering import aware
from api.context import Context_
from api.held import Published


class Instants:
    """`at` and `known_at` of a query, each with its time zone. Raises NotAwareInstant."""

    def __init__(
        self,
        at: Annotated[datetime | None, Query(description="an instant with its time zone; else now")] = None,
        known_at: Annotated[datetime | None, Query(description="as the register knew it then")] = None,
    ) -> None:
        self.at, self.known_at = aware(at), aware(known_at)

    @property
    def given(self) -> bool:
        """Whether the question is about anything but the present."""
        return self.at is not None or self.known_at is not None


Instants_ = Annotated[Instants, Depends()]


def _state(context: Context_, instants: Instants_) -> Published:
    return context.held.at(instants.at, instants.known_at)


State_ = Annotated[Published, Depends(_state)]  # the net as it was asked for
