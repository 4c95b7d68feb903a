"""The routes of GeoReport v2, each in JSON and XML."""

from datetime import datetime
from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Depends, Query, Response

from api.access import Reader
from api.context import Context_, Session_
from api.incident_bodies import FIELDS, Batch
from api.incidents_shown import hidden_from, may_see
from api.open311.refusals import BadGeoReport, UnknownGeoReport
from api.open311.refusing import GeoReportRoute
from api.open311.requests import MOST, STATES, period, request_out, row_of, services
from api.open311.sending import Form, Sender, read_form
from api.open311.writing import FORMATS, told, told_one
from api.routes.incidents import take
from api.writing import District_
from boundaries.affairs import asking
from boundaries.affairs.refusals import IncidentsRefused

PREFIX = "/open311/v2"
# the contract of these is GeoReport's own, so that they do not stand in ours
router = APIRouter(prefix=PREFIX, route_class=GeoReportRoute, include_in_schema=False)
Jurisdiction = Annotated[str | None, Query(alias="jurisdiction_id", max_length=100)]


@router.get("/services.{format}")
def list_services(
    context: Context_, user: Reader, format: str, jurisdiction: Jurisdiction = None
) -> Response:
    """The kinds of requests that are taken."""
    snapshot = context.held.current.snapshot
    _check(format, jurisdiction, snapshot.district.code)
    return told(format, "services", "service", services(snapshot, user))


@router.get("/services/{service_code}.{format}")
def define_service(
    context: Context_, user: Reader, service_code: str, format: str, jurisdiction: Jurisdiction = None
) -> Response:
    """What a service asks for beside the usual: nothing."""
    snapshot = context.held.current.snapshot
    _check(format, jurisdiction, snapshot.district.code)
    if service_code not in {each["service_code"] for each in services(snapshot, user)}:
        raise UnknownGeoReport(f"there is no service_code {service_code}")
    return told_one(format, "service_definition", {"service_code": service_code, "attributes": []})


@router.post("/requests.{format}")
def send_request(
    context: Context_,
    user: Sender,
    session: Session_,
    district: District_,
    format: str,
    form: Annotated[Form, Depends(read_form)],
    jurisdiction: Jurisdiction = None,
) -> Response:
    """Report something, now, at a place in WGS 84 or at an address."""
    snapshot = context.held.current.snapshot
    _check(format, jurisdiction or form.get("jurisdiction_id"), district.code)
    rows = pd.DataFrame([row_of(snapshot, form)], columns=list(FIELDS), dtype=object)
    try:
        taken = take(
            snapshot,
            session,
            district,
            user,
            Batch(rows, [1]),
            datum="wgs84",
            system=None,
            source="",
            skip_refused=False,
        )
    except IncidentsRefused as error:
        first = error.rows[0]
        raise BadGeoReport(f"{first['field']}: {first['reason']}") from error
    reply = {"service_request_id": taken["numbers"][0], "service_notice": None, "account_id": None}
    return told(format, "service_requests", "request", [reply], status=201)


@router.get("/requests.{format}")
def list_requests(
    context: Context_,
    user: Reader,
    session: Session_,
    district: District_,
    format: str,
    jurisdiction: Jurisdiction = None,
    service_request_id: Annotated[str | None, Query(max_length=20_000)] = None,
    service_code: Annotated[str | None, Query(max_length=5_000)] = None,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    status: Annotated[str | None, Query(max_length=20)] = None,
) -> Response:
    """At most 1,000 requests, the latest written first: by numbers, or of at most 90 days."""
    snapshot = context.held.current.snapshot
    _check(format, jurisdiction, district.code)
    states = _listed(status)
    if not set(states) <= set(STATES):
        raise BadGeoReport(f"status is one of {', '.join(STATES)}")
    if numbers := _listed(service_request_id):
        wanted = asking.Wanted(numbers=numbers[:MOST])
    else:
        since, until = period(start_date, end_date)
        wanted = asking.Wanted(
            matters=_listed(service_code) or None,
            not_matters=hidden_from(user, snapshot),
            since=since,
            until=until,
            is_open=STATES[states[0]] if len(set(states)) == 1 else None,
        )
    found = asking.page(session, district, wanted, limit=MOST)
    shown = [request_out(snapshot, user, each) for each in found if may_see(user, snapshot, each)]
    return told(format, "service_requests", "request", shown)


@router.get("/requests/{number}.{format}")
def get_request(
    context: Context_,
    user: Reader,
    session: Session_,
    district: District_,
    number: str,
    format: str,
    jurisdiction: Jurisdiction = None,
) -> Response:
    """One request."""
    snapshot = context.held.current.snapshot
    _check(format, jurisdiction, district.code)
    found = asking.page(session, district, asking.Wanted(numbers=[number]), limit=1)
    if not found or not may_see(user, snapshot, found[0]):
        raise UnknownGeoReport(f"there is no service_request_id {number}")
    return told(format, "service_requests", "request", [request_out(snapshot, user, found[0])])


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _check(format: str, jurisdiction: str | None, district: str) -> None:
    if format not in FORMATS:
        raise UnknownGeoReport(f"there is no format {format}: {' or '.join(FORMATS)}")
    if jurisdiction and jurisdiction != district:
        raise UnknownGeoReport(f"there is no jurisdiction_id {jurisdiction} here")
