"""The drawn town as a district with plans: people, lines across its grids, and the way to publication."""

from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.land import buildings, parts, plans
from boundaries.land.plans import Actor
from boundaries.store import clock
from boundaries.store.tables import District, Plan
from tests.boundaries import towns

PLANNER = Actor("planner", "planner")
REVIEWER = Actor("reviewer", "reviewer")
APPROVER = Actor("approver", "approver")
A1, A2, A3, A4 = (f"{towns.A}00{n}" for n in (1, 2, 3, 4))
B1, B2 = f"{towns.B}001", f"{towns.B}002"
C1 = f"{towns.C}001"


def line(*points: tuple[float, float]) -> dict[str, Any]:
    """A line of the drawing as GeoJSON, in thousandths of a degree."""
    return {"type": "LineString", "coordinates": [list(towns.at(*point)) for point in points]}


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A square of the drawing as GeoJSON."""
    box = towns.box(west, south, east, north)
    return {"type": "Polygon", "coordinates": [[list(point) for point in box.exterior.coords]]}


def town(session: Session) -> towns.Town:
    """The town with buildings, and P1 leading A001, P2 leading A002, P3 on the staff of A001."""
    founded = towns.found(session)
    towns.build_up(session, founded)
    towns.appoint(
        session,
        founded,
        [towns.person("P1", "王小明"), towns.person("P2", "李芳"), towns.person("P3", "赵强")],
        [towns.duty("P1", "leader", A1), towns.duty("P2", "leader", A2), towns.duty("P3", "staff", A1)],
    )
    return founded


def town_with_stairs(session: Session) -> towns.Town:
    """The town with a house H6 of 60 households in three 单元, and a shop in it that is nobody's home."""
    founded = town(session)
    stamp = clock.stamp(session)
    house = {**towns.BUILDINGS[-1], "households": 60}
    buildings.put(session, founded.district, pd.DataFrame([house]), valid_from=towns.YEAR, stamp=stamp)
    inside = pd.DataFrame({"code": ["1", "2", "3", "shop"], "households": [20, 25, 15, None]})
    parts.put(
        session, founded.district, inside.assign(building_code="H6"), valid_from=towns.YEAR, stamp=stamp
    )
    return founded


def draft(
    session: Session, district: District, *edits: tuple[str, dict[str, Any]], scope: str = towns.A
) -> Plan:
    """A plan with these edits."""
    plan = plans.create(session, district, title="调整", scope=scope, by=PLANNER)
    for operation, parameters in edits:
        plans.edit(session, district, plan.code, operation, parameters, seen=plan.version, by=PLANNER)
    return plan


def approve(session: Session, district: District, plan: Plan) -> None:
    """All that comes before publication, by three people."""
    for name, actor in (("submit", PLANNER), ("review", REVIEWER), ("approve", APPROVER)):
        plans.step(session, district, plan.code, name, seen=plan.version, by=actor)


def publish(session: Session, district: District, plan: Plan, when: datetime | None = None) -> Plan:
    """Into force at `when`, or now."""
    return plans.publish(session, district, plan.code, seen=plan.version, by=APPROVER, effective_from=when)
