"""How much one import takes. The values are generous for a district and small for an attacker."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of the file and of what a zip unpacks to; rows; vertices in one ring and in the whole layer.

    memory_bytes, seconds: what reading apart may take; work_seconds: reading and checking apart.
    """

    file_bytes: int = 2 << 30
    unpacked_bytes: int = 4 << 30
    unpacked_ratio: int = 200
    members: int = 2_000
    json_bytes: int = 512 << 20  # GeoJSON is read whole
    rows: int = 5_000_000
    ring_vertices: int = 250_000
    vertices: int = 50_000_000
    memory_bytes: int = 8 << 30
    seconds: int = 900
    work_seconds: int = 3600


DEFAULT = Limits()
