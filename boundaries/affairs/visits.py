"""Visits (走访、巡查): who was where and when, and which grids nobody has visited for days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs.refusals import VisitRefused
from boundaries.affairs.standing import nanoseconds, stand
from boundaries.store.tables import District, Visit
from gis.frames import LATTICE_DEG

KINDS = ("走访", "巡查")
AHEAD = timedelta(minutes=5)


def record(
    session: Session,
    district: District,
    lonlat: tuple[float, float],
    *,
    kind: str,
    party: str | None,
    note: str,
    visited_at: datetime,
    by: str,
    now: datetime,
) -> Visit:
    """Write a visit at a place (WGS 84) in the grid and building that stood there at that instant.

    The caller holds the register's lock. Raises VisitRefused.
    """
    if kind not in KINDS:
        raise VisitRefused("kind", f"is one of {'、'.join(KINDS)}")
    if visited_at > now + AHEAD:
        raise VisitRefused("visited_at", "lies in the future")
    place = np.round(np.array([lonlat]) / LATTICE_DEG) / round(1 / LATTICE_DEG)
    there = stand(session, district, place, nanoseconds([visited_at], 0))
    if there.grid[0] is None:
        raise VisitRefused("lon", "no grid covered the place at that time")
    visit = Visit(
        district_id=district.id,
        kind=kind,
        grid_code=there.grid[0],
        building_code=there.building[0],
        party_code=party,
        geom=f"SRID=4326;POINT({float(place[0, 0])!r} {float(place[0, 1])!r})",
        note=note,
        visited_at=visited_at,
        made_by=by,
    )
    session.add(visit)
    session.flush()
    return visit


def last_visits(session: Session, district: District, grids: Sequence[str]) -> dict[str, datetime]:
    """When each grid that was ever visited was visited last."""
    rows = session.execute(
        text(
            "select v.grid_code, max(v.visited_at) from yiwang.visit v"
            " where v.district_id = :district and v.grid_code = any(:grids) group by 1"
        ),
        {"district": district.id, "grids": list(grids)},
    )
    return {row[0]: row[1] for row in rows}


def not_visited(
    session: Session, district: District, grids: Sequence[str], *, days: int, now: datetime
) -> list[dict[str, Any]]:
    """The grids without a visit in the last days: the longest ago first, those never visited before all."""
    known = last_visits(session, district, grids)
    since = now - timedelta(days=days)
    found = [
        {"grid": grid, "last_visit": known.get(grid)}
        for grid in grids
        if grid not in known or known[grid] < since
    ]
    return sorted(
        found, key=lambda each: (each["last_visit"] is not None, each["last_visit"] or now, each["grid"])
    )


def counted(
    session: Session,
    district: District,
    by: str,
    *,
    since: datetime,
    until: datetime,
    grids: Sequence[str],
) -> dict[str, int]:
    """Visits of a period in these grids, by `grid` or `leader` (the party that visited)."""
    key = {"grid": "grid_code", "leader": "party_code"}[by]
    rows = session.execute(
        text(
            f"select {key}, count(*) from yiwang.visit where district_id = :district"
            f" and visited_at >= :since and visited_at < :until and {key} is not null"
            " and grid_code = any(:grids) group by 1"
        ),
        {"district": district.id, "since": since, "until": until, "grids": list(grids)},
    )
    return {row[0]: row[1] for row in rows}


def of_period(
    session: Session, district: District, *, since: datetime, until: datetime, grids: Sequence[str]
) -> list[dict[str, Any]]:
    """The visits of a period in these grids, each as a row."""
    rows = session.execute(
        text(
            "select visited_at, kind, grid_code as grid, party_code as party, note from yiwang.visit"
            " where district_id = :district and visited_at >= :since and visited_at < :until"
            " and grid_code = any(:grids) order by visited_at, id"
        ),
        {"district": district.id, "since": since, "until": until, "grids": list(grids)},
    ).mappings()
    return [dict(row) for row in rows]
