"""社区居委会增设: a community made of whole grids, or split from one, as edits of a plan of kind `community`.

`found` names the community and takes the grids; they are coded anew under it, and their ground keeps every
bit. `declare` says what the register cannot know. At publication the area is opened, and a community that
lost its last grid is closed: its duties and its caretaking follow or end.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.land import areas
from boundaries.land.codes import CN_SCHEME, AreaCode
from boundaries.land.plans import scopes
from boundaries.land.plans.refusals import CodesExhausted, CommunityNotPossible
from boundaries.land.refusals import MissingValue, UnknownCode, ValueNotAllowed
from boundaries.store.tables import Area, District, Plan

if TYPE_CHECKING:
    from boundaries.land.plans.drawing import Drawing

KINDS = ("居", "村", "待设")
PLACEHOLDER = "待设"
_NUMBERS = {"居": range(1, 200), "村": range(200, 400), PLACEHOLDER: range(900, 1000)}  # as in official codes
_DECLARED = ("occupancy", "premises_m2", "members", "reason", "documents")
_STANDING = """
select a.code, v.name, v.kind, v.provisional or v.kind = '待设' as placeholder, p.code as street
from yiwang.area a join yiwang.area_version v on v.area_id = a.id
left join yiwang.area p on p.id = v.parent_id
where a.district_id = :district and a.level = 'community' and upper_inf(v.recorded)
  and v.valid && tstzrange(coalesce(cast(:at as timestamptz), greatest(now(), :base)), null)
order by a.code, lower(v.valid) desc"""
_STANDING_THEN = """
select a.code, v.name, v.kind, v.provisional or v.kind = '待设' as placeholder, p.code as street
from yiwang.area a join yiwang.area_version v on v.area_id = a.id
left join yiwang.area p on p.id = v.parent_id
where a.district_id = :district and a.code = any(:codes) and upper_inf(v.recorded)
  and v.valid @> cast(:at as timestamptz)"""
_HELD = """
select made->>'community' as code, made->>'name' as name
from yiwang.plan p join yiwang.plan_edit e on e.plan_id = p.id cross join jsonb_array_elements(
  case e.operation when 'found' then jsonb_build_array(e.parameters) else e.parameters->'founded' end) made
where p.district_id = :district and p.id <> :plan and (e.operation = 'found' or e.operation = 'restore'
  and jsonb_typeof(e.parameters->'founded') = 'array') and p.state not in ('published', 'withdrawn')"""


@dataclass(frozen=True)
class Founding:
    """A community that a plan founds. declared: occupancy (0..1), premises_m2, members, reason, documents."""

    code: str
    name: str
    kind: str
    street: str
    declared: Mapping[str, Any] = field(default_factory=dict)
    instead_of: str | None = None  # the ended community whose ground a reversion gives back to it


@dataclass(frozen=True)
class Standing:
    """A community as the register has it."""

    code: str
    name: str
    kind: str
    placeholder: bool
    street: str | None


def standing(
    session: Session, district: District, drawing: "Drawing", *, at: datetime | None = None
) -> dict[str, Standing]:
    """The communities from an instant on, by code. at None: from now, or from when the base is in force."""
    base = drawing.ground.version.effective_from
    rows = session.execute(text(_STANDING), {"district": district.id, "at": at, "base": base}).all()
    return {str(row[0]): Standing(*row) for row in rows}


def asked(
    session: Session, district: District, plan: Plan, drawing: "Drawing", given: Mapping[str, Any]
) -> dict[str, Any]:
    """What `found` asks for, with the street and the code decided.

    Raises CommunityNotPossible, MissingValue, UnknownCode, MalformedCode, CodesExhausted.
    """
    if plan.kind != "community":
        raise CommunityNotPossible(community=given.get("community"), rule="plan kind", value=plan.kind)
    name = str(given["name"] or "").strip()
    if not name:
        raise MissingValue(kind="found", column="name", row=None)
    here = standing(session, district, drawing)
    for code in given["grids"]:
        drawing.net.face(code)
    street = _street(session, plan, drawing, given, here)
    kind = given.get("kind") or "居"
    _wait(session, district)
    code = given.get("community") or _proposed(session, district, plan, drawing, kind, street)
    made = Founding(_checked(district, str(code), street), name, kind, street)
    require_free(session, district, plan, drawing, made, left=set(given["grids"]), here=here)
    return {**given, "community": made.code, "name": name, "kind": kind, "street": street}


def again(
    session: Session,
    district: District,
    plan: Plan,
    drawing: "Drawing",
    *,
    ended: Sequence[str],
    stay: Collection[str],
    at: datetime,
) -> list[dict[str, Any]]:
    """The communities that a reversion founds in place of ended ones: name, kind and street of the instant
    `at`, under new codes. stay: the grids that keep their codes. Raises CommunityNotPossible, CodesExhausted.
    """
    here = standing(session, district, drawing)
    then = {
        str(row[0]): Standing(*row)
        for row in session.execute(
            text(_STANDING_THEN), {"district": district.id, "at": at, "codes": list(ended)}
        )
    }
    left = {code for code in drawing.net.free if code not in stay}
    _wait(session, district)
    made: list[dict[str, Any]] = []
    streets = scopes.inside(session, plan.scope_id, drawing.ground.version.effective_from, "street")
    for former in sorted(ended):
        was = then[former]
        if was.street not in streets:
            raise CommunityNotPossible(community=former, rule="street in scope", value=was.street)
        kind = was.kind if was.kind in KINDS else "居"
        code = _proposed(
            session, district, plan, drawing, kind, was.street, but={each["community"] for each in made}
        )
        new = Founding(code, was.name, kind, was.street, instead_of=former)
        require_free(session, district, plan, drawing, new, left=left, here=here)
        made.append(
            {"community": code, "name": new.name, "kind": kind, "street": new.street, "instead_of": former}
        )
    return made


def declared(drawing: "Drawing", given: Mapping[str, Any]) -> dict[str, Any]:
    """What `declare` says of a community that the plan founds. Raises UnknownCode, ValueNotAllowed."""
    if given["community"] not in drawing.founded:
        raise UnknownCode(kind="community of this plan", value=str(given["community"]))
    facts = {name: given[name] for name in _DECLARED if given.get(name) is not None}
    for name, most in (("occupancy", 1.0), ("premises_m2", math.inf), ("members", math.inf)):
        value = facts.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            allowed = ("0 to 1",) if most == 1 else ("0 or more",)
            raise ValueNotAllowed(kind="declare", column=name, value=value, row=None, allowed=allowed)
    facts["documents"] = [_document(each) for each in facts.get("documents", ())]
    return {"community": given["community"], **facts}


def _document(given: Any) -> dict[str, str]:
    title = str(given.get("title") or "").strip() if isinstance(given, dict) else ""
    if not title:
        raise MissingValue(kind="declare", column="documents", row=None)
    return {"title": title, "link": str(given.get("link") or "").strip()}


def require_free(
    session: Session,
    district: District,
    plan: Plan,
    drawing: "Drawing",
    made: Founding,
    *,
    left: set[str] | None = None,
    here: Mapping[str, Standing] | None = None,
) -> None:
    """The code is nobody's and was nobody's; the name is no other community's that stays.

    left: grids that are about to leave their communities. Raises CommunityNotPossible.
    """
    used = session.scalar(select(Area.id).where(Area.district_id == district.id, Area.code == made.code))
    held = session.execute(text(_HELD), {"district": district.id, "plan": plan.id}).all()
    if used is not None or made.code in {row[0] for row in held} or (left and made.code in drawing.founded):
        raise CommunityNotPossible(community=made.code, rule="code taken", value=made.code)
    if here is None:
        here = standing(session, district, drawing)
    going = emptied(drawing, left or set())
    names = {each.name: each.code for each in here.values() if each.code not in going}
    names |= {row[1]: row[0] for row in held}
    names |= {each.name: each.code for each in drawing.founded.values() if each.code != made.code}
    if made.name in names:
        raise CommunityNotPossible(community=made.code, rule="name taken", value=names[made.name])


def emptied(drawing: "Drawing", leaving: set[str] | frozenset[str] = frozenset()) -> list[str]:
    """Communities of the base that keep no grid, once `leaving` are gone too."""
    before = {drawing.ground.net.community(code) for code in drawing.ground.net.faces}
    after = {drawing.net.community(code) for code in drawing.net.faces if code not in leaving}
    return sorted(before - after - {""})


def open_areas(
    session: Session, district: District, drawing: "Drawing", *, at: datetime, stamp: datetime
) -> None:
    """Write the communities that a plan founds, from `at` on."""
    if not drawing.founded:
        return
    frame = pd.DataFrame(
        [
            {
                "code": each.code,
                "name": each.name,
                "level": "community",
                "parent_code": each.street,
                "kind": each.kind,
                "provisional": each.kind == PLACEHOLDER,
                "source": "plan",
            }
            for each in drawing.founded.values()
        ]
    )
    areas.put(session, district, frame, valid_from=at, stamp=stamp)


def _street(
    session: Session,
    plan: Plan,
    drawing: "Drawing",
    given: Mapping[str, Any],
    here: Mapping[str, Standing],
) -> str:
    """The street that the community will lie in: the one named, else that of all its grids."""
    streets = scopes.inside(session, plan.scope_id, drawing.ground.version.effective_from, "street")
    street = given.get("street")
    if street is None:
        homes = sorted({drawing.net.community(code) for code in given["grids"]})
        found = sorted(
            {
                (drawing.founded[home].street if home in drawing.founded else here[home].street) or ""
                for home in homes
                if home in drawing.founded or home in here
            }
        )
        if len(found) != 1:
            raise CommunityNotPossible(community=given.get("community"), rule="one street", value=found)
        street = found[0]
    if street not in streets:
        raise CommunityNotPossible(community=given.get("community"), rule="street in scope", value=street)
    return str(street)


def _checked(district: District, code: str, street: str) -> str:
    parsed = AreaCode.parse(code, district.code_scheme)
    if district.code_scheme == CN_SCHEME:
        parent = AreaCode.parse(street, district.code_scheme)
        if parsed.level != "community" or not parsed.fits(parent):
            raise CommunityNotPossible(community=code, rule="code under the street", value=street)
    return parsed.text


def _proposed(
    session: Session,
    district: District,
    plan: Plan,
    drawing: "Drawing",
    kind: str,
    street: str,
    *,
    but: Collection[str] = (),
) -> str:
    """The lowest number of the street that nobody ever had, in the range of its kind."""
    if district.code_scheme != CN_SCHEME:
        raise MissingValue(kind="found", column="community", row=None)
    codes = session.scalars(select(Area.code).where(Area.district_id == district.id))
    held = session.execute(text(_HELD), {"district": district.id, "plan": plan.id}).all()
    taken = {*codes, *(row[0] for row in held), *drawing.founded, *but}
    free = (f"{street}{number:03d}" for number in _NUMBERS[kind])
    code = next((each for each in free if each not in taken), None)
    if code is None:
        raise CodesExhausted(community=street)
    return code


def _wait(session: Session, district: District) -> None:
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"yiwang community codes {district.id}"},
    )


def concerned(drawing: "Drawing") -> list[str]:
    """The communities that a plan founds or takes grids from, ascending."""
    before = {drawing.ground.net.community(code) for code in drawing.changed if drawing.was_there(code)}
    return sorted((before | drawing.founded.keys()) - {""})
