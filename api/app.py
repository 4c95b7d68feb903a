"""The application: one process serves one district."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from starlette.types import Receive, Scope, Send

from api import contract, hooks, ogc, problems, repeats
from api.accounts import Accounts
from api.auditor import Auditor
from api.basemap import Basemap, open_basemap
from api.context import Context
from api.cookies import CookieSigner
from api.frontdoor import FrontDoor
from api.held import Held
from api.hotlookup import HotLookup
from api.incidents_held import IncidentsHeld
from api.jobs import Runner
from api.keys import Keys
from api.metrics import Metrics
from api.oidc import Beginnings, Provider
from api.open311 import routes as open311
from api.rates import Rates
from api.routes import (
    accounts,
    affairs_settings,
    areas,
    audit,
    basemap,
    batch,
    caretaking,
    changes,
    compounds,
    crosswalks,
    density,
    district,
    documents,
    duties,
    elements,
    first_administrator,
    flow,
    grids,
    health,
    history,
    imports,
    incident_files,
    incidents,
    keys,
    lines,
    lookup,
    lookup_area,
    matters,
    mine,
    net,
    net_repair,
    page,
    parties,
    partitions,
    places,
    plan_papers,
    plan_tables,
    plans,
    prints,
    public,
    search,
    session,
    session_oidc,
    tiles,
    visits,
    webhooks,
    workload,
)
from api.throttle import Throttles, Visits
from api.tilecache import TileCache
from api.webhooks import Courier
from boundaries.store.database import Database
from boundaries.store.settings import Settings

DESCRIPTION = """One net over a whole district: every place has exactly one owner, at every moment.

Coordinates are longitude, latitude, and say their datum. Errors are `application/problem+json` with a
stable `code`. Every answer names the net version that it comes from."""
VERSION = "0.1.0"
THREADS = 40  # sync routes at once; the pool of database connections waits, it does not refuse
ROUTERS: tuple[APIRouter, ...] = (
    lookup.router,
    batch.router,
    lookup_area.router,
    areas.router,
    history.router,  # before the routes of one grid
    grids.router,
    lines.router,
    crosswalks.router,
    search.router,
    places.router,
    district.router,
    tiles.router,
    basemap.router,
    density.router,
    net.router,
    net_repair.router,
    plans.router,
    prints.router,
    partitions.router,
    public.router,
    duties.router,
    parties.router,
    elements.router,
    compounds.router,
    matters.router,
    caretaking.router,
    plan_papers.router,
    plan_tables.router,
    imports.router,
    flow.about,
    visits.router,
    mine.router,
    workload.router,
    affairs_settings.router,
    incident_files.router,  # before the routes of one incident
    flow.router,
    incidents.router,
    open311.router,
    session.router,
    first_administrator.router,
    session_oidc.router,
    accounts.router,
    keys.router,
    audit.router,
    changes.router,
    webhooks.router,
    health.router,
    documents.router,
    ogc.router,
    page.router,
)
repeats.install(ROUTERS)


class Application(FastAPI):
    """FastAPI, and before its first layer what can be answered at once."""

    at_once: HotLookup

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await self.at_once.answer(scope, send):
            await super().__call__(scope, receive, send)


def create_app(
    settings: Settings, database: Database | None = None, at_start: Callable[[Database], None] | None = None
) -> FastAPI:
    """The application over a register. Without `database` it opens the one of the settings at start-up.

    at_start: done with the opened register before anything is answered.
    """
    metrics, known_hooks = Metrics(), hooks.read(settings.webhooks)
    beneath = open_basemap(settings)
    oidc = Provider.of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened = await anyio.to_thread.run_sync(Database.open, settings) if database is None else database
        if at_start is not None:
            await anyio.to_thread.run_sync(at_start, opened)
        app.state.context = _context(settings, opened, metrics, known_hooks, beneath, oidc)
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        try:
            async with _working(app.state.context), ogc.serving(app, opened, settings.district):
                yield
        finally:
            if database is None:
                opened.close()

    app = Application(
        title="Yiwang 一张网",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,  # served by our own route, which declares its role like any other
        docs_url=None,
        redoc_url=None,
    )
    for router in ROUTERS:
        app.include_router(router)
    problems.install(app)
    ogc.install(app)
    app.at_once = HotLookup(lambda: app.state.context, metrics)
    app.add_middleware(FrontDoor, metrics=metrics, auditor=lambda: app.state.context.auditor)
    app.openapi = lambda: contract.document(app)  # type: ignore[method-assign]
    return app


def _context(
    settings: Settings,
    database: Database,
    metrics: Metrics,
    known_hooks: tuple[hooks.Hook, ...],
    basemap: Basemap | None,
    oidc: Provider | None,
) -> Context:
    """What the routes share; nothing of it works yet."""
    held = Held(database, settings.district)
    cookies = CookieSigner.from_home(state_home(settings))
    return Context(
        settings=settings,
        database=database,
        held=held,
        incidents=IncidentsHeld(database, held),
        accounts=Accounts(database),
        keys=Keys(database),
        rates=Rates(),
        cookies=cookies,
        oidc=oidc,
        beginnings=Beginnings(cookies, state_home(settings) / "oidc"),
        throttles=Throttles(),
        visits=Visits(),
        tiles=TileCache(),
        basemap=basemap,
        metrics=metrics,
        jobs=Runner(database),
        auditor=Auditor(database, state_home(settings) / "audit"),
        hooks=known_hooks,
    )


@asynccontextmanager
async def _working(context: Context) -> AsyncIterator[None]:
    """The net is held, jobs are done, reads written down and changes sent, as long as the block lasts."""
    await anyio.to_thread.run_sync(context.held.start)
    context.jobs.start()
    await anyio.to_thread.run_sync(context.auditor.start)
    couriers = [Courier(context.database, context.held, hook) for hook in context.hooks]
    for courier in couriers:
        courier.start()
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(context.jobs.close)
        for courier in couriers:
            await anyio.to_thread.run_sync(courier.close)
        await anyio.to_thread.run_sync(context.auditor.close)
        await anyio.to_thread.run_sync(context.held.close)


def state_home(settings: Settings) -> Path:
    """Where this process keeps its own small files, such as the key of the session cookies."""
    return settings.home or Path(__file__).resolve().parents[1] / ".yiwang"
