"""Places, parties and matters by their code, name, pinyin, initials or address."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Reader, User
from api.context import Context_
from api.routes.answers import refusals
from api.schemas import HitOut, SearchOut
from boundaries.duty.finding import find_matters, find_parties
from boundaries.duty.places import areas_above
from boundaries.duty.snapshot import Snapshot
from boundaries.land.calling import understand
from boundaries.land.search import search

router = APIRouter(prefix="/v1/search", tags=["the net"])
_PLACELESS: dict[str, Any] = {"lon": None, "lat": None, "bounds": None}


@router.get("", responses=refusals(400, 503))
def find_places(
    context: Context_,
    user: Reader,
    q: Annotated[str, Query(max_length=200, description="a code, a name, pinyin, initials or an address")],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> SearchOut:
    """Places whose code, name or address fits the text, parties whose name does, and matters; best first.

    A person is found by those who may see persons there, an office by everybody.
    """
    snapshot = context.held.current.snapshot
    unique: dict[tuple[str, str], dict[str, Any]] = {}
    for hit in [*_understood(snapshot, q), *search(snapshot, q, limit)]:
        unique.setdefault((hit["kind"], hit["code"]), hit)
    places = list(unique.values())
    first: list[dict[str, Any]] = []  # called exactly so: before places that only hold the text
    rest: list[dict[str, Any]] = []
    wanted = q.strip().casefold()
    for hit in [*_parties(snapshot, user, q, limit), *_matters(snapshot, q, limit)]:
        (first if wanted in (hit["name"].casefold(), hit["code"].casefold()) else rest).append(hit)
    room = max(1, limit - len(first) - min(len(rest), limit // 3))
    ordered = [*first, *places[:room], *rest, *places[room:]]
    return SearchOut(results=[HitOut.model_validate(hit) for hit in ordered[:limit]])


def _parties(snapshot: Snapshot, user: User, q: str, limit: int) -> list[dict[str, Any]]:
    found = []
    for each in find_parties(snapshot, q, limit):
        if each.kind == "person" and not user.sees_persons(areas_above(snapshot, each.place)):
            continue
        level = "grid" if each.place[0] == "grid" else snapshot.areas[each.place[1]].level
        found.append(
            _PLACELESS
            | {
                "kind": "party",
                "code": each.party,
                "name": each.name,
                "label": each.place_name,
                "role": each.role,
                "place": {"level": level, "code": each.place[1], "name": each.place_name},
            }
        )
    return found


def _matters(snapshot: Snapshot, q: str, limit: int) -> list[dict[str, Any]]:
    return [
        _PLACELESS | {"kind": "matter", "code": entry.code, "name": entry.name, "label": entry.code}
        for entry in find_matters(snapshot, q, limit)
    ]


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
