"""What every table shares: the schema, naming, code columns and the two periods."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, MetaData, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA = "yiwang"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

if TYPE_CHECKING:
    Period = Range[datetime]
else:
    Period = Range  # SQLAlchemy's frozen class cannot be made through its subscripted alias
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
# Ties go to the lowest code; only byte order makes Python and SQL agree on which that is.
Code = Annotated[str, mapped_column(Text(collation="C"))]


class Base(DeclarativeBase):
    """Every table of the register."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads it from the class
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        datetime: DateTime(timezone=True),
        str: Text(),
    }


class Row(Base):
    """A table with a number that stays inside the database."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)


class Bitemporal(Row):
    """A row true for `valid` in the world and for `recorded` in the register; both half-open.

    `valid` is never updated: a change closes `recorded` of the old row and inserts its remainders.
    """

    __abstract__ = True

    valid: Mapped[Period] = mapped_column(TSTZRANGE)
    recorded: Mapped[Period] = mapped_column(TSTZRANGE)


def periods_not_empty() -> tuple[CheckConstraint, CheckConstraint]:
    """The CHECKs that every bitemporal table carries."""
    return (
        CheckConstraint("not isempty(valid)", name="valid_not_empty"),
        CheckConstraint("not isempty(recorded)", name="recorded_not_empty"),
    )


def one_at_an_instant(table: str, *columns: str, where: str = "") -> ExcludeConstraint:
    """At most one current row for the same `columns` at any instant, checked at commit."""
    condition = "upper_inf(recorded)" + (f" and {where}" if where else "")
    return ExcludeConstraint(
        *[(column, "=") for column in columns],
        ("valid", "&&"),
        using="gist",
        where=text(condition),
        deferrable=True,
        initially="DEFERRED",
        name=f"ex_{table}_one_at_an_instant",
    )


def geometry(kind: str) -> Geometry:
    """A lon/lat geometry column (EPSG:4326); its GiST index is named in the table."""
    return Geometry(kind, srid=4326, spatial_index=False)


def spatial_index(table: str, column: str = "geom") -> Index:
    """The GiST index of a geometry column, under a name that migrations can rely on."""
    return Index(f"ix_{table}_{column}", column, postgresql_using="gist")
