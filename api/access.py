"""Who asks, and whether they may. Every route declares the role that it needs; undeclared is denied.

A person signs in with HTTP Basic or with a session cookie from `POST /v1/session`, a system with its
key: `Authorization: Bearer …`. Without any, and where the settings allow it, the asker is an anonymous
reader.
"""

import base64
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request

from api import keys, sign_ins
from api.accounts import Known, refuse_unknown
from api.context import Context, address_of, context_of
from api.cookies import COOKIE, Ticket
from api.refusals import (
    CrossSite,
    NotAllowed,
    NotSignedIn,
    OutsideScope,
    TooManyRequests,
    WrongCredentials,
    WrongKey,
)
from boundaries.store import acting
from boundaries.store.tables import ACCOUNT_ROLES

ANYONE = "anyone"
ROLE_ORDER = (ANYONE, *ACCOUNT_ROLES)  # each may do what those before it may
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_BASIC_KEPT_S = 60.0
_BASIC_KEPT = 2_000
_COUNTED = "yiwang.counted"


@dataclass(frozen=True, slots=True)
class User:
    """Who asks. `area_code` confines the account to an area and its children; None: no limit."""

    name: str
    role: str
    datum: str | None = None
    area_code: str | None = None
    via: str = "nobody"  # cookie, basic, key, anonymous, nobody
    party: str | None = None  # for which it acts
    former_areas: tuple[str, ...] = ()  # ended ones that `area_code` stands for: their past is its own

    @property
    def is_known(self) -> bool:
        """Whether an account or a key says who this is."""
        return self.via in ("cookie", "basic", "key")

    def may(self, role: str) -> bool:
        """Whether this role is enough for what `role` may do."""
        return ROLE_ORDER.index(self.role) >= ROLE_ORDER.index(role)

    def covers(self, areas: Iterable[str]) -> bool:
        """Whether a place inside these areas (its community, street, district …) is in scope."""
        return self.area_code is None or any(
            area == self.area_code or area in self.former_areas for area in areas
        )

    def sees_persons(self, areas: Iterable[str]) -> bool:
        """Readers never see names and phones of persons whole; others do within their own area."""
        return self.may("worker") and self.covers(areas)

    def require(self, areas: Iterable[str], *, asked: str) -> None:
        """Raise OutsideScope unless a place inside these areas is in scope."""
        if self.area_code is not None and not self.covers(areas):
            raise OutsideScope(self.area_code, asked)


NOBODY = User("", ANYONE)
ASKER = "yiwang.asker"


def say_who(scope: MutableMapping[str, Any], user: User) -> None:
    """Tell the audit, and the front door, who asks."""
    scope[ASKER] = user
    who = acting.current()
    if who is not None:
        who.actor, who.via = user.name, user.via


_CHECKING = tuple(threading.Lock() for _ in range(64))


class Needs:
    """The dependency by which a route declares its role."""

    def __init__(self, role: str, *, whole_district: bool = False, identified: bool = True) -> None:
        if role not in ROLE_ORDER:
            raise ValueError(f"no role {role!r}: one of {', '.join(ROLE_ORDER)}")
        self.role = role
        self.whole_district = whole_district
        self.identified = identified

    def __call__(self, request: Request) -> User:
        """The asker, if the role is enough. Raises NotSignedIn, NotAllowed, OutsideScope, CrossSite."""
        if not self.identified:
            return NOBODY
        user = identify(context_of(request), request)
        require_role(user, self.role, request)
        if self.whole_district and user.area_code is not None:
            raise OutsideScope(user.area_code, "the whole district")
        say_who(request.scope, user)
        return user


def require_role(user: User, role: str, request: Request) -> None:
    """For what needs more than its route declares. Raises NotAllowed; NotSignedIn where nobody is known."""
    if user.may(role):
        return
    if user.is_known:
        raise NotAllowed(role, user.role)
    raise NotSignedIn(role, challenge=not _from_page(request))


def needs(role: str, *, whole_district: bool = False) -> Needs:
    """Declare the lowest role of a route: `Annotated[User, Depends(needs("reader"))]`."""
    return Needs(role, whole_district=whole_district)


Anyone = Annotated[User, Depends(Needs(ANYONE, identified=False))]  # nobody looks who it is
Asker = Annotated[User, Depends(needs(ANYONE))]  # whoever it is, told who
Reader = Annotated[User, Depends(needs("reader"))]
Dispatcher = Annotated[User, Depends(needs("dispatcher"))]
Planner = Annotated[User, Depends(needs("planner"))]
Administrator = Annotated[User, Depends(needs("administrator", whole_district=True))]


def identify(context: Context, request: Request) -> User:
    """Who asks: by Basic, by key, by cookie, else an anonymous reader or nobody.

    Raises WrongCredentials for a wrong Basic password, TooManyAttempts, WrongKey, TooManyRequests, and
    CrossSite for a change that carries only the cookie and may come from another site.
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        name, password = _basic(value)
        return user_of(check_password(context, request, name, password, via="basic"), "basic")
    if scheme.lower() == "bearer":
        return identify_by_key(context, request, value)
    user = _by_cookie(context, request)
    if user is not None:
        if request.method not in _SAFE_METHODS and not _same_site(request):
            raise CrossSite
        return user
    if context.settings.anonymous_reader:
        return User("", "reader", via="anonymous")
    return NOBODY


def identify_by_key(context: Context, request: Request, token: str) -> User:
    """Who asks with this key. Raises WrongKey, TooManyRequests."""
    return _by_key(context, request, token)


def identify_at_once(context: Context, request: Request) -> User | None:
    """Who asks, as `identify` says it, without a password to compute or a register to ask.

    For a safe method. None where only `identify` can tell, refusals included.
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, password = _basic(value)
        except WrongCredentials:
            return None
        known = context.accounts.fresh(name)
        if known is None or not _remembered.holds(
            context.cookies.digest(name, password, known.password_hash)
        ):
            return None
        return user_of(known, "basic")
    if scheme.lower() == "bearer":
        try:
            return _by_key(context, request, value, at_once=True)
        except (WrongKey, TooManyRequests):
            return None
    cookie = request.cookies.get(COOKIE) if "cookie" in request.headers else None
    if cookie is not None:
        ticket = context.cookies.read(cookie, now=time.time())
        known = context.accounts.fresh(ticket.name) if ticket else None
        if ticket is None or known is None or known.fingerprint != ticket.fingerprint:
            return None
        return user_of(known, "cookie")
    return User("", "reader", via="anonymous") if context.settings.anonymous_reader else None


def check_password(
    context: Context, request: Request, name: str, password: str, *, via: sign_ins.Way
) -> Known:
    """The account with this name and password. Raises WrongCredentials, TooManyAttempts.

    The audit is told of every wrong one, and of a right one by Basic each time that it is computed.
    """
    known = context.accounts.find(name)
    remembered = context.cookies.digest(name, password, known.password_hash) if known else ""
    if known is not None and _remembered.holds(remembered):
        return known
    # many connections of one account come at once when its minute is over: one of them computes
    with _CHECKING[hash(name) % len(_CHECKING)]:
        if known is not None and _remembered.holds(remembered):
            return known
        address, throttle = address_of(request), context.throttles.passwords
        throttle.check(address, name)
        if known is None:
            refuse_unknown(password)
        if known is None or not known.accepts(password):
            throttle.failed(address, name)
            sign_ins.tell(context, request, name, via, refused=WrongCredentials.code)
            raise WrongCredentials
        throttle.succeeded(address, name)
        if via == "basic":
            sign_ins.tell(context, request, name, via)
        _remembered.keep(remembered)
        return known


def ticket_for(known: Known) -> Ticket:
    """A fresh session of this account."""
    return Ticket(known.name, int(time.time()), known.fingerprint)


def _by_key(context: Context, request: Request, token: str, *, at_once: bool = False) -> User:
    """Who asks with this key. at_once: from memory only. Raises WrongKey, TooManyRequests."""
    code, secret = keys.parse(token)
    known = context.keys.fresh(code) if at_once else context.keys.find(code)
    if known is None or not known.accepts(secret, now=time.time()):
        raise WrongKey
    if not request.scope.get(_COUNTED):  # the short way counted it already, and then handed it on
        context.rates.take(code, known.per_minute)
        request.scope[_COUNTED] = True
    return User(
        known.actor, known.role, known.datum, known.area_code, "key", known.party_code, known.former_areas
    )


def _by_cookie(context: Context, request: Request) -> User | None:
    cookie = request.cookies.get(COOKIE)
    ticket = context.cookies.read(cookie, now=time.time()) if cookie else None
    known = context.accounts.find(ticket.name) if ticket else None
    if ticket is None or known is None or known.fingerprint != ticket.fingerprint:
        return None
    return user_of(known, "cookie")


def user_of(known: Known, via: str) -> User:
    """Who signed in with this account."""
    return User(
        known.name, known.role, known.datum, known.area_code, via, known.party_code, known.former_areas
    )


def _basic(value: str) -> tuple[str, str]:
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        raise WrongCredentials from None
    if not colon:
        raise WrongCredentials
    return name, password


def _from_page(request: Request) -> bool:
    """Whether a script of the page asks: a Basic challenge would open the browser's own dialog."""
    return "x-yiwang" in request.headers or "sec-fetch-mode" in request.headers


def _same_site(request: Request) -> bool:
    """A header that another site cannot send without our consent, or an Origin that is ours."""
    if "x-yiwang" in request.headers:
        return True
    origin = request.headers.get("origin")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


class _Remembered:
    """Digests of passwords checked in the last minute: argon2 once a minute, not once a request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def holds(self, digest: str) -> bool:
        with self._lock:
            return self._until.get(digest, 0.0) > time.monotonic()

    def keep(self, digest: str) -> None:
        with self._lock:
            self._until[digest] = time.monotonic() + _BASIC_KEPT_S
            self._until.move_to_end(digest)
            while len(self._until) > _BASIC_KEPT:
                self._until.popitem(last=False)


_remembered = _Remembered()
