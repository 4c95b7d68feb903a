"""What one running application holds, and the sessions that its routes ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from api import repeats
from api.accounts import Accounts
from api.auditor import Auditor
from api.basemap import Basemap
from api.cookies import CookieSigner
from api.held import Held
from api.hooks import Hook
from api.incidents_held import IncidentsHeld
from api.jobs import Runner
from api.keys import Keys
from api.metrics import Metrics
from api.oidc import Beginnings, Provider
from api.rates import Rates
from api.throttle import Throttles, Visits
from api.tilecache import TileCache
from boundaries.store.database import Database
from boundaries.store.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that lives as long as the application; built in `create_app`'s lifespan."""

    settings: Settings
    database: Database
    held: Held
    incidents: IncidentsHeld
    accounts: Accounts
    keys: Keys
    rates: Rates
    cookies: CookieSigner
    oidc: Provider | None
    beginnings: Beginnings
    throttles: Throttles
    visits: Visits
    tiles: TileCache
    basemap: Basemap | None
    metrics: Metrics
    jobs: Runner
    auditor: Auditor
    hooks: tuple[Hook, ...]


def context_of(request: Request) -> Context:
    """The context of the application that serves this request."""
    return cast(Context, request.app.state.context)


def home_of(context: Context, request: Request) -> str:
    """Where people reach this service, without a slash: the address that is set, else that of the request."""
    return (context.settings.public_url or str(request.base_url)).rstrip("/")


def address_of(request: Request) -> str:
    """The address that asks, as attempts and visits are counted by it."""
    return request.client.host if request.client else ""


Context_ = Annotated[Context, Depends(context_of)]


def writing_session(context: Context_, request: Request) -> Iterator[Session]:
    """A session that commits when the route returns and rolls back when it raises."""
    with context.database.transaction() as session:
        repeats.claim(request, session)
        yield session
        repeats.settle(request, session)


# scope="function": the commit happens before the reply leaves; a COMMIT that fails is never a 2xx
Session_ = Annotated[Session, Depends(writing_session, scope="function")]
