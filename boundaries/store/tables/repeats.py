"""Keys of requests that may come twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Base


class RequestKey(Base):
    """The Idempotency-Key of a request and what was answered to it; dropped after a month."""

    __tablename__ = "request_key"
    __table_args__ = (Index("ix_request_key_made_at", "made_at"),)

    actor: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]  # SHA-256 in hex of method, address and body
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None]
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
