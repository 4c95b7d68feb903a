"""报批材料: all that is put before those who review and approve a new community, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land.plans import casework, closing, founding
from boundaries.land.plans.checklist import Checklist, checklist, instant_before
from boundaries.land.plans.drawing import drawing_of
from boundaries.land.plans.founding import Founding
from boundaries.land.plans.handover import plan_handover
from boundaries.land.plans.keeping import context_of, events
from boundaries.land.plans.lineage import descents, owners
from boundaries.land.plans.papers import filings
from boundaries.land.plans.refusals import FoundsNothing
from boundaries.land.plans.steps import RULES
from boundaries.store.tables import District, Plan, PlanFiling
from gis.net import Net

_NAMES = """
select p.code, v.name from yiwang.party p join yiwang.party_version v on v.party_id = p.id
where p.district_id = :district and p.code = any(:codes) and upper_inf(v.recorded)
  and v.valid @> coalesce(cast(:at as timestamptz), now())"""
_AREAS = """
select a.code, v.name from yiwang.area a join yiwang.area_version v on v.area_id = a.id
where a.district_id = :district and a.code = any(:codes) and upper_inf(v.recorded)
  and v.valid @> coalesce(cast(:at as timestamptz), now())"""


@dataclass(frozen=True)
class GridRow:
    """A grid of a new community: what it was, what it has, and who leads it (None: vacant)."""

    code: str
    name: str
    community: str
    comes_from: Sequence[str]
    area_m2: float
    households: int
    leader: str | None


@dataclass(frozen=True)
class StepRow:
    """A step that was taken: whose office it is, who did it, when, and the word about it."""

    step: str
    body: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Ground:
    """A grid as it is drawn on a map: lon/lat, and the community that it belongs to."""

    grid: str
    community: str
    shape: BaseGeometry


@dataclass(frozen=True)
class Dossier:
    """streets: names by code. ends: communities that keep no grid. incidents, duties: how many move."""

    plan: str
    title: str
    state: str
    note: str
    scope: str
    base: int
    published: int | None
    founded: Sequence[Founding]
    checklist: Checklist
    grids: Sequence[GridRow]
    steps: Sequence[StepRow]
    filings: Sequence[PlanFiling]
    before: Sequence[Ground]
    after: Sequence[Ground]
    streets: Mapping[str, str]
    ends: Sequence[str]
    incidents: int
    duties: int


def dossier(session: Session, district: District, plan: Plan, *, day: date | None = None) -> Dossier:
    """The file of a plan that founds a community. day: see `checklist`. Raises FoundsNothing."""
    drawing = drawing_of(session, district, plan)
    if not drawing.founded:
        raise FoundsNothing(plan=plan.code)
    at = instant_before(session, plan)
    owned = owners(session, district, drawing, at=at)
    known = descents(drawing, owned)
    posts = plan_handover(session, district, drawing, known, at=at)
    codes = [code for code in drawing.net.faces if drawing.net.community(code) in drawing.founded]
    figures = drawing.net.figures(codes)
    lived = owned.groupby("after")["households"].sum().to_dict() if len(owned) else {}
    leaders = {code: posts.leaders.get(code) for code in codes}
    names = _named(session, district, _NAMES, [each for each in leaders.values() if each], at)
    scope, base, published = context_of(session, plan)
    concerned = founding.concerned(drawing)
    return Dossier(
        plan=plan.code,
        title=plan.title,
        state=plan.state,
        note=plan.note,
        scope=scope,
        base=base,
        published=published,
        founded=sorted(drawing.founded.values(), key=lambda each: each.code),
        checklist=checklist(session, district, plan, day=day),
        grids=[
            GridRow(
                code,
                drawing.facts_of(code).name,
                drawing.net.community(code),
                [each.parent for each in known if each.child == code],
                figures[code].area_m2,
                int(lived.get(code, 0)),
                names.get(party, party) if (party := leaders[code]) else None,
            )
            for code in sorted(codes)
        ],
        steps=[
            StepRow(each.step, RULES[plan.kind][each.step].body, each.made_by, each.made_at, each.note)
            for each in events(session, plan)
            if each.step in RULES[plan.kind]
        ],
        filings=filings(session, plan),
        before=_drawn(drawing.ground.net, concerned),
        after=_drawn(drawing.net, concerned),
        streets=_named(session, district, _AREAS, [scope, *(m.street for m in drawing.founded.values())], at),
        ends=closing.closed(plan, drawing),
        incidents=len(casework.moving(session, district, drawing)) if published is None else 0,
        duties=len(posts.posts),
    )


def _drawn(net: Net, communities: Sequence[str]) -> list[Ground]:
    return [
        Ground(code, net.community(code), net.faces[code].shape)
        for code in sorted(net.faces)
        if net.community(code) in communities
    ]


def _named(
    session: Session, district: District, query: str, codes: Sequence[str], at: datetime | None
) -> dict[str, str]:
    rows = session.execute(text(query), {"district": district.id, "codes": list(codes), "at": at}).all()
    return {str(row[0]): str(row[1]) for row in rows}
