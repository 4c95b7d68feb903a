"""Every name by which a place of the district is called, ready to be found in a text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import shapely

from boundaries.land.calling.words import plain, sound

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

NameKind = Literal["area", "road", "compound", "building", "feature"]
_HOUSE = re.compile(r"^(.*?[^\d])(\d+)号(?!楼)(?:[附之-](\d+)号?)?(.*)$")
_INNER = re.compile(r"^(.*?)(\d+|[a-z])号楼(?:(\d+)单元)?(?:(\d+)(?:室|户)?)?$")
_NOT_ROADS = {"river", "railway", "park", "square"}
_ONE_CROSSING_M = 60.0
_SHORTEST, _LONGEST = 2, 24


class Name(NamedTuple):
    """A name that a text may hold, and what bears it."""

    kind: NameKind
    code: str
    text: str  # as people see it


class Called(NamedTuple):
    """A building, or a part of it, under one text. `kind` is that of the address."""

    building: str
    part: str | None
    text: str
    kind: str


Numbered = Mapping[tuple[str, str], tuple[str, ...]]
"""(name as compared, number) to codes of buildings."""


@dataclass(frozen=True)
class Gazetteer:
    """Names of one snapshot; keys are as `plain` leaves them.

    whole: full texts. names: parts of a text. of_compound: compound code and building number to buildings.
    of_road: road and house number to buildings. unit: building and 单元 number to part codes.
    """

    snapshot: "Snapshot"
    whole: Mapping[str, Sequence[Called]]
    names: Mapping[str, Sequence[Name]]
    of_compound: Numbered
    of_road: Numbered
    buildings_of: Mapping[str, Sequence[str]]  # by compound code

    @classmethod
    def of(cls, snapshot: "Snapshot") -> "Gazetteer":
        """Read a snapshot once."""
        whole: dict[str, list[Called]] = defaultdict(list)
        names: dict[str, list[Name]] = defaultdict(list)
        roads: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        inside: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        members: dict[str, list[str]] = defaultdict(list)

        def name(text: str, found: Name) -> None:
            key = plain(text)
            if len(key) >= _SHORTEST and found not in names[key]:
                names[key].append(found)

        for area in snapshot.areas.values():
            for text in _area_names(area.name):
                name(text, Name("area", area.code, area.name))
        for compound in snapshot.compounds.values():
            name(compound.name, Name("compound", compound.code, compound.name))
        for feature in snapshot.features:
            if feature.name:
                kind: NameKind = "feature" if feature.kind in _NOT_ROADS else "road"
                name(feature.name, Name(kind, feature.code, feature.name))
        for building in snapshot.buildings.values():
            if building.compound is not None:
                members[building.compound].append(building.code)
            if building.name:
                name(building.name, Name("building", building.code, building.name))
        for address in snapshot.addresses:
            record = snapshot.buildings.get(address.building)
            if record is None:
                continue
            key = plain(address.text)
            whole[key].append(Called(address.building, address.part, address.text, address.kind))
            if address.kind in ("poi", "old", "nickname"):
                name(address.text, Name("building", address.building, address.text))
            if address.part is None:
                _note_numbers(key, record.compound, address.building, roads, inside)
        return cls(
            snapshot,
            whole,
            {key: found for key, found in names.items() if found},
            {key: tuple(codes) for key, codes in inside.items()},
            {key: tuple(codes) for key, codes in roads.items()},
            members,
        )

    @cached_property
    def by_sound(self) -> Mapping[str, Sequence[str]]:
        """Keys of `names` by their sound, Chinese ones only."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in self.names:
            if not key.isascii():
                found[sound(key)].append(key)
        return found

    @cached_property
    def by_letters(self) -> Mapping[str, Sequence[str]]:
        """Keys of `names` by their pinyin in one word and by their initials."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in self.names:
            if not key.isascii():
                syllables = sound(key).split()
                for letters in {"".join(syllables), "".join(each[0] for each in syllables)}:
                    found[letters].append(key)
        return found

    @cached_property
    def house_numbers(self) -> Mapping[str, Sequence[int]]:
        """The numbers that a road has."""
        found: dict[str, set[int]] = defaultdict(set)
        for road, number in self.of_road:
            found[road].add(int(number))
        return {road: sorted(numbers) for road, numbers in found.items()}

    @cached_property
    def crossings(self) -> Mapping[frozenset[str], Sequence[tuple[float, float]]]:
        """Where two named roads meet, lon/lat WGS 84, by the roads' names as compared."""
        return _crossings(self.snapshot)

    def names_in(self, text: str) -> list[tuple[int, int, str]]:
        """Names that a text holds, as (begin, end, key): from the left the longest, none over another."""
        found, at = [], 0
        while at < len(text):
            for end in range(min(len(text), at + _LONGEST), at + _SHORTEST - 1, -1):
                if text[at:end] in self.names:
                    found.append((at, end, text[at:end]))
                    at = end
                    break
            else:
                at += 1
        return found

    def sounding_in(self, text: str) -> list[tuple[int, int, str]]:
        """Names that sound like a piece of the text: as `names_in`, keys of the real names."""
        found, at = [], 0
        while at < len(text):
            for end in range(min(len(text), at + _LONGEST), at + _SHORTEST - 1, -1):
                piece = text[at:end]
                keys = () if piece.isascii() else self.by_sound.get(sound(piece), ())
                if keys:
                    found += [(at, end, key) for key in keys]
                    at = end
                    break
            else:
                at += 1
        return found


def _area_names(name: str) -> Iterable[str]:
    """凤翔社区 is also 凤翔, where that is long enough to be a name of its own."""
    yield name
    for ending in ("社区", "街道", "村", "镇"):
        short = name.removesuffix(ending)
        if short != name and len(short) >= 3:
            yield short


def _note_numbers(
    key: str,
    compound: str | None,
    building: str,
    roads: dict[tuple[str, str], dict[str, None]],
    inside: dict[tuple[str, str], dict[str, None]],
) -> None:
    house = _HOUSE.match(key)
    if house is not None:
        roads[(house[1], house[2])][building] = None
        key = house[4]
    inner = _INNER.match(key)
    if inner is not None and compound is not None:
        inside[(compound, inner[2])][building] = None


def _crossings(snapshot: "Snapshot") -> dict[frozenset[str], list[tuple[float, float]]]:
    roads = [
        (plain(feature.name), shape)
        for feature, shape in zip(snapshot.features, snapshot.feature_tree.geometries, strict=True)
        if feature.name and feature.kind not in _NOT_ROADS and shapely.get_dimensions(shape) == 1
    ]
    if not roads:
        return {}
    lines = np.array([shape for _, shape in roads], dtype=object)
    first, second = shapely.STRtree(lines).query(lines, predicate="intersects")
    met: dict[frozenset[str], list[tuple[float, float]]] = defaultdict(list)
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        pair = frozenset((roads[one][0], roads[other][0]))
        if one < other and len(pair) == 2:
            place = shapely.intersection(lines[one], lines[other]).centroid
            if all(np.hypot(place.x - x, place.y - y) > _ONE_CROSSING_M for x, y in met[pair]):
                met[pair].append((place.x, place.y))
    return {
        pair: [(float(lon), float(lat)) for lon, lat in snapshot.frame.lonlat(places)]
        for pair, places in met.items()
    }
