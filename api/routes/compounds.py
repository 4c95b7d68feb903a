"""Property of a compound: company, owners' committee, contracts, and the four tiers above it."""

from typing import Any

from fastapi import APIRouter, Response

from api.access import Reader, User
from api.context import Context_
from api.instants import State_
from api.routes.answers import as_json, refusals
from boundaries.duty import property
from boundaries.duty.masking import mask_party
from boundaries.duty.shape import PartyOut

router = APIRouter(prefix="/v1/compounds", tags=["duties"])


@router.get("/{code}/property", response_class=Response, responses=refusals(400, 401, 404, 422, 503))
def read_property(code: str, context: Context_, user: Reader, held: State_) -> Response:
    """Who runs a compound until when, and to which tier a complaint goes, by matter."""
    snapshot = held.snapshot
    found = property.of_compound(snapshot, code)
    grid = snapshot.grids.get(snapshot.grid_of_compound.get(code, ""))
    areas = snapshot.area_codes(grid.community if grid is not None else snapshot.district.code)
    complaints = {
        matter: property.tier_for(snapshot, areas[0], matter)
        for matter in snapshot.matters
        if areas and property.is_property(snapshot, matter)
    }

    def shown(party: PartyOut | None) -> Any:
        return _shown(party, user, areas)

    return as_json(
        {
            "code": code,
            "name": snapshot.compounds[code].name,
            "grid": grid.code if grid is not None else None,
            "company": shown(found.company),
            "committee": shown(found.committee),
            "tiers": [{"level": level, "party": shown(party)} for level, party in found.tiers],
            "complaints": {matter: shown(party) for matter, party in complaints.items()},
            "net_version": snapshot.net_version,
            "stale": context.held.stale,
        }
    )


def _shown(party: PartyOut | None, user: User, areas: list[str]) -> Any:
    if party is None or user.sees_persons(areas):
        return party
    return mask_party(dict(party))
