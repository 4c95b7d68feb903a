"""Services and requests of GeoReport v2 out of matters and incidents."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from api.access import User
from api.incidents_shown import areas_of, local
from api.open311.refusals import BadGeoReport, UnknownGeoReport
from boundaries.affairs.asking import IncidentRecord
from boundaries.duty.places import place_of_building
from boundaries.duty.snapshot import Snapshot
from boundaries.store.tables import ANY_MATTER

SOURCE = "open311"
LONGEST = timedelta(days=90)
MOST = 1000
STATES = {"open": True, "closed": False}


def services(snapshot: Snapshot, user: User) -> list[dict[str, Any]]:
    """The matters that have none below them, sensitive ones for roles of the district only."""
    parents = {matter.parent for matter in snapshot.matters.values()}
    return [
        {
            "service_code": code,
            "service_name": matter.name,
            "description": matter.name,
            "metadata": False,
            "type": "realtime",
            "keywords": "",
            "group": _name(snapshot, matter.parent),
        }
        for code, matter in sorted(snapshot.matters.items())
        if code not in parents and code != ANY_MATTER and (not matter.sensitive or user.may("worker"))
    ]


def request_out(snapshot: Snapshot, user: User, incident: IncidentRecord) -> dict[str, Any]:
    """One incident as a request; words for roles of its area only."""
    whole = user.sees_persons(areas_of(snapshot, incident.grid_now))
    lead = snapshot.parties.get(incident.lead or "")
    return {
        "service_request_id": incident.number,
        "status": "open" if incident.resolved_at is None else "closed",
        "status_notes": None,
        "service_name": _name(snapshot, incident.matter),
        "service_code": incident.matter,
        "description": incident.description if whole else None,
        "agency_responsible": lead.name if lead is not None and (whole or lead.kind != "person") else None,
        "service_notice": None,
        "requested_datetime": local(snapshot, incident.happened_at),
        "updated_datetime": local(snapshot, incident.resolved_at or incident.recorded_at),
        "expected_datetime": local(snapshot, incident.due_at),
        "address": incident.address if whole else None,
        "address_id": incident.building,
        "zipcode": None,
        "lat": incident.lat,
        "long": incident.lon,
        "media_url": None,
    }


def row_of(snapshot: Snapshot, form: Mapping[str, str]) -> dict[str, Any]:
    """The incident that a form reports, now. Names, mail and telephone of the sender are not kept.

    Raises BadGeoReport, and UnknownGeoReport for a service.
    """
    service = form.get("service_code", "").strip()
    if not service:
        raise BadGeoReport("service_code was not provided")
    if service not in snapshot.matters or service == ANY_MATTER:
        raise UnknownGeoReport(f"there is no service_code {service}")
    lon, lat = _place(snapshot, form)
    return {
        "matter": service,
        "source": SOURCE,
        "happened_at": datetime.now(UTC).isoformat(),
        "lon": lon,
        "lat": lat,
        "description": form.get("description", ""),
        "address": form.get("address_string", ""),
    }


def period(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """From when until when: at most 90 days, else the last 90. Raises BadGeoReport."""
    for name, instant in (("start_date", start), ("end_date", end)):
        if instant is not None and instant.tzinfo is None:
            raise BadGeoReport(f"{name} names no time zone, as 2026-01-01T00:00:00Z does")
    try:
        last = end or (start + LONGEST if start is not None else datetime.now(UTC))
        first = start or last - LONGEST
    except OverflowError as error:
        raise BadGeoReport("90 days from that date are beyond the years 1 to 9999") from error
    if not timedelta(0) <= last - first <= LONGEST:
        raise BadGeoReport("end_date lies before start_date, or more than 90 days after it")
    return first, last


def _place(snapshot: Snapshot, form: Mapping[str, str]) -> tuple[str | float, str | float]:
    lon, lat = form.get("long", "").strip(), form.get("lat", "").strip()
    if lon and lat:
        return lon, lat
    code, words = form.get("address_id", "").strip(), form.get("address_string", "").strip()
    if not code and words:
        building = snapshot.answer_address(words)["building"]  # UnknownAddress says what is similar
        if building is None:
            raise BadGeoReport(f"address_string '{words}' is not one place: give lat and long")
        code = building["code"]
    if not code:
        raise BadGeoReport("lat and long, address_id or address_string must be provided")
    if code not in snapshot.buildings:
        raise BadGeoReport(f"there is no address_id {code}")
    return place_of_building(snapshot.buildings[code])


def _name(snapshot: Snapshot, code: str | None) -> str:
    matter = snapshot.matters.get(code or "")
    return matter.name if matter is not None else ""
