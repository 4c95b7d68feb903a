"""Small questions about places of a snapshot that several doors ask."""

from typing import TYPE_CHECKING

from boundaries.duty.places import area_chain

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot


def areas_of_building(snapshot: "Snapshot", code: str) -> list[str]:
    """Codes of the areas that a building lies in, from the community up; empty while it is in no grid."""
    grid = snapshot.grids.get(snapshot.buildings[code].grid or "")
    return [] if grid is None else [area.code for area in area_chain(snapshot, grid.community)]
