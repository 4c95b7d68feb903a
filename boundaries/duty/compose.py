"""From the place that was found to the whole answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boundaries.duty.owners import Call, call_order
from boundaries.duty.places import area_chain
from boundaries.duty.records import (
    AreaRecord,
    BuildingRecord,
    DutyRecord,
    FeatureRecord,
    GridRecord,
    PartRecord,
    PartyRecord,
    PlaceKey,
)
from boundaries.duty.shape import (
    Answer,
    AreaOut,
    BuildingOut,
    CallOut,
    GridOut,
    LeadOut,
    OwnerOut,
    PartyOut,
    Status,
    Via,
)
from boundaries.duty.wording import Lang, say
from boundaries.store.tables import ANY_MATTER

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

_OTHER_ROLES = ("committee", "police", "branch")


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
        """The places within the grid, and the grid: part > building > compound > feature > grid."""
        places: list[PlaceKey] = []
        if self.building is not None:
            if self.part is not None:
                places.append(("part", f"{self.building.code}/{self.part.code}"))
            places.append(("building", self.building.code))
            if self.building.compound is not None:
                places.append(("compound", self.building.compound))
        if self.feature is not None:
            places.append(("feature", self.feature.code))
        if self.grid is not None:
            places.append(("grid", self.grid.code))
        return places


def compose(snapshot: "Snapshot", found: Found, *, matter: str | None) -> Answer:
    """The answer for the place: who owns it, whom to call, and why."""
    if found.grid is not None:
        found.areas = area_chain(snapshot, found.grid.community)
    near = found.near()
    upwards = [(area.level, ("area", area.code)) for area in found.areas]
    places = [*near, *(place for _, place in upwards)]
    out = _Parties(snapshot)

    _say_areas(found)
    owner = _owner(snapshot, found, near, places, matter, out)
    status = _status(snapshot, found, owner, matter)
    local = snapshot.at.astimezone(snapshot.zone)
    calls = call_order(snapshot.duties, near, upwards, local) if status != "not_yet_in_force" else []
    _warn_no_desk(snapshot, found)
    return Answer(
        query=found.query,
        status=status,
        grid=grid_out(snapshot, found.grid),
        areas=[
            AreaOut(level=area.level, code=area.code, name=area.name, kind=area.kind) for area in found.areas
        ],
        building=_building(snapshot, found),
        ground_grid=grid_out(snapshot, found.ground_grid),
        micro=None,
        feature=_feature(found.feature),
        owner=owner,
        call=[_call(out, call, found.lang) for call in calls],
        acting=None,
        by_matter=_by_matter(snapshot, places, matter, out),
        match={"via": found.via, "metres_to_border": found.metres_to_border, "neighbour": found.neighbour},
        suggestion=_suggestion(snapshot, found, out),
        candidates=found.candidates,
        why=found.why,
        warnings=found.warnings,
        net_version=snapshot.net_version,
        last_updated=_iso(snapshot, snapshot.last_updated),
        next_change_at=_iso(snapshot, snapshot.next_change_at),
        stale=False,
    )


def grid_out(snapshot: "Snapshot", grid: GridRecord | None) -> GridOut | None:
    """A grid as it is shown."""
    if grid is None:
        return None
    return GridOut(
        code=grid.code,
        name=grid.name,
        kind=grid.kind,
        community=grid.community,
        host=grid.host,
        group=grid.group,
        area_m2=None if grid.area_m2 is None else round(grid.area_m2, 1),
        valid=[_iso(snapshot, grid.since), _iso(snapshot, grid.until)],
    )


class _Parties:
    """Parties as they are shown; each duty is written once."""

    def __init__(self, snapshot: "Snapshot") -> None:
        self._snapshot = snapshot
        self._written: dict[DutyRecord, PartyOut] = {}

    def __call__(self, duty: DutyRecord) -> PartyOut:
        written = self._written.get(duty)
        if written is None:
            party = self.record(duty)
            written = self._written[duty] = PartyOut(
                code=party.code,
                kind=party.kind,
                name=party.name,
                post=party.post,
                phone=party.phone,
                role=duty.role,
                place=duty.place[1],
                place_kind=duty.place[0],
                shift=duty.shift,
                valid=[_iso(self._snapshot, duty.since), _iso(self._snapshot, duty.until)],
            )
        return written

    def record(self, duty: DutyRecord) -> PartyRecord:
        """The party of a duty. One that has no name at this instant is shown by its code."""
        return self._snapshot.parties.get(duty.party) or PartyRecord(duty.party, "person", duty.party, "", "")


def _owner(
    snapshot: "Snapshot",
    found: Found,
    near: Sequence[PlaceKey],
    places: Sequence[PlaceKey],
    matter: str | None,
    out: _Parties,
) -> OwnerOut:
    duties = snapshot.duties
    grid = [place for place in near if place[0] == "grid"]
    leader = next(duties.at(grid, "leader"), None)
    if leader is not None:
        found.say("grid_to_leader", party=out.record(leader).name)
    asked = matter or ANY_MATTER
    lead = duties.leads_at(places).get(asked)
    if lead is not None and (matter is not None or lead.matter != ANY_MATTER):
        record = snapshot.matters.get(asked)
        found.say(
            "matter_to_department",
            matter=asked,
            matter_name=record.name if record is not None else "",
            party=out.record(lead).name,
            by_matter=lead.matter,
            place=f"{say(lead.place[0], found.lang)} {lead.place[1]}",
        )
    property_ = next(duties.at(places, "property"), None)
    return OwnerOut(
        leader=out(leader) if leader is not None else None,
        deputies=[out(duty) for duty in duties.at(near, "deputy")],
        staff=[out(duty) for duty in duties.at(near, "staff")],
        department=out(lead) if lead is not None else None,
        supporting=[out(duty) for duty in duties.supporting(asked, places)],
        property=out(property_) if property_ is not None else None,
        others=[out(duty) for role in _OTHER_ROLES for duty in duties.at(places, role)],
    )


def _status(snapshot: "Snapshot", found: Found, owner: OwnerOut, matter: str | None) -> Status:
    if found.status not in ("not_yet_in_force", "ambiguous") and found.grid is not None:
        if owner["leader"] is None:
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
    """Whether parts of the building have duties of their own, and none of them was named."""
    if found.building is None or found.part is not None:
        return False
    building = found.building.code
    own = [
        part
        for part in snapshot.parts.get(building, ())
        if ("part", f"{building}/{part.code}") in snapshot.duties.by_place
    ]
    found.candidates = [
        {"kind": "part", "building": building, "part": part.code, "name": part.name} for part in own
    ]
    return bool(own)


def _by_matter(
    snapshot: "Snapshot", places: Sequence[PlaceKey], matter: str | None, out: _Parties
) -> dict[str, LeadOut]:
    if not places:
        return {}
    asked = list(snapshot.matters) if matter is None else [matter]
    leads = snapshot.duties.leads_at(places)
    return {
        code: LeadOut(
            name=snapshot.matters[code].name,
            limit_hours=snapshot.matters[code].limit_hours,
            lead=out(lead) if lead is not None else None,
            by_matter=lead.matter if lead is not None else None,
        )
        for code in asked
        for lead in (leads.get(code),)
    }


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


def _feature(feature: FeatureRecord | None) -> dict[str, Any] | None:
    if feature is None:
        return None
    return {"code": feature.code, "kind": feature.kind, "name": feature.name}


def _suggestion(snapshot: "Snapshot", found: Found, out: _Parties) -> Any:
    if found.suggestion is None:
        return None
    grid, metres = found.suggestion
    leader = next(snapshot.duties.at([("grid", grid.code)], "leader"), None)
    return {
        "grid": grid_out(snapshot, grid),
        "metres": metres,
        "leader": out(leader) if leader is not None else None,
    }


def _call(out: _Parties, call: Call, lang: Lang) -> CallOut:
    party = out.record(call.duty)
    return CallOut(
        party=party.code,
        kind=party.kind,
        name=party.name,
        post=party.post,
        phone=party.phone,
        role=call.because,
        because=say(call.because, lang),
    )


def _say_areas(found: Found) -> None:
    if found.grid is not None and found.areas:
        found.say("grid_in_areas", areas=" → ".join(area.name for area in found.areas))


def _warn_no_desk(snapshot: "Snapshot", found: Found) -> None:
    for area in found.areas:
        if area.level == "street" and next(snapshot.duties.at([("area", area.code)], "desk"), None) is None:
            found.warn("no_street_desk", street=area.name)
        if area.administered_by is not None and area.administered_by in snapshot.areas:
            by = snapshot.areas[area.administered_by].name
            found.warn("administered_elsewhere", area=area.name, by=by)


def _iso(snapshot: "Snapshot", instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(snapshot.zone).isoformat()
