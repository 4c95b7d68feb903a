"""The district, its net versions, and the one clock of the register."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Base, Code, Row


class District(Row):
    """One net: its metric CRS, code scheme, bands and settings."""

    __tablename__ = "district"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("code_scheme in ('CN-12+3', 'free')", name="code_scheme"),
        CheckConstraint("ground in ('surveyed', 'invented')", name="ground"),
    )

    code: Mapped[Code]
    name: Mapped[str]
    metric_crs: Mapped[int]  # EPSG
    code_scheme: Mapped[str]
    timezone: Mapped[str] = mapped_column(server_default="Asia/Shanghai")
    ground: Mapped[str] = mapped_column(server_default="surveyed")
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class NetVersion(Row):
    """One published state of a district's net. `effective_from` rises strictly with `number`."""

    __tablename__ = "net_version"
    __table_args__ = (
        UniqueConstraint("district_id", "number"),
        UniqueConstraint("district_id", "effective_from"),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    number: Mapped[int]
    effective_from: Mapped[datetime]
    recorded_at: Mapped[datetime]
    cause: Mapped[str]  # import, plan, demo
    note: Mapped[str] = mapped_column(server_default="")
    made_by: Mapped[str]


class RegisterClock(Base):
    """One row: the last instant at which a write was recorded. Written under the register's lock."""

    __tablename__ = "register_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_recorded: Mapped[datetime]
    revision: Mapped[int] = mapped_column(BigInteger)  # rises with every write to the register
