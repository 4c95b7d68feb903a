"""Tiles of another server, asked for by this one: its key stays here, and no browser leaves the network."""

import httpx

from api.basemap.sources import BasemapUnavailable, Tile

MAX_ZOOM = 18
_TIMEOUT_S = 10.0
_LARGEST_BYTES = 4 * 2**20
_PICTURES = ("image/png", "image/jpeg", "image/webp")


class RemoteTiles:
    """address: with {z}, {x} and {y} in it."""

    min_zoom, max_zoom = 0, MAX_ZOOM
    layers: tuple[str, ...] | None = None

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False)

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """One tile as the other server gives it. Raises BasemapUnavailable; its words never name the key."""
        address = self._address.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
        try:
            with self._client.stream("GET", address) as reply:
                content = next(reply.iter_bytes(_LARGEST_BYTES + 1), b"")  # no more is waited for or held
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BasemapUnavailable(type(error).__name__) from None
        if reply.status_code in (204, 404):
            return None
        media = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        if reply.status_code != 200 or media not in _PICTURES or len(content) > _LARGEST_BYTES:
            raise BasemapUnavailable(f"status {reply.status_code}, {media or 'no media type'}")
        return Tile(content, media)
