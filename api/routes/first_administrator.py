"""The first administrator of a register comes in by the link that the server printed at its start."""

from fastapi import APIRouter, Request, Response

from api import first_link, sign_ins
from api.access import Anyone
from api.context import Context_, Session_, address_of
from api.refusals import WrongFirstLink
from api.routes.answers import refusals
from api.routes.session import begin, told
from api.trust_schemas import FirstAdministratorIn, SessionOut
from boundaries.store import acting
from boundaries.store.errors import Refusal

router = APIRouter(prefix="/v1/first-administrator", tags=["signing in"])
_VIA: sign_ins.Way = "first link"


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
    address, throttle = address_of(request), context.throttles.first_links
    throttle.check(address, _VIA)
    who = acting.current()
    if who is not None:  # before the transaction's first statement, which tells the audit
        who.actor, who.via = given.name, _VIA
    try:
        known = first_link.use(session, given.token, name=given.name, password=given.password)
    except Refusal as refusal:
        if isinstance(refusal, WrongFirstLink):
            throttle.failed(address, _VIA)
        sign_ins.tell(context, request, given.name, _VIA, refused=refusal.code)
        raise
    context.accounts.forget(known.name)
    begin(context, request, response, known, via=_VIA)
    return told(known)
