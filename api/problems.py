"""Refusals and failures as RFC 9457 problems: the only place that knows status numbers.

A refusal anywhere below is an exception with facts as attributes. Here its class finds a status along
its MRO, its `code` becomes the stable name, its public attributes become members of the problem. 4xx
and 503 leave one log line, 500 a traceback.
"""

import errno
import json
import re
import traceback
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

import psycopg
import shapely
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from shapely.geometry.base import BaseGeometry
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api import oidc
from api import refusals as door
from api.assigning.refusals import AssignRefused
from api.basemap.sources import BasemapUnavailable
from api.journal import AuditUnavailable
from api.ogc import refusals as ogc
from api.open311 import refusals as open311
from boundaries import export
from boundaries.affairs import element_refusals as elements
from boundaries.affairs import refusals as affairs
from boundaries.duty import refusals as duty
from boundaries.land import calling, plan_tables
from boundaries.land import refusals as land
from boundaries.land.codes import MalformedCode
from boundaries.land.importing import errors as importing
from boundaries.land.plans import refusals as plans
from boundaries.store import (
    addresses,
    backup,
    bulk,
    clock,
    cluster,
    database,
    jobs,
    migrate,
    repeats,
    staging,
)
from boundaries.store.cluster import archive
from boundaries.store.errors import Refusal
from gis.datums import WrongFrame
from gis.locate import PolygonsRefused
from gis.net.refusals import EditRefused
from gis.overlay import OverlayRefused
from web_map.report import AssetsMissing

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5

_CLASSES: dict[int, tuple[type[Exception], ...]] = {
    400: (
        door.BadIdempotencyKey,
        door.MissingDatum,
        door.OnePlace,
        door.UnknownDatum,
        door.UnreadableBody,
        duty.BadPoint,
        land.NotAwareInstant,
        MalformedCode,
        ogc.BadOgcQuery,
        oidc.ReturnNotLocal,
        oidc.StateNotOurs,
        open311.BadGeoReport,
        WrongFrame,
    ),
    401: (door.NotSignedIn, door.WrongCredentials, door.WrongKey),
    403: (
        door.CrossSite,
        door.NotAllowed,
        door.OutsideScope,
        door.WrongFirstLink,
        oidc.BadIdToken,
        oidc.NoSuchAccount,
        oidc.SignInRefused,
        affairs.StepNotYours,
        plans.StepNotAllowed,
        plans.TwoPeopleNeeded,
    ),
    404: (
        door.UnknownTile,
        duty.UnknownAddress,
        jobs.UnknownJob,
        land.NoCrosswalk,
        land.UnknownCode,
        land.UnknownDistrict,
        ogc.UnknownOgcResource,
        oidc.OidcOff,
        open311.UnknownGeoReport,
    ),
    409: (
        backup.RegisterInTheWay,
        backup.RestoreDiffers,
        export.TargetExists,
        affairs.BadFlowSettings,
        repeats.KeyReused,
        affairs.StepNotPossible,
        bulk.SaidTwice,
        database.TwoAtAnInstant,
        door.AccountNameTaken,
        door.AdministratorExists,
        door.KeyNameTaken,
        door.LastAdministrator,
        elements.ElementsDoNotFit,
        duty.DutyConflict,
        jobs.JobNotDone,
        duty.DutyHeld,
        duty.PartyHasDuties,
        duty.NothingToEnd,
        land.CodeRetired,
        land.DistrictExists,
        land.FixedValueChanged,
        land.NetVersionNotRising,
        plans.CodesExhausted,
        plans.CommunitiesEnded,
        plans.FoundsNothing,
        plans.NoNetYet,
        plans.NotPublished,
        plans.NothingLeft,
        plans.PlanConflicts,
        plans.WrongState,
    ),
    410: (door.AreaRetired, door.FirstLinkExpired, door.FirstLinkUsed, duty.BuildingGone, duty.GridGone),
    412: (plans.StalePlan,),
    413: (door.BodyTooLarge, door.TooManyIncidents, door.TooManyPoints, importing.FileTooLarge),
    415: (door.UnknownMediaType, importing.UnknownFormat),
    422: (
        affairs.BadDensityQuestion,
        affairs.IncidentsRefused,
        affairs.PhotoRefused,
        affairs.StepIncomplete,
        affairs.VisitRefused,
        AssignRefused,
        backup.BackupDamaged,
        export.TooManyForSheet,
        export.UnknownExport,
        bulk.EmptyPeriod,
        calling.ShortLink,
        clock.KnownAtBeyondHorizon,
        door.UnknownRole,
        door.PasswordMissing,
        duty.AreaNotPossible,
        duty.CaretakingNotPossible,
        duty.DutyNotPossible,
        duty.MalformedShift,
        duty.MatterTreeBroken,
        duty.PlaceNotInForce,
        duty.UnreadableWorkbook,
        duty.WorkbookRefused,
        EditRefused,
        elements.BadElement,
        elements.BadElementFields,
        importing.FrameNotStated,
        importing.ImportBlocked,
        importing.MappingIncomplete,
        importing.UnknownField,
        importing.UnknownFrame,
        importing.UnknownKind,
        importing.UnreadableFile,
        land.DuplicateCode,
        land.ForeignCommunity,
        land.InvalidShape,
        land.MissingColumn,
        land.MissingValue,
        land.NotACommunity,
        land.NothingToLay,
        land.ValueNotAllowed,
        land.WrongParent,
        OverlayRefused,
        plans.CommunityNotPossible,
        plans.EffectiveInThePast,
        plans.EmptyPlan,
        plans.NothingThen,
        plans.NotInScope,
        plans.PlanBlocked,
        plans.ReasonMissing,
        plan_tables.TableRefused,
        PolygonsRefused,
        staging.NotLonLat,
    ),
    428: (door.IfMatchMissing,),
    429: (door.TooManyAttempts, door.TooManyRequests, door.TooManyVisits, jobs.TooManyJobs),
    500: (bulk.StampedAlready,),  # a mistake of ours
    503: (
        addresses.NotPostgresql,
        backup.BackupFailed,
        cluster.ClusterFailed,
        cluster.ClusterStopped,
        cluster.FolderNotOurs,
        cluster.FolderOutOfReach,
        cluster.NoServerAccount,
        cluster.PostgisMissing,
        archive.HomeTaken,
        archive.NoCopyBefore,
        AuditUnavailable,
        BasemapUnavailable,
        door.NothingHeld,
        ogc.OgcUnavailable,
        oidc.ProviderUnavailable,
        door.PageNotBuilt,
        door.PasswordUnchecked,
        AssetsMissing,
        migrate.UnknownRevision,
    ),
}
STATUS: dict[type[BaseException], int] = {
    refused: status for status, classes in _CLASSES.items() for refused in classes
}
# the spatial engine knows no Refusal, but refuses all the same
_REFUSED: tuple[type[Exception], ...] = (
    Refusal,
    WrongFrame,
    PolygonsRefused,
    EditRefused,
    OverlayRefused,
)

TITLES: dict[int, tuple[str, str]] = {  # status: (code, title) of what no refusal class stands for
    400: ("bad-request", "The request cannot be read"),
    401: ("not-signed-in", "Please sign in"),
    403: ("not-allowed", "Not allowed"),
    404: ("not-found", "There is nothing at this address"),
    405: ("method-not-allowed", "This address does not take that method"),
    406: ("not-acceptable", "This answer cannot be given in the asked form"),
    409: ("conflict", "The register already holds something that excludes this"),
    410: ("gone", "No longer in force"),
    412: ("stale-write", "Somebody else changed this in the meantime"),
    413: ("body-too-large", "The request is too large"),
    415: ("unknown-media-type", "This kind of content is not understood"),
    422: ("invalid", "The request cannot be carried out as it stands"),
    428: ("if-match-missing", "Say which version this was made on"),
    429: ("too-many-attempts", "Too many attempts"),
    500: ("internal-error", "Something went wrong here"),
    503: ("register-unavailable", "The register cannot be reached at the moment"),
}

_RESERVED = {"type", "title", "status", "detail", "instance", "code", "request_id"}
log = structlog.get_logger("yiwang.api")


def status_of(kind: type[BaseException]) -> int:
    """The HTTP status of a refusal class, by the nearest class of its MRO that has one. KeyError if none."""
    for base in kind.__mro__:
        if base in STATUS:
            return STATUS[base]
    raise KeyError(kind.__qualname__)


def code_of(kind: type[BaseException]) -> str:
    """The stable name of a refusal class: its `code`, else its own name in kebab case."""
    given = getattr(kind, "code", None)
    return given if isinstance(given, str) else re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def problem(
    request: Request,
    status: int,
    *,
    code: str | None = None,
    detail: str = "",
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem+json response. `code` and `type` are stable; `detail` is for people."""
    usual_code, title = TITLES.get(status, (f"http-{status}", "The request was refused"))
    code = code or usual_code
    detail = _sayable(detail)
    body: dict[str, Any] = {
        "type": f"urn:yiwang:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail or title,
        "instance": request.url.path,
    }
    request_id = request.scope.get("state", {}).get("request_id")
    if request_id:
        body["request_id"] = request_id
    body |= {name: value for name, value in (facts or {}).items() if name not in _RESERVED}
    sent = dict(headers or {})
    if status == 503:
        sent.setdefault("Retry-After", str(RETRY_SECONDS))
    request.scope.setdefault("state", {})["problem"] = (code, detail)  # for the front door's one log line
    told = _sayable(json.dumps(body, ensure_ascii=False, default=str))
    return Response(told, status, headers=sent, media_type=MEDIA_TYPE)


def of_refusal(request: Request, refusal: Exception) -> Response:
    """The problem of a refusal: its code, its sentence and its facts."""
    status = status_of(type(refusal))
    if status == 500:
        return of_failure(request, refusal)
    code = code_of(type(refusal))
    facts = vars(refusal)
    headers = dict(facts.get("headers", {}))
    if facts.get("retry_after_s") is not None:
        headers["Retry-After"] = str(facts["retry_after_s"])
    if status == 410:
        kind, _, _ = code.partition("-")
        links = [f'</v1/{kind}s/{heir}>; rel="successor-version"' for heir in facts.get("successors", ())]
        headers |= {"Link": ", ".join(links)} if links else {}
    return problem(
        request,
        status,
        code=code,
        detail=str(refusal),
        facts=_told(facts),
        headers=headers,
    )


def of_failure(request: Request, error: BaseException) -> Response:
    """The problem of what nobody foresaw: logged with its traceback, told without it."""
    log.error(
        "failed",
        status=500,
        path=request.url.path,
        error=type(error).__name__,
        traceback="".join(traceback.format_exception(error)),
    )
    return problem(request, 500, detail="The failure was logged under this request's id.")


def _sayable(text: str) -> str:
    """Text that can be sent and logged: JSON may carry half a surrogate pair, which is no letter."""
    return text.encode("utf-8", "replace").decode()


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The public facts of a refusal, in plain values."""
    return {
        name: _plain(value)
        for name, value in facts.items()
        if not name.startswith("_") and name not in ("headers", "code")
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseGeometry):
        return _plain(shapely.geometry.mapping(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)


def _refused(request: Request, error: Exception) -> Response:
    return of_refusal(request, error)


def _invalid(request: Request, error: Exception) -> Response:
    """FastAPI's own validation: 400 for what stands in the address, 422 for what stands in the body."""
    found = [
        {
            "where": ".".join(str(part) for part in item["loc"][1:]),
            "in": str(item["loc"][0]),
            "reason": item["msg"],
            "kind": item["type"],
        }
        for item in cast(RequestValidationError, error).errors()
    ]
    in_body = all(item["in"] == "body" for item in found)
    detail = "; ".join(f"{item['where'] or item['in']}: {item['reason']}" for item in found[:5])
    return problem(
        request,
        422 if in_body else 400,
        code="invalid" if in_body else "invalid-parameter",
        detail=detail,
        facts={"errors": found},
    )


def _http(request: Request, error: Exception) -> Response:
    raised = cast(HTTPException, error)
    usual = TITLES.get(raised.status_code, ("", ""))[1]
    detail = raised.detail if raised.detail not in ("Not Found", "Method Not Allowed") else usual
    return problem(request, raised.status_code, detail=detail, headers=raised.headers)


_TRY_AGAIN = (
    PoolTimeout,
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)


def _database(request: Request, error: Exception) -> Response:
    if isinstance(error, _TRY_AGAIN) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return problem(
            request, 503, detail="The register cannot be reached at the moment; please try again shortly."
        )
    if isinstance(error, IntegrityError):
        diagnosis = getattr(error.orig, "diag", None)
        return problem(
            request,
            409,
            detail=(diagnosis.message_detail or diagnosis.message_primary or "") if diagnosis else "",
            facts={"constraint": diagnosis.constraint_name} if diagnosis else None,
        )
    if isinstance(error, DataError | psycopg.DataError):
        # a number, an instant or a letter beyond what PostgreSQL holds: no route's own limit is as wide
        told = str(error.orig if isinstance(error, DataError) else error).partition("\n")[0]
        return problem(
            request, 422, code="value-out-of-range", detail=f"The register cannot hold this: {told}"
        )
    return of_failure(request, error)


def _machine(request: Request, error: Exception) -> Response:
    if cast(OSError, error).errno in (errno.ENOSPC, errno.EDQUOT):
        log.error("no room", path=request.url.path, file=cast(OSError, error).filename)
        return problem(request, 503, detail="The server has no room left on its disk; nothing was taken.")
    return of_failure(request, error)


def install(app: FastAPI) -> None:
    """Make every refusal and failure of this app a problem+json response."""
    for refused in _REFUSED:
        app.add_exception_handler(refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    for past_sqlalchemy in (psycopg.DataError, psycopg.OperationalError, psycopg.InterfaceError):
        app.add_exception_handler(past_sqlalchemy, _database)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(OSError, _machine)
