"""The net of the past: lists of grids at an instant, the life of one grid, and any two states compared."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.access import Reader, require_role
from api.answering import aware
from api.compared import Named, side_of
from api.context import Context_, Session_
from api.diffs import DIFF_FORMS, DiffForm, diff_as
from api.instants import State_
from api.routes.answers import as_json, refusals
from api.routes.areas import WithGeometry
from api.routes.plans import District_
from api.schemas import GridHistoryOut, NetVersionOut
from api.writing import Clerk
from boundaries.duty import planned
from boundaries.land import history, publications
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock

router = APIRouter(prefix="/v1", tags=["history"])
_READS = refusals(400, 401, 403, 404, 422, 503)


@router.get("/grids", response_class=Response, responses=_READS)
def list_grids(
    user: Reader,
    context: Context_,
    held: State_,
    within: Annotated[str | None, Query(description="only grids in this area")] = None,
    geometry: WithGeometry = False,
) -> Response:
    """The grids in force now, or at an instant, by code; with `geometry` as GeoJSON (WGS 84)."""
    atlas = held.atlas
    if within is not None and within not in atlas.areas:
        raise UnknownCode(kind="area", value=within)
    found = [
        place
        for place in atlas.grids.values()
        if within is None or any(area.code == within for area in atlas.above(place))
    ]
    facts: list[dict[str, Any]] = [
        {
            "code": place.code,
            "name": place.name,
            "kind": place.kind,
            "community": place.parent,
            "group": place.group,
            "host": place.host,
            "households": place.figures.households,
            "buildings": place.figures.buildings,
            "area_m2": place.figures.area_m2,
        }
        for place in found
    ]
    state = {"net_version": held.snapshot.net_version, "stale": context.held.stale}
    if not geometry:
        return as_json({**state, "grids": facts})
    features = [
        {"type": "Feature", "id": place.code, "properties": told, "geometry": _shape(place.geometry)}
        for place, told in zip(found, facts, strict=True)
    ]
    return as_json({"type": "FeatureCollection", **state, "features": features})


@router.get("/net/versions", responses=_READS)
def list_net_versions(
    user: Clerk,
    session: Session_,
    district: District_,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="only lower numbers")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[NetVersionOut]:
    """What was published when, why and by whom, the newest first, with how many grids began or ended."""
    found = publications.published(session, district, before=before, limit=limit)
    return [NetVersionOut.model_validate(asdict(each)) for each in found]


@router.get("/grids/{code}/history", responses=_READS)
def read_grid_history(
    user: Reader,
    code: str,
    session: Session_,
    district: District_,
    known_at: Annotated[datetime | None, Query(description="as the register knew it then")] = None,
) -> GridHistoryOut:
    """Every version of a grid with its shape, and whose ground it got or gave. Retired grids have one too."""
    known = aware(known_at)
    clock.check_known_at(session, known)
    return GridHistoryOut.model_validate(history.of_grid(session, district, code, known_at=known))


@router.get(
    "/net/comparison",
    response_class=Response,
    responses={200: {"description": "the difference", "content": DIFF_FORMS}, **_READS},
)
def compare_nets(
    user: Reader,
    request: Request,
    context: Context_,
    before: Annotated[Named, Query(description="an instant with its time zone, or the code of a plan")],
    after: Annotated[Named | None, Query(description="the other, likewise; without it: now")] = None,
    known_at: Annotated[datetime | None, Query(description="instants as the register knew them then")] = None,
    form: DiffForm = "json",
) -> Response:
    """What became of grids, buildings and posts between any two states, in the form of a plan's diff.

    A plan is the net that it makes, as in `against` of a plan's diff; to name one takes a planner.
    """
    if isinstance(before, str) or isinstance(after, str):
        require_role(user, "planner", request)
    known = aware(known_at)
    (first, begins), (last, ends) = (side_of(context, named, known) for named in (before, after))
    found = planned.compare(first, last)
    if not user.sees_persons([context.held.current.snapshot.district.code]):
        found = found.without_persons()
    versions = f"{first.state.net_version or 0}..{last.state.net_version or 0}"
    return diff_as(found, form, f"net-{begins}-{ends}", headers={"X-Yiwang-Net-Version": versions})


def _shape(geometry: Any) -> Any:
    return None if geometry is None else geometry.__geo_interface__
