"""Incidents: what happened, and where; elements: what is there and has to be looked after."""

from datetime import datetime
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import (
    Bitemporal,
    Code,
    Row,
    geometry,
    one_at_an_instant,
    periods_not_empty,
    spatial_index,
)

ELEMENT_CATEGORIES = ("people", "place", "thing", "organisation", "document")
"""人、地、物、组织, and the documents that belong to them."""


class Incident(Row):
    """One reported incident. Its grid version is the one of the day and is never rewritten."""

    __tablename__ = "incident"
    __table_args__ = (
        UniqueConstraint("district_id", "external_ref"),
        Index("ix_incident_district_id_happened_at", "district_id", "happened_at"),
        Index("ix_incident_grid_version_id", "grid_version_id"),
        Index("ix_incident_touched", "touched"),
        spatial_index("incident"),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    external_ref: Mapped[str | None]
    source: Mapped[str]
    matter_code: Mapped[Code]
    happened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    accuracy_m: Mapped[float | None]
    geom: Mapped[WKBElement] = mapped_column(geometry("POINT"))
    grid_version_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.grid_version.id"))
    # the transaction that wrote it last, set by a trigger: counts in memory catch up by it
    touched: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class ElementKind(Row):
    """A kind of element, as an administrator defines it: which matter it is under, which fields it has."""

    __tablename__ = "element_kind"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        CheckConstraint(
            "category in ('people', 'place', 'thing', 'organisation', 'document')", name="category"
        ),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    code: Mapped[Code]
    category: Mapped[str]
    name: Mapped[str]
    matter_code: Mapped[Code]
    fields: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))  # a JSON Schema
    sensitive: Mapped[bool] = mapped_column(server_default=text("false"))


class Element(Bitemporal):
    """One located element. Its grid and compound follow from where it is, and are not written here.

    Groups of people are counted and have no name.
    """

    __tablename__ = "element"
    __table_args__ = (
        one_at_an_instant("element", "district_id", "code"),
        *periods_not_empty(),
        CheckConstraint("count >= 0", name="count"),
        spatial_index("element"),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    code: Mapped[Code]
    kind_code: Mapped[Code]
    name: Mapped[str] = mapped_column(server_default="")
    count: Mapped[int | None]
    building_code: Mapped[Code | None]  # where it is said; else the building that stands at the place
    fields: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    source: Mapped[str] = mapped_column(server_default="")
    geom: Mapped[WKBElement] = mapped_column(geometry("POINT"))
