"""Elements (人地事物组织): what there is to be looked after, of kinds that an administrator defines."""

from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, text
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
