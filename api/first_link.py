"""The link that lets the first administrator in: shown once on the machine, good for an hour and one use.

Of its token, 256 random bits, the register holds the SHA-256 only. There is one link at a time: making
one ends the one before, whichever process made that.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api import accounts
from api.accounts import Known
from api.refusals import AdministratorExists, FirstLinkExpired, FirstLinkUsed, WrongFirstLink
from boundaries.store.tables import FirstLink

LIFETIME = timedelta(hours=1)
_ROW = 1


def make(session: Session, *, now: datetime | None = None) -> str:
    """The token of a new link; that of before ends. now: aware; None: the register's clock.

    Raises AdministratorExists.
    """
    if accounts.has_administrator(session):
        raise AdministratorExists
    token = secrets.token_urlsafe(32)
    made_at = now or _now(session)
    values = {
        "secret_hash": _hash(token),
        "made_at": made_at,
        "expires_at": made_at + LIFETIME,
        "used_at": None,
    }
    session.execute(
        insert(FirstLink).values(id=_ROW, **values).on_conflict_do_update(index_elements=["id"], set_=values)
    )
    return token


def use(session: Session, token: str, *, name: str, password: str) -> Known:
    """Make the first administrator, who rules the whole district; the link is used up.

    Of two at once the later finds it used. Raises WrongFirstLink for a token that was never made or was
    followed by another, FirstLinkUsed, FirstLinkExpired, AdministratorExists, and AccountNameTaken.
    """
    link = session.scalar(
        select(FirstLink)
        .where(FirstLink.id == _ROW, FirstLink.secret_hash == _hash(token))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if link is None:
        raise WrongFirstLink
    if link.used_at is not None:
        raise FirstLinkUsed(link.used_at)
    now = _now(session)
    if now >= link.expires_at:
        raise FirstLinkExpired(link.expires_at)
    if accounts.has_administrator(session):
        raise AdministratorExists
    known = accounts.add_administrator(session, name=name, password=password)
    link.used_at = now
    session.flush()
    return known


def address(url: str, token: str) -> str:
    """The link: a browser sends what follows # to no server and no proxy. url: where the page is."""
    return f"{url.rstrip('/')}/#welcome={token}"


def _now(session: Session) -> datetime:
    now: datetime = session.scalars(select(func.clock_timestamp())).one()
    return now


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
