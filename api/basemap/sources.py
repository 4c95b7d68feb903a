"""What a basemap is, whichever way its tiles come."""

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
    """A picture of one tile."""

    content: bytes
    media_type: str


class Basemap(Protocol):
    """Pictures in Web Mercator tiles, in WGS 84 or what equals it within centimetres."""

    min_zoom: int
    max_zoom: int

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """One tile, or None where there is none. Raises BasemapUnavailable."""
        ...
