"""Who may ask: accounts with one role, scoped to an area, the link for the first; what was imported."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Base, Code, Row

ACCOUNT_ROLES = (
    "reader",
    "worker",
    "clerk",
    "dispatcher",
    "planner",
    "reviewer",
    "approver",
    "administrator",
)


class Account(Row):
    """A person or system that may sign in, with one role within an area and its children."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint(
            "role in ('reader', 'worker', 'clerk', 'dispatcher', 'planner', 'reviewer', 'approver',"
            " 'administrator')",
            name="role",
        ),
        CheckConstraint("datum in ('wgs84', 'cgcs2000', 'gcj02', 'bd09')", name="datum"),
    )

    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]  # argon2
    datum: Mapped[str | None]  # what a bare lon/lat of this account means
    area_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))  # none: all
    party_code: Mapped[Code | None]  # of the party for which it acts


class FirstLink(Base):
    """One row: the link by which the first administrator comes in, as it was last made."""

    __tablename__ = "first_link"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("expires_at > made_at", name="expires"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    secret_hash: Mapped[str]  # SHA-256 in hex of the token, 256 random bits
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ImportMapping(Row):
    """The columns that were confirmed for a kind of file, kept for next time."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("district_id", "kind", "columns"),)

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    kind: Mapped[str]
    columns: Mapped[str]  # the file's column names, sorted, joined by U+001F
    mapping: Mapped[dict[str, Any]]


class ImportRun(Row):
    """One committed import, with its report."""

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_district_id_committed_at", "district_id", "committed_at"),)

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    kind: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    report: Mapped[dict[str, Any]]
    committed_at: Mapped[datetime]
    committed_by: Mapped[str]
