"""Signing in and out with a session cookie."""

from fastapi import APIRouter, Request, Response

from api import access, sign_ins
from api.access import Anyone, Asker, User
from api.accounts import Known
from api.context import Context, Context_
from api.cookies import COOKIE, LIFETIME_S
from api.routes.answers import refusals
from api.trust_schemas import SessionIn, SessionOut

router = APIRouter(prefix="/v1/session", tags=["signing in"])


@router.get("")
def read_session(user: Asker) -> SessionOut:
    """Who asks, and what role they have."""
    return _told(user)


@router.post("", responses=refusals(401, 422, 429, 503))
def sign_in(
    given: SessionIn, request: Request, response: Response, context: Context_, user: Anyone
) -> SessionOut:
    """Sign in: the cookie is HttpOnly and SameSite=Strict, and lasts twelve hours."""
    known = access.check_password(context, request, given.name, given.password, via="password")
    begin(context, request, response, known, via="password")
    return told(known)


def begin(context: Context, request: Request, response: Response, known: Known, *, via: sign_ins.Way) -> None:
    """Sign this account in: the answer carries the cookie, and the audit is told."""
    response.set_cookie(
        COOKIE,
        context.cookies.sign(access.ticket_for(known)),
        max_age=LIFETIME_S,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    sign_ins.tell(context, request, known.name, via)


def told(known: Known) -> SessionOut:
    """Who this account is, as its owner is told on signing in."""
    return _told(access.user_of(known, "cookie"))


@router.delete("", status_code=204)
def sign_out(request: Request, response: Response, user: Asker) -> None:
    """Forget the cookie. Without one, nothing happens."""
    response.delete_cookie(
        COOKIE, path="/", secure=request.url.scheme == "https", httponly=True, samesite="strict"
    )


def _told(user: User) -> SessionOut:
    return SessionOut(
        signed_in=user.is_known,
        name=user.name,
        role=user.role,
        datum=user.datum,
        area=user.area_code,
    )
