"""Who owns this place, and whom to call."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.access import Reader, User
from api.answering import Lang, aware, datum_of, to_wgs84, visible
from api.context import Context_
from api.held import Published
from api.lookup_schemas import LookupOut
from api.refusals import OnePlace
from api.routes.answers import as_json, etag, not_modified, refusals, unchanged
from api.schemas import DatumName
from boundaries.duty.shape import Answer
from boundaries.duty.snapshot import Snapshot

router = APIRouter(prefix="/v1/lookup", tags=["the answer"])

_VARY = "Cookie, Authorization"
PRESENT = {"Cache-Control": "private, no-cache", "Vary": _VARY}
_SETTLED = {"Cache-Control": "private, max-age=31536000, immutable", "Vary": _VARY}


class Question:
    """What was asked, from the query string."""

    def __init__(
        self,
        lon: Annotated[float | None, Query(examples=[112.85])] = None,
        lat: Annotated[float | None, Query(examples=[35.5])] = None,
        datum: Annotated[DatumName | None, Query(description="of lon and lat; required for them")] = None,
        address: Annotated[str | None, Query(max_length=200)] = None,
        building: Annotated[str | None, Query(max_length=100)] = None,
        part: Annotated[str | None, Query(max_length=100, description="单元, with building")] = None,
        grid: Annotated[str | None, Query(max_length=100, examples=["140502006022003"])] = None,
        matter: Annotated[str | None, Query(max_length=50, examples=["0102"])] = None,
        at: Annotated[datetime | None, Query(description="an instant with its time zone; else now")] = None,
        known_at: Annotated[datetime | None, Query(description="as the register knew it then")] = None,
        lang: Lang = "zh",
    ) -> None:
        self.lon, self.lat, self.datum = lon, lat, datum
        self.address, self.building, self.part, self.grid = address, building, part, grid
        self.matter, self.lang = matter, lang
        self.at, self.known_at = aware(at), aware(known_at)
        named = [name for name in ("address", "building", "grid") if getattr(self, name) is not None]
        point = lon is not None or lat is not None
        whole = lon is not None and lat is not None
        if len(named) + point != 1 or point != whole or (part is not None and building is None):
            raise OnePlace(
                [*named, *(name for name in ("lon", "lat", "part") if getattr(self, name) is not None)]
            )

    def told(self) -> dict[str, Any]:
        """The question as the answer repeats it."""
        asked = {
            name: getattr(self, name)
            for name in ("lon", "lat", "datum", "address", "building", "part", "grid")
            if getattr(self, name) is not None
        }
        times = {"at": self.at, "known_at": self.known_at}
        return (
            asked
            | {"matter": self.matter}
            | {name: None if instant is None else instant.isoformat() for name, instant in times.items()}
        )

    def put_to(self, snapshot: Snapshot, held: Published, user: User) -> Answer:
        """The whole answer, for eyes that may see all."""
        if self.lon is not None and self.lat is not None:
            lonlat = to_wgs84(self.lon, self.lat, datum_of(self.datum, user), held.atlas.bounds)
            return snapshot.answer_point(lonlat, matter=self.matter, lang=self.lang)
        if self.building is not None:
            return snapshot.answer_building(self.building, part=self.part, matter=self.matter, lang=self.lang)
        if self.grid is not None:
            return snapshot.answer_grid(self.grid, matter=self.matter, lang=self.lang)
        return snapshot.answer_address(self.address or "", matter=self.matter, lang=self.lang)


def present_tag(held: Published, told: dict[str, Any], lang: str, stale: bool, user: User) -> str:
    """The ETag of a present answer: the state of the net, the question, and what the asker may see."""
    return etag(held.tag, told, lang, stale, user.role, user.area_code, user.former_areas, user.datum)


Question_ = Annotated[Question, Depends()]


@router.get(
    "",
    response_class=Response,
    responses={
        200: {"model": LookupOut, "description": "who answers for the place"},
        304: {"description": "unchanged since the ETag"},
        **refusals(400, 401, 404, 410, 422, 503),
    },
    openapi_extra={"x-example": "/v1/lookup?lon=112.85&lat=35.5&datum=gcj02&matter=0102"},
)
def look_up(request: Request, context: Context_, user: Reader, question: Question_) -> Response:
    """The owner of one place: a point with its datum, or an address, a building or a grid.

    Readers see persons masked. The present answer carries an ETag; one with both `at` and `known_at`
    never changes.
    """
    held = context.held.current
    stale = context.held.stale
    settled = question.at is not None and question.known_at is not None
    headers = _SETTLED if settled else PRESENT
    told = question.told()
    tag = present_tag(held, told, question.lang, stale, user)
    if question.at is None and question.known_at is None and unchanged(request, tag):
        return not_modified(tag, headers)
    snapshot = context.held.at(question.at, question.known_at).snapshot
    answer = visible(question.put_to(snapshot, held, user), user)
    whole: dict[str, Any] = {**answer, "query": told, "stale": stale and not settled}
    if settled or question.at is not None or question.known_at is not None:
        tag = etag(
            snapshot.net_version,
            snapshot.revision,
            told,
            question.lang,
            user.role,
            user.area_code,
            user.former_areas,
        )
        if unchanged(request, tag):
            return not_modified(tag, headers)
    return as_json(whole, headers={"ETag": tag, **headers})
