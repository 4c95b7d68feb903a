"""What a basemap is, whichever way its tiles come."""

import gzip
import zlib
from dataclasses import dataclass
from typing import ClassVar, Protocol

from boundaries.store.errors import Refusal


class BasemapUnavailable(Refusal):
    """A tile that does not come, or a file that is none. The net needs no basemap."""

    code: ClassVar[str] = "basemap-unavailable"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The basemap does not answer: {reason}.")


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: a picture, or vector data."""

    content: bytes
    media_type: str
    packed: bool = False
    """By gzip."""

    def plain(self) -> bytes:
        """The content unpacked. Raises BasemapUnavailable where it is damaged."""
        try:
            return gzip.decompress(self.content) if self.packed else self.content
        except (OSError, EOFError, zlib.error) as error:
            raise BasemapUnavailable(f"a tile cannot be unpacked: {type(error).__name__}") from None


class Basemap(Protocol):
    """Web Mercator tiles, in WGS 84 or what equals it within centimetres."""

    min_zoom: int
    max_zoom: int
    layers: tuple[str, ...] | None
    """The names of the layers in its vector tiles; None: its tiles are pictures."""

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """One tile, or None where there is none. Raises BasemapUnavailable."""
        ...
