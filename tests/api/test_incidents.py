"""Incidents over HTTP: taken whole or not at all, seen by whom they concern, corrected, with photos."""

import io
from datetime import UTC, datetime, timedelta

import pandas as pd
import psycopg
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from psycopg import errors
from sqlalchemy import text

from api import accounts
from api.incident_bodies import MEDIA, XLSX
from boundaries.affairs import photos
from boundaries.duty import matters
from boundaries.land import districts
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic
from tests.boundaries import towns
from tests.boundaries.towns import A, B, C

WHEN = datetime(2026, 5, 1, 8, tzinfo=UTC)
PARQUET = "application/vnd.apache.parquet"


@pytest.fixture(scope="module", autouse=True)
def _people(database: Database, town: towns.Town) -> None:
    with database.transaction() as session:
        district = districts.get(session, towns.DISTRICT)
        matters.put(session, district, matters.national())
        for name, area in (("worker", None), ("west-worker", "140502002"), ("east-worker", "140502001")):
            accounts.put(session, name=name, password=PASSWORD, role="worker", datum="wgs84", area=area)


def one(east: float = 1, north: float = 6.5, **more: object) -> dict[str, object]:
    lon, lat = towns.at(east, north)
    row = {"matter": "0102", "source": "巡查", "happened_at": WHEN.isoformat(), "lon": lon, "lat": lat}
    return {**row, **more}


def send(
    client: TestClient, body: object, *, who: str = "worker", status: int = 201, **kwargs: object
) -> dict:  # type: ignore[type-arg]
    headers = basic(who) | dict(kwargs.pop("headers", {}))  # type: ignore[call-overload]
    reply = client.post("/v1/incidents", json=body, headers=headers, **kwargs)  # type: ignore[arg-type]
    assert reply.status_code == status, reply.text
    return dict(reply.json())


def held(database: Database) -> int:
    with database.transaction() as session:
        return int(session.scalar(text("select count(*) from yiwang.incident")) or 0)


def test_one_report_is_answered_with_number_grid_building_and_owner(
    client: TestClient, database: Database
) -> None:
    begun = datetime.now(UTC)
    told = send(client, one(1.5, 6.5, external_ref="R1", description="井盖缺失"))
    (row,) = told["incidents"]
    days = {f"{at + timedelta(hours=8):%Y%m%d}" for at in (begun, datetime.now(UTC))}  # midnight may pass
    assert row["number"][:8] in days and row["number"][8] == "-" and len(row["number"]) == 15
    assert (row["grid"], row["building"], row["net_version"]) == (f"{A}001", "H1", 1)
    assert row["owner"] == {
        "leader": {"party": "P1", "name": "王小明"},
        "department": {"party": "D1", "name": "消防救援大队"},
    }
    assert row["areas"][:2] == [A, "140502001"]
    found = client.get(f"/v1/incidents/{row['number']}", headers=basic("worker")).json()
    assert found["description"] == "井盖缺失" and found["happened_at"] == "2026-05-01T16:00:00+08:00"
    # again, unchanged; then with another text
    assert send(client, one(1.5, 6.5, external_ref="R1", description="井盖缺失"))["unchanged"] == 1
    again = send(client, one(1.5, 6.5, external_ref="R1", description="已放置警示"))
    assert again["changed"] == 1 and again["numbers"] == [row["number"]]


def test_the_owner_stored_is_that_of_the_answer_for_every_place_and_matter(client: TestClient) -> None:
    places = [(1.5, 6.5), (2, 5), (7, 7), (16.5, 2.5), (25, 5), (12, 3)]
    rows = [one(*place, matter=matter) for place in places for matter in ("0102", "1101")]
    told = send(client, rows)
    for given, row in zip(rows, told["incidents"], strict=True):
        params = {
            "lon": given["lon"],
            "lat": given["lat"],
            "datum": "wgs84",
            "matter": given["matter"],
            "at": given["happened_at"],
        }
        answer = client.get("/v1/lookup", params=params, headers=basic("worker")).json()
        leader, department = answer["owner"]["leader"], answer["owner"]["department"]
        assert (row["owner"]["leader"] or {}).get("party") == (leader or {}).get("code")
        assert (row["owner"]["department"] or {}).get("party") == (department or {}).get("code")
        assert row["grid"] == answer["grid"]["code"]
        assert row["building"] == (answer["building"] or {}).get("code")


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"lon": None}, "lon", "no place"),
        ({"lon": 112.81, "lat": 40.0}, "lat", "outside the district"),
        ({"lon": 35.505, "lat": 112.805}, "lat", "swapped"),
        ({"happened_at": "2026-05-01 08:00"}, "happened_at", "no zone"),
        ({"happened_at": "2999-05-01T08:00Z"}, "happened_at", "future"),
        ({"matter": "9999"}, "matter", "no such matter"),
        ({"source": ""}, "source", "missing"),
        ({"accuracy_m": -1}, "accuracy_m", "no distance"),
        ({"description": "x\x00"}, "description", "characters"),
        ({"due_at": "2020-01-01T00:00Z"}, "due_at", "before it happened"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_written(
    client: TestClient, database: Database, wrong: dict[str, object], field: str, reason: str
) -> None:
    before = held(database)
    told = send(client, [one(), one(**wrong)], status=422)
    assert told["code"] == "incidents-refused" and told["count"] == 1
    (row,) = told["rows"]
    assert (row["row"], row["field"]) == (2, field) and reason in row["reason"], row
    assert held(database) == before
    good = send(client, [one(), one(**wrong)], params={"skip_refused": True})
    assert (good["added"], good["refused_count"]) == (1, 1)
    assert held(database) == before + 1


def test_bodies_that_are_none_are_refused(client: TestClient) -> None:
    def code(content: bytes, media: str = "application/json", status: int = 400) -> str:
        headers = basic("worker") | {"Content-Type": media}
        reply = client.post("/v1/incidents", content=content, headers=headers)
        assert reply.status_code == status, reply.text
        return str(reply.json()["code"])

    assert code(b"{") == code(b"[]") == code(b"[1]") == code(b'{"incidents": 1}') == "unreadable-body"
    assert code(b'{"matter": {"a": 1}}') == code(b'{"mater": "0102"}') == "unreadable-body"
    assert code(b"x", "text/html", 415) == "unknown-media-type"
    assert code(b"a,b\n1,2\n", "text/csv") == "unreadable-body"
    assert code(b"PK\x03\x04xx", XLSX, 422)


@pytest.mark.parametrize("media", sorted(set(MEDIA) - {"application/json"}))
def test_tables_come_in_as_csv_xlsx_and_parquet(client: TestClient, media: str) -> None:
    frame = pd.DataFrame([one(1, 1), one(2, 1), one(16, 5)])
    out = io.BytesIO()
    if media == "text/csv":
        frame.to_csv(out, index=False)
    elif media == XLSX:
        frame.to_excel(out, index=False)
    else:
        frame.to_parquet(out)
    headers = basic("worker") | {"Content-Type": media}
    reply = client.post("/v1/incidents", content=out.getvalue(), headers=headers)
    assert reply.status_code == 201, reply.text
    assert [row["grid"] for row in reply.json()["incidents"]] == [f"{A}003", f"{A}003", f"{B}002"]


def test_a_key_makes_a_request_happen_once(client: TestClient, database: Database) -> None:
    before = held(database)
    key = {"Idempotency-Key": "k-1"}
    first = send(client, one(3, 3), headers=key)
    again = send(client, one(3, 3), headers=key)
    assert first == again and held(database) == before + 1
    assert send(client, one(3, 4), headers=key, status=409)["code"] == "idempotency-key-reused"
    # a refused request leaves its key free
    assert send(client, one(3, 3, matter="9999"), headers={"Idempotency-Key": "k-2"}, status=422)
    assert send(client, one(3, 3), headers={"Idempotency-Key": "k-2"})["added"] == 1


def test_the_same_nearby_is_hinted_at(client: TestClient) -> None:
    first = send(client, one(22, 2, matter="0201"))["numbers"][0]
    # 0.0003° of longitude are 27 m
    near = send(client, one(22.3, 2, matter="0201", happened_at=(WHEN + timedelta(hours=3)).isoformat()))
    hint = {each["code"]: each for each in near["incidents"][0]["warnings"]}["possible_duplicate"]
    assert hint["numbers"] == [first]
    for other in (one(23, 2, matter="0201"), one(22, 2, matter="0202")):
        codes = [each["code"] for each in send(client, other)["incidents"][0]["warnings"]]
        assert "possible_duplicate" not in codes


def test_a_circle_across_a_border_names_each_grid_with_its_share(client: TestClient) -> None:
    # on the border A001|A002: half and half; at the corner of four: a quarter each
    halves = send(client, one(5, 7.5, accuracy_m=50))["numbers"][0]
    quarters = send(client, one(5, 5, accuracy_m=30))["numbers"][0]
    inside = send(client, one(2.5, 7.5, accuracy_m=50))["numbers"][0]
    edge = send(client, one(30, 5, accuracy_m=40))["numbers"][0]

    def shares(number: str) -> dict[str | None, float]:
        found = client.get(f"/v1/incidents/{number}", headers=basic("worker")).json()["candidates"]
        return {each["grid"]: each["share"] for each in found}

    assert shares(halves) == pytest.approx({f"{A}001": 0.5, f"{A}002": 0.5}, abs=0.002)
    assert shares(quarters) == pytest.approx({f"{A}00{k}": 0.25 for k in (1, 2, 3, 4)}, abs=0.002)
    assert shares(inside) == {}
    assert shares(edge) == pytest.approx({f"{C}001": 0.5, None: 0.5}, abs=0.002)


def test_a_corrected_place_gets_a_record_and_the_day_stays_as_it_was(client: TestClient) -> None:
    number = send(client, one(1.5, 6.5))["numbers"][0]
    lon, lat = towns.at(25, 5)
    place = {"lon": lon, "lat": lat, "datum": "wgs84", "reason": "报错地点"}
    moved = client.post(f"/v1/incidents/{number}/place", json=place, headers=basic("worker"))
    assert moved.json() == {"number": number, "grid": f"{A}001", "grid_now": f"{C}001"}
    found = client.get(f"/v1/incidents/{number}", headers=basic("worker")).json()
    assert (found["grid"], found["building"], found["grid_now"]) == (f"{A}001", "H1", f"{C}001")
    assert found["owner"]["leader"]["party"] == "P1"
    (record,) = found["corrections"]
    assert (record["grid"], record["leader"], record["made_by"]) == (f"{C}001", "P2", "worker")
    assert (found["place"]["lon"], record["lon"]) == (pytest.approx(lon), pytest.approx(lon))
    listed = client.get("/v1/incidents", params={"grid": f"{C}001"}, headers=basic("worker")).json()
    assert number in [each["number"] for each in listed["incidents"]]


def test_who_sees_what(client: TestClient) -> None:
    plain = send(client, one(1, 1, description="私下", external_ref="S1"))["numbers"][0]
    secret = send(client, one(1, 1, matter="2601"))["numbers"][0]

    def seen(who: str | None, number: str) -> tuple[int, dict]:  # type: ignore[type-arg]
        reply = client.get(f"/v1/incidents/{number}", headers=basic(who) if who else {})
        return reply.status_code, reply.json()

    status, told = seen(None, plain)
    assert status == 200 and told["description"] is None and told["owner"]["leader"] is None
    assert told["external_ref"] is None and "photos" not in told
    assert seen(None, secret)[0] == 404
    assert seen("east-worker", secret)[0] == 200
    assert seen("west-worker", secret)[0] == seen("west-worker", plain)[0] == 404
    numbers = {
        who: {
            each["number"]
            for each in client.get("/v1/incidents", params={"limit": 1000}, headers=headers).json()[
                "incidents"
            ]
        }
        for who, headers in (("", {}), ("west", basic("west-worker")), ("east", basic("east-worker")))
    }
    assert plain in numbers[""] and secret not in numbers[""]
    assert {plain, secret} <= numbers["east"] and not {plain, secret} & numbers["west"]
    outside = client.get("/v1/incidents", params={"area": "140502001"}, headers=basic("west-worker"))
    assert outside.status_code == 403
    assert send(client, one(1, 1), who="west-worker", status=403)["code"] == "outside-scope"
    assert send(client, one(25, 1), who="west-worker")["added"] == 1


def test_pages_lead_through_everything_once(client: TestClient, database: Database) -> None:
    seen: list[str] = []
    before = None
    while True:
        params = {"limit": 7} | ({"before": before} if before else {})
        page = client.get("/v1/incidents", params=params, headers=basic("worker")).json()
        seen += [each["number"] for each in page["incidents"]]
        before = page["next"]
        if before is None:
            break
    assert len(seen) == len(set(seen)) == held(database) > 14
    wanted = {"matter": "02", "since": WHEN.isoformat(), "open": True}
    some = client.get("/v1/incidents", params=wanted, headers=basic("worker")).json()["incidents"]
    assert some and all(each["matter"].startswith("02") for each in some)
    assert client.get("/v1/incidents", params={"matter": "xx"}).status_code == 422
    assert client.get("/v1/incidents", params={"since": "2026-01-01"}).status_code == 400


def _picture(size: tuple[int, int] = (400, 300), kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue()


def test_photos_are_written_anew_without_metadata_and_five_at_most(client: TestClient) -> None:
    number = send(client, one(1, 1))["numbers"][0]
    address = f"/v1/incidents/{number}/photos"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned: 400 × 300 is seen as 300 × 400
    exif[0x010F] = "SECRET CAMERA"
    first = client.post(address, content=_picture(exif=exif), headers=basic("worker"))
    assert first.status_code == 201, first.text
    assert first.json() == {"place": 1, "width": 300, "height": 400}
    kept = client.get(f"{address}/1", headers=basic("worker"))
    assert kept.headers["content-type"] == "image/jpeg" and b"SECRET" not in kept.content
    assert Image.open(io.BytesIO(kept.content)).size == (300, 400)
    for k in range(2, 6):
        more = client.post(address, content=_picture((k, 10), "PNG"), headers=basic("worker"))
        assert more.json()["place"] == k
    sixth = client.post(address, content=_picture((9, 9)), headers=basic("worker"))
    assert (sixth.status_code, sixth.json()["code"]) == (422, "photo-refused")
    for bad in (b"", b"GIF89a", b"\xff\xd8\xff" + b"x" * 50, _picture((7000, 6000), "PNG")):
        refused = client.post(address, content=bad, headers=basic("worker"))
        assert (refused.status_code, refused.json()["code"]) == (422, "photo-refused"), bad[:9]
    assert client.get(f"{address}/1", headers=basic("west-worker")).status_code == 403
    assert photos.MOST == 5


def test_neither_the_app_nor_its_owner_rewrites_what_is_added_only(
    database: Database, owner_url: str
) -> None:
    for statement in (
        "update yiwang.incident_correction set reason = ''",
        "delete from yiwang.incident_photo",
        "update yiwang.incident set number = 'x'",
        "update yiwang.incident set leader_code = 'x'",
    ):
        with database.connect() as app, pytest.raises(errors.InsufficientPrivilege):
            app.execute(statement)  # type: ignore[call-overload]
    for statement in ("update yiwang.incident_correction set reason = ''", "truncate yiwang.incident_photo"):
        with psycopg.connect(owner_url) as owner, pytest.raises(errors.RestrictViolation):
            owner.execute(statement)  # type: ignore[call-overload]
