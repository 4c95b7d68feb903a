"""An import as one act: examined, rehearsed in a savepoint, and on request done for good.

The rehearsal writes everything and takes it back, so the dry run reports what the database itself would
say, and counts of what is new come from the same code as the commit.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boundaries.land import districts
from boundaries.land.importing import mapping
from boundaries.land.importing.errors import ImportBlocked
from boundaries.land.importing.examine import Examined, Progress, examine
from boundaries.land.importing.report import ImportReport
from boundaries.land.importing.request import Request
from boundaries.land.importing.writing import Terms, Written, write
from boundaries.store import clock
from boundaries.store.errors import Refusal
from boundaries.store.tables import District, ImportRun


def dry_run(
    session: Session, district_code: str, path: Path, request: Request, on_progress: Progress | None = None
) -> Examined:
    """Say what an import would do; the register is as before. The report is in `.report`.

    Raises what `examine` raises, and UnknownDistrict.
    """
    district = districts.get(session, district_code)
    examined = examine(session, district, path, request, on_progress)
    if examined.report.may_commit:
        if on_progress is not None:
            on_progress(f"rehearsing {len(examined.frame):,} rows", 4, 5)
        _rehearse(session, district, examined, request)
    if on_progress is not None:
        on_progress("checked", 5, 5)
    return examined


def commit(
    session: Session,
    district_code: str,
    path: Path,
    request: Request,
    *,
    by: str,
    on_progress: Progress | None = None,
    examined: Examined | None = None,
) -> Examined:
    """Import a file within the caller's transaction: all of it or, when this raises, nothing.

    by: who imports. examined: what is known of the file already. The same file again changes nothing and
    opens no net version. Raises ImportBlocked with the report, what `examine` raises, and UnknownDistrict.
    """
    district = districts.get(session, district_code)
    examined = examined or examine(session, district, path, request, on_progress)
    report = examined.report
    if not report.may_commit:
        raise ImportBlocked(report)
    if on_progress is not None:
        on_progress(f"writing {len(examined.frame):,} rows", 4, 5)
    stamp = clock.stamp(session)
    _tell(report, _write(session, district, examined, request, stamp, by))
    report.committed = True
    mapping.keep(session, district, examined.kind, examined.columns, report.mapping)
    session.add(
        ImportRun(
            district_id=district.id,
            kind=report.kind,
            file_name=report.file,
            sha256=report.sha256,
            report=report.to_dict(),
            committed_at=stamp,
            committed_by=by,
        )
    )
    session.flush()
    if on_progress is not None:
        on_progress("imported", 5, 5)
    return examined


def _rehearse(session: Session, district: District, examined: Examined, request: Request) -> None:
    trial = session.begin_nested()
    try:
        _tell(
            examined.report, _write(session, district, examined, request, clock.stamp(session), "rehearsal")
        )
    except (Refusal, IntegrityError) as error:
        code = error.code if isinstance(error, Refusal) else "register-conflict"
        examined.report.add(str(code), _sentence(error), blocks=True)
    finally:
        trial.rollback()
        session.expire_all()


def _write(
    session: Session, district: District, examined: Examined, request: Request, stamp: datetime, by: str
) -> Written:
    terms = Terms(
        valid_from=request.valid_from or stamp,
        stamp=stamp,
        made_by=by,
        note=examined.report.file,
        line_code=request.line_code,
        line_name=request.line_name,
        line_matters=request.line_matters,
    )
    written = write(session, district, examined.kind.name, examined.frame, terms)
    session.flush()
    # the exclusion constraints wait for the commit; a rehearsal must hear from them too
    session.execute(text("set constraints all immediate"))
    session.execute(text("set constraints all deferred"))
    return written


def _tell(report: ImportReport, written: Written) -> None:
    tally = written.tally
    report.tally = {
        "added": tally.added,
        "changed": tally.changed,
        "unchanged": tally.unchanged,
        "retired": tally.retired,
    }
    report.net_version = written.version.number if written.version else None
    for codes, code, what in (
        (written.homeless, "buildings-without-grid", "buildings lie in no grid"),
        (written.cut, "buildings-cut", "buildings are cut by a border and belong to one grid as recorded"),
    ):
        if codes:
            more = ", …" if len(codes) > 5 else ""
            report.add(code, f"{len(codes)} {what}: {', '.join(codes[:5])}{more}")


def _sentence(error: Refusal | IntegrityError) -> str:
    if isinstance(error, IntegrityError):
        return str(error.orig).splitlines()[0]
    return str(error)
