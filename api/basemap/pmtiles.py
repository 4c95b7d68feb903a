"""A PMTiles archive (version 3) of pictures or vector tiles, read in place.

Source: PMTiles Version 3 Specification, sections "Header", "Directories" and "Tile ID".
"""

import gzip
import json
import os
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from api.basemap.sources import BasemapUnavailable, Tile

_HEADER_BYTES = 127
_OFFSETS = struct.Struct("<8Q")  # root directory, metadata, leaf directories, tiles: offset and length each
_VECTOR = 1
_MEDIA = {
    _VECTOR: "application/vnd.mapbox-vector-tile",
    2: "image/png",
    3: "image/jpeg",
    4: "image/webp",
}
_PLAIN, _GZIP = 1, 2
_DAMAGED = (OSError, EOFError, ValueError, zlib.error)
_DEEPEST = 4
_LARGEST_BYTES = 16 * 2**20


class _Run(NamedTuple):
    """So many tiles from `first` on share these bytes; none: it leads to a leaf directory."""

    first: int
    repeated: int
    offset: int
    length: int


class PmTiles:
    """Raises BasemapUnavailable for what is no such archive."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb")
            head = self._read(0, _HEADER_BYTES)
        except OSError as error:
            raise BasemapUnavailable(f"{path}: {error.strerror}") from None
        if len(head) < _HEADER_BYTES or head[:7] != b"PMTiles" or head[7] != 3:
            raise BasemapUnavailable(f"{path} is no PMTiles archive of version 3")
        root, root_bytes, told, told_bytes, self._leaves, _, self._tiles, _ = _OFFSETS.unpack_from(head, 8)
        self._packed, tiles_packed, kind, self.min_zoom, self.max_zoom = head[97:102]
        if kind not in _MEDIA or tiles_packed not in (0, _PLAIN, *([_GZIP] if kind == _VECTOR else [])):
            raise BasemapUnavailable(
                f"{path} holds neither PNG, JPEG or WebP nor vector tiles, plain or gzip"
            )
        if self._packed not in (_PLAIN, _GZIP):
            raise BasemapUnavailable(f"{path}: directories are neither plain nor gzip")
        self._media, self._tile_packed = _MEDIA[kind], tiles_packed == _GZIP
        self.layers = self._read_layers(told, told_bytes) if kind == _VECTOR else None
        self._root = (root, root_bytes)
        self._directory = lru_cache(maxsize=64)(self._read_directory)

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """One tile of the archive. Raises BasemapUnavailable for a damaged one."""
        wanted = tile_id(z, x, y)
        place = self._root
        for _ in range(_DEEPEST):
            run = _find(self._directory(*place), wanted)
            if run is None:
                return None
            if run.repeated:
                content = self._read(self._tiles + run.offset, run.length)
                return Tile(content, self._media, self._tile_packed)
            place = (self._leaves + run.offset, run.length)
        raise BasemapUnavailable("directories lead nowhere")

    def _read(self, offset: int, length: int) -> bytes:
        if length > _LARGEST_BYTES:
            raise BasemapUnavailable("a piece of the archive is too large")
        return os.pread(self._file.fileno(), length, offset)

    def _read_directory(self, offset: int, length: int) -> tuple[_Run, ...]:
        try:
            return _runs(self._unpacked(offset, length))
        except (*_DAMAGED, StopIteration) as error:
            raise BasemapUnavailable(f"a directory cannot be read: {type(error).__name__}") from None

    def _read_layers(self, offset: int, length: int) -> tuple[str, ...]:
        try:
            return tuple(
                str(each["id"]) for each in json.loads(self._unpacked(offset, length))["vector_layers"]
            )
        except (*_DAMAGED, LookupError, TypeError, RecursionError) as error:
            raise BasemapUnavailable(f"its metadata name no layers: {type(error).__name__}") from None

    def _unpacked(self, offset: int, length: int) -> bytes:
        packed = self._read(offset, length)
        return gzip.decompress(packed) if self._packed == _GZIP else packed


def tile_id(z: int, x: int, y: int) -> int:
    """The number of a tile: all of lower zooms come before it, those of its own along the Hilbert curve."""
    number: int = (4**z - 1) // 3
    for level in reversed(range(z)):
        side = 1 << level
        right, upper = int(x & side > 0), int(y & side > 0)
        number += side * side * ((3 * right) ^ upper)
        if not upper:
            if right:
                x, y = side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))
            x, y = y, x
    return number


def _find(runs: tuple[_Run, ...], wanted: int) -> _Run | None:
    after = bisect_right(runs, wanted, key=lambda run: run.first)
    if not after:
        return None
    run = runs[after - 1]
    return run if not run.repeated or wanted < run.first + run.repeated else None


def _runs(data: bytes) -> tuple[_Run, ...]:
    numbers = _varints(data)
    count = next(numbers)
    if count > len(data):
        raise ValueError("more entries than bytes")
    steps = [next(numbers) for _ in range(count)]
    counts = [next(numbers) for _ in range(count)]
    lengths = [next(numbers) for _ in range(count)]
    first, runs, end = 0, [], 0
    for step, repeated, length in zip(steps, counts, lengths, strict=True):
        first += step
        given = next(numbers)  # 0: right behind the one before
        offset = end if given == 0 else given - 1
        end = offset + length
        runs.append(_Run(first, repeated, offset, length))
    return tuple(runs)


def _varints(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0
