"""Search over codes and names, in memory: exact, then prefix, then anywhere; also by pinyin."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin

from boundaries.land.addresses import normalised

if TYPE_CHECKING:
    from boundaries.duty.records import AddressRecord
    from boundaries.duty.snapshot import Snapshot

_END = "\n"


class Entry(NamedTuple):
    """Something to be found. `bounds` is (west, south, east, north); lon and lat are a label point."""

    kind: str
    code: str
    name: str
    label: str
    lon: float | None
    lat: float | None
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class SearchIndex:
    """Entries in the order in which equals rank: areas from the top, grids, buildings, addresses, by code.

    `text` joins the keys of all entries, each between line ends, so that one scan by `str.find` reads
    them in rank order; `starts` and `owners` lead from a place in the text back to the entry.
    """

    entries: list[Entry]
    text: str
    starts: list[int]
    owners: list[int]

    @classmethod
    def of(cls, snapshot: "Snapshot") -> "SearchIndex":
        """Index a snapshot: codes and names of everything, pinyin and initials of areas and grids."""
        keyed: list[tuple[Entry, tuple[str, ...]]] = []
        extents = _Extents.of(snapshot)
        for entry in (*_areas(snapshot, extents), *_grids(snapshot, extents)):
            keyed.append((entry, (entry.code.casefold(), normalised(entry.name), *latin(entry.name))))
        places = _building_places(snapshot)
        for entry in _buildings(snapshot, places):
            keyed.append((entry, (entry.code.casefold(), normalised(entry.name))))
        for text, found in snapshot.by_address.items():
            keyed += [(entry, (text,)) for entry in _addresses(found, places)]
        return cls.joined(keyed)

    @classmethod
    def joined(cls, keyed: Sequence[tuple[Entry, tuple[str, ...]]]) -> "SearchIndex":
        """Entries in their rank, each with the keys by which it is found."""
        keys: list[str] = []
        owners: list[int] = []
        for owner, (_, texts) in enumerate(keyed):
            for text in dict.fromkeys(texts):
                if text:
                    keys.append(text)
                    owners.append(owner)
        lengths = np.fromiter((len(key) + 1 for key in keys), dtype=np.int64, count=len(keys))
        starts = np.concatenate([[1], 1 + np.cumsum(lengths)[:-1]]) if keys else np.array([], dtype=np.int64)
        entries = [entry for entry, _ in keyed]
        return cls(entries, _END + "".join(key + _END for key in keys), starts.tolist(), owners)

    def find(self, wanted: str, limit: int) -> list[Entry]:
        """Up to `limit` entries: those that equal `wanted`, then begin with it, then contain it."""
        found: dict[int, None] = {}
        for pattern in (f"{_END}{wanted}{_END}", f"{_END}{wanted}", wanted):
            for owner in self._hits(pattern):
                found.setdefault(owner)
                if len(found) == limit:
                    return [self.entries[each] for each in found]
        return [self.entries[each] for each in found]

    def _hits(self, pattern: str) -> Iterator[int]:
        offset = len(pattern) - len(pattern.lstrip(_END))
        at = self.text.find(pattern)
        while at >= 0:
            key = bisect_right(self.starts, at + offset) - 1
            yield self.owners[key]
            # on to the next key: one hit in a key is enough
            following = self.starts[key + 1] - 1 if key + 1 < len(self.starts) else len(self.text)
            at = self.text.find(pattern, following)


def search(snapshot: "Snapshot", q: str, limit: int = 10) -> list[dict[str, Any]]:
    """Areas, grids, buildings and addresses that `q` may mean, best first, as the API gives them.

    Codes and names, whatever case, width and spaces; areas and grids also by pinyin (`bifengsi`) and
    initials (`bfs`). An empty `q` finds nothing.
    """
    wanted = normalised(q)
    if not wanted or limit <= 0:
        return []
    return [entry._asdict() for entry in snapshot.search_index.find(wanted, limit)]


@lru_cache(maxsize=65536)
def latin(name: str) -> tuple[str, ...]:
    """Pinyin in one word and its initials; nothing for a name without Chinese characters."""
    if name.isascii():
        return ()
    syllables = lazy_pinyin(name)
    initials = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return normalised("".join(syllables)), normalised("".join(initials))


@dataclass(frozen=True)
class _Extents:
    """Of the grids with ground, in their order: boxes (n, 4) and points inside (n, 2), in degrees."""

    boxes: NDArray[np.float64]
    inside: NDArray[np.float64]

    @classmethod
    def of(cls, snapshot: "Snapshot") -> "_Extents":
        shapes = np.asarray(snapshot.shapes, dtype=object)
        return cls(
            shapely.bounds(shapes).reshape(-1, 4), shapely.get_coordinates(shapely.point_on_surface(shapes))
        )


def _areas(snapshot: "Snapshot", extents: _Extents) -> Iterator[Entry]:
    bounds, labels = _area_extents(snapshot, extents)
    ranks = {"city": 0, "district": 1, "street": 2, "community": 3}
    for area in sorted(snapshot.areas.values(), key=lambda area: (ranks[area.level], area.code)):
        parent = snapshot.areas.get(area.parent) if area.parent is not None else None
        label = f"{area.name} · {parent.name}" if parent is not None else area.name
        lon, lat = labels.get(area.code, (None, None))
        yield Entry("area", area.code, area.name, label, lon, lat, bounds.get(area.code))


def _area_extents(
    snapshot: "Snapshot", extents: _Extents
) -> tuple[dict[str, tuple[float, float, float, float]], dict[str, tuple[float, float]]]:
    """Bounds of each area over its grids, and a label point: inside the grid nearest their middle."""
    mine: dict[str, list[int]] = {}
    for position, grid in enumerate(snapshot.ground):
        code: str | None = grid.community
        while code is not None and code in snapshot.areas:
            mine.setdefault(code, []).append(position)
            code = snapshot.areas[code].parent
    boxes, inside = extents.boxes, extents.inside
    bounds: dict[str, tuple[float, float, float, float]] = {}
    labels: dict[str, tuple[float, float]] = {}
    for code, positions in mine.items():
        w, s = boxes[positions, :2].min(axis=0).tolist()
        e, n = boxes[positions, 2:].max(axis=0).tolist()
        bounds[code] = (w, s, e, n)
        offsets = inside[positions] - ((w + e) / 2, (s + n) / 2)
        lon, lat = inside[positions[int(np.argmin((offsets**2).sum(axis=1)))]].tolist()
        labels[code] = (lon, lat)
    return bounds, labels


def _grids(snapshot: "Snapshot", extents: _Extents) -> Iterator[Entry]:
    boxes, inside = extents.boxes.tolist(), extents.inside.tolist()
    for grid in snapshot.grids.values():
        ground = snapshot.position.get(grid.host or grid.code)
        community = snapshot.areas.get(grid.community)
        name = grid.name or grid.code
        label = f"{name} · {community.name}" if community is not None else name
        if ground is None:
            yield Entry("grid", grid.code, name, label, None, None, None)
        else:
            w, s, e, n = boxes[ground]
            lon, lat = inside[ground]
            yield Entry("grid", grid.code, name, label, lon, lat, (w, s, e, n))


_Places = dict[str, tuple[float, float, tuple[float, float, float, float]]]


def _building_places(snapshot: "Snapshot") -> _Places:
    if not snapshot.building_list:
        return {}
    boxes = shapely.bounds(snapshot.building_tree.geometries).tolist()
    return {
        building.code: ((w + e) / 2, (s + n) / 2, (w, s, e, n))
        for building, (w, s, e, n) in zip(snapshot.building_list, boxes, strict=True)
    }


def _buildings(snapshot: "Snapshot", places: _Places) -> Iterator[Entry]:
    addresses = snapshot.standard_address
    for building in snapshot.building_list:
        name = building.name or addresses.get(building.code, building.code)
        yield Entry(
            "building", building.code, name, addresses.get(building.code, name), *places[building.code]
        )


def _addresses(addresses: "Sequence[AddressRecord]", places: _Places) -> Iterator[Entry]:
    """Addresses of one text; their code is the building's, followed by the part's."""
    for address in addresses:
        place = places.get(address.building)
        if place is not None:
            code = address.building if address.part is None else f"{address.building}/{address.part}"
            yield Entry("address", code, address.text, address.text, *place)
