"""Incidents: what happened, where, and which grid version it fell into at that instant."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import Base, Code, Row, geometry, spatial_index

_NOW = text("clock_timestamp()")


class Incident(Row):
    """One reported incident. Its grid version, building and owner are those of the day, never rewritten.

    leader_code, lead_code: parties; grid_code: the grid that deals with it now. Codes, and grid_version_id
    without a foreign key: what they name is never deleted, and a million rows need no million look-ups.
    """

    __tablename__ = "incident"
    __table_args__ = (
        UniqueConstraint("district_id", "external_ref"),
        UniqueConstraint("district_id", "number"),
        Index("ix_incident_district_id_happened_at", "district_id", "happened_at"),
        Index("ix_incident_grid_version_id", "grid_version_id"),
        Index("ix_incident_grid_code", "grid_code"),
        Index("ix_incident_touched", "touched", postgresql_using="brin"),
        spatial_index("incident"),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    number: Mapped[Code]
    external_ref: Mapped[str | None]
    source: Mapped[str]
    matter_code: Mapped[Code]
    happened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # as the sender says
    accuracy_m: Mapped[float | None]
    geom: Mapped[WKBElement] = mapped_column(geometry("POINT"))
    description: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
    grid_version_id: Mapped[int | None] = mapped_column(BigInteger)
    building_code: Mapped[Code | None]
    leader_code: Mapped[Code | None]
    lead_code: Mapped[Code | None]
    grid_code: Mapped[Code | None]
    state: Mapped[str] = mapped_column(server_default="collected")
    party_code: Mapped[Code | None]  # who deals with it now
    level: Mapped[str] = mapped_column(server_default="grid")
    step_since: Mapped[datetime | None]  # none until the first step
    step_due_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    recorded_by: Mapped[str] = mapped_column(server_default="")
    # the transaction that wrote it last (by default, and by a trigger): counts in memory catch up by it
    touched: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id())::text::bigint")
    )


class IncidentCounter(Base):
    """How many incidents were numbered on a day of the district."""

    __tablename__ = "incident_counter"

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class IncidentCorrection(Row):
    """A place that was corrected, and what lies there at the incident's instant. Rows are added only."""

    __tablename__ = "incident_correction"
    __table_args__ = (Index("ix_incident_correction_incident_id", "incident_id"),)

    incident_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.incident.id"))
    from_geom: Mapped[WKBElement] = mapped_column(geometry("POINT"))
    geom: Mapped[WKBElement] = mapped_column(geometry("POINT"))
    accuracy_m: Mapped[float | None]
    grid_version_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.grid_version.id"))
    building_code: Mapped[Code | None]
    leader_code: Mapped[Code | None]
    lead_code: Mapped[Code | None]
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class IncidentPhoto(Row):
    """One photo, written anew by us as JPEG without what the camera noted. Rows are added only."""

    __tablename__ = "incident_photo"
    __table_args__ = (
        UniqueConstraint("incident_id", "place"),
        UniqueConstraint("incident_id", "sha256"),
        CheckConstraint("place between 1 and 5", name="place"),
    )

    incident_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.incident.id"))
    place: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class IncidentEvent(Row):
    """One step of an incident. Rows are added only; the last one says what stands on the incident.

    due_at: of the state it leads to; left_since, left_due_at: of the state that it left.
    """

    __tablename__ = "incident_event"
    __table_args__ = (UniqueConstraint("incident_id", "place"),)

    incident_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.incident.id"))
    place: Mapped[int]
    step: Mapped[str]
    source: Mapped[str]
    state: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    party_code: Mapped[Code | None]
    level: Mapped[str]
    due_at: Mapped[datetime | None]
    left_since: Mapped[datetime]
    left_due_at: Mapped[datetime | None]
    reason: Mapped[str]
    details: Mapped[dict[str, Any]]


class Visit(Row):
    """Somebody was there (走访、巡查): in which grid and building that was at that instant. Added only."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("kind in ('走访', '巡查')", name="kind"),
        Index("ix_visit_district_id_grid_code_visited_at", "district_id", "grid_code", "visited_at"),
    )

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    kind: Mapped[str]
    grid_code: Mapped[Code]
    building_code: Mapped[Code | None]
    party_code: Mapped[Code | None]
    geom: Mapped[WKBElement] = mapped_column(geometry("POINT"))
    note: Mapped[str]
    visited_at: Mapped[datetime]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class DistrictTerm(Row):
    """What a district set for a part of its affairs at an instant. Added only; the last one holds."""

    __tablename__ = "district_term"
    __table_args__ = (Index("ix_district_term_district_id", "district_id"),)

    district_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.district.id"))
    part: Mapped[str]
    terms: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
