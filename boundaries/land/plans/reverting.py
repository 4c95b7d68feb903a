"""A plan that restores the former net of its scope, from any instant that the register knows."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land.plans import founding, papers, recalling, scopes
from boundaries.land.plans.drafting import create, edit
from boundaries.land.plans.drawing import drawing_of
from boundaries.land.plans.keeping import find
from boundaries.land.plans.refusals import CommunitiesEnded, NothingThen, NotPublished
from boundaries.land.plans.steps import Actor
from boundaries.land.refusals import NotAwareInstant
from boundaries.store.tables import Area, District, NetVersion, Plan

_FORMER = """
select g.code as former, a.code as community, v.name, v.kind, v.group_code as "group",
       encode(st_asbinary(v.geom), 'hex') as shape
from yiwang.grid g join yiwang.grid_version v on v.grid_id = g.id join yiwang.area a on a.id = v.community_id
where g.district_id = :district and upper_inf(v.recorded) and v.valid @> cast(:at as timestamptz)
  and v.geom is not null and a.code = any(:communities) order by g.code"""
_COMMUNITIES = """
select a.code from yiwang.area a join yiwang.area_version v on v.area_id = a.id
where a.district_id = :district and a.level = 'community' and upper_inf(v.recorded)
  and v.valid @> cast(:at as timestamptz)"""
_LEADERS = """
select g.code, p.code from yiwang.duty d join yiwang.grid g on g.id = d.grid_id
join yiwang.party p on p.id = d.party_id
where d.district_id = :district and d.role = 'leader' and upper_inf(d.recorded)
  and d.valid @> cast(:at as timestamptz) and g.code = any(:grids)"""


def restore(
    session: Session,
    district: District,
    *,
    to: datetime,
    title: str,
    scope: str,
    by: Actor,
    kind: str = "grids",
    note: str = "",
) -> Plan:
    """A draft whose first edit gives the scope the net that it had at the instant `to`.

    A grid that still exists gets its former ground, name and kind; one that was retired comes back under
    a new code (a code is never reused), with the leader of that instant appointed; one that was not there
    then is retired. 立体 grids and 微网格 of that instant come back likewise; what cannot (its house is gone)
    is told in a remark on the plan. In a plan of the kind `community`, one that ended since is founded again:
    former name and grids, new codes. Raises what `create` and `edit` raise, NothingThen, NotAwareInstant,
    CommunitiesEnded.
    """
    if to.tzinfo is None:
        raise NotAwareInstant(value=to)
    plan = create(session, district, title=title, scope=scope, by=by, kind=kind, note=note)
    base = session.get_one(NetVersion, plan.base_version_id)
    inside = scopes.communities(session, plan.scope_id, base.effective_from)
    ended = sorted(scopes.communities(session, plan.scope_id, to) - _standing(session, district, base))
    if ended and plan.kind != "community":
        raise CommunitiesEnded(communities=ended, at=to)
    inside |= frozenset(ended)
    asked = {"district": district.id, "at": to, "communities": sorted(inside)}
    former: list[dict[str, Any]] = [dict(row) for row in session.execute(text(_FORMER), asked).mappings()]
    if not former:
        raise NothingThen(scope=scope, at=to)
    given: dict[str, Any] = {"at": to.isoformat(), "grids": former}
    if ended:
        _found_again(session, district, plan, given, ended, to)
    done = edit(session, district, plan.code, "restore", given, seen=None, by=by)
    new_codes: dict[str, str] = dict(
        zip(done.edit.parameters["returning"], done.edit.parameters["new_codes"], strict=True)
    )
    above, lost = recalling.recall_stacks(session, district, plan, inside, to=to, by=by)
    new_codes |= above
    lost += recalling.recall_lists(session, district, plan, inside, new_codes, to=to, by=by)
    for remark in lost:
        papers.comment(session, district, plan.code, remark=remark, by=by)
    leaders = session.execute(
        text(_LEADERS), {"district": district.id, "at": to, "grids": sorted(new_codes)}
    ).all()
    for grid, party in sorted((str(row[0]), str(row[1])) for row in leaders):
        edit(
            session, district, plan.code, "appoint",
            {"grid": new_codes[grid], "party": party}, seen=None, by=by,
        )  # fmt: skip
    return plan


def _standing(session: Session, district: District, base: NetVersion) -> frozenset[str]:
    """The communities of the district at the instant of a net version."""
    asked = {"district": district.id, "at": base.effective_from}
    return frozenset(session.scalars(text(_COMMUNITIES), asked))


def _found_again(
    session: Session, district: District, plan: Plan, given: dict[str, Any], ended: list[str], to: datetime
) -> None:
    """Name the communities that take the place of ended ones, and give them the former grids of those."""
    drawing = drawing_of(session, district, plan)
    stay = {row["former"] for row in given["grids"]}
    given["founded"] = founding.again(session, district, plan, drawing, ended=ended, stay=stay, at=to)
    codes = {each["instead_of"]: each["community"] for each in given["founded"]}
    for row in given["grids"]:
        row["community"] = codes.get(row["community"], row["community"])


def revert(session: Session, district: District, code: str, *, by: Actor, title: str | None = None) -> Plan:
    """A draft that takes a published plan back: its scope as it was just before the plan took effect.

    What later plans did in that scope is taken back with it. Raises NotPublished, what `restore` raises.
    """
    plan = find(session, district, code)
    if plan.published_version_id is None:
        raise NotPublished(plan=plan.code, state=plan.state)
    version = session.get_one(NetVersion, plan.published_version_id)
    return restore(
        session,
        district,
        to=version.effective_from - timedelta(microseconds=1),
        title=title or f"撤销 {plan.code} {plan.title}"[:200],
        scope=session.get_one(Area, plan.scope_id).code,
        kind=plan.kind,
        note=f"revert of {plan.code}",
        by=by,
    )
