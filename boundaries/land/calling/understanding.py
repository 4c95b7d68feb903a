"""From a call's words to places: exact, then number missing, then compound, crossing, road, area."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import shapely
from rapidfuzz import fuzz, process

from boundaries.land.calling.gazetteer import Gazetteer, Name
from boundaries.land.calling.words import heard, plain

MAX_CANDIDATES = 5
Quality = Literal[
    "exact", "composed", "number_missing", "part_missing", "compound", "crossing", "road", "area", "none"
]
Kind = Literal["building", "compound", "crossing", "road", "feature", "area"]

_HOUSE = re.compile(r"(\d+)号(?!楼)")
_BUILDING = re.compile(r"(\d+|(?<![a-z])[a-z])号楼")
_UNIT = re.compile(r"(\d+)单元")
_ROOM = re.compile(r"(\d{2,4})(?:室|户)?$")
_TRIPLE = re.compile(r"(\d{1,3})-(\d{1,2})-(\d{2,4})(?:室|户)?$")
_BARE = re.compile(r"^(\d{1,3})$")
_LATIN = re.compile(r"^([a-z]{2,})(\d{1,4})?(?:hao|h)?(?:lou|l)?$")
_JOINTS = re.compile(r"(?:交叉路?口|交汇处?|十字路?口|丁字路?口|路口|交口|口|和|与|跟|及|到|街角|拐角|-)+")
_NO_NAMES = re.compile(r"山西省?|晋城市?|[\d\-]+|号楼|号院|号|单元|室|户|层|楼|院|小区|[的在]")
_NEAR_M = 80.0
_ALIKE = 70.0  # of 100: two of three characters of a name are right


class Meant(NamedTuple):
    """A place that may be meant. lon, lat: WGS 84. because: reason codes, the strongest first."""

    kind: Kind
    code: str
    part: str | None
    name: str
    lon: float
    lat: float
    because: tuple[str, ...]


class Understood(NamedTuple):
    """What a text may mean: up to five places, the likeliest first.

    certain: the first is meant beyond doubt, word for word. quality: how far the text led. relation: how
    the place lies to the one named (对面 …): what is named is then only a landmark.
    """

    text: str
    quality: Quality
    certain: bool
    relation: str | None
    meant: tuple[Meant, ...]


def understand(gazetteer: Gazetteer, text: str) -> Understood:
    """Read a text as a caller's. Never raises on odd text: quality is then `none`."""
    words = heard(text)
    trail = _whole(gazetteer, words.text) or _Reading(gazetteer, words.text).result()
    certain = (
        trail.quality in ("exact", "composed")
        and not trail.doubts
        and words.relation is None
        and len(trail.meant) == 1
    )
    meant = trail.meant
    if words.relation is not None:
        meant = [place._replace(because=("landmark", *place.because)) for place in meant]
        meant += _around(gazetteer, meant)
    return Understood(text, trail.quality, certain, words.relation, tuple(meant[:MAX_CANDIDATES]))


@dataclass
class _Trail:
    quality: Quality = "none"
    meant: list[Meant] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def _whole(gazetteer: Gazetteer, text: str) -> _Trail | None:
    """A text that is an address, word for word."""
    found = gazetteer.whole.get(text)
    if not found:
        code = text.upper()
        if code in gazetteer.snapshot.buildings:
            return _Trail("exact", [_building(gazetteer, code, None, ("code",))])
        return None
    places = dict.fromkeys((one.building, one.part) for one in found)
    kinds = {(one.building, one.part): one.kind for one in found}
    return _Trail(
        "exact",
        [_building(gazetteer, code, part, (f"{kinds[code, part]}_address",)) for code, part in places],
    )


class _Reading:
    """One text that is no address as it stands, taken to pieces."""

    def __init__(self, gazetteer: Gazetteer, text: str) -> None:
        self.gazetteer = gazetteer
        self.text = text
        self.doubts: list[str] = []
        pieces = gazetteer.names_in(text)
        if not any(self._kinds(key) - {"area"} for _, _, key in pieces):
            sounding = gazetteer.sounding_in(text)
            if any(self._kinds(key) - {"area"} for _, _, key in sounding):
                pieces = sounding
                self.doubts.append("sounds_like")
        if not pieces:
            pieces = self._latin() or self._alike()
        self.pieces = pieces
        self.names = [name for _, _, key in pieces for name in gazetteer.names[key]]
        self.rest = self._rest()

    def result(self) -> _Trail:
        """The first reading that leads anywhere; a longer way round only if none does."""
        for read in (self._in_compound, self._at_house, self._at_crossing, self._named, self._whole_of):
            trail = read()
            if trail is not None:
                trail.meant = self._within_areas(trail.meant)
                trail.doubts += self.doubts
                unread = _NO_NAMES.sub("", self.rest)
                if unread:
                    trail.doubts.append("unread_words")
                return trail
        return _Trail()

    # --- readings --------------------------------------------------------------------------------

    def _in_compound(self) -> _Trail | None:
        compounds = self._of("compound")
        if not compounds:
            return None
        number, unit, variant = self._numbers()
        if number is None:
            return _Trail("compound", self._compounds(compounds))
        found = [
            code for name in compounds for code in self.gazetteer.of_compound.get((name.code, number), ())
        ]
        if not found:
            near = self._nearest_numbers(compounds, number)
            return _Trail("number_missing", [*near, *self._compounds(compounds)])
        trail = _Trail("composed", [self._part(code, unit) for code in dict.fromkeys(found)])
        if variant and len(found) == 1 and self._at_house_too(number):
            trail.doubts.append("house_or_building")
        if unit is not None and any(place.part is None for place in trail.meant):
            trail.quality = "part_missing"
        return trail

    def _at_house(self) -> _Trail | None:
        match = _HOUSE.search(self.rest)
        roads = [key for _, _, key in self.pieces if self._kinds(key) & {"road", "area"}]
        numbered = [road for road in roads if road in self.gazetteer.house_numbers]
        if match is None or not numbered:
            return None
        number = match[1]
        found = [code for road in numbered for code in self.gazetteer.of_road.get((road, number), ())]
        if not found:
            return _Trail("number_missing", self._neighbours(numbered[-1], int(number)))
        buildings = list(dict.fromkeys(found))
        inner = _BUILDING.search(self.rest)
        compounds = {self.gazetteer.snapshot.buildings[code].compound for code in buildings} - {None}
        if inner is not None and len(compounds) == 1:
            (compound,) = compounds
            chosen = self.gazetteer.of_compound.get((compound or "", inner[1]), ())
            if chosen:
                unit = _UNIT.search(self.rest)
                return _Trail("composed", [self._part(code, unit and unit[1]) for code in chosen])
        if len(buildings) > 1 and len(compounds) == 1:
            (compound,) = compounds
            name = self.gazetteer.snapshot.compounds.get(compound or "")
            if name is not None:
                return _Trail("compound", self._compounds([Name("compound", name.code, name.name)]))
        unit = _UNIT.search(self.rest)
        meant = [self._part(code, unit and unit[1], ("house_number",)) for code in buildings]
        missing = unit is not None and any(place.part is None for place in meant)
        return _Trail("part_missing" if missing else "composed", meant)

    def _at_crossing(self) -> _Trail | None:
        roads = list(dict.fromkeys(key for _, _, key in self.pieces if "road" in self._kinds(key)))
        if len(roads) < 2:
            return None
        places = self.gazetteer.crossings.get(frozenset(roads[:2]), ())
        name = "与".join(self.gazetteer.names[key][0].text for key in roads[:2])
        self.rest = _JOINTS.sub("", self.rest)
        return (
            _Trail(
                "crossing",
                [
                    Meant("crossing", "×".join(sorted(roads[:2])), None, f"{name}路口", *at, ("crossing",))
                    for at in places
                ],
            )
            if places
            else _Trail("road", self._roads(), ["no_crossing"])
        )

    def _named(self) -> _Trail | None:
        buildings = list(dict.fromkeys(name.code for name in self._of("building")))
        if not buildings:
            return None
        unit = _UNIT.search(self.rest)
        trail = _Trail("composed", [self._part(code, unit and unit[1]) for code in buildings])
        if unit is not None and any(place.part is None for place in trail.meant):
            trail.quality = "part_missing"
        return trail

    def _whole_of(self) -> _Trail | None:
        if self._of("road"):
            return _Trail("road", self._roads())
        if features := self._of("feature"):
            places = [_extent(self.gazetteer, name, "feature") for name in features]
            return _Trail("area", [place for place in places if place is not None])
        if areas := self._of("area"):
            places = [_area(self.gazetteer, name) for name in areas[::-1]]
            return _Trail("area", [place for place in places if place is not None])
        return None

    # --- pieces ----------------------------------------------------------------------------------

    def _kinds(self, key: str) -> set[str]:
        return {name.kind for name in self.gazetteer.names[key]}

    def _of(self, kind: str) -> list[Name]:
        return list(dict.fromkeys(name for name in self.names if name.kind == kind))

    def _rest(self) -> str:
        kept, at = [], 0
        for begin, end, _ in self.pieces:
            if begin >= at:
                kept.append(self.text[at:begin])
                at = end
        return "".join([*kept, self.text[at:]])

    def _latin(self) -> list[tuple[int, int, str]]:
        """yyhy3 and yunyuanhuayuan3haolou: a name by its letters, then a number."""
        match = _LATIN.match(self.text)
        letters = self.text if match is None else match[1]
        for cut in ("haolou", "hl", "h", ""):
            keys = self.gazetteer.by_letters.get(letters.removesuffix(cut) if cut else letters, ())
            if keys:
                self.doubts.append("by_letters")
                number = f"{match[2]}号楼" if match is not None and match[2] else ""
                self.text = keys[0] + number
                return [(0, len(keys[0]), key) for key in keys]
        return []

    def _alike(self) -> list[tuple[int, int, str]]:
        """The names most like what the text holds besides numbers: a wrong or lost character."""
        bare = _NO_NAMES.sub("", self.text)
        if len(bare) < 2:
            return []
        close = process.extract(
            bare, self.gazetteer.names.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=_ALIKE
        )
        if close:
            self.doubts.append("alike")
        begin = self.text.find(bare)
        begin, end = (0, 0) if begin < 0 else (begin, begin + len(bare))
        return [(begin, end, key) for key, _, _ in close]

    def _numbers(self) -> tuple[str | None, str | None, bool]:
        """Building and 单元 within a compound; whether only a bare 号 says that it is a building."""
        if triple := _TRIPLE.search(self.rest):
            return triple[1], triple[2], False
        unit = _UNIT.search(self.rest)
        after = self.rest
        if inner := _BUILDING.search(after):
            return inner[1], unit and unit[1], False
        house = _HOUSE.search(after)
        if house is not None:
            return house[1], unit and unit[1], True
        bare = _BARE.match(after)
        return (bare[1] if bare else None), unit and unit[1], bare is not None

    def _at_house_too(self, number: str) -> bool:
        """Whether the same 号 is also a house on a road that the text names."""
        return any((key, number) in self.gazetteer.of_road for _, _, key in self.pieces)

    def _part(self, code: str, unit: str | None, because: tuple[str, ...] = ("name_and_number",)) -> Meant:
        parts = self.gazetteer.snapshot.parts.get(code, ())
        part = next(
            (one.code for one in parts if unit in (one.code, plain(one.name).removesuffix("单元"))), None
        )
        return _building(self.gazetteer, code, part if unit else None, because)

    def _compounds(self, names: Iterable[Name]) -> list[Meant]:
        places = []
        for name in names:
            members = self.gazetteer.buildings_of.get(name.code, ())
            if members:
                lon, lat = _middle(self.gazetteer, members)
                places.append(Meant("compound", name.code, None, name.text, lon, lat, ("compound",)))
        return places

    def _roads(self) -> list[Meant]:
        places = [_extent(self.gazetteer, name, "road") for name in self._of("road")]
        unique = {place.name: place for place in reversed([one for one in places if one is not None])}
        return list(unique.values())[::-1]

    def _nearest_numbers(self, compounds: Sequence[Name], number: str) -> list[Meant]:
        if not number.isdigit():
            return []
        there = sorted(
            (abs(int(other) - int(number)), int(other), code)
            for (compound, other), codes in self.gazetteer.of_compound.items()
            if other.isdigit() and any(compound == name.code for name in compounds)
            for code in codes
        )
        return [
            _building(self.gazetteer, code, None, ("no_such_number", "near_number"))
            for _, _, code in there[:2]
        ]

    def _neighbours(self, road: str, number: int) -> list[Meant]:
        """Houses of the nearest numbers, first on the same side of the road."""
        numbers = self.gazetteer.house_numbers[road]
        near = sorted(numbers, key=lambda one: ((one - number) % 2, abs(one - number)))[:4]
        return [
            _building(self.gazetteer, code, None, ("no_such_number", "near_number"))
            for one in near
            for code in self.gazetteer.of_road[(road, str(one))][:1]
        ]

    def _within_areas(self, places: list[Meant]) -> list[Meant]:
        """Those inside the areas that the text names too, if any are."""
        named = {name.code for name in self._of("area")}
        if not named or len(places) < 2:
            return places
        snapshot = self.gazetteer.snapshot
        inside = [
            place
            for place in places
            if place.kind == "building" and named.intersection(snapshot.areas_of_building(place.code))
        ]
        return inside or places


def _building(gazetteer: Gazetteer, code: str, part: str | None, because: tuple[str, ...]) -> Meant:
    snapshot = gazetteer.snapshot
    record = snapshot.buildings[code]
    name = snapshot.standard_address.get(code) or record.name or code
    lon, lat = _middle(gazetteer, [code])
    return Meant("building", code, part, name, lon, lat, because)


def _middle(gazetteer: Gazetteer, codes: Sequence[str]) -> tuple[float, float]:
    shapes = shapely.from_wkb([gazetteer.snapshot.buildings[code].shape for code in codes])
    middle = shapely.centroid(shapely.multipoints(shapely.point_on_surface(shapes)))
    return float(middle.x), float(middle.y)


def _extent(gazetteer: Gazetteer, name: Name, kind: Literal["road", "feature"]) -> Meant | None:
    found = next((one for one in gazetteer.snapshot.features if one.code == name.code), None)
    if found is None:
        return None
    place = (
        shapely.line_interpolate_point(shape, 0.5, normalized=True)
        if (shape := shapely.from_wkb(found.shape)).geom_type == "LineString"
        else shapely.point_on_surface(shape)
    )
    return Meant(kind, name.code, None, name.text, float(place.x), float(place.y), (kind,))


def _area(gazetteer: Gazetteer, name: Name) -> Meant | None:
    snapshot = gazetteer.snapshot
    inside = (
        position
        for position, grid in enumerate(snapshot.ground)
        if name.code in snapshot.area_codes(grid.community)
    )
    first = next(inside, None)
    if first is None:
        return None
    place = shapely.point_on_surface(snapshot.shapes[first])
    return Meant("area", name.code, None, name.text, float(place.x), float(place.y), ("area",))


def _around(gazetteer: Gazetteer, meant: Sequence[Meant]) -> list[Meant]:
    """Buildings near a landmark that lie in other grids than it: one a grid, the nearest first."""
    if not meant or meant[0].kind not in ("building", "crossing"):
        return []
    snapshot = gazetteer.snapshot
    at = snapshot.frame.points([(meant[0].lon, meant[0].lat)])[0]
    window = shapely.box(*(at - _NEAR_M), *(at + _NEAR_M))
    lonlat = snapshot.frame.unproject([window])[0]
    own = {snapshot.buildings[one.code].grid for one in meant if one.kind == "building"}
    near = []
    for position in snapshot.building_tree.query(lonlat).tolist():
        building = snapshot.building_list[position]
        if building.grid is not None and building.grid not in own:
            place = _building(gazetteer, building.code, None, ("near_landmark", "other_grid"))
            x, y = snapshot.frame.points([(place.lon, place.lat)])[0]
            near.append((float((x - at[0]) ** 2 + (y - at[1]) ** 2), building.grid, place))
    first: dict[str, Meant] = {}
    for away, grid, place in sorted(near, key=lambda one: (one[0], one[2].code)):
        if away <= _NEAR_M**2:
            first.setdefault(grid, place)
    return list(first.values())
