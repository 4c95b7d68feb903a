"""The answer: from a point, building, grid or address to who owns it. Reads a snapshot, nothing else."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import shapely

from boundaries.duty.compose import Found, compose
from boundaries.duty.linenets import places_at
from boundaries.duty.masking import mask, mask_name
from boundaries.duty.places import (
    area_chain,
    area_of_outline,
    building_at,
    district_chain,
    feature_at,
    features_beside,
    place_of_building,
    successors,
)
from boundaries.duty.records import AddressRecord, BuildingRecord, DutyRecord, GridRecord
from boundaries.duty.refusals import BadPoint, BuildingGone, GridGone, UnknownAddress
from boundaries.duty.shape import Answer
from boundaries.duty.wording import Lang, in_brackets, say
from boundaries.land.addresses import normalised
from boundaries.land.calling import understand
from boundaries.land.refusals import UnknownCode
from boundaries.land.search import search

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

__all__ = ["MAX_CANDIDATES", "mask", "of_address", "of_building", "of_grid", "of_point", "stand_on_point"]

MAX_CANDIDATES = 5
NEAR_BORDER_M = 5.0
SUGGEST_WITHIN_M = 200.0


def of_point(snapshot: "Snapshot", lonlat: Sequence[float], *, matter: str | None, lang: Lang) -> Answer:
    """lonlat: degrees WGS 84. The grid that covers the point answers, whatever building stands there."""
    return compose(snapshot, stand_on_point(snapshot, lonlat, matter=matter, lang=lang), matter=matter)


def stand_on_point(snapshot: "Snapshot", lonlat: Sequence[float], *, matter: str | None, lang: Lang) -> Found:
    """What lies at a point, for `compose`. Raises BadPoint, UnknownCode for a matter."""
    lon, lat = float(lonlat[0]), float(lonlat[1])
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadPoint(lon=lon, lat=lat, swapped=abs(lat) <= 180 and abs(lon) <= 90)
    _check_matter(snapshot, matter)
    found = Found(query={"lon": lon, "lat": lat, "datum": "wgs84", "matter": matter}, lang=lang)
    _stand_on(snapshot, found, lon, lat)
    if matter is not None and snapshot.duties.is_public(matter):
        _tell_of_features(snapshot, found, lon, lat, matter)
    return found


def of_building(
    snapshot: "Snapshot", code: str, *, part: str | None, matter: str | None, lang: Lang
) -> Answer:
    """The building's own grid answers; the grid of its ground stands beside it where that is another."""
    _check_matter(snapshot, matter)
    building = snapshot.buildings.get(code)
    if building is None:
        if code in snapshot.gone_buildings:
            raise BuildingGone(value=code, retired_at=snapshot.gone_buildings[code])
        raise UnknownCode(kind="building", value=code)
    found = Found(query={"building": code, "part": part, "matter": matter}, lang=lang, via="building")
    _enter(snapshot, found, building, part)
    return compose(snapshot, found, matter=matter)


def of_grid(snapshot: "Snapshot", code: str, *, matter: str | None, lang: Lang) -> Answer:
    """A grid of the present answers; one that lies ahead says when; a retired one raises GridGone."""
    _check_matter(snapshot, matter)
    found = Found(query={"grid": code, "matter": matter}, lang=lang, via="grid")
    grid = snapshot.grids.get(code)
    if grid is not None:
        found.grid = grid
        return compose(snapshot, found, matter=matter)
    other = snapshot.other_grids.get(code)
    if other is None:
        raise UnknownCode(kind="grid", value=code)
    if other.until is not None and other.until <= snapshot.at:
        raise GridGone(value=code, retired_at=other.until, successors=successors(snapshot, other))
    found.status = "not_yet_in_force"
    found.areas = area_chain(snapshot, other.community)
    found.warn("grid_not_yet_in_force", grid=code, since=other.since.astimezone(snapshot.zone).isoformat())
    return compose(snapshot, found, matter=matter)


def of_address(snapshot: "Snapshot", text: str, *, matter: str | None, lang: Lang) -> Answer:
    """What is called so, else what the words mean beyond doubt. Several: candidates, never a silent pick."""
    _check_matter(snapshot, matter)
    matches = [
        match
        for match in snapshot.by_address.get(normalised(text), ())
        if match.building in snapshot.buildings
    ]
    if not matches:
        return _of_words(snapshot, text, matter=matter, lang=lang)
    places = sorted(
        {(match.building, match.part) for match in matches}, key=lambda place: (place[0], place[1] or "")
    )
    found = Found(query={"address": text, "matter": matter}, lang=lang, via="address")
    buildings = {building for building, _ in places}
    if len(buildings) > 1:
        found.status = "ambiguous"
        found.via = "none"
        found.warn("several_addresses", count=len(places))
        found.candidates = [
            _candidate(snapshot, match, "same_text", lang) for match in _one_each(matches)[:MAX_CANDIDATES]
        ]
        return compose(snapshot, found, matter=matter)
    building, part = places[0]
    found.why.append(say("address_to_building", lang, text=text, building=building))
    _enter(snapshot, found, snapshot.buildings[building], part if len(places) == 1 else None)
    if len(places) > 1:
        found.status = "needs_part"
        found.warn("part_needed")
        found.candidates = [
            _candidate(snapshot, match, "same_text", lang) for match in _one_each(matches)[:MAX_CANDIDATES]
        ]
    return compose(snapshot, found, matter=matter)


def _of_words(snapshot: "Snapshot", text: str, *, matter: str | None, lang: Lang) -> Answer:
    """What a caller's words mean: one place where there is no doubt, else up to five to choose from."""
    understood = understand(snapshot.gazetteer, text)
    if not understood.meant:
        raise UnknownAddress(value=text, candidates=_similar(snapshot, text, lang))
    found = Found(query={"address": text, "matter": matter}, lang=lang, via="address")
    first = understood.meant[0]
    if understood.certain and first.kind == "building":
        found.say("words_to_building", text=text, building=first.code, name=first.name)
        _enter(snapshot, found, snapshot.buildings[first.code], first.part)
        return compose(snapshot, found, matter=matter)
    found.status, found.via = "ambiguous", "none"
    found.warn("words_in_doubt", quality=understood.quality)
    found.candidates = [
        {
            "kind": place.kind,
            "text": place.name,
            "building": place.code if place.kind == "building" else None,
            "part": place.part,
            "grid": snapshot.buildings[place.code].grid if place.kind == "building" else None,
            "lon": place.lon,
            "lat": place.lat,
            "because": "; ".join(say(reason, lang) for reason in place.because),
        }
        for place in understood.meant
    ]
    return compose(snapshot, found, matter=matter)


def _check_matter(snapshot: "Snapshot", matter: str | None) -> None:
    if matter is not None and matter not in snapshot.matters:
        raise UnknownCode(kind="matter", value=matter)


def _stand_on(snapshot: "Snapshot", found: Found, lon: float, lat: float) -> None:
    """Fill `found` with what lies at a point."""
    position = snapshot.index.locate_one(lon, lat)
    east, north = snapshot.frame.point(lon, lat)
    found.feature = feature_at(snapshot, (east, north))
    found.lines = places_at(snapshot, lon, lat)
    building = building_at(snapshot, lon, lat)
    found.building = building
    if building is not None:
        name = in_brackets(building.name, found.lang)
        found.say("point_in_building", building=building.code, building_name=name)
    if position < 0:
        _no_grid(snapshot, found, lon, lat)
        return
    found.via = "grid"
    found.grid = snapshot.ground[position]
    name = in_brackets(found.grid.name, found.lang)
    found.say("point_in_grid", grid=found.grid.code, grid_name=name)
    metres, across = snapshot.index.border_of(
        (east, north), position, metric_crs=snapshot.district.metric_crs
    )
    found.metres_to_border = round(metres, 2)
    if across >= 0:
        found.neighbour = snapshot.ground[across].code
        if metres < float(snapshot.district.settings.get("near_border_m", NEAR_BORDER_M)):
            found.warn(
                "near_border",
                metres=f"{metres:.1f}",
                grid=found.grid.code,
                grid_name=name,
                neighbour=found.neighbour,
                neighbour_name=in_brackets(snapshot.ground[across].name, found.lang),
            )
    if building is not None and building.grid not in (None, found.grid.code):
        found.warn("building_in_other_grid", building=building.code, grid=building.grid)


def _tell_of_features(snapshot: "Snapshot", found: Found, lon: float, lat: float, matter: str) -> None:
    """For a matter of public space: the feature that the point lies on, and the edge that is near.

    Where a feature's edge is nearer than the setting `near_border_m`, both sides are named, if two different
    parties lead the matter there; the side that the point lies on owns it.
    """
    if found.feature is not None:
        found.say("on_feature", feature=found.feature.name or found.feature.code, kind=found.feature.kind)
    margin = float(snapshot.district.settings.get("near_border_m", NEAR_BORDER_M))
    lowest = found.grid.community if found.grid is not None else next((a.code for a in found.areas), None)
    above = snapshot.fragments.upwards(lowest).places
    here = [*found.near(), *(place for _, place in above)]
    own = snapshot.duties.leads_at(here).get(matter)
    for feature, metres in features_beside(snapshot, lon, lat, margin):
        place = ("feature", feature.code)
        if found.feature is not None and found.feature.code == feature.code:
            there = [each for each in here if each != place]
        else:
            # the other feature stands in for the one that the point lies on
            there = [place, *(each for each in here if each[0] != "feature")]
        other = snapshot.duties.leads_at(there).get(matter)
        if own is not None and other is not None and own.party != other.party:
            found.warn(
                "near_feature",
                metres=f"{metres:.1f}",
                feature=feature.name or feature.code,
                feature_code=feature.code,
                first=_shown(snapshot, own),
                other=_shown(snapshot, other),
            )
            return


def _shown(snapshot: "Snapshot", duty: DutyRecord) -> str:
    """The name of an organisation; a person by post, since anybody may read a warning."""
    party = snapshot.fragments.record(duty)
    return party.name if party.kind != "person" else party.post or mask_name(party.name)


def _enter(snapshot: "Snapshot", found: Found, building: BuildingRecord, part: str | None) -> None:
    """Fill `found` with a building, and with one of its parts."""
    found.building = building
    if part is not None:
        record = next((one for one in snapshot.parts.get(building.code, ()) if one.code == part), None)
        if record is None:
            raise UnknownCode(kind="part", value=f"{building.code}/{part}")
        found.part = record
    lon, lat = place_of_building(building)
    found.lines = places_at(snapshot, lon, lat)
    position = int(snapshot.locate([[lon, lat]])[0])
    ground = snapshot.ground[position] if position >= 0 else None
    own = snapshot.grids.get(building.grid) if building.grid is not None else None
    stacked = _stacked(snapshot, found)
    own = stacked or own
    if own is None:
        found.warn("building_not_assigned", building=building.code)
        if ground is None:
            _no_grid(snapshot, found, lon, lat)
            return
    found.grid = own or ground
    assert found.grid is not None
    because = building.because if own is not None and building.because is not None else "ground"
    if stacked is not None:
        because = "stacked"
    found.say(
        "building_to_grid",
        building=building.code,
        building_name=in_brackets(building.name, found.lang),
        grid=found.grid.code,
        grid_name=in_brackets(found.grid.name, found.lang),
        because=say(because, found.lang),
    )
    if because in ("entrance", "larger part"):
        found.warn(
            "cut_building", building=building.code, grid=found.grid.code, because=say(because, found.lang)
        )
    if ground is not None and ground.code not in (found.grid.code, found.grid.host):
        found.ground_grid = ground
        found.warn("ground_in_other_grid", grid=ground.code)


def _stacked(snapshot: "Snapshot", found: Found) -> GridRecord | None:
    """The 立体 grid of the part that was named, if it has one."""
    if found.building is None or found.part is None:
        return None
    code = snapshot.grid_of_part.get(f"{found.building.code}/{found.part.code}")
    return None if code is None else snapshot.grids.get(code)


def _no_grid(snapshot: "Snapshot", found: Found, lon: float, lat: float) -> None:
    """No grid covers the place: the nearest as a suggestion, then the chain upwards (属地兜底)."""
    if not snapshot.ground and snapshot.net_in_force_from is not None:
        found.status, found.via = "not_yet_in_force", "none"
        since = snapshot.net_in_force_from.astimezone(snapshot.zone).isoformat()
        found.warn("not_yet_in_force", since=since)
        found.areas = district_chain(snapshot)
        return
    within = float(snapshot.district.settings.get("suggest_within_m", SUGGEST_WITHIN_M))
    positions, metres = snapshot.index.nearest([[lon, lat]], metric_crs=snapshot.district.metric_crs)
    nearest = None
    if positions[0] >= 0 and metres[0] <= within:
        nearest = snapshot.ground[int(positions[0])]
        found.suggestion = (nearest, round(float(metres[0]), 1))
        found.warn("nearest_grid_suggested", grid=nearest.code, metres=f"{metres[0]:.1f}")
    area = area_of_outline(snapshot, shapely.Point(lon, lat))
    if area is not None:
        found.status, found.via, found.areas = "fallback", "area", area_chain(snapshot, area)
    elif nearest is not None:
        found.status, found.via = "fallback", "nearest"
        found.areas = area_chain(snapshot, nearest.community)
    else:
        found.status, found.via, found.areas = "outside", "none", district_chain(snapshot)
        found.warn("outside_district", district=snapshot.district.name)
    if found.areas:
        found.warn("chain_upwards", area=f"{found.areas[0].name}")


def _one_each(matches: Sequence[AddressRecord]) -> list[AddressRecord]:
    """One address for each building and part, by code."""
    first: dict[tuple[str, str], AddressRecord] = {}
    for match in sorted(
        matches, key=lambda match: (match.building, match.part or "", match.kind != "standard")
    ):
        first.setdefault((match.building, match.part or ""), match)
    return list(first.values())


def _candidate(snapshot: "Snapshot", match: AddressRecord, because: str, lang: Lang) -> dict[str, Any]:
    building = snapshot.buildings[match.building]
    return {
        "kind": "address",
        "text": match.text,
        "address_kind": match.kind,
        "building": match.building,
        "part": match.part,
        "grid": building.grid,
        "because": say(because, lang),
    }


def _similar(snapshot: "Snapshot", text: str, lang: Lang) -> list[dict[str, Any]]:
    """Up to five addresses that contain the text, or its longest beginning that any address contains."""
    wanted = normalised(text)
    while len(wanted) >= 2:
        hits = [hit for hit in search(snapshot, wanted, 50) if hit["kind"] == "address"]
        if hits:
            return [
                {**hit, "because": say("similar_text", lang), "building": hit["code"]}
                for hit in hits[:MAX_CANDIDATES]
            ]
        wanted = wanted[:-1]
    return []
