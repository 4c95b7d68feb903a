"""Human coverage: holes in the net of people, found like holes in the net of ground. Findings are data."""

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty.caretaking import PLACEHOLDER
from boundaries.duty.element_answers import Lack, areas_of, kind_of, missing
from boundaries.duty.holes import DutyReport, Finding
from boundaries.duty.linenets import place_of
from boundaries.duty.places import areas_above
from boundaries.duty.records import DutyRecord, PlaceKey
from boundaries.duty.snapshot import Snapshot
from boundaries.store.tables import ANY_MATTER, EXCLUSIVE_ROLES

MAX_GRIDS = 3
EXPIRED_WITHIN_DAYS = 365
_CALLED = ("leader", "deputy", "staff", "desk", "lead", "ruling", "property")

_LACKS: Mapping[Lack, str] = {
    "in-no-grid": "in no grid",
    "no-lead": "no lead department for matter {matter}",
    "no-person": "no person",
}

_EXPIRED = text(
    """
    select distinct on (d.place, d.role, d.matter_code)
        case when d.area_id is not null then 'area' when d.grid_id is not null then 'grid'
             when d.part_code is not null then 'part' when d.building_id is not null then 'building'
             when d.compound_code is not null then 'compound' else 'feature' end,
        coalesce(a.code, g.code, b.code || coalesce('/' || d.part_code, ''), d.compound_code,
                 d.feature_code),
        d.role, d.matter_code, p.code, upper(d.valid)
    from yiwang.duty d join yiwang.party p on p.id = d.party_id
    left join yiwang.area a on a.id = d.area_id left join yiwang.grid g on g.id = d.grid_id
    left join yiwang.building b on b.id = d.building_id
    where d.district_id = :district and d.recorded @> cast(:known as timestamptz)
        and upper(d.valid) <= :at
        and upper(d.valid) > cast(:at as timestamptz) - :days * interval '1 day'
        and not exists (select from yiwang.duty n where n.place = d.place and n.role = d.role
            and n.matter_code = d.matter_code and n.recorded @> cast(:known as timestamptz)
            and n.valid @> cast(:at as timestamptz))
    order by d.place, d.role, d.matter_code, upper(d.valid) desc
    """
)


def check(snapshot: Snapshot, session: Session | None = None) -> DutyReport:
    """Everything that is missing among those who answer, at the snapshot's instant.

    session: to find duties that ended within a year with nobody after them; without it those are left out.
    Settings of the district: `max_grids` (default 3) for one person.
    """
    found = [
        *_grids(snapshot),
        *_twice(snapshot),
        *_matters(snapshot),
        *_parties(snapshot),
        *_areas(snapshot),
        *_contracts(snapshot),
        *_elements(snapshot),
        *_lines(snapshot),
    ]
    if session is not None:
        found += _expired(snapshot, session)
    return DutyReport(sorted(found, key=lambda each: (each.kind, each.place, each.party or "")))


def _grids(snapshot: Snapshot) -> Iterator[Finding]:
    duties = snapshot.duties
    for grid in snapshot.grids.values():
        above = areas_above(snapshot, ("area", grid.community))
        place: PlaceKey = ("grid", grid.code)
        roles = {duty.role: duty for duty in duties.by_place.get(place, ())}
        if "leader" not in roles:
            yield Finding("vacant_leader", *place, grid.name, "no leader", areas=above)
        elif roles["leader"].party in duties.away and "deputy" not in roles:
            leader = roles["leader"].party
            yield Finding("leader_away", *place, grid.name, "on leave, and no deputy", leader, above)
        if "staff" not in roles:
            yield Finding("grid_without_staff", *place, grid.name, "no staff", areas=above)


def _twice(snapshot: Snapshot) -> Iterator[Finding]:
    """The register's constraint forbids this; data read past it, or of an older release, may hold it."""
    for place, duties in snapshot.duties.by_place.items():
        held: dict[tuple[str, str], DutyRecord] = {}
        for duty in duties:
            if duty.role not in EXCLUSIVE_ROLES:
                continue
            first = held.setdefault((duty.role, duty.matter), duty)
            if first is not duty:
                what = f"{duty.role} for matter {duty.matter}: {first.party} and {duty.party}"
                facts = {"role": duty.role, "matter": duty.matter, "first": first.party}
                above = areas_above(snapshot, place)
                yield Finding("two_at_once", *place, "", what, duty.party, above, facts)


def _matters(snapshot: Snapshot) -> Iterator[Finding]:
    """A matter that no department leads in some community: one finding for each, with the communities."""
    missing: dict[str, list[str]] = {}
    communities = sorted({grid.community for grid in snapshot.grids.values()})
    for community in communities:
        leads = snapshot.fragments.by_matter(
            [place for _, place in snapshot.fragments.upwards(community).places]
        )
        for code, lead in leads.items():
            if lead["lead"] is None and code != ANY_MATTER:
                missing.setdefault(code, []).append(community)
    for code, where in missing.items():
        everywhere = len(where) == len(communities)
        detail = (
            f"no lead department in {'any' if everywhere else len(where)} of {len(communities)} communities"
        )
        above = {area for community in where for area in areas_above(snapshot, ("area", community))}
        yield Finding(
            "matter_without_lead",
            "matter",
            code,
            snapshot.matters[code].name,
            detail,
            areas=tuple(sorted(above)),
            facts={"count": len(where), "of": len(communities)},
        )


def _parties(snapshot: Snapshot) -> Iterator[Finding]:
    most = int(snapshot.district.settings.get("max_grids", MAX_GRIDS))
    grids: dict[str, set[str]] = {}
    above: dict[str, set[str]] = {}
    called: set[str] = set()
    for place, duties in snapshot.duties.by_place.items():
        for duty in duties:
            if place[0] == "grid" and duty.role in ("leader", "staff"):
                grids.setdefault(duty.party, set()).add(place[1])
            if duty.role in _CALLED:
                called.add(duty.party)
                above.setdefault(duty.party, set()).update(areas_above(snapshot, place))
    for code in sorted(called):
        party = snapshot.parties.get(code)
        areas = tuple(sorted(above[code]))
        if party is None or not party.phone.strip():
            name = party.name if party is not None else code
            yield Finding("phone_missing", "party", code, name, "no phone", code, areas)
        mine = grids.get(code, set())
        if len(mine) > most and (party is None or party.kind == "person"):
            name = party.name if party is not None else code
            yield Finding(
                "party_with_too_many_grids",
                "party",
                code,
                name,
                f"{len(mine)} grids, at most {most}",
                code,
                areas,
                {"count": len(mine), "most": most},
            )


def _areas(snapshot: Snapshot) -> Iterator[Finding]:
    today = snapshot.at.astimezone(snapshot.zone).date()
    lived_in = {grid.community for grid in snapshot.grids.values()}
    for area in snapshot.areas.values():
        place: PlaceKey = ("area", area.code)
        above = areas_above(snapshot, place)
        if area.level == "street" and next(snapshot.duties.at([place], "desk"), None) is None:
            yield Finding("street_without_desk", *place, area.name, "no desk", areas=above)
        care = snapshot.caretaking.get(area.code)
        if care is not None and today > care.review_on:
            detail = f"{care.caretaker}: review was due on {care.review_on.isoformat()}"
            facts = {"caretaker": care.caretaker, "day": care.review_on.isoformat()}
            yield Finding("caretaker_overdue", *place, area.name, detail, areas=above, facts=facts)
        if care is None and area.code in lived_in and (area.provisional or area.kind == PLACEHOLDER):
            yield Finding("placeholder_without_caretaker", *place, area.name, "no caretaker", areas=above)


def _contracts(snapshot: Snapshot) -> Iterator[Finding]:
    today = snapshot.at.astimezone(snapshot.zone).date()
    for place, duties in snapshot.duties.by_place.items():
        for duty in duties:
            if duty.contract_until and date.fromisoformat(duty.contract_until) < today:
                detail = f"{duty.role}: the contract ended on {duty.contract_until}"
                facts = {"role": duty.role, "day": duty.contract_until}
                above = areas_above(snapshot, place)
                yield Finding("contract_over", *place, "", detail, duty.party, above, facts)


def _elements(snapshot: Snapshot) -> Iterator[Finding]:
    """Elements that no department or no person answers for where they are."""
    for bound in snapshot.bound_elements.every:
        lacks = missing(snapshot, bound)
        if lacks:
            element = bound.element
            matter = kind_of(snapshot, bound).matter or "(none)"
            yield Finding(
                "element_without_duty",
                "element",
                element.code,
                element.name or kind_of(snapshot, bound).name,
                " and ".join(_LACKS[lack].format(matter=matter) for lack in lacks),
                areas=tuple(areas_of(snapshot, bound)) or areas_above(snapshot, ("element", element.code)),
                facts={"rule": "-and-".join(lacks), "matter": matter},
            )


def _lines(snapshot: Snapshot) -> Iterator[Finding]:
    """Areas of departments' nets by which matters go, in which nobody of the department is named."""
    for net in snapshot.lines.values():
        for position, area in enumerate(net.areas):
            if area.party is not None:
                continue
            under = snapshot.ground_tree.query(net.shapes[position], predicate="intersects").tolist()
            above = {
                code
                for grid in under
                for code in areas_above(snapshot, ("area", snapshot.ground[grid].community))
            }
            matters = ", ".join(sorted(net.record.matters))
            yield Finding(
                "line_area_without_party",
                *place_of(net.record.code, area.code),
                area.name,
                f"nobody is named for matter {matters}",
                areas=tuple(sorted(above or areas_above(snapshot, ("feature", "")))),
                facts={"matters": sorted(net.record.matters)},
            )


def _expired(snapshot: Snapshot, session: Session) -> list[Finding]:
    """Duties that ended within a year, nobody having the like at that place now."""
    rows = session.execute(
        _EXPIRED,
        {
            "district": snapshot.district.id,
            "at": snapshot.at,
            "known": snapshot.known_at,
            "days": EXPIRED_WITHIN_DAYS,
        },
    ).all()
    found = []
    for kind, code, role, matter, party, until in rows:
        if (kind == "grid" and code not in snapshot.grids) or (kind == "area" and code not in snapshot.areas):
            continue  # the place itself ended
        of = "" if matter == ANY_MATTER else f" for matter {matter}"
        day = until.astimezone(snapshot.zone).date().isoformat()
        detail = f"{role}{of}: ended on {day}, nobody follows"
        above = areas_above(snapshot, (kind, code))
        facts = {"role": role, "matter": matter, "day": day}
        found.append(Finding("expired_duty", kind, code, "", detail, party, above, facts))
    return found
