"""GeoReport v2 as its specification says it: both formats, and errors as an array."""

from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from api import keys
from boundaries.duty import matters
from boundaries.land import districts
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import A

BASE = "/open311/v2"


@pytest.fixture(scope="module")
def key(database: Database, town: towns.Town) -> str:
    with database.transaction() as session:
        matters.put(session, districts.get(session, towns.DISTRICT), matters.national())
        return keys.create(session, name="city-app", role="worker", made_by="t")[1]


def form(key: str, **more: object) -> dict[str, object]:
    lon, lat = towns.at(1.5, 6.5)
    return {"api_key": key, "service_code": "0102", "lat": lat, "long": lon, "description": "坏了", **more}


def test_a_request_is_sent_and_read_in_both_formats(client: TestClient, key: str) -> None:
    sent = client.post(f"{BASE}/requests.json", data=form(key))
    assert sent.status_code == 201, sent.text
    number = sent.json()[0]["service_request_id"]
    (read,) = client.get(f"{BASE}/requests/{number}.json").json()
    assert (read["status"], read["service_code"], read["address_id"]) == ("open", "0102", "H1")
    assert read["agency_responsible"] == "消防救援大队" and read["description"] is None
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get(f"{BASE}/requests/{number}.json", headers=headers).json()[0]["description"] == "坏了"
    root = ElementTree.fromstring(client.get(f"{BASE}/requests/{number}.xml").content)
    assert root.tag == "service_requests" and root.findtext("request/service_request_id") == number
    again = ElementTree.fromstring(client.post(f"{BASE}/requests.xml", data=form(key)).content)
    listed = client.get(f"{BASE}/requests.json", params={"service_code": "0102", "status": "open"}).json()
    assert {number, again.findtext("request/service_request_id")} <= {
        each["service_request_id"] for each in listed
    }
    assert client.get(f"{BASE}/requests.json", params={"status": "closed"}).json() == []
    told = client.get(f"/v1/incidents/{number}", headers=headers).json()
    assert (told["grid"], told["source"], told["recorded_by"]) == (f"{A}001", "open311", "key:city-app")


def test_services_are_the_matters_without_the_sensitive(client: TestClient, key: str) -> None:
    services = {each["service_code"]: each for each in client.get(f"{BASE}/services.json").json()}
    assert services["0102"]["metadata"] is False and services["0102"]["group"]
    assert "01" not in services and "*" not in services and "2601" not in services
    root = ElementTree.fromstring(client.get(f"{BASE}/services.xml").content)
    assert [each.text for each in root.iter("service_code")] == sorted(services)
    definition = client.get(f"{BASE}/services/0102.json").json()
    assert definition == {"service_code": "0102", "attributes": []}


def test_what_is_refused_is_an_array_of_errors(client: TestClient, key: str) -> None:
    def error(method: str, path: str, **kwargs: object) -> tuple[int, str]:
        reply = client.request(method, BASE + path, **kwargs)  # type: ignore[arg-type]
        (one,) = reply.json()
        assert one["code"] == reply.status_code
        return reply.status_code, one["description"]

    assert error("GET", "/services.yaml")[0] == error("GET", "/requests/1.json")[0] == 404
    assert error("GET", "/services.json", params={"jurisdiction_id": "elsewhere"})[0] == 404
    assert error("GET", "/services/9999.json")[0] == 404
    assert error("POST", "/requests.json", data=form(""))[0] == 403
    assert error("POST", "/requests.json", data=form("yw_x_y"))[0] == 403
    assert error("POST", "/requests.json", data=form(key, service_code=""))[0] == 400
    assert error("POST", "/requests.json", data=form(key, service_code="9999"))[0] == 404
    assert "lat" in error("POST", "/requests.json", data=form(key, lat=""))[1]
    assert error("POST", "/requests.json", data=form(key, lat="x"))[0] == 400
    assert "outside" in error("POST", "/requests.json", data=form(key, lat="60"))[1]
    for wrong in (
        {"status": "x"},
        {"start_date": "x"},
        {"start_date": "2026-01-01T00:00:00"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
    ):
        assert error("GET", "/requests.json", params=wrong)[0] == 400
    xml = ElementTree.fromstring(client.get(f"{BASE}/requests/1.xml").content)
    assert (xml.tag, xml.findtext("error/code")) == ("errors", "404")


def test_an_address_that_is_one_place_will_do(client: TestClient, key: str) -> None:
    sent = client.post(f"{BASE}/requests.json", data=form(key, lat="", address_id="H6"))
    assert sent.status_code == 201, sent.text
    number = sent.json()[0]["service_request_id"]
    assert client.get(f"{BASE}/requests/{number}.json").json()[0]["address_id"] == "H6"
    unknown = client.post(f"{BASE}/requests.json", data=form(key, lat="", address_string="不存在的地方"))
    assert unknown.status_code in (400, 404) and unknown.json()[0]["code"] == unknown.status_code
