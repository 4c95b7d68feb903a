"""Property in four levels (市、区、镇街、村社区): who runs a compound, and which tier a complaint goes to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boundaries.duty.places import area_chain
from boundaries.duty.records import AreaRecord, DutyRecord, PlaceKey
from boundaries.duty.shape import PartyOut
from boundaries.land.refusals import UnknownCode

if TYPE_CHECKING:
    from boundaries.duty.owners import Duties
    from boundaries.duty.snapshot import Snapshot

LEVELS = ("community", "street", "district", "city")
PROPERTY_MATTERS = "27"


@dataclass(frozen=True)
class PropertyOf:
    """Who runs a compound, and the tiers that watch over it, the nearest first."""

    compound: str | None
    company: PartyOut | None
    committee: PartyOut | None
    tiers: tuple[tuple[str, PartyOut], ...]


def of_compound(snapshot: "Snapshot", code: str) -> PropertyOf:
    """Company, owners' committee and tiers of a compound. Raises UnknownCode."""
    if code not in snapshot.compounds:
        raise UnknownCode(kind="compound", value=code)
    pieces, place = snapshot.fragments, ("compound", code)
    company = next(snapshot.duties.at([place], "property"), None)
    committee = next(snapshot.duties.at([place], "committee"), None)
    grid = snapshot.grids.get(snapshot.grid_of_compound.get(code, ""))
    return PropertyOf(
        compound=code,
        company=pieces.party(company) if company is not None else None,
        committee=pieces.party(committee) if committee is not None else None,
        tiers=tuple(
            (level, pieces.party(duty))
            for level, duty in _tiers(
                snapshot.duties,
                area_chain(snapshot, grid.community if grid is not None else snapshot.district.code),
            )
        ),
    )


def tier_for(snapshot: "Snapshot", community: str, matter: str = PROPERTY_MATTERS) -> PartyOut | None:
    """The tier to which a complaint about property goes, as an incident of `matter` in a community.

    It starts at the level that the district's setting `property_tiers` names for the matter, for its
    大类, or for `*` (default: the community), and rises to the next level that has a property body.
    None: no tier from there on up has one. Raises UnknownCode for a matter or an area.
    """
    found = tier_duty(snapshot, community, matter)
    return None if found is None else snapshot.fragments.party(found)


def is_property(snapshot: "Snapshot", matter: str) -> bool:
    """Whether a matter is one of property: the district's setting `property_matter` (27) or below it."""
    return is_of_property(snapshot.district.settings, snapshot.duties.lineages.get(matter, ()))


def is_of_property(settings: Mapping[str, Any], lineage: Sequence[str]) -> bool:
    """Whether a matter with those above it is one of property, by a district's settings."""
    return str(settings.get("property_matter", PROPERTY_MATTERS)) in lineage


def first_level(settings: Mapping[str, Any], lineage: Sequence[str]) -> int:
    """Where in LEVELS a complaint about a matter starts, by a district's settings."""
    starts = settings.get("property_tiers") or {}
    level = next((starts[each] for each in lineage if each in starts), LEVELS[0])
    return LEVELS.index(level) if level in LEVELS else 0


def tier_duty(snapshot: "Snapshot", community: str, matter: str) -> DutyRecord | None:
    """The duty of the tier that `tier_for` names. Raises UnknownCode for a matter or an area."""
    if matter not in snapshot.matters:
        raise UnknownCode(kind="matter", value=matter)
    if community not in snapshot.areas:
        raise UnknownCode(kind="area", value=community)
    lineage = snapshot.duties.lineages[matter]
    return tier_among(snapshot.duties, area_chain(snapshot, community), snapshot.district.settings, lineage)


def tier_among(
    duties: "Duties", areas: Sequence[AreaRecord], settings: Mapping[str, Any], lineage: Sequence[str]
) -> DutyRecord | None:
    """The duty of the tier to which a complaint goes. areas: the community and those above it; lineage: the
    matter and those above it."""
    lowest = first_level(settings, lineage)
    return next((duty for tier, duty in _tiers(duties, areas) if LEVELS.index(tier) >= lowest), None)


def _tiers(duties: "Duties", areas: Sequence[AreaRecord]) -> Iterator[tuple[str, DutyRecord]]:
    for area in areas:
        place: PlaceKey = ("area", area.code)
        duty = next(duties.at([place], "property"), None)
        if duty is not None:
            yield area.level, duty
