"""The feed of changes for other systems."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.changes_shown import is_for, told
from api.context import Context_, Session_
from api.routes.answers import refusals
from api.trust_schemas import ChangesOut
from api.writing import District_, Worker
from boundaries.store import changes

router = APIRouter(prefix="/v1/changes", tags=["trust"])


@router.get("", responses=refusals(400, 401, 403, 404, 503))
def list_changes(
    context: Context_,
    user: Worker,
    session: Session_,
    district: District_,
    since: Annotated[int, Query(ge=0, le=2**63 - 1, description="the `next` of the page before")] = 0,
    kind: Annotated[
        list[str] | None, Query(max_length=5, description="publication, building, part, duty, incident")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> ChangesOut:
    """What changed, in order and without a gap: net versions published, buildings and parts that changed
    owner, duties, incidents and their steps. Ask again with `next`; while `more` is true, at once. Accounts
    of an area get what lies in it.
    """
    found = changes.after(session, district.id, since, limit=limit, kinds=kind)
    snapshot = context.held.current.snapshot
    return ChangesOut(
        changes=[told(each) for each in found if is_for(user, snapshot, each)],
        next=found[-1].number if found else since,
        more=len(found) == limit,
    )
