"""Every attempt to sign in is in the audit: which name, by which way, when, from where, let in or not.

Never the password. Nobody is refused because the journal takes no entry: the log has the attempt then,
and what shows persons is refused by itself.
"""

from datetime import UTC, datetime
from typing import Literal

import structlog
from fastapi import Request

from api.context import Context, address_of
from api.journal import AuditUnavailable
from api.metrics import route_of
from boundaries.store.audit import SignIn

Way = Literal["password", "basic", "oidc", "first link"]
LONGEST_NAME = 200  # characters; no account has more
log = structlog.get_logger("yiwang.access")


def tell(context: Context, request: Request, name: str, via: Way, *, refused: str = "") -> None:
    """Write down one attempt. name: as it was given. refused: the code of the refusal; empty: let in."""
    attempt = SignIn(
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        name=told_name(name),
        via=via,
        origin=address_of(request),
        request_id=request.state.request_id,
        route=route_of(request.scope),
        refused=refused,
    )
    try:
        context.auditor.note(attempt)
    except AuditUnavailable as error:
        log.error("sign-in-not-in-the-audit", error=str(error), **attempt._asdict())


def told_name(given: str) -> str:
    """A name that anybody may have sent, cut, and without what neither a terminal nor the register takes."""
    cut = given if len(given) <= LONGEST_NAME else given[: LONGEST_NAME - 1] + "…"
    return "".join(each if each.isprintable() else "\ufffd" for each in cut)
