"""From the place that was found to the whole answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from boundaries.duty.fragments import Fragments, Upwards
from boundaries.duty.linenets import line_of
from boundaries.duty.owners import Call, call_order
from boundaries.duty.property import is_property, tier_duty
from boundaries.duty.records import (
    AreaRecord,
    BuildingRecord,
    DutyRecord,
    FeatureRecord,
    GridRecord,
    PartRecord,
    PlaceKey,
)
from boundaries.duty.shape import (
    ActingOut,
    Answer,
    BuildingOut,
    CallOut,
    FeatureOut,
    GridTold,
    LeadOut,
    MicroOut,
    OwnerOut,
    PartyOut,
    Status,
    SuggestionOut,
    Via,
)
from boundaries.duty.wording import Lang, say
from boundaries.store.tables import ANY_MATTER

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

CHANGE_NOTICE_H = 48.0
_OTHER_ROLES = ("committee", "police", "branch")
_SHOWN = frozenset((*_OTHER_ROLES, "property"))
_CLOSER = frozenset(("part", "building", "compound", "feature", "line"))  # than a grid


@dataclass
class Found:
    """What is known of the place that was asked for, gathered step by step."""

    query: dict[str, Any]
    lang: Lang
    status: Status | None = None
    via: Via = "none"
    grid: GridRecord | None = None
    ground_grid: GridRecord | None = None
    areas: list[AreaRecord] = field(default_factory=list)
    building: BuildingRecord | None = None
    part: PartRecord | None = None
    feature: FeatureRecord | None = None
    lines: tuple[PlaceKey, ...] = ()  # areas of departments' own nets
    metres_to_border: float | None = None
    neighbour: str | None = None
    suggestion: tuple[GridRecord, float] | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def say(self, key: str, **facts: Any) -> None:
        """One more step of why."""
        self.why.append(say(key, self.lang, **facts))

    def warn(self, code: str, **facts: Any) -> None:
        """One more warning, with its facts beside the words."""
        self.warnings.append({"code": code, "text": say(code, self.lang, **facts), **facts})

    def near(self) -> list[PlaceKey]:
        """The places at hand, the grid last: part > building > compound > feature > line > grid."""
        places: list[PlaceKey] = []
        if self.building is not None:
            if self.part is not None:
                places.append(("part", f"{self.building.code}/{self.part.code}"))
            places.append(("building", self.building.code))
            if self.building.compound is not None:
                places.append(("compound", self.building.compound))
        if self.feature is not None:
            places.append(("feature", self.feature.code))
        places.extend(self.lines)
        if self.grid is not None:
            places.append(("grid", self.grid.code))
        return places


def compose(snapshot: "Snapshot", found: Found, *, matter: str | None) -> Answer:
    """The answer for the place: who owns it, whom to call, and why."""
    pieces = snapshot.fragments
    if found.grid is not None:
        above = pieces.upwards(found.grid.community)
    else:
        above = pieces.upwards(found.areas[0].code if found.areas else None)
    found.areas = list(above.areas)
    near = found.near()
    places = [*near, *(place for _, place in above.places)]

    if found.grid is not None and found.areas:
        found.say("grid_in_areas", areas=above.names)
    owner = _owner(snapshot, found, near, places, matter, above)
    status = _status(snapshot, found, owner, matter)
    local = snapshot.at.astimezone(snapshot.zone)
    public = matter is not None and snapshot.duties.is_public(matter)
    calls = []
    if status != "not_yet_in_force":
        calls = call_order(snapshot.duties, near, above.places, local, public=public)
    calls = _line_first(snapshot, found, places, matter, calls)
    tier = _property_tier(snapshot, found, matter)
    if tier is not None:
        owner["property_tier"] = pieces.party(tier)
        found.say("property_to_tier", party=pieces.record(tier).name, place=tier.place[1])
        if calls and tier.party not in snapshot.duties.away:
            calls = [Call(tier, "property tier"), *(each for each in calls if each.duty.party != tier.party)]
    acting = _acting(snapshot, found, above, local)
    _warn_of_tomorrow(snapshot, found)
    _warn_no_desk(snapshot, found)
    return Answer(
        query=found.query,
        status=status,
        grid=grid_out(snapshot, found.grid),
        areas=above.shown,
        building=_building(snapshot, found),
        ground_grid=grid_out(snapshot, found.ground_grid),
        micro=_micro(snapshot, found),
        feature=_feature(snapshot, found.feature, matter),
        owner=owner,
        call=[_call(pieces, call, found.lang) for call in calls],
        acting=acting,
        by_matter=_by_matter(snapshot, places, matter),
        match={"via": found.via, "metres_to_border": found.metres_to_border, "neighbour": found.neighbour},
        suggestion=_suggestion(snapshot, found),
        candidates=found.candidates,
        why=found.why,
        warnings=found.warnings,
        net_version=snapshot.net_version,
        last_updated=pieces.iso(snapshot.last_updated),
        next_change_at=pieces.iso(snapshot.next_change_at),
        stale=False,
    )


def grid_out(snapshot: "Snapshot", grid: GridRecord | None) -> GridTold | None:
    """A grid as it is shown."""
    return None if grid is None else snapshot.fragments.grid(grid)


def _owner(
    snapshot: "Snapshot",
    found: Found,
    near: Sequence[PlaceKey],
    places: Sequence[PlaceKey],
    matter: str | None,
    above: Upwards,
) -> OwnerOut:
    duties, pieces = snapshot.duties, snapshot.fragments
    leader = next(duties.at(near[-1:], "leader"), None) if found.grid is not None else None
    if leader is not None:
        found.say("grid_to_leader", party=pieces.record(leader).name)
    elif found.grid is not None and above.acting is not None:
        keeper = above.acting[1]
        leader = next(duties.at([("area", keeper.code)], "leader"), None)
        if leader is not None:
            found.say("grid_to_caretaker", caretaker=keeper.name, party=pieces.record(leader).name)
    if leader is not None and leader.party in duties.away:
        found.warn("away", party=pieces.record(leader).name)
    asked = matter or ANY_MATTER
    lead = duties.leads_at(places).get(asked)
    if lead is not None and (matter is not None or lead.matter != ANY_MATTER):
        record = snapshot.matters.get(asked)
        line = snapshot.lines[lead.place[1].partition("/")[0]].record if lead.place[0] == "line" else None
        key = "matter_ruled" if lead.role == "ruling" else "matter_to_department"
        found.say(
            key if line is None else "matter_by_line",
            line=line.name if line is not None else "",
            matter=asked,
            matter_name=record.name if record is not None else "",
            party=pieces.record(lead).name,
            by_matter=lead.matter,
            place=f"{say(lead.place[0], found.lang)} {lead.place[1]}",
        )
    if matter is not None:
        _warn_of_line(snapshot, found, lead, matter)
    by_role: dict[str, list[PartyOut]] = {}
    for place in places:
        for duty in duties.by_place.get(place, ()):
            if duty.role in _SHOWN:
                by_role.setdefault(duty.role, []).append(pieces.party(duty))
    in_area = [one for one in by_role.get("property", ()) if one["place_kind"] == "area"]
    return OwnerOut(
        leader=pieces.party(leader) if leader is not None else None,
        deputies=[pieces.party(duty) for duty in duties.at(near, "deputy")],
        staff=[pieces.party(duty) for duty in duties.at(near, "staff")],
        department=pieces.party(lead) if lead is not None else None,
        supporting=[pieces.party(duty) for duty in duties.supporting(asked, places)],
        property=by_role["property"][0] if "property" in by_role else None,
        property_tiers=in_area,
        property_tier=None,
        others=[one for role in _OTHER_ROLES for one in by_role.get(role, ())],
    )


def _property_tier(snapshot: "Snapshot", found: Found, matter: str | None) -> DutyRecord | None:
    """The tier (村社区、镇街、区、市) to which a complaint about property goes here."""
    if matter is None or not found.areas or not is_property(snapshot, matter):
        return None
    return tier_duty(snapshot, found.areas[0].code, matter)


def _line_first(
    snapshot: "Snapshot", found: Found, places: Sequence[PlaceKey], matter: str | None, calls: list[Call]
) -> list[Call]:
    """Whom to call about a matter that goes by a department's own net: its party before all others."""
    if matter is None or not found.lines or found.status == "not_yet_in_force":
        return calls
    lead = snapshot.duties.leads_at(places).get(matter)
    if lead is None or lead.place[0] != "line" or lead.party in snapshot.duties.away:
        return calls
    return [Call(lead, "line lead"), *(call for call in calls if call.duty.party != lead.party)]


def _warn_of_line(snapshot: "Snapshot", found: Found, lead: DutyRecord | None, matter: str) -> None:
    """The matter goes by a department's own net, and that says nobody here."""
    lineage = snapshot.duties.lineages[matter]
    by_line = line_of(snapshot.lines, lineage)
    if by_line is None or (lead is not None and (lead.role == "ruling" or lead.place[0] in _CLOSER)):
        return
    net, depth = by_line
    if lead is not None and lineage.index(lead.matter) < depth:
        return  # a class nearer to the matter has a lead of its own
    key = "line_needs_place" if found.via == "grid" and "grid" in found.query else "line_leaves_out"
    found.warn(key, matter=matter, line=net.record.name or net.record.code)


def _status(snapshot: "Snapshot", found: Found, owner: OwnerOut, matter: str | None) -> Status:
    if found.status not in ("not_yet_in_force", "ambiguous") and found.grid is not None:
        leader = owner["leader"]
        if leader is None or leader["place_kind"] == "area":
            found.warn("no_leader", grid=found.grid.code)
        if matter is not None and owner["department"] is None:
            found.warn("no_department", matter=matter)
        if found.status is None and _needs_part(snapshot, found):
            found.status = "needs_part"
            found.warn("part_needed")
    if found.status is not None:
        return found.status
    vacant = owner["leader"] is None or (matter is not None and owner["department"] is None)
    return "vacant" if vacant else "owned"


def _needs_part(snapshot: "Snapshot", found: Found) -> bool:
    """Whether parts of the building have a grid or duties of their own, and none of them was named."""
    if found.building is None or found.part is not None:
        return False
    building = found.building.code
    parts, grids = snapshot.parts.get(building, ()), snapshot.grid_of_part
    stacked = any(f"{building}/{part.code}" in grids for part in parts)
    own = [
        part for part in parts if stacked or ("part", f"{building}/{part.code}") in snapshot.duties.by_place
    ]
    host = found.grid.code if found.grid is not None else None
    found.candidates = [
        {
            "kind": "part",
            "building": building,
            "part": part.code,
            "name": part.name,
            **({"grid": grids.get(f"{building}/{part.code}", host)} if stacked else {}),
        }
        for part in own
    ]
    return bool(own)


def _acting(snapshot: "Snapshot", found: Found, above: Upwards, local: datetime) -> ActingOut | None:
    if above.acting is None:
        return None
    care, keeper = above.acting
    place = ("area", keeper.code)
    leader = next(snapshot.duties.at([place], "leader"), None)
    desk = next(snapshot.duties.at([place], "desk"), None)
    overdue = local.date() > care.review_on
    ward = snapshot.areas[care.area].name
    found.warn(
        "caretaker_overdue" if overdue else "caretaker",
        area=ward,
        caretaker=keeper.name,
        review=care.review_on.isoformat(),
    )
    pieces = snapshot.fragments
    return ActingOut(
        party=keeper.name,
        code=keeper.code,
        area=care.area,
        review=care.review_on.isoformat(),
        overdue=overdue,
        reason=care.reason or "代管",
        since=pieces.iso(care.since),
        leader=pieces.party(leader) if leader is not None else None,
        desk=pieces.party(desk) if desk is not None else None,
    )


def _micro(snapshot: "Snapshot", found: Found) -> MicroOut | None:
    if found.building is None:
        return None
    within = [place for place in found.near() if place[0] in ("part", "building")]
    duty = next(snapshot.duties.at(within, "micro"), None)
    if duty is None:
        return None
    return MicroOut(code=duty.micro or duty.place[1], leader=snapshot.fragments.party(duty))


def _by_matter(snapshot: "Snapshot", places: Sequence[PlaceKey], matter: str | None) -> dict[str, LeadOut]:
    if not places:
        return {}
    if matter is None:
        return snapshot.fragments.by_matter(places)
    return {matter: snapshot.fragments.lead(matter, snapshot.duties.leads_at(places).get(matter))}


def _building(snapshot: "Snapshot", found: Found) -> BuildingOut | None:
    building = found.building
    if building is None:
        return None
    compound = snapshot.compounds.get(building.compound) if building.compound is not None else None
    return BuildingOut(
        code=building.code,
        name=building.name,
        use=building.use,
        floors=building.floors,
        households=building.households,
        address=snapshot.standard_address.get(building.code),
        compound=building.compound,
        compound_name=compound.name if compound is not None else None,
        part=found.part.code if found.part is not None else None,
        part_name=found.part.name if found.part is not None else None,
        grid=building.grid,
        because=building.because,
    )


def _feature(snapshot: "Snapshot", feature: FeatureRecord | None, matter: str | None) -> FeatureOut | None:
    """The feature with its head (路长, 河长) and the department that its own duty names for the matter."""
    if feature is None:
        return None
    place = ("feature", feature.code)
    leader = next(snapshot.duties.at([place], "leader"), None)
    lead = snapshot.duties.leads_at([place]).get(matter or ANY_MATTER)
    pieces = snapshot.fragments
    return FeatureOut(
        code=feature.code,
        kind=feature.kind,
        name=feature.name,
        leader=pieces.party(leader) if leader is not None else None,
        lead=pieces.party(lead) if lead is not None else None,
    )


def _suggestion(snapshot: "Snapshot", found: Found) -> SuggestionOut | None:
    if found.suggestion is None:
        return None
    grid, metres = found.suggestion
    leader = next(snapshot.duties.at([("grid", grid.code)], "leader"), None)
    return SuggestionOut(
        grid=snapshot.fragments.grid(grid),
        metres=metres,
        leader=snapshot.fragments.party(leader) if leader is not None else None,
    )


def _call(pieces: Fragments, call: Call, lang: Lang) -> CallOut:
    party = pieces.record(call.duty)
    return CallOut(
        party=party.code,
        kind=party.kind,
        name=party.name,
        post=party.post,
        phone=party.phone,
        role=call.because,
        because=say(call.because, lang),
    )


def _warn_of_tomorrow(snapshot: "Snapshot", found: Found) -> None:
    grid = found.grid
    if grid is None or grid.until is None or grid.noded_next:
        return
    notice = timedelta(hours=float(snapshot.district.settings.get("change_notice_h", CHANGE_NOTICE_H)))
    if grid.until - snapshot.at <= notice:
        found.warn("net_changes", grid=grid.code, since=snapshot.fragments.iso(grid.until))


def _warn_no_desk(snapshot: "Snapshot", found: Found) -> None:
    for area in found.areas:
        if area.level == "street" and next(snapshot.duties.at([("area", area.code)], "desk"), None) is None:
            found.warn("no_street_desk", street=area.name)
        if area.administered_by is not None and area.administered_by in snapshot.areas:
            by = snapshot.areas[area.administered_by].name
            found.warn("administered_elsewhere", area=area.name, by=by)
