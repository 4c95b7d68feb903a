"""What to look at before a new community is applied for, reviewed and approved: warnings, never refusals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land.plans import closing, founding, population, standards
from boundaries.land.plans.drawing import Drawing, drawing_of
from boundaries.land.plans.founding import PLACEHOLDER, Founding
from boundaries.land.plans.handover import plan_handover
from boundaries.land.plans.lineage import descents, owners
from boundaries.land.plans.population import Concerned
from boundaries.land.plans.refusals import CommunityNotPossible
from boundaries.land.plans.standards import RuleSet
from boundaries.store.tables import District, NetVersion, Plan

MET, SHORT, UNKNOWN = "met", "warning", "unknown"  # unknown: nobody has declared it yet
_CARE = """
select a.code, k.code, c.review_on from yiwang.caretaking c join yiwang.area a on a.id = c.area_id
join yiwang.area k on k.id = c.caretaker_id
where a.district_id = :district and a.code = any(:codes) and upper_inf(c.recorded)
  and c.valid @> coalesce(cast(:at as timestamptz), now())"""


@dataclass(frozen=True)
class Check:
    """One line of the list. rule: code of the rule set, "" for what holds always; limit: least and most."""

    community: str
    item: str
    state: str
    rule: str = ""
    value: Any = None
    limit: tuple[float | None, float | None] | None = None
    unit: str = ""
    detail: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)  # what `detail` says

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class Checklist:
    """The communities of a plan, before and after, and every check by the rule sets in force on `day`."""

    plan: str
    day: date
    communities: Sequence[Concerned]
    rules: Sequence[RuleSet]
    checks: Sequence[Check]

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "plan": self.plan,
            "day": self.day.isoformat(),
            "communities": [each.told() for each in self.communities],
            "rules": [_rule_told(each) for each in self.rules],
            "checks": [each.told() for each in self.checks],
            "warnings": sum(each.state == SHORT for each in self.checks),
            "unknown": sum(each.state == UNKNOWN for each in self.checks),
        }


def checklist(session: Session, district: District, plan: Plan, *, day: date | None = None) -> Checklist:
    """Everything that is asked of the communities that a plan founds.

    day: whose rules count; None: that of its publication, else today. Buildings and people are those of
    now, or of the instant before it was published.
    """
    drawing = drawing_of(session, district, plan)
    at = instant_before(session, plan)
    owned = owners(session, district, drawing, at=at)
    found = population.concerned(session, district, drawing, owned, at=at)
    zone = ZoneInfo(district.timezone)
    if day is None:
        day = (at or datetime.now(zone)).astimezone(zone).date()
    posts = plan_handover(session, district, drawing, descents(drawing, owned), at=at)
    checks: list[Check] = []
    kinds = sorted({made.kind for made in drawing.founded.values()})
    for each in found:
        made = drawing.founded.get(each.code)
        if made is None or each.after is None:
            continue
        checks += _limits(district, drawing, made, each, day)
        checks += _free(session, district, plan, drawing, made)
        checks += _grids(drawing, made, posts.leaders, found)
        checks += _papers(district, made)
    checks += _care(session, district, plan, drawing, found, at, day)
    rules = [rule for rule in standards.rule_sets(district) if any(rule.counts(day, k) for k in kinds)]
    return Checklist(plan.code, day, found, rules, checks)


def instant_before(session: Session, plan: Plan) -> datetime | None:
    """The last instant before a published plan took effect; None for one that is not published."""
    if plan.published_version_id is None:
        return None
    effective: datetime = session.get_one(NetVersion, plan.published_version_id).effective_from
    return effective - timedelta(microseconds=1)


def _limits(
    district: District, drawing: Drawing, made: Founding, counted: Concerned, day: date
) -> Iterator[Check]:
    assert counted.after is not None
    said, households = made.declared, counted.after.households
    rules = standards.in_force(district, day, made.kind)
    whole = _pieces(drawing, made) if any(rule.contiguous for rule in rules) else None
    for rule in rules:
        pieces = whole if rule.contiguous else None
        for item, value, limit, unit in (
            ("households", households, rule.households, "households"),
            ("members", said.get("members"), rule.members, "members"),
            ("occupancy", said.get("occupancy"), _least(rule.occupancy), "share"),
            ("premises", said.get("premises_m2"), _least(rule.premises_m2), "m²"),
            ("premises", said.get("premises_m2"), _least(_for_each(rule, households)), "m²"),
            ("contiguity", pieces, None if pieces is None else (1, 1), "pieces"),
        ):
            if limit is None:
                continue
            least, most = limit
            state = (
                UNKNOWN
                if value is None
                else MET
                if (least is None or value >= least) and (most is None or value <= most)
                else SHORT
            )
            yield Check(made.code, item, state, rule.code, value, limit, unit)


def _least(value: float | None) -> tuple[float, None] | None:
    return None if value is None else (value, None)


def _for_each(rule: RuleSet, households: int) -> float | None:
    each = rule.premises_m2_per_100
    return None if each is None else round(each * households / 100, 2)


def _pieces(drawing: Drawing, made: Founding) -> int:
    mine = [
        face.shape for code, face in drawing.net.faces.items() if drawing.net.community(code) == made.code
    ]
    ground = shapely.union_all(mine)
    # pieces that meet in a single point are apart
    return len(shapely.get_parts(ground))


def _free(
    session: Session, district: District, plan: Plan, drawing: Drawing, made: Founding
) -> Iterator[Check]:
    if plan.state == "published":
        return
    against = ""
    try:
        founding.require_free(session, district, plan, drawing, made)
    except CommunityNotPossible as refused:
        against = refused.rule
        yield Check(made.code, against.split()[0], SHORT, value=refused.value, detail=str(refused),
                    facts={"code": refused.code, **vars(refused)})  # fmt: skip
    for item, value in (("code", made.code), ("name", made.name)):
        if not against.startswith(item):
            yield Check(made.code, item, MET, value=value)


def _grids(drawing: Drawing, made: Founding, leaders: Any, found: Sequence[Concerned]) -> Iterator[Check]:
    mine = sorted(code for code in drawing.net.faces if drawing.net.community(code) == made.code)
    vacant = [code for code in mine if leaders.get(code) is None]
    yield Check(made.code, "leaders", SHORT if vacant else MET, value=len(mine) - len(vacant),
                limit=(len(mine), None), unit="grids", detail=" ".join(vacant))  # fmt: skip
    old = [each.name for each in found if each.before is not None and each.name not in ("", made.name)]
    named = [code for code in mine if any(_stem(name) in drawing.facts_of(code).name for name in old)]
    if named:
        detail = " ".join(named)
        yield Check(made.code, "grid names", SHORT, value=len(named), unit="grids", detail=detail)


def _stem(name: str) -> str:
    """A community's name without the word for community, as grids are called by it."""
    for tail in ("社区", "村"):
        if len(name) > len(tail) + 1 and name.endswith(tail):
            return name[: -len(tail)]
    return name


def _papers(district: District, made: Founding) -> Iterator[Check]:
    if made.kind == PLACEHOLDER:
        return
    given = {each["title"]: each["link"] for each in made.declared.get("documents", ())}
    for title in standards.documents(district):
        there = title in given
        yield Check(made.code, "document", MET if there else SHORT, value=title, detail=given.get(title, ""))


def _care(
    session: Session,
    district: District,
    plan: Plan,
    drawing: Drawing,
    found: Sequence[Concerned],
    at: datetime | None,
    day: date,
) -> Iterator[Check]:
    """Who answers until the community stands, and what ends with its publication."""
    here = founding.standing(session, district, drawing, at=at)
    waiting = [
        each.code for each in found if each.before and (old := here.get(each.code)) and old.placeholder
    ]
    rows = session.execute(text(_CARE), {"district": district.id, "codes": waiting, "at": at}).all()
    care = {str(row[0]): (str(row[1]), row[2]) for row in rows}
    for code in waiting:
        if code not in care:
            yield Check(code, "caretaker", SHORT, detail="a placeholder area that nobody takes care of",
                        facts={"rule": "nobody-cares"})  # fmt: skip
            continue
        keeper, review = care[code]
        late = review < day
        yield Check(code, "caretaker", SHORT if late else MET, value=keeper, detail=f"review {review}",
                    facts={"rule": "review-on", "day": str(review)})  # fmt: skip
    ends = closing.closed(plan, drawing)
    for code in ends:
        yield Check(code, "ends", MET if code in waiting else SHORT, detail="it keeps no grid",
                    facts={"rule": "keeps-no-grid"})  # fmt: skip
    for keeper, area in closing.wards_left(session, district, ends, at=at):
        yield Check(keeper, "ward", SHORT, value=area, detail="it ends, and takes care of this area",
                    facts={"rule": "ends-and-cares"})  # fmt: skip


def _rule_told(rule: RuleSet) -> dict[str, Any]:
    told = dict(vars(rule))
    return told | {
        "since": rule.since.isoformat(),
        "until": None if rule.until is None else rule.until.isoformat(),
        "kinds": list(rule.kinds),
    }
