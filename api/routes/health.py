"""Whether this process can answer: for load balancers and container health checks."""

from fastapi import APIRouter, Response

from api.access import Anyone
from api.context import Context_
from api.schemas import HealthOut

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
