"""Files of the district's offices into the register: a dry run, and with `commit` the import itself."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest
from pydantic import Field
from sqlalchemy.orm import Session

from api.access import User, needs
from api.context import Context_, Session_
from api.refusals import NothingHeld
from api.routes.answers import as_json, refusals
from api.uploads import LayerForm, Upload, received, request_body
from boundaries.land import districts
from boundaries.land.importing import (
    KINDS,
    Request,
    codes_in,
    commit,
    dry_run,
    dry_run_apart,
    examine_apart,
    is_large,
)
from boundaries.land.importing.reading import Limits

router = APIRouter(prefix="/v1/imports", tags=["import"])
# What one web request may bring; larger files go through `yiwang import`.
LIMITS = Limits(
    file_bytes=512 << 20,
    unpacked_bytes=2 << 30,
    json_bytes=256 << 20,
    rows=2_000_000,
    vertices=20_000_000,
    memory_bytes=4 << 30,
    seconds=300,
    work_seconds=540,  # PostgreSQL ends the request's own transaction after ten minutes of silence
)
Importer = Annotated[User, Depends(needs("planner", whole_district=True))]


class ImportForm(LayerForm):
    """The parts of the form beside `file`."""

    kind: str = Field(description=", ".join(KINDS), examples=["grids"])
    commit: bool = Field(False, description="import; without it only a dry run")
    mapping: dict[str, str] = Field(
        {}, description="field → column, as JSON", examples=[{"code": "网格编码"}]
    )
    constants: dict[str, str] = Field({}, description="field → value for empty cells, as JSON")
    line: str = Field("", description="code of the line, for lines")
    line_name: str = ""
    line_matters: str | None = Field(
        None, description="codes of the matters that go by the line, commas between them; none: as they are"
    )
    valid_from: datetime | None = Field(None, description="since when it holds, with its time zone; else now")
    skip_refused: bool = Field(False, description="import the good rows only")
    accept_faults: bool = Field(False, description="import grids although they overlap")

    def request(self) -> Request:
        """The request of the importer."""
        return Request(
            kind=self.kind,
            layer=self.layer,
            encoding=self.encoding,
            frame=self.stated,
            mapping=self.mapping,
            constants=self.constants,
            line_code=self.line,
            line_name=self.line_name,
            line_matters=None if self.line_matters is None else codes_in(self.line_matters),
            valid_from=self.valid_from,
            skip_refused=self.skip_refused,
            accept_faults=self.accept_faults,
            limits=LIMITS,
            apart=True,
        )


async def _received(request: HttpRequest, user: Importer) -> AsyncIterator[Upload[ImportForm]]:
    """Only after the sign-in is the body read. Raises UnreadableBody."""
    told = "mapping and constants are JSON objects"
    async with received(request, ImportForm, ("mapping", "constants"), told) as upload:
        yield upload


def _district(configured: str | None, session: Session) -> str:
    """The one district that this process serves, which may have no net yet. Raises NothingHeld."""
    codes = [configured] if configured else districts.codes(session)
    if len(codes) != 1:
        raise NothingHeld(f"The register holds {len(codes)} districts: name one in YIWANG_DISTRICT.")
    return codes[0]


@router.post(
    "",
    response_class=Response,
    responses={
        200: {"description": "the report: of a dry run, or of what was imported"},
        **refusals(400, 401, 403, 404, 413, 422, 503),
    },
    openapi_extra=request_body(ImportForm, "kind"),
)
def import_file(
    context: Context_,
    user: Importer,
    upload: Annotated[Upload[ImportForm], Depends(_received)],
    session: Session_,
) -> Response:
    """Check a file; with `commit=true` import it, all or nothing.

    A dry run answers 200 also for a file that cannot be imported: its report says why (`may_commit`).
    A commit of such a file is refused (422 `import-blocked`) with the same report.
    """
    district = _district(context.settings.district, session)
    request = upload.form.request()
    large = is_large(upload.path)
    if upload.form.commit:
        known = examine_apart(context.database.url, district, upload.path, request) if large else None
        report = commit(session, district, upload.path, request, by=user.name, examined=known).report
    elif large:
        report = dry_run_apart(context.database.url, district, upload.path, request)
    else:
        report = dry_run(session, district, upload.path, request).report
    return as_json(report.to_dict())
