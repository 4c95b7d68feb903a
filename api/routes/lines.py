"""Lines: departments' own nets beside the net, and the crosswalk between their areas and the grids."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from api.access import Reader, User
from api.context import Session_
from api.instants import Instants, Instants_
from api.routes.answers import as_json, refusals
from api.writing import District_
from boundaries.duty.masking import mask_party
from boundaries.land import crosswalks, lines
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock
from boundaries.store.tables import Grid

router = APIRouter(prefix="/v1", tags=["lines"])
_READS = refusals(400, 401, 403, 404, 422, 503)
Code = Annotated[str, Path(min_length=1, max_length=100)]


@router.get("/lines", response_class=Response, responses=_READS)
def list_lines(user: Reader, session: Session_, district: District_, instants: Instants_) -> Response:
    """Every line: its areas, the matters that go by it, and of which net version its crosswalk is."""
    when = _checked(session, instants)
    found = lines.listed(session, district, *when)
    for told in found:
        line = lines.get(session, district, told["code"])
        told["crosswalk"] = crosswalks.state(session, district, line, *when)
    return as_json({"lines": found})


@router.get("/lines/{line}/areas/{code}", response_class=Response, responses=_READS)
def read_line_area(
    user: Reader, line: Code, code: Code, session: Session_, district: District_, instants: Instants_
) -> Response:
    """One area of a line, who answers in it, and the grids that it lies in with its shares of each.

    `at` names the instant: the crosswalk of the net version of that day answers. 404 `no-crosswalk` where
    none was built; `outdated` where the net or the line has changed since.
    """
    when = _checked(session, instants)
    held = lines.get(session, district, line)
    area = lines.area(session, held, code, *when)
    state = crosswalks.require(crosswalks.state(session, district, held, *when), held)
    grids = [
        {name: value for name, value in row.items() if name not in ("line", "area")}
        for row in crosswalks.grids_of(session, held, code, *when)
    ]
    told = {
        "line": held.code,
        "line_name": held.name,
        **area,
        "party": _shown(area["party"], user, district.code),
    }
    return as_json({**told, "crosswalk": state, "grids": grids})


@router.get("/grids/{code}/lines", response_class=Response, responses=_READS)
def read_grid_lines(
    user: Reader, code: Code, session: Session_, district: District_, instants: Instants_
) -> Response:
    """Back: the areas of every line that a grid lies in, with shares; a retired grid by `at`."""
    when = _checked(session, instants)
    known = session.query(Grid.id).filter_by(district_id=district.id, code=code).one_or_none()
    if known is None:
        raise UnknownCode(kind="grid", value=code)
    found = crosswalks.areas_of(session, district, code, *when)
    told = []
    for listed in lines.listed(session, district, *when):
        line = lines.get(session, district, listed["code"])
        told.append(
            {
                "line": line.code,
                "name": line.name,
                "crosswalk": crosswalks.state(session, district, line, *when),
                "areas": found.get(line.code, []),
            }
        )
    return as_json({"grid": code, "lines": told})


def _checked(session: Any, instants: Instants) -> tuple[Any, Any]:
    clock.check_known_at(session, instants.known_at)
    return instants.at, instants.known_at


def _shown(party: dict[str, Any] | None, user: User, district: str) -> dict[str, Any] | None:
    if party is None or user.sees_persons([district]):
        return party
    return mask_party(party)
