"""Tables of a district's grids, drawn into a plan: buildings, parts of them, 微网格 and 专属 groups."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from api.access import Planner
from api.context import Session_
from api.plan_schemas import EditOut, PlanOut, edit_out, plan_facts
from api.routes.answers import refusals
from api.routes.plans import District_, Seen, actor
from api.schemas import Out
from boundaries.land import plan_tables, plans
from boundaries.land.importing.reading import Limits, Table, read

router = APIRouter(tags=["plans"])
LIMITS = Limits(file_bytes=16 << 20, unpacked_bytes=128 << 20, rows=50_000)
_ZIP = b"PK\x03\x04"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXAMPLE = "网格,楼栋,单元,类型\n1号网格,1–8号楼,,\n2号网格,9号楼,1-2单元,立体\n,9号楼,3单元,立体\n"


class FaultOut(Out):
    """Something of a row that was left out."""

    row: int
    field: str
    value: str
    reason: str


class TabledOut(Out):
    """What a table became."""

    plan: PlanOut
    edits: list[EditOut]
    unused: list[FaultOut]
    unlisted: list[str]


async def _raw(request: Request) -> bytes:
    return await request.body()


@router.post(
    "/v1/plans/{code}/table",
    status_code=201,
    responses=refusals(400, 401, 403, 404, 409, 412, 413, 422, 428, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {"schema": {"type": "string"}, "example": _EXAMPLE},
                _XLSX: {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
)
def draw_table(
    user: Planner,
    code: str,
    body: Annotated[bytes, Depends(_raw)],
    response: Response,
    session: Session_,
    district: District_,
    seen: Seen,
    community: Annotated[
        str | None, Query(description="whose ground the lists of buildings divide; else the plan's scope")
    ] = None,
    layer: Annotated[str | None, Query(description="the sheet of a workbook with several")] = None,
    skip_unused: Annotated[
        bool, Query(description="draw what can be drawn of the lists of buildings, and tell the rest")
    ] = False,
) -> TabledOut:
    """Draw a CSV or XLSX table into the draft: all of it, or nothing and 422 with every row at fault.

    Columns: 网格, 楼栋, 单元, 类型 (综合, 专属, 立体 or 微网格), 宿主网格, 微网格, 专属组, 负责人.
    """
    table = _read(body, layer)
    rows = plan_tables.rows_of(table.cells, table.rows.tolist())
    made = plan_tables.draw(
        session,
        district,
        code,
        rows,
        seen=seen,
        by=actor(user),
        community=community,
        skip_unused=skip_unused,
    )
    return _told(session, made, response)


def _read(body: bytes, layer: str | None) -> Table:
    with tempfile.TemporaryDirectory(prefix="yiwang-table-") as folder:
        path = Path(folder) / ("table.xlsx" if body.startswith(_ZIP) else "table.csv")
        path.write_bytes(body)
        return read(path, layer=layer, limits=LIMITS)


def _told(session: Session, made: plan_tables.Tabled, response: Response) -> TabledOut:
    response.headers["ETag"] = f'"{made.plan.version}"'
    facts: dict[str, Any] = plan_facts(made.plan, *plans.context_of(session, made.plan))
    return TabledOut(
        plan=PlanOut(**facts),
        edits=[edit_out(edit, made.plan.applied) for edit in made.edits],
        unused=[FaultOut(**fault.told()) for fault in made.unused],
        unlisted=list(made.unlisted),
    )
