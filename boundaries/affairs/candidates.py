"""Grids among which an inaccurate place may lie: its circle of accuracy, cut by the net of its instant."""

from datetime import datetime
from math import cos, radians
from typing import NamedTuple

import numpy as np
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store.tables import District
from gis.frames import MetricFrame

LEAST_SHARE = 0.001
_DEGREE_M = 110_000.0  # a degree of latitude is never shorter
_WIDEST_M = 20_000.0


class Candidate(NamedTuple):
    """grid: its code; None: what no grid covers. share: of the circle's area, 0 to 1."""

    grid: str | None
    share: float


def candidates(
    session: Session,
    district: District,
    lonlat: tuple[float, float],
    accuracy_m: float | None,
    *,
    at: datetime,
    known_at: datetime,
) -> list[Candidate]:
    """The grids that the circle touches with more than a thousandth, the largest share first.

    Empty where it crosses no border. Register rows are never overwritten, so that with `known_at` (when the
    incident was written) the answer stays the same for ever. Of a circle above 20 km only 20 km are cut.
    """
    if accuracy_m is None or not accuracy_m > 0:
        return []
    radius = min(accuracy_m, _WIDEST_M)
    lon, lat = lonlat
    high = radius / _DEGREE_M * 1.01
    wide = high / max(cos(radians(lat)), 0.01)
    rows = session.execute(
        text(
            "select g.code, st_asbinary(v.geom) from yiwang.grid_version v"
            " join yiwang.grid g on g.id = v.grid_id where g.district_id = :district"
            " and v.recorded @> cast(:known_at as timestamptz) and v.valid @> cast(:at as timestamptz)"
            " and v.geom && st_makeenvelope(:west, :south, :east, :north, 4326) order by g.code"
        ),
        {
            "district": district.id,
            "known_at": known_at,
            "at": at,
            "west": lon - wide,
            "east": lon + wide,
            "south": lat - high,
            "north": lat + high,
        },
    ).all()
    frame = MetricFrame.of(district.metric_crs)
    circle = shapely.buffer(shapely.Point(frame.points([[lon, lat]])[0]), radius, quad_segs=32)
    shapes = frame.project(intake.from_rows([row[1] for row in rows]))
    shares = shapely.area(shapely.intersection(shapes, circle)) / circle.area
    found = [
        Candidate(rows[int(k)][0], round(float(shares[k]), 4)) for k in np.flatnonzero(shares > LEAST_SHARE)
    ]
    rest = 1.0 - float(shares.sum())
    if rest > LEAST_SHARE:
        found.append(Candidate(None, round(rest, 4)))
    found.sort(key=lambda each: (-each.share, each.grid or "~"))
    return found if len(found) > 1 else []
