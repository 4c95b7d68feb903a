"""Pieces of answers that many places share, each made once for a snapshot. Nobody changes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from boundaries.duty.places import area_chain
from boundaries.duty.records import (
    AreaRecord,
    CaretakingRecord,
    DutyRecord,
    GridRecord,
    PartyRecord,
    PlaceKey,
)
from boundaries.duty.shape import AreaTold, GridTold, LeadOut, PartyOut

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Upwards:
    """The areas above a community and what holds in them, whatever lies within."""

    areas: tuple[AreaRecord, ...]
    shown: list[AreaTold]
    places: tuple[tuple[str, PlaceKey], ...]  # (level, place); the caretaker stands behind its ward
    names: str
    acting: tuple[CaretakingRecord, AreaRecord] | None


@dataclass
class Fragments:
    """Made at first use and kept. Two threads may make the same piece twice; the pieces are equal."""

    snapshot: "Snapshot"
    _parties: dict[int, PartyOut] = field(default_factory=dict)
    _grids: dict[str, GridTold] = field(default_factory=dict)
    _upwards: dict[str | None, Upwards] = field(default_factory=dict)
    _by_matter: dict[tuple[PlaceKey, ...], dict[str, LeadOut]] = field(default_factory=dict)

    def party(self, duty: DutyRecord) -> PartyOut:
        """A duty of this snapshot as it is shown."""
        shown = self._parties.get(id(duty))  # the snapshot keeps its duties, so an id stays theirs
        if shown is None:
            party = self.record(duty)
            shown = self._parties[id(duty)] = PartyOut(
                code=party.code,
                kind=party.kind,
                name=party.name,
                post=party.post,
                phone=party.phone,
                role=duty.role,
                place=duty.place[1],
                place_kind=duty.place[0],
                shift=duty.shift,
                source=duty.source,
                time=duty.time,
                away=self.snapshot.duties.away.get(duty.party),
                contract_until=duty.contract_until or None,
                valid=[self.iso(duty.since), self.iso(duty.until)],
            )
        return shown

    def record(self, duty: DutyRecord) -> PartyRecord:
        """The party of a duty. One that has no name at this instant is shown by its code."""
        return self.snapshot.parties.get(duty.party) or PartyRecord(duty.party, "person", duty.party, "", "")

    def grid(self, grid: GridRecord) -> GridTold:
        """A grid as it is shown."""
        shown = self._grids.get(grid.code)
        if shown is None:
            shown = self._grids[grid.code] = GridTold(
                code=grid.code,
                name=grid.name,
                kind=grid.kind,
                community=grid.community,
                host=grid.host,
                group=grid.group,
                area_m2=None if grid.area_m2 is None else round(grid.area_m2, 1),
                valid=[self.iso(grid.since), self.iso(grid.until)],
            )
        return shown

    def upwards(self, code: str | None) -> Upwards:
        """An area and all above it."""
        found = self._upwards.get(code)
        if found is None:
            found = self._upwards[code] = self._make_upwards(area_chain(self.snapshot, code))
        return found

    def by_matter(self, places: Sequence[PlaceKey]) -> dict[str, LeadOut]:
        """The lead department of every matter at these places, nearest first."""
        key = self.snapshot.duties.with_leads(places)
        found = self._by_matter.get(key)
        if found is None:
            leads = self.snapshot.duties.leads_at(key)
            found = {code: self.lead(code, leads.get(code)) for code in self.snapshot.matters}
            if len(self._by_matter) < _KEPT:
                self._by_matter[key] = found
        return found

    def lead(self, code: str, duty: DutyRecord | None) -> LeadOut:
        """One matter and who leads it."""
        matter = self.snapshot.matters[code]
        return LeadOut(
            name=matter.name,
            limit_hours=matter.limit_hours,
            lead=self.party(duty) if duty is not None else None,
            by_matter=duty.matter if duty is not None else None,
        )

    def iso(self, instant: datetime | None) -> str | None:
        """ISO 8601 in the district's time zone."""
        return None if instant is None else instant.astimezone(self.snapshot.zone).isoformat()

    def _make_upwards(self, areas: Sequence[AreaRecord]) -> Upwards:
        places: list[tuple[str, PlaceKey]] = []
        acting = None
        for area in areas:
            places.append((area.level, ("area", area.code)))
            care = self.snapshot.caretaking.get(area.code)
            keeper = self.snapshot.areas.get(care.caretaker) if care is not None else None
            if care is not None and keeper is not None:
                acting = (care, keeper)
                places.append(("caretaker", ("area", keeper.code)))
        return Upwards(
            areas=tuple(areas),
            shown=[AreaTold(level=a.level, code=a.code, name=a.name, kind=a.kind) for a in areas],
            places=tuple(places),
            names=" → ".join(area.name for area in areas),
            acting=acting,
        )
