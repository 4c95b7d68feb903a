"""Signing in by the OpenID provider of the settings: to it, and back with the session cookie."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api import problems, sign_ins
from api.access import Anyone
from api.accounts import Known
from api.context import Context, Context_, address_of, home_of
from api.oidc import (
    LIFETIME_S,
    STATE_COOKIE,
    BadIdToken,
    Begun,
    NoSuchAccount,
    OidcOff,
    Provider,
    ReturnNotLocal,
    SignInRefused,
    StateNotOurs,
    local_path,
)
from api.oidc.provider import told_error
from api.routes.answers import refusals
from api.routes.session import begin
from api.trust_schemas import WaysOut
from boundaries.store.errors import Refusal

router = APIRouter(prefix="/v1/session", tags=["signing in"])
_PATH = "/v1/session/oidc"
_Given = Annotated[str, Query(max_length=2000)]


@router.get("/ways")
def read_ways(context: Context_, user: Anyone) -> WaysOut:
    """How one may sign in here."""
    return WaysOut(password=True, oidc=context.oidc is not None)


@router.get("/oidc", status_code=302, response_class=RedirectResponse, responses=refusals(400, 404, 503))
def begin_at_provider(
    request: Request,
    context: Context_,
    user: Anyone,
    back: Annotated[str, Query(alias="next", max_length=1000, description="a path of this site")] = "/",
) -> Response:
    """To the OpenID provider. `next` is where to go afterwards. 404 where none is configured."""
    try:
        provider = _provider(context)
        if not local_path(back):
            raise ReturnNotLocal
        begun = context.beginnings.begin(back)
        there = provider.authorization(
            redirect_uri=_redirect_uri(context, request),
            state=begun.state,
            nonce=context.beginnings.nonce(begun),
            verifier=context.beginnings.verifier(begun),
        )
    except Refusal as refusal:
        return _told(request, refusal)
    reply = RedirectResponse(there, 302)
    reply.set_cookie(
        STATE_COOKIE,
        context.beginnings.sign(begun),
        max_age=LIFETIME_S,
        path=_PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",  # it must come along from the provider's page
    )
    return reply


@router.get(
    "/oidc/callback",
    status_code=303,
    response_class=RedirectResponse,
    responses=refusals(400, 403, 404, 429, 503),
)
def end_at_provider(
    request: Request,
    context: Context_,
    user: Anyone,
    code: _Given = "",
    state: _Given = "",
    error: _Given = "",
    iss: _Given = "",
) -> Response:
    """Where the provider sends the browser back to: the same cookie as a password gives, and on to `next`."""
    try:
        return _end(request, context, code, state, error, iss)
    except Refusal as refusal:
        return _told(request, refusal)


def _end(request: Request, context: Context, code: str, state: str, error: str, iss: str) -> Response:
    provider = _provider(context)
    begun = context.beginnings.read(request.cookies.get(STATE_COOKIE, ""), state)
    if begun is None or (iss and iss != provider.issuer):
        raise StateNotOurs
    throttle = context.throttles.codes if code and not error else context.throttles.provider_errors
    throttle.check(address_of(request), begun.state)
    if not context.beginnings.use(begun):
        raise StateNotOurs
    try:
        if error or not code:
            raise SignInRefused(told_error(error))
        known = _account(context, request, provider, begun, code)
    except (SignInRefused, BadIdToken, NoSuchAccount) as refusal:
        if isinstance(refusal, SignInRefused):
            throttle.failed(address_of(request), begun.state)  # each guessed code makes us ask the provider
        name = refusal.name if isinstance(refusal, NoSuchAccount) else ""
        sign_ins.tell(context, request, name, "oidc", refused=refusal.code)
        raise
    reply = RedirectResponse(begun.back, 303)
    begin(context, request, reply, known, via="oidc")
    reply.delete_cookie(
        STATE_COOKIE, path=_PATH, secure=request.url.scheme == "https", httponly=True, samesite="lax"
    )
    return reply


def _account(context: Context, request: Request, provider: Provider, begun: Begun, code: str) -> Known:
    """The account of whom the provider's code stands for. Raises what the provider does, NoSuchAccount."""
    name = provider.name_of(
        code,
        redirect_uri=_redirect_uri(context, request),
        nonce=context.beginnings.nonce(begun),
        verifier=context.beginnings.verifier(begun),
    )
    known = context.accounts.find(name)
    if known is None:
        raise NoSuchAccount(name, provider.claim)
    return known


def _provider(context: Context) -> Provider:
    if context.oidc is None:
        raise OidcOff
    return context.oidc


def _redirect_uri(context: Context, request: Request) -> str:
    """Our address as the browser and the provider know it."""
    return f"{home_of(context, request)}{_PATH}/callback"


def _told(request: Request, refusal: Refusal) -> Response:
    """The problem; for a browser, which shows what it gets to a person, a page with the same status."""
    told = problems.of_refusal(request, refusal)
    if "text/html" not in request.headers.get("accept", ""):
        return told
    headers = {name: told.headers[name] for name in ("retry-after",) if name in told.headers}
    return HTMLResponse(
        _PAGE.format(zh=getattr(refusal, "zh", "请稍后再试。"), en=escape(str(refusal))),
        told.status_code,
        headers,
    )


_PAGE = """<!doctype html>
<html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>没有登录 · Not signed in</title>
<main><h1>没有登录 <span lang="en">Not signed in</span></h1>
<p>{zh}</p>
<p lang="en">{en}</p>
<p><a href="/">返回 <span lang="en">Back</span></a></p></main></html>
"""
