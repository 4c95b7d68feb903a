"""The addresses that changes are sent to, as they stand in the file that YIWANG_WEBHOOKS names, and how far
each has the feed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store import changes

_WRITTEN = text("select name, delivered, status, failures, failing_since, said, at from yiwang.webhook")
Kind = Literal["publication", "building", "part", "duty", "incident"]


class Hook(BaseModel):
    """One address that changes are sent to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    url: str
    secret: str = Field(min_length=32, description="shared with the receiver, who checks signatures by it")
    kinds: tuple[Kind, ...] | None = None
    area: str | None = None
    private: bool = Field(False, description="the address may be one of a private network or this machine")

    @field_validator("url")
    @classmethod
    def _plain_address(cls, given: str) -> str:
        parts = urlsplit(given)
        if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc:
            raise ValueError("an https:// or http:// address without a name or password in it")
        return given

    @property
    def host(self) -> str:
        """Where it leads, without what the address may hold of secrets."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def read(path: Path | None) -> tuple[Hook, ...]:
    """The hooks of the file. Raises ValidationError and OSError: a wrong file stops the start."""
    if path is None:
        return ()
    hooks = TypeAdapter(tuple[Hook, ...]).validate_json(path.read_bytes())
    names = [hook.name for hook in hooks]
    if len(set(names)) != len(names):
        raise ValueError("two webhooks have the same name")
    return hooks


@dataclass(frozen=True)
class HookState:
    """How far one hook has the feed. Nothing is known of one that never ran."""

    name: str
    host: str
    kinds: Sequence[str] | None
    area: str | None
    delivered: int | None = None  # the number in the feed up to which it has all
    waiting: int | None = None  # how many follow, of its kinds, wherever they lie
    status: int | None = None  # of the last answer; none where none came
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    said: str = ""  # why the last try failed
    at: datetime | None = None  # when this was written down


def states(session: Session, district_id: int, hooks: Sequence[Hook]) -> list[HookState]:
    """How far each hook of the file has the feed, by name."""
    rows = {row["name"]: row for row in session.execute(_WRITTEN).mappings()}
    found = []
    for hook in sorted(hooks, key=lambda hook: hook.name):
        state = HookState(hook.name, hook.host, hook.kinds, hook.area)
        row = rows.get(hook.name)
        if row is not None:
            left = changes.waiting(session, district_id, row["delivered"], hook.kinds)
            state = replace(state, **row, waiting=left)
        found.append(state)
    return found
