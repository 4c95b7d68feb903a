"""How this process is: for load balancers, container health checks and Prometheus."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.access import Anyone, Reader
from api.context import Context_
from api.refusals import NotSignedIn
from api.schemas import HealthOut, ReadyOut

router = APIRouter(tags=["operation"])


@router.get("/healthz")
def read_health(context: Context_, user: Anyone, response: Response) -> HealthOut:
    """200 while there is a net to answer from, be it stale; 503 before the first one is read."""
    held = context.held
    published = held.published
    if published is None:
        # an empty register is healthy: the first import is made through this process
        response.status_code = 200 if held.reachable else 503
        return HealthOut(status="empty", net_version=None, database=held.reachable)
    return HealthOut(
        status="stale" if held.stale else "ok",
        net_version=published.snapshot.net_version,
        database=held.reachable,
    )


@router.get("/readyz", responses={503: {"model": ReadyOut, "description": "not now"}})
def read_readiness(
    context: Context_,
    user: Anyone,
    response: Response,
    writes: Annotated[bool, Query(description="503 also while nothing can be written")] = False,
) -> ReadyOut:
    """Whether to send requests here. Look-ups go on without the register, so `writes` is asked apart."""
    held = context.held
    ready = ReadyOut(reads=held.published is not None or held.reachable, writes=held.reachable)
    if not (ready.writes if writes else ready.reads):
        response.status_code = 503
    return ready


@router.get("/metrics", response_class=Response, include_in_schema=False)
def read_metrics(context: Context_, user: Reader) -> Response:
    """For Prometheus, with a reader's key. Visitors are refused, also where they may read."""
    if not user.is_known:
        raise NotSignedIn("reader", challenge=True)
    return Response(context.metrics.told(context.held), media_type=CONTENT_TYPE_LATEST)
