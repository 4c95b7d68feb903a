"""Persons, offices and matters by their code, name, pinyin or initials."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boundaries.duty.records import PlaceKey
from boundaries.land.addresses import normalised
from boundaries.land.search import Entry, SearchIndex, latin
from boundaries.store.tables import ANY_MATTER

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

PLACES_EACH = 5
"""So many places are told of one party; who wants all asks for its duties."""


@dataclass(frozen=True)
class FoundParty:
    """A party at one place that it answers for. place: a grid or an area."""

    party: str
    kind: str
    name: str
    role: str
    place: PlaceKey
    place_name: str


@dataclass(frozen=True)
class People:
    """What can be found of parties and matters; made at first use, one for a snapshot."""

    parties: SearchIndex
    matters: SearchIndex

    @classmethod
    def of(cls, snapshot: "Snapshot") -> "People":
        """Index the parties with a duty, and all matters."""
        parties = [
            Entry("party", party.code, party.name, party.post, None, None, None)
            for party in snapshot.parties.values()
            if snapshot.duties.of_party(party.code)
        ]
        matters = [
            Entry("matter", matter.code, matter.name, matter.name, None, None, None)
            for matter in snapshot.matters.values()
            if matter.code != ANY_MATTER
        ]
        return cls(_index(parties), _index(matters))


def find_parties(snapshot: "Snapshot", wanted: str, limit: int) -> list[FoundParty]:
    """Parties that `wanted` may mean, best first, each with the places it answers for, grids before areas."""
    found = []
    for entry in _find(snapshot.people.parties, wanted, limit):
        party = snapshot.parties[entry.code]
        for role, place, name in _places(snapshot, entry.code)[:PLACES_EACH]:
            found.append(FoundParty(party.code, party.kind, party.name, role, place, name))
    return found[:limit]


def find_matters(snapshot: "Snapshot", wanted: str, limit: int) -> list[Entry]:
    """Matters that `wanted` may mean, best first."""
    return _find(snapshot.people.matters, wanted, limit)


def _find(index: SearchIndex, wanted: str, limit: int) -> list[Entry]:
    text = normalised(wanted)
    return index.find(text, limit) if text else []


def _index(entries: Sequence[Entry]) -> SearchIndex:
    return SearchIndex.joined(
        [
            (entry, (entry.code.casefold(), normalised(entry.name), *latin(entry.name)))
            for entry in sorted(entries, key=lambda entry: entry.code)
        ]
    )


def _places(snapshot: "Snapshot", party: str) -> list[tuple[str, PlaceKey, str]]:
    """Role, place and its name, each place once: grids by code, then areas by code."""
    found: dict[PlaceKey, tuple[str, PlaceKey, str]] = {}
    for duty in snapshot.duties.of_party(party):
        kind, code = duty.place
        known = snapshot.grids.get(code) if kind == "grid" else snapshot.areas.get(code)
        if kind in ("grid", "area") and known is not None:
            found.setdefault(duty.place, (duty.role, duty.place, known.name or code))
    return [found[place] for place in sorted(found, key=lambda place: (place[0] != "grid", place[1]))]
