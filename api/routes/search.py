"""Places by their code, name, pinyin, initials or address."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Reader
from api.context import Context_
from api.routes.answers import refusals
from api.schemas import HitOut, SearchOut
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
    hits = search(context.held.current.snapshot, q, limit)
    return SearchOut(results=[HitOut.model_validate(hit) for hit in hits])
