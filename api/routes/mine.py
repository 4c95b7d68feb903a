"""What is one's own, for the page in the hand."""

from fastapi import APIRouter, Response

from api import mine
from api.context import Context_, Session_
from api.files import PRIVATE
from api.incident_schemas import MineOut
from api.routes.answers import as_json, gives, refusals
from api.writing import District_, Worker

router = APIRouter(prefix="/v1/affairs", tags=["what happens"])


@router.get(
    "/mine",
    response_class=Response,
    responses=gives(MineOut, "what is one's own") | refusals(400, 401, 403, 404, 422, 503),
)
def read_mine(context: Context_, user: Worker, session: Session_, district: District_) -> Response:
    """The grids and buildings that the account's party keeps, and the incidents whose next step is its own,
    each with the steps that it may take."""
    return as_json(mine.told(session, district, user, context.held.current.snapshot), headers=PRIVATE)
