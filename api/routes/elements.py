"""Elements (人地事物组织) and their kinds: listed with who answers, written, ended, imported from files."""

from datetime import datetime
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Administrator, Reader, User
from api.answering import aware
from api.context import Context_, Session_
from api.elements import as_seen, shown
from api.routes.answers import as_json, refusals
from api.schemas import JsonObject
from api.writing import Clerk, District_, since, tally
from boundaries.affairs import element_kinds, elements
from boundaries.duty.element_answers import areas_of, counted, is_sensitive
from boundaries.duty.places import areas_above
from boundaries.duty.snapshot import Snapshot
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock

router = APIRouter(prefix="/v1", tags=["elements"])
_READS = refusals(400, 401, 403, 404, 422, 503)
_WRITES = refusals(400, 401, 403, 404, 409, 422, 503)
Code = Annotated[str, Path(min_length=1, max_length=100)]
At = Annotated[datetime | None, Query(description="an instant with its time zone; else now")]
KnownAt = Annotated[datetime | None, Query(description="as the register knew it then")]


class KindIn(BaseModel):
    """A kind of element."""

    category: Literal["people", "place", "thing", "organisation", "document"]
    name: str = Field(min_length=1, max_length=100, examples=["监控探头"])
    matter: str = Field(min_length=1, max_length=50, description="who leads it answers", examples=["2201"])
    fields: JsonObject = Field(
        {},
        description="JSON Schema of one flat object: properties with type, title, enum, minimum, maximum,"
        " minLength, maxLength, format; and required",
        examples=[{"properties": {"online": {"type": "boolean", "title": "在线"}}}],
    )
    sensitive: bool = Field(False, description="shown only to those who see persons there")


class ElementIn(BaseModel):
    """An element. Its place: lon and lat in WGS 84, else a building, else a grid."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "camera", "name": "东大街路口1号", "lon": 112.85, "lat": 35.5}]
        }
    )

    kind: str = Field(min_length=1, max_length=100)
    name: str = Field("", max_length=200, description="none for a group of people")
    count: int | None = Field(None, ge=0, le=2**31 - 1, description="how many people, of a group")
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    building: str | None = Field(None, max_length=100)
    grid: str | None = Field(None, max_length=100)
    fields: JsonObject = {}
    source: str = Field("", max_length=200)
    valid_from: datetime | None = Field(None, description="since when, with its time zone; else now")


@router.get("/element-kinds", response_class=Response, responses=_READS)
def list_kinds(context: Context_, user: Reader) -> Response:
    """The kinds of elements, each with its matter and the JSON Schema of its fields."""
    snapshot = context.held.current.snapshot
    kinds = [
        {**kind._asdict(), "sensitive": is_sensitive(snapshot, kind)}
        for kind in snapshot.element_kinds.values()
    ]
    return as_json({"kinds": kinds})


@router.put("/element-kinds/{code}", response_class=Response, responses=_WRITES)
def put_kind(
    user: Administrator, code: Code, given: KindIn, session: Session_, district: District_
) -> Response:
    """Define a kind, or change it. Fields that elements in force would not fit are refused (409)."""
    clock.stamp(session)
    written = element_kinds.put(session, district, [{"code": code, **given.model_dump()}])
    return as_json({"code": code, "written": bool(written)})


@router.get("/elements", response_class=Response, responses=_READS)
def list_elements(
    context: Context_,
    user: Reader,
    kind: Annotated[str | None, Query(max_length=100)] = None,
    category: Annotated[str | None, Query(max_length=20)] = None,
    area: Annotated[str | None, Query(max_length=20, description="and below it")] = None,
    grid: Annotated[str | None, Query(max_length=100)] = None,
    building: Annotated[str | None, Query(max_length=100)] = None,
    compound: Annotated[str | None, Query(max_length=100)] = None,
    at: At = None,
    known_at: KnownAt = None,
    after: Annotated[str, Query(max_length=100, description="go on after this code")] = "",
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Response:
    """Elements by code, each with the department of its matter and the person on its ground, and how many
    there are of each kind. Sensitive kinds are left out where the asker sees no persons.
    """
    snapshot = context.held.at(aware(at), aware(known_at)).snapshot
    if area is not None and area not in snapshot.areas:
        raise UnknownCode(kind="area", value=area)
    if kind is not None and kind not in snapshot.element_kinds:
        raise UnknownCode(kind="kind of element", value=kind)
    bound = snapshot.bound_elements
    found = [
        each
        for each in (bound.of_grid.get(grid, []) if grid is not None else bound.every)
        if (kind is None or each.element.kind == kind)
        and (building is None or each.building == building)
        and (compound is None or each.compound == compound)
        and (area is None or area in areas_of(snapshot, each))
    ]
    if category is not None:
        wanted = {each.code for each in snapshot.element_kinds.values() if each.category == category}
        found = [each for each in found if each.element.kind in wanted]
    return _listed(snapshot, context.held.stale, user, found, after, limit)


@router.get("/grids/{code}/elements", response_class=Response, responses=refusals(400, 404, 410, 422, 503))
def list_of_grid(
    context: Context_,
    user: Reader,
    code: Code,
    at: At = None,
    known_at: KnownAt = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Response:
    """The elements of one grid, as `GET /v1/elements` lists them; 410 where the grid has been retired."""
    snapshot = context.held.at(aware(at), aware(known_at)).snapshot
    snapshot.answer_grid(code)
    found = snapshot.bound_elements.of_grid.get(code, [])
    return _listed(snapshot, context.held.stale, user, found, "", limit)


@router.put("/elements/{code}", response_class=Response, responses=_WRITES)
def put_element(
    context: Context_, user: Clerk, code: Code, given: ElementIn, session: Session_, district: District_
) -> Response:
    """Write an element as it is from an instant on; what was before stays in the register."""
    snapshot = context.held.current.snapshot
    _require(user, snapshot, code)
    stamp = clock.stamp(session)
    row = {"code": code, **given.model_dump(exclude={"valid_from"})}
    frame = pd.DataFrame([row], dtype=object)
    _require_place(user, snapshot, given)
    written = elements.put(session, district, frame, valid_from=since(given.valid_from, stamp), stamp=stamp)
    return as_json(tally(written))


@router.delete("/elements/{code}", status_code=204, response_class=Response, responses=_WRITES)
def end_element(
    context: Context_, user: Clerk, code: Code, session: Session_, district: District_
) -> Response:
    """An element is no more from now on."""
    _require(user, context.held.current.snapshot, code)
    stamp = clock.stamp(session)
    elements.end(session, district, code, valid_from=stamp, stamp=stamp)
    return Response(status_code=204)


def _listed(snapshot: Snapshot, stale: bool, user: User, found: Any, after: str, limit: int) -> Response:
    seen = shown(snapshot, user, found)
    page = [each for each in seen if each.element.code > after][:limit]
    return as_json(
        {
            "elements": [as_seen(snapshot, user, each) for each in page],
            "counts": counted(snapshot, seen),
            "total": len(seen),
            "net_version": snapshot.net_version,
            "stale": stale,
        }
    )


def _require(user: User, snapshot: Snapshot, code: str) -> None:
    """Raise OutsideScope for an element that lies outside the account's area."""
    bound = snapshot.bound_elements.by_code.get(code)
    if user.area_code is not None and bound is not None:
        user.require(areas_of(snapshot, bound), asked=f"element {code}")


def _require_place(user: User, snapshot: Snapshot, given: ElementIn) -> None:
    """Raise OutsideScope for a new place outside the account's area."""
    if user.area_code is None:
        return
    grid = None
    if given.building is not None and given.building in snapshot.buildings:
        grid = snapshot.buildings[given.building].grid
    elif given.lon is not None and given.lat is not None:
        position = int(snapshot.locate([[given.lon, given.lat]])[0])
        grid = snapshot.ground[position].code if position >= 0 else None
    else:
        grid = given.grid
    user.require(areas_above(snapshot, ("grid", grid or "")) if grid else (), asked="that place")
