"""Parties, matters and duties: who answers for what, where, and since when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Bitemporal, Code, Row, one_at_an_instant, periods_not_empty

ANY_MATTER = "*"
EXCLUSIVE_ROLES = ("leader", "lead", "ruling", "micro", "property", "committee")
"""At most one party has such a duty for a place (and matter) at an instant."""
ROLES = (
    "leader",
    "deputy",
    "staff",
    "micro",  # 微网格长 of a building or part
    "lead",
    "ruling",  # 裁定: leads before every other department
    "co",
    "desk",
    "property",
    "committee",
    "police",
    "branch",
)


class Party(Row):
    """The identity of a person in office or an organisation."""

    __tablename__ = "party"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        CheckConstraint("kind in ('person', 'organisation')", name="kind"),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    code: Mapped[Code]
    kind: Mapped[str]


class PartyVersion(Bitemporal):
    """Name, post and work phone of a party for a time."""

    __tablename__ = "party_version"
    __table_args__ = (
        one_at_an_instant("party_version", "party_id"),
        *periods_not_empty(),
        Index("ix_party_version_party_id", "party_id"),
    )

    party_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.party.id"))
    name: Mapped[str]
    post: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")


class Matter(Row):
    """A class of affairs. `*` is the root; a 大类 has two digits, a 小类 four."""

    __tablename__ = "matter"
    __table_args__ = (UniqueConstraint("district_id", "code"),)

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    code: Mapped[Code]
    parent_code: Mapped[Code | None]
    name: Mapped[str]
    limit_hours: Mapped[int | None]  # working hours
    public_space: Mapped[bool] = mapped_column(server_default=text("false"))
    sensitive: Mapped[bool] = mapped_column(server_default=text("false"))


class MatterAlias(Row):
    """What another system calls a matter; none: seen, and not mapped yet."""

    __tablename__ = "matter_alias"
    __table_args__ = (UniqueConstraint("district_id", "system", "alias"),)

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    system: Mapped[str]
    alias: Mapped[Code]
    name: Mapped[str] = mapped_column(server_default="")  # as the other system calls it
    matter_code: Mapped[Code | None]


class Duty(Bitemporal):
    """A party answers in a role for a matter at one place, for a time.

    Exactly one place column is set; `place` names it in one text, so that one exclusion constraint
    holds "one leader a grid" and "one lead department per place and matter".
    """

    __tablename__ = "duty"
    __table_args__ = (
        one_at_an_instant(
            "duty",
            "place",
            "role",
            "matter_code",
            where="role in ('leader', 'lead', 'ruling', 'micro', 'property', 'committee')",
        ),
        *periods_not_empty(),
        CheckConstraint(
            "num_nonnulls(area_id, grid_id, building_id, compound_code, feature_code) = 1"
            " and (part_code is null or building_id is not null)",
            name="one_place",
        ),
        CheckConstraint(
            "role in ('leader', 'deputy', 'staff', 'micro', 'lead', 'ruling', 'co', 'desk', 'property',"
            " 'committee', 'police', 'branch')",
            name="role",
        ),
        CheckConstraint(
            "role in ('lead', 'ruling', 'co') or matter_code = '*'", name="only_departments_by_matter"
        ),
        CheckConstraint(
            "role <> 'leader' or grid_id is not null or area_id is not null or feature_code is not null",
            name="leader_place",
        ),
        CheckConstraint("role <> 'micro' or building_id is not null", name="micro_place"),
        Index("ix_duty_party_id", "party_id"),
        Index("ix_duty_place", "place"),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    party_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.party.id"))
    role: Mapped[str]
    matter_code: Mapped[Code] = mapped_column(server_default=ANY_MATTER)
    area_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    grid_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))
    building_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.building.id"))
    part_code: Mapped[Code | None]
    compound_code: Mapped[Code | None]
    feature_code: Mapped[Code | None]
    place: Mapped[str] = mapped_column(
        Computed(
            "case when area_id is not null then 'area:' || area_id::text"
            " when grid_id is not null then 'grid:' || grid_id::text"
            " when part_code is not null then 'part:' || building_id::text || '/' || part_code"
            " when building_id is not null then 'building:' || building_id::text"
            " when compound_code is not null then 'compound:' || district_id::text || '/' || compound_code"
            " else 'feature:' || district_id::text || '/' || feature_code end",
            persisted=True,
        )
    )
    shift: Mapped[str] = mapped_column(server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class Leave(Bitemporal):
    """A person is away for a time: whoever stands in is called first; the duty stays where it is."""

    __tablename__ = "leave"
    __table_args__ = (
        one_at_an_instant("leave", "party_id"),
        *periods_not_empty(),
        Index("ix_leave_party_id", "party_id"),
    )

    party_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.party.id"))
    reason: Mapped[str] = mapped_column(server_default="")


class Caretaking(Bitemporal):
    """代管: a community answers for a placeholder area (待设) until it has a committee of its own.

    `review_on` is a day on which it must be looked at again, never an end.
    """

    __tablename__ = "caretaking"
    __table_args__ = (
        one_at_an_instant("caretaking", "area_id"),
        *periods_not_empty(),
        CheckConstraint("area_id <> caretaker_id", name="not_itself"),
        Index("ix_caretaking_area_id", "area_id"),
        Index("ix_caretaking_caretaker_id", "caretaker_id"),
    )

    area_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    caretaker_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    review_on: Mapped[date]
    reason: Mapped[str] = mapped_column(server_default="")


class CaretakingAct(Row):
    """The paper by which caretaking began, was reviewed or ended; never changed."""

    __tablename__ = "caretaking_act"
    __table_args__ = (
        CheckConstraint("kind in ('begin', 'review', 'end')", name="kind"),
        Index("ix_caretaking_act_area_id", "area_id"),
    )

    area_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    kind: Mapped[str]
    effective_from: Mapped[datetime]
    act: Mapped[str]
    made_by: Mapped[str]
    recorded_at: Mapped[datetime]
