"""Duties over HTTP: written once, refused with facts, handed over, checked, as a workbook, by area."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from boundaries.duty import workbook
from tests.api.conftest import basic
from tests.boundaries.towns import DISTRICT, A, B, C, at

CLERK = basic("planner")  # may do what a clerk may
EAST = basic("east")


@pytest.fixture(scope="module")
def people(running: TestClient) -> None:
    for number in range(20):
        given = {"kind": "person", "name": f"候选{number}", "phone": f"139000011{number:02d}"}
        assert running.put(f"/v1/parties/N{number:02d}", json=given, headers=CLERK).status_code == 200


def post(client: TestClient, headers: dict[str, str] = CLERK, **given: Any) -> Any:
    take_over = given.pop("take_over", False)
    return client.post("/v1/duties", json={"duties": [given], "take_over": take_over}, headers=headers)


def settled(app: FastAPI) -> None:
    """Wait until what was written is what is held."""
    from boundaries.store import clock

    context = app.state.context
    with context.database.transaction() as session:
        revision = clock.revision(session)
    assert context.held.wait_until(lambda held: held.current.snapshot.revision >= revision, 120)


def test_of_twenty_clients_at_once_one_becomes_leader_and_the_others_hear_who(
    client: TestClient, people: None
) -> None:
    def one(number: int) -> tuple[int, dict[str, Any]]:
        reply = post(client, party_code=f"N{number:02d}", role="leader", place_code=f"{B}001")
        return reply.status_code, reply.json()

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(one, range(20)))
    winners = [number for number, (status, _) in enumerate(replies) if status == 201]
    assert len(winners) == 1
    for status, body in replies:
        if status != 201:
            assert (status, body["code"]) == (409, "duty-held")
            assert (body["party"], body["role"]) == (f"N{winners[0]:02d}", "leader")
            assert body["place"] == f"grid {B}001"
            assert body["valid_from"] is not None


def test_taking_over_is_said_and_the_same_again_changes_nothing(
    app: FastAPI, client: TestClient, people: None
) -> None:
    given = {"party_code": "N05", "role": "leader", "place_code": f"{A}001"}
    held = post(client, **given)
    assert (held.status_code, held.json()["party"]) == (409, "P1")
    assert post(client, take_over=True, **given).json() == {"added": 0, "changed": 1, "unchanged": 0}
    settled(app)
    answer = client.get("/v1/lookup", params={"grid": f"{A}001"}, headers=CLERK).json()
    assert answer["owner"]["leader"]["code"] == "N05"
    gone = client.delete("/v1/parties/N05", headers=CLERK)
    assert (gone.status_code, gone.json()["code"], gone.json()["duties"]) == (409, "party-has-duties", 1)
    moved = client.post("/v1/duties/handover", json={"from_party": "N05", "to_party": "P1"}, headers=CLERK)
    assert moved.json() == {"handed_over": 1}
    assert client.delete("/v1/parties/N05", headers=CLERK).status_code == 204


@pytest.mark.parametrize(
    ("given", "status", "code", "field"),
    [
        ({"party_code": "none"}, 404, "unknown-code", "party_code"),
        ({"matter_code": "99", "role": "lead"}, 404, "unknown-code", "matter_code"),
        ({"place_code": "1"}, 404, "unknown-code", "place_code"),
        ({"role": "king"}, 422, "invalid", None),
        (
            {"valid_from": "2026-06-01T00:00:00Z", "valid_to": "2026-05-01T00:00:00Z"},
            422,
            "duty-ends-before-start",
            "valid_to",
        ),
        ({"valid_from": "2026-06-01T00:00:00"}, 400, "not-aware-instant", None),
        ({"role": "micro"}, 422, "duty-not-possible", "role"),
        ({"shift": "at night"}, 422, "malformed-shift", "shift"),
    ],
)
def test_what_cannot_be_is_refused_with_its_facts(
    client: TestClient, given: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    reply = post(client, **({"party_code": "P2", "role": "staff", "place_code": f"{A}001"} | given))
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json().get("field") == field
    if status != 400 and code != "invalid":
        assert reply.json()["row"] == 0


def test_a_clerk_of_one_street_writes_there_only(client: TestClient) -> None:
    given = {"party_code": "P2", "role": "staff"}
    assert post(client, EAST, place_code=f"{A}002", **given).status_code == 201
    there = post(client, EAST, place_code=f"{C}001", **given)
    assert (there.status_code, there.json()["code"]) == (403, "outside-scope")
    # P2 leads a grid of the other street, so not all of its duties are this clerk's to give away
    moved = client.post("/v1/duties/handover", json={"from_party": "P2", "to_party": "P1"}, headers=EAST)
    assert (moved.status_code, moved.json()["code"]) == (403, "outside-scope")
    assert post(client, basic("reader"), place_code=f"{A}002", **given).status_code == 403


def test_duties_are_listed_and_persons_elsewhere_masked(app: FastAPI, client: TestClient) -> None:
    settled(app)
    told = client.get("/v1/duties", params={"role": "leader"}, headers=EAST).json()
    by_place = {duty["place"]: duty for duty in told["duties"]}
    assert by_place[f"{C}001"]["name"] == "李**"
    assert not by_place[f"{A}001"]["name"].endswith("**")
    assert told["total"] == len(told["duties"])
    one = client.get("/v1/duties", params={"party": "D1"}, headers=CLERK).json()
    assert [(duty["role"], duty["matter"], duty["place"]) for duty in one["duties"]] == [
        ("lead", "*", DISTRICT)
    ]


def test_the_check_counts_what_is_missing_in_ones_own_area(app: FastAPI, client: TestClient) -> None:
    settled(app)
    whole = client.get("/v1/duties/check", headers=CLERK).json()
    east = client.get("/v1/duties/check", headers=EAST).json()
    assert whole["counts"]["street_without_desk"] == 2
    assert east["counts"]["street_without_desk"] == 1
    assert whole["counts"]["vacant_leader"] >= 4
    assert {"kind", "place", "detail"} <= set(whole["findings"][0])
    outside = client.get("/v1/duties/check", params={"area": C}, headers=EAST)
    assert (outside.status_code, outside.json()["code"]) == (403, "outside-scope")
    nowhere = client.get("/v1/duties/check", params={"area": "9"}, headers=CLERK)
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "unknown-code")


def test_a_workbook_goes_out_with_dropdowns_and_comes_back_as_a_difference(
    app: FastAPI, client: TestClient
) -> None:
    settled(app)
    data = client.get("/v1/duties/workbook", headers=CLERK).content
    book = load_workbook(BytesIO(data))
    sheet = book[workbook.SHEET]
    assert len(sheet.data_validations.dataValidation) == 6
    titles = [cell.value for cell in sheet[1]]
    column = {name: titles.index(title) + 1 for name, title in workbook.COLUMNS.items()}
    rows = {
        (sheet.cell(row, column["role"]).value, sheet.cell(row, column["place_code"]).value): row
        for row in range(2, sheet.max_row + 1)
    }
    leader = rows["leader", f"{C}001"]
    phone, code = sheet.cell(leader, column["phone"]), sheet.cell(leader, column["place_code"])
    assert (phone.data_type, phone.number_format, code.data_type) == ("s", "@", "s")

    def send(data: bytes, **query: Any) -> Any:
        return client.post("/v1/duties/workbook", params=query, content=data, headers=CLERK)

    again = send(data).json()
    assert (again["changes"], again["refused"], again["may_commit"]) == ([], [], True)
    sheet.cell(leader, column["phone"]).value = "13900009999"
    sheet.cell(leader, column["time"]).value = "part"
    new = max(rows.values()) + 1
    for name, value in {
        "party_code": "P1",
        "role": "staff",
        "place_kind": "grid",
        "place_code": f"{C}001",
        "source": "党员",
    }.items():
        sheet.cell(new, column[name]).value = value
    edited = BytesIO()
    book.save(edited)
    dry = send(edited.getvalue()).json()
    assert [(change["row"], change["action"]) for change in dry["changes"]] == [
        (leader, "party"),
        (leader, "changed"),
        (new, "new"),
    ]
    assert dry["changes"][0]["fields"]["phone"] == ["13900005678", "13900009999"]
    assert [change["party_name"] for change in dry["changes"]] == ["李芳", "李芳", "王小明"]
    assert dry["committed"] is False
    assert send(edited.getvalue(), commit=True).json()["committed"] is True
    settled(app)
    owner = client.get("/v1/lookup", params={"grid": f"{C}001"}, headers=CLERK).json()["owner"]
    assert (owner["leader"]["phone"], owner["leader"]["time"]) == ("13900009999", "part")
    assert owner["staff"][0]["source"] == "党员"
    sheet.cell(new, column["role"]).value = "king"
    sheet.cell(leader, column["party_code"]).value = None
    wrong = BytesIO()
    book.save(wrong)
    refused = send(wrong.getvalue(), commit=True)
    assert (refused.status_code, refused.json()["code"]) == (422, "workbook-refused")
    # each row is told, those that the register refuses too
    assert [line["row"] for line in refused.json()["refused"]] == [leader, new]
    assert refused.json()["refused"][0]["field"] == "责任主体编码"
    assert send(b"no workbook").json()["code"] == "unreadable-workbook"


def test_everybody_within_a_radius_as_json_table_and_call_list(app: FastAPI, client: TestClient) -> None:
    settled(app)
    lon, lat = at(5, 7)
    body = {"lon": lon, "lat": lat, "radius_m": 300, "datum": "wgs84"}

    def ask(form: str, given: dict[str, Any] = body, who: dict[str, str] = CLERK) -> Any:
        return client.post("/v1/lookup/area", params={"format": form}, json=given, headers=who)

    told = ask("json").json()
    # 300 m around the middle of the border: 0.0033° to each side, north of the row in the south (0.002° off)
    assert [grid["code"] for grid in told["grids"]] == [f"{A}001", f"{A}002", f"{A}003", f"{A}004"]
    assert {"P1", "P2"} <= {person["party"] for person in told["people"]}
    polygon = {
        "type": "Polygon",
        "coordinates": [[at(21, 1), at(22, 1), at(22, 2), at(21, 2), at(21, 1)]],
    }
    drawn = {"polygon": polygon, "datum": "wgs84", "matter": "24"}
    far = ask("json", drawn, EAST).json()
    assert [grid["code"] for grid in far["grids"]] == [f"{C}001"]
    assert {person["name"] for person in far["people"] if person["role"] == "leader"} == {"李**"}
    assert "D1" in {person["party"] for person in far["people"] if person["role"] == "lead"}
    assert ask("csv").content.startswith(b"\xef\xbb\xbf")
    sheet = load_workbook(BytesIO(ask("xlsx").content))["责任人"]
    assert sheet["G2"].data_type == "s"
    assert ask("calls", drawn).text.splitlines()[0].startswith("1 个网格")
    for wrong, status in (
        ({"polygon": {"type": "Point", "coordinates": [1, 2]}, "datum": "wgs84"}, 422),
        ({"polygon": polygon}, 400),
        ({"polygon": polygon, "lon": 1, "lat": 1, "radius_m": 5, "datum": "wgs84"}, 400),
        ({"lon": lat, "lat": lon, "radius_m": 5, "datum": "wgs84"}, 400),
        ({**drawn, "matter": "none"}, 404),
    ):
        assert ask("json", wrong).status_code == status, wrong


def test_leave_matters_and_aliases_over_http(app: FastAPI, client: TestClient) -> None:
    away = {"valid_from": "2026-01-02T00:00:00Z", "valid_to": "2099-01-01T00:00:00Z", "reason": "病假"}
    assert client.put("/v1/parties/P2/leave", json=away, headers=CLERK).status_code == 200
    settled(app)
    found = client.get("/v1/parties", params={"q": "P2"}, headers=CLERK).json()["parties"]
    assert found[0]["away"] == "病假"
    assert client.delete("/v1/parties/P2/leave", headers=CLERK).status_code == 204
    boss = basic("administrator")
    assert len(client.get("/v1/matters", headers=CLERK).json()["matters"]) > 100
    given = [
        {"system": "12345", "alias": "A01", "matter_code": "1101", "name": "垃圾"},
        {"system": "12345", "alias": "A02", "name": "别的"},
    ]
    assert client.put("/v1/matters/aliases", json=given, headers=boss).json()["added"] == 2
    listed = client.get("/v1/matters/aliases", params={"unmapped": True}, headers=CLERK).json()["aliases"]
    assert [alias["alias"] for alias in listed] == ["A02"]
    unknown = client.put("/v1/matters/aliases", json=[given[0] | {"matter_code": "9"}], headers=boss)
    assert (unknown.status_code, unknown.json()["row"]) == (404, 0)
    assert client.put("/v1/matters/1199", json={"name": "本地小类"}, headers=boss).json()["added"] == 1


def test_caretaking_over_http_needs_a_placeholder(client: TestClient) -> None:
    given = {"caretaker_code": A, "review_on": "2099-01-01", "act": "批复"}
    refused = client.put(f"/v1/caretaking/{B}", json=given, headers=basic("administrator"))
    assert (refused.status_code, refused.json()["rule"]) == (422, "not a placeholder")
    assert client.get("/v1/caretaking", headers=CLERK).json() == {"caretaking": [], "acts": []}
    ended = client.post(
        f"/v1/caretaking/{B}/end",
        json={"act": "x", "valid_from": datetime(2027, 1, 1, tzinfo=UTC).isoformat()},
        headers=basic("administrator"),
    )
    assert (ended.status_code, ended.json()["code"]) == (409, "nothing-to-end")
