"""Incidents: what happened, where, and which grid version it fell into at that instant."""

from datetime import datetime

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Code, Row, geometry, spatial_index


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
