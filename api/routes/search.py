"""Places by their code, name, pinyin, initials or address."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Reader
from api.context import Context_
from api.routes.answers import refusals
from api.schemas import HitOut, SearchOut
from boundaries.duty.snapshot import Snapshot
from boundaries.land.calling import understand
from boundaries.land.search import search

router = APIRouter(prefix="/v1/search", tags=["the net"])


@router.get("", responses=refusals(400, 503))
def find_places(
    context: Context_,
    user: Reader,
    q: Annotated[str, Query(max_length=200, description="a code, a name, pinyin, initials or an address")],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> SearchOut:
    """Places whose code, name or address fits the text, best first."""
    snapshot = context.held.current.snapshot
    hits = [*_understood(snapshot, q), *search(snapshot, q, limit)]
    unique = {(hit["kind"], hit["code"]): hit for hit in reversed(hits)}
    first = sorted(unique.values(), key=hits.index)[:limit]
    return SearchOut(results=[HitOut.model_validate(hit) for hit in first])


def _understood(snapshot: Snapshot, q: str) -> list[dict[str, Any]]:
    """What the text means as a call, where it is more than a name to be completed."""
    found = understand(snapshot.gazetteer, q)
    if found.quality in ("none", "area", "road"):
        return []
    return [
        {
            "kind": place.kind,
            "code": place.code,
            "name": place.name,
            "label": place.name,
            "lon": place.lon,
            "lat": place.lat,
            "bounds": None,
        }
        for place in found.meant
    ]
