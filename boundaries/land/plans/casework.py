"""Open incidents on ground that a plan gives to another grid: they stay, or are handed over.

The policy stands in the district's settings under `plans` → `incidents`: by 小类, 大类 or `*`, `stay`
(the grid that began it ends it, as long as it exists) or `hand_over`. Without a setting: `hand_over`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.affairs import open_cases
from boundaries.affairs.open_cases import OpenIncident
from boundaries.land.plans.drawing import Drawing
from boundaries.store.tables import District, Grid, NetVersion

POLICIES = ("stay", "hand_over")


@dataclass(frozen=True)
class Case:
    """An open incident whose place changes hands. to: who deals with it afterwards; None: nobody."""

    incident: OpenIncident
    to: str | None
    policy: str

    def told(self) -> dict[str, Any]:
        """As JSON."""
        incident = self.incident
        return {
            "id": incident.id,
            "ref": incident.ref,
            "matter": incident.matter,
            "happened_at": incident.happened_at.isoformat(),
            "from": incident.grid,
            "to": self.to,
            "policy": self.policy,
        }


def moving(session: Session, district: District, drawing: Drawing) -> list[Case]:
    """The open incidents of the grids that the plan changes whose place lies in another grid afterwards."""
    old = sorted(code for code in drawing.changed if code in drawing.ground.net.faces)
    policies = district.settings.get("plans", {}).get("incidents", {})
    found = []
    for incident in open_cases.open_in(session, district, old):
        to = _grid_at(drawing, incident.lon, incident.lat)
        if to == incident.grid:
            continue
        policy = policy_of(policies, incident.matter)
        if policy == "stay" and incident.grid in drawing.net.faces:
            to = incident.grid
        found.append(Case(incident, to, policy))
    return found


def policy_of(policies: Mapping[str, str], matter: str) -> str:
    """The policy of a matter: its own, else that of its 大类, else `*`."""
    keys = [matter[:length] for length in range(len(matter), 0, -1)]
    return next((policies[key] for key in [*keys, "*"] if policies.get(key) in POLICIES), "hand_over")


def reroute(session: Session, district: District, drawing: Drawing, version: NetVersion) -> list[Case]:
    """Write the handovers of publication: of the cases whose grid changes."""
    cases = moving(session, district, drawing)
    changing = [case for case in cases if case.to is not None and case.to != case.incident.grid]
    codes = {code for case in changing for code in (case.incident.grid, str(case.to))}
    grids = {
        grid.code: grid
        for grid in session.scalars(
            select(Grid).where(Grid.district_id == district.id, Grid.code.in_(sorted(codes)))
        )
    }
    moves = [(case.incident, grids[case.incident.grid], grids[str(case.to)]) for case in changing]
    open_cases.hand_over(session, version, moves)
    return cases


def _grid_at(drawing: Drawing, lon: float, lat: float) -> str | None:
    point = shapely.Point(lon, lat)
    return min(
        (code for code in drawing.net.near(point) if drawing.net.faces[code].shape.covers(point)),
        default=None,
    )
