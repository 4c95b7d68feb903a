"""The first administrator of a register comes in by the link that the server printed at its start."""

from fastapi import APIRouter, Request, Response

from api import first_link
from api.access import Anyone
from api.context import Context_, Session_, address_of
from api.refusals import WrongFirstLink
from api.routes.answers import refusals
from api.routes.session import begin
from api.schemas import FirstAdministratorIn, SessionOut
from boundaries.store import acting

router = APIRouter(prefix="/v1/first-administrator", tags=["signing in"])
_ATTEMPT = "first link"  # wrong links are counted apart from wrong passwords: no account has a blank in it


@router.post("", responses=refusals(403, 409, 410, 422, 429, 503))
def make_first_administrator(
    given: FirstAdministratorIn,
    request: Request,
    response: Response,
    context: Context_,
    user: Anyone,
    session: Session_,
) -> SessionOut:
    """Make the account of the first administrator and sign in with it, as `POST /v1/session` does."""
    address = f"{_ATTEMPT} from {address_of(request)}"
    context.throttle.check(address, _ATTEMPT)
    who = acting.current()
    if who is not None:  # before the transaction's first statement, which tells the audit
        who.actor, who.via = given.name, _ATTEMPT
    try:
        known = first_link.use(session, given.token, name=given.name, password=given.password)
    except WrongFirstLink:
        context.throttle.failed(address, _ATTEMPT)
        raise
    context.accounts.forget(known.name)
    return begin(context, request, response, known)
