"""Keys by which other systems ask."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Code, Row

# Reviewing, approving and administering are for people.
KEY_ROLES = ("reader", "worker", "clerk", "dispatcher", "planner")


class ApiKey(Row):
    """A system that may ask, with one role within an area and its children. Revoked, never removed."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("name"),
        CheckConstraint("role in ('reader', 'worker', 'clerk', 'dispatcher', 'planner')", name="role"),
        CheckConstraint("datum in ('wgs84', 'cgcs2000', 'gcj02', 'bd09')", name="datum"),
        CheckConstraint("per_minute > 0", name="per_minute"),
        CheckConstraint("expires_at > made_at", name="expires"),
    )

    code: Mapped[Code]  # the public half of the key
    name: Mapped[str]  # of the system; stands in the records, so it is never given twice
    role: Mapped[str]
    secret_hash: Mapped[str]  # SHA-256 in hex of the secret half, 256 random bits
    datum: Mapped[str | None]  # what a bare lon/lat of this system means
    area_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))  # none: all
    party_code: Mapped[Code | None]  # of the party for which it acts
    per_minute: Mapped[int]  # requests
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
