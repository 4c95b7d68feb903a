"""A place that was wrong: what lies at the right one is looked up anew and stands in a record of its own."""

from datetime import datetime

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs.asking import IncidentRecord
from boundaries.affairs.owning import own
from boundaries.affairs.standing import nanoseconds, stand
from boundaries.store.tables import District
from gis.frames import LATTICE_DEG


def correct(
    session: Session,
    district: District,
    incident: IncidentRecord,
    lonlat: tuple[float, float],
    *,
    accuracy_m: float | None,
    reason: str,
    by: str,
    stamp: datetime,
) -> str | None:
    """Move an incident to its true place; returns the grid that deals with it from now on, if any.

    lonlat: WGS 84. What was found on the day stays as it was written. stamp: of `clock.hold`.
    """
    place = np.round(np.array([lonlat]) / LATTICE_DEG) / round(1 / LATTICE_DEG)
    moment = nanoseconds([incident.happened_at], 0)
    there = stand(session, district, place, moment)
    matters = np.array([incident.matter], dtype=object)
    owners = own(session, district, place, moment, matters, there, known_at=stamp)
    facts = {
        "id": incident.id,
        "lon": float(place[0, 0]),
        "lat": float(place[0, 1]),
        "accuracy": accuracy_m,
        "version": int(there.version[0]) or None,
        "grid": there.grid[0],
        "building": there.building[0],
        "leader": owners.leader[0],
        "lead": owners.lead[0],
        "reason": reason,
        "by": by,
        "at": stamp,
    }
    session.execute(
        text(
            "insert into yiwang.incident_correction (incident_id, from_geom, geom, accuracy_m,"
            " grid_version_id, building_code, leader_code, lead_code, reason, made_by, made_at)"
            " select id, geom, st_setsrid(st_makepoint(:lon, :lat), 4326), :accuracy, :version, :building,"
            " :leader, :lead, :reason, :by, :at from yiwang.incident where id = :id"
        ),
        facts,
    )
    session.execute(
        text(
            "update yiwang.incident set geom = st_setsrid(st_makepoint(:lon, :lat), 4326),"
            " accuracy_m = :accuracy, grid_code = :grid where id = :id"
        ),
        facts,
    )
    grid: str | None = there.grid[0]
    return grid
