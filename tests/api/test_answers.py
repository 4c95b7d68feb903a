"""The answer over HTTP: shape, datums, masks, ETags, the past."""

from fastapi.testclient import TestClient

from api.lookup_schemas import LookupOut
from gis.datums import Datum, convert
from tests.api.conftest import basic
from tests.boundaries import towns

LON, LAT = towns.at(2, 8)  # in grid A001
POINT = {"lon": LON, "lat": LAT, "datum": "wgs84"}


def test_a_point_is_answered_with_its_grid_and_leader(client: TestClient) -> None:
    reply = client.get("/v1/lookup", params=POINT, headers=basic("dispatcher"))
    assert reply.status_code == 200
    answer = reply.json()
    assert answer["status"] == "owned"
    assert answer["grid"]["code"] == f"{towns.A}001"
    assert answer["owner"]["leader"]["name"] == "王小明"
    assert answer["owner"]["leader"]["phone"] == "13800001234"
    assert [area["code"] for area in answer["areas"]][:2] == [towns.A, "140502001"]
    assert answer["query"]["lon"] == LON and answer["query"]["datum"] == "wgs84"
    assert answer["stale"] is False
    LookupOut.model_validate(answer)


def test_a_reader_sees_persons_masked_and_organisations_whole(client: TestClient) -> None:
    answer = client.get("/v1/lookup", params=POINT).json()
    assert answer["owner"]["leader"]["name"] == "王**"
    assert answer["owner"]["leader"]["phone"] == "138****1234"
    assert answer["owner"]["department"]["phone"] == "0356-2020202"
    assert "王小明" not in client.get("/v1/lookup", params=POINT).text


def test_outside_its_area_an_account_sees_what_a_reader_sees(client: TestClient) -> None:
    lon, lat = towns.at(25, 5)  # community C, in the western street
    outside = {"lon": lon, "lat": lat, "datum": "wgs84"}
    own = client.get("/v1/lookup", params=POINT, headers=basic("east")).json()
    other = client.get("/v1/lookup", params=outside, headers=basic("east")).json()
    assert own["owner"]["leader"]["name"] == "王小明"
    assert other["owner"]["leader"]["name"] == "李**"
    assert other["owner"]["leader"]["phone"] == "139****5678"


def test_the_same_place_in_four_datums_has_one_owner(client: TestClient) -> None:
    for datum in Datum:
        lon, lat = convert([(LON, LAT)], Datum.WGS84, datum)[0]
        params = {"lon": float(lon), "lat": float(lat), "datum": datum.value}
        assert client.get("/v1/lookup", params=params).json()["grid"]["code"] == f"{towns.A}001"


def test_a_point_without_datum_is_refused_with_the_ways_to_say_it(client: TestClient) -> None:
    reply = client.get("/v1/lookup", params={"lon": LON, "lat": LAT})
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["code"] == "missing-datum"
    assert problem["type"] == "urn:yiwang:problem:missing-datum"
    assert set(problem["datums"]) == {datum.value for datum in Datum}
    assert "gcj02" in problem["hint"]


def test_an_account_that_declares_a_datum_need_not_repeat_it(client: TestClient) -> None:
    lon, lat = convert([(LON, LAT)], Datum.WGS84, Datum.GCJ02)[0]
    bare = {"lon": float(lon), "lat": float(lat)}
    reply = client.get("/v1/lookup", params=bare, headers=basic("dispatcher"))
    assert reply.json()["grid"]["code"] == f"{towns.A}001"


def test_swapped_coordinates_are_refused_with_the_hint(client: TestClient) -> None:
    reply = client.get("/v1/lookup", params={"lon": LAT, "lat": LON, "datum": "wgs84"})
    assert reply.status_code == 400
    assert reply.json()["code"] == "bad-point"
    assert reply.json()["swapped"] is True


def test_numbers_that_are_no_place_are_refused(client: TestClient) -> None:
    for lon, lat in (("nan", "35"), ("inf", "35"), ("181", "35"), ("112", "-90.1"), ("x", "35")):
        reply = client.get("/v1/lookup", params={"lon": lon, "lat": lat, "datum": "wgs84"})
        assert reply.status_code == 400, (lon, lat)
        assert reply.headers["content-type"] == "application/problem+json"


def test_a_question_names_exactly_one_place(client: TestClient) -> None:
    for params in ({}, {"lon": LON}, {**POINT, "grid": f"{towns.A}001"}, {"part": "1"}):
        reply = client.get("/v1/lookup", params=params)
        assert (reply.status_code, reply.json()["code"]) == (400, "one-place"), params


def test_building_and_grid_and_matter_are_questions_too(client: TestClient) -> None:
    assert client.get("/v1/lookup", params={"building": "H1"}).json()["building"]["code"] == "H1"
    by_grid = client.get("/v1/lookup", params={"grid": f"{towns.A}001", "matter": "0102"}).json()
    assert by_grid["owner"]["department"]["code"] == "D1"
    unknown = client.get("/v1/lookup", params={"grid": "999"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-code")
    unknown = client.get("/v1/lookup", params={"address": "没有这样的地址"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-address")


def test_a_place_without_leader_is_vacant_and_land_without_grid_falls_upwards(client: TestClient) -> None:
    vacant = client.get("/v1/lookup", params={"grid": f"{towns.A}002"}).json()
    assert vacant["status"] == "vacant"
    lon, lat = towns.at(35, 5)
    uncovered = client.get("/v1/lookup", params={"lon": lon, "lat": lat, "datum": "wgs84"}).json()
    assert uncovered["status"] == "fallback"
    assert uncovered["warnings"]


def test_an_answer_is_not_sent_twice_to_who_has_it(client: TestClient) -> None:
    first = client.get("/v1/lookup", params=POINT)
    again = client.get("/v1/lookup", params=POINT, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["etag"] == first.headers["etag"]
    assert again.content == b""
    # the same question of somebody who may see more has another answer
    other = client.get(
        "/v1/lookup", params=POINT, headers={"If-None-Match": first.headers["etag"], **basic("dispatcher")}
    )
    assert other.status_code == 200


def test_before_the_net_there_was_none_and_the_future_of_knowledge_is_refused(client: TestClient) -> None:
    before = client.get("/v1/lookup", params={**POINT, "at": "2025-06-01T00:00:00+08:00"}).json()
    assert before["status"] == "not_yet_in_force"
    assert before["query"]["at"] == "2025-06-01T00:00:00+08:00"
    beyond = client.get("/v1/lookup", params={**POINT, "known_at": "2999-01-01T00:00:00Z"})
    assert (beyond.status_code, beyond.json()["code"]) == (422, "known-at-beyond-horizon")
    naive = client.get("/v1/lookup", params={**POINT, "at": "2026-06-01T00:00:00"})
    assert (naive.status_code, naive.json()["code"]) == (400, "not-aware-instant")


def test_an_answer_of_a_settled_past_is_kept_for_ever(client: TestClient, town: towns.Town) -> None:
    known_at = town.version.recorded_at.isoformat()
    params = {**POINT, "at": "2026-02-01T00:00:00+08:00", "known_at": known_at}
    reply = client.get("/v1/lookup", params=params)
    assert reply.status_code == 200
    assert "immutable" in reply.headers["cache-control"]
    # at that instant of recording, nobody had been appointed yet in this transaction's first stamp
    assert reply.json()["grid"]["code"] == f"{towns.A}001"
    assert reply.json()["stale"] is False
