"""Open incidents in given grids, and where they go when the net changes under them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store.tables import District, Grid, IncidentHandover, NetVersion


@dataclass(frozen=True)
class OpenIncident:
    """One incident that nobody has resolved. grid: who deals with it now; lon, lat in WGS 84."""

    id: int
    ref: str | None
    matter: str
    happened_at: datetime
    grid: str
    lon: float
    lat: float


def open_in(session: Session, district: District, grids: Sequence[str]) -> list[OpenIncident]:
    """The open incidents that these grids deal with now, in the order in which they happened.

    That is the grid to which it was last handed over or whose ground its corrected place is, else the
    grid of the day.
    """
    rows = session.execute(
        text(
            "select i.id, i.external_ref, i.matter_code, i.happened_at, i.grid_code,"
            " st_x(i.geom), st_y(i.geom) from yiwang.incident i"
            " where i.district_id = :district and i.resolved_at is null"
            " and i.grid_code = any(:grids) order by i.happened_at, i.id"
        ),
        {"district": district.id, "grids": list(grids)},
    ).all()
    return [OpenIncident(*row) for row in rows]


def hand_over(
    session: Session, version: NetVersion, moves: Sequence[tuple[OpenIncident, Grid, Grid]]
) -> None:
    """Write that incidents go from one grid to another at a net version. Rows are only added."""
    session.add_all(
        IncidentHandover(
            incident_id=case.id, net_version_id=version.id, from_grid_id=source.id, to_grid_id=target.id
        )
        for case, source, target in moves
    )
    session.flush()
    session.execute(
        text(
            "update yiwang.incident i set grid_code = m.code"
            " from unnest(cast(:ids as bigint[]), cast(:codes as text[])) m (id, code) where i.id = m.id"
        ),
        {"ids": [case.id for case, _, _ in moves], "codes": [target.code for _, _, target in moves]},
    )
