"""Tiles already rendered, for one state of the net at a time."""

import threading
from collections import OrderedDict

_LARGEST_BYTES = 64 * 2**20

Key = tuple[int, int, int]


class TileCache:
    """The most recently asked tiles (gzipped), up to 64 MiB; a new state of the net empties it."""

    def __init__(self, largest_bytes: int = _LARGEST_BYTES) -> None:
        self._largest_bytes = largest_bytes
        self._lock = threading.Lock()
        self._tag = ""
        self._bytes = 0
        self._tiles: OrderedDict[Key, bytes] = OrderedDict()

    def find(self, tag: str, key: Key) -> bytes | None:
        """The tile of that state, or None."""
        with self._lock:
            if tag != self._tag or key not in self._tiles:
                return None
            self._tiles.move_to_end(key)
            return self._tiles[key]

    def keep(self, tag: str, key: Key, tile: bytes) -> None:
        """Remember a tile; those of another state are dropped."""
        with self._lock:
            if tag != self._tag:
                self._tag, self._bytes = tag, 0
                self._tiles.clear()
            self._bytes += len(tile) - len(self._tiles.pop(key, b""))
            self._tiles[key] = tile
            while self._bytes > self._largest_bytes:
                self._bytes -= len(self._tiles.popitem(last=False)[1])
