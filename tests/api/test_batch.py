"""Many places at once: JSON and CSV, and no row lost."""

import csv
import io
import json

import pytest
from fastapi.testclient import TestClient

from api import batches
from gis.datums import Datum, convert
from tests.api.conftest import basic
from tests.boundaries import towns

CSV = {"Content-Type": "text/csv"}
PLACES = {"a": towns.at(2, 8), "b": towns.at(12, 5), "c": towns.at(25, 5), "far": (113.5, 35.9)}


def _csv(rows: list[tuple[object, ...]], header: str = "id,lon,lat") -> bytes:
    return "\r\n".join([header, *(",".join(str(cell) for cell in row) for row in rows), ""]).encode()


def _rows(body: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body)))


def test_json_in_json_out_in_the_order_given(client: TestClient) -> None:
    points = [{"id": name, "lon": lon, "lat": lat} for name, (lon, lat) in PLACES.items()]
    reply = client.post(
        "/v1/lookup/batch", json={"datum": "wgs84", "points": points}, headers=basic("dispatcher")
    )
    assert reply.status_code == 200
    told = reply.json()
    assert [row["id"] for row in told["results"]] == list(PLACES)
    assert told["results"][0] == {
        "id": "a",
        "grid": f"{towns.A}001",
        "community": towns.A,
        "street": "140502001",
        "leader": "王小明",
        "status": "owned",
    }
    assert told["results"][1]["status"] == "vacant"
    assert told["results"][2]["leader"] == "李芳"
    assert told["results"][3] == dict.fromkeys(batches.COLUMNS) | {"id": "far", "status": "outside"}
    assert told["errors"] == []
    assert told["net_version"] == 1


def test_csv_in_csv_out_with_the_datum_beside_it(client: TestClient) -> None:
    lon, lat = convert([PLACES["a"]], Datum.WGS84, Datum.BD09)[0]
    reply = client.post("/v1/lookup/batch?datum=bd09", content=_csv([("a", lon, lat)]), headers=CSV)
    assert reply.headers["content-type"].startswith("text/csv")
    (row,) = _rows(reply.text)
    assert row == {
        "id": "a",
        "grid": f"{towns.A}001",
        "community": towns.A,
        "street": "140502001",
        "leader": "王**",  # a visitor is a reader
        "status": "owned",
        "error": "",
    }


def test_accept_chooses_the_other_form(client: TestClient) -> None:
    body = _csv([("a", *PLACES["a"])])
    told = client.post(
        "/v1/lookup/batch?datum=wgs84", content=body, headers={**CSV, "Accept": "application/json"}
    )
    assert told.json()["results"][0]["grid"] == f"{towns.A}001"


def test_rows_that_cannot_be_read_are_listed_and_none_is_lost(client: TestClient) -> None:
    rows = [("a", *PLACES["a"]), ("x", "east", 35.5), ("y", 35.5, 112.85), ("z", "", ""), ("c", *PLACES["c"])]
    told = client.post(
        "/v1/lookup/batch?datum=wgs84", content=_csv(rows), headers={**CSV, "Accept": "application/json"}
    ).json()
    assert [row["status"] for row in told["results"]] == ["owned", "error", "error", "error", "owned"]
    assert [(error["row"], error["id"], error["code"]) for error in told["errors"]] == [
        (2, "x", "not-a-number"),
        (3, "y", "bad-point"),
        (4, "z", "not-a-number"),
    ]
    assert "swapped" in told["errors"][1]["detail"]
    as_csv = _rows(client.post("/v1/lookup/batch?datum=wgs84", content=_csv(rows), headers=CSV).text)
    assert len(as_csv) == len(rows)
    assert as_csv[1]["status"] == "error" and "east" in as_csv[1]["error"]


def test_csv_from_a_chinese_spreadsheet_is_read(client: TestClient) -> None:
    lon, lat = PLACES["a"]
    text = f"id,lon,lat,备注\r\n一号,{lon},{lat},东街\r\n"
    for raw in (text.encode("utf-8-sig"), text.encode("gb18030")):
        (row,) = _rows(client.post("/v1/lookup/batch?datum=wgs84", content=raw, headers=CSV).text)
        assert (row["id"], row["grid"]) == ("一号", f"{towns.A}001")


def test_a_row_without_id_is_called_by_its_number(client: TestClient) -> None:
    body = _csv([PLACES["a"], PLACES["b"]], header="lon,lat")
    rows = _rows(client.post("/v1/lookup/batch?datum=wgs84", content=body, headers=CSV).text)
    assert [row["id"] for row in rows] == ["1", "2"]


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("application/json", b"{", 400, "unreadable-body"),
        ("application/json", b'{"points": 3}', 400, "unreadable-body"),
        ("text/csv", b"", 400, "unreadable-body"),
        ("text/csv", b"a,b\r\n1,2\r\n", 400, "unreadable-body"),
        ("application/pdf", b"%PDF", 415, "unknown-media-type"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_as_a_whole(
    client: TestClient, content_type: str, body: bytes, status: int, code: str
) -> None:
    reply = client.post("/v1/lookup/batch?datum=wgs84", content=body, headers={"Content-Type": content_type})
    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_a_batch_without_datum_is_refused(client: TestClient) -> None:
    reply = client.post("/v1/lookup/batch", json={"points": [{"lon": 1, "lat": 2}]})
    assert (reply.status_code, reply.json()["code"]) == (400, "missing-datum")
    reply = client.post("/v1/lookup/batch", json={"datum": "mars", "points": []})
    assert (reply.status_code, reply.json()["code"]) == (400, "unknown-datum")


def test_the_limit_of_points_holds_at_its_edge(client: TestClient) -> None:
    point = json.dumps({"lon": PLACES["a"][0], "lat": PLACES["a"][1]})

    def post(count: int) -> int:
        body = '{"datum": "wgs84", "points": [' + ",".join([point] * count) + "]}"
        return client.post(
            "/v1/lookup/batch", content=body, headers={"Content-Type": "application/json"}
        ).status_code

    assert post(batches.MOST_IN_JSON) == 200
    assert post(batches.MOST_IN_JSON + 1) == 413


def test_a_cell_cannot_become_a_formula(client: TestClient) -> None:
    (row,) = _rows(
        client.post("/v1/lookup/batch?datum=wgs84", content=_csv([("=1+1", *PLACES["a"])]), headers=CSV).text
    )
    assert row["id"] == "'=1+1"
