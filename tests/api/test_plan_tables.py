"""Tables drawn into plans over HTTP, and who sees the lists that they hold."""

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from api import accounts
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic
from tests.api.test_plans import Desk
from tests.boundaries import towns
from tests.boundaries.towns import B

B2 = f"{B}002"
CSV = f"网格,楼栋,微网格,负责人\n{B2},六号楼,一组,李芳\n"


@pytest.fixture(scope="module", autouse=True)
def _offices(database: Database, town: towns.Town) -> None:
    with database.transaction() as session:
        for name in ("reviewer", "approver"):
            accounts.put(session, name=name, password=PASSWORD, role=name, datum=None, area=None)


def put(desk: Desk, body: bytes, kind: str = "text/csv") -> Response:
    headers = {**basic("planner"), "If-Match": desk.tag, "Content-Type": kind}
    return desk.client.post(f"{desk.path}/table", content=body, headers=headers)


def test_rows_at_fault_are_422_with_row_and_field_and_the_plan_stays(client: TestClient) -> None:
    desk = Desk(client, scope=B)
    reply = put(desk, CSV.replace("六号楼", "七号楼").replace("李芳", "谁").encode())
    assert (reply.status_code, reply.json()["code"]) == (422, "plan-table")
    assert {"row": 2, "field": "buildings", "value": "7", "reason": "no such building"} in reply.json()[
        "rows"
    ]
    for body, status, code in (
        (b"", 422, "unreadable-file"),
        ("楼\n1\n".encode(), 422, "missing-column"),
    ):
        refused = put(desk, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert desk.get().headers["etag"] == desk.tag and desk.get().json()["edits"] == []
    desk.tag = '"77"'
    assert put(desk, CSV.encode()).status_code == 412


def test_a_workbook_is_drawn_and_readers_see_its_lists_without_their_leaders(client: TestClient) -> None:
    before = datetime.now(UTC).isoformat()
    desk = Desk(client, scope=B)
    book = openpyxl.Workbook()
    for row in CSV.strip().split("\n"):
        book.active.append(row.split(","))  # type: ignore[union-attr]
    kept = io.BytesIO()
    book.save(kept)
    drawn = put(desk, kept.getvalue(), "application/octet-stream")
    assert drawn.status_code == 201, drawn.text
    assert [edit["operation"] for edit in drawn.json()["edits"]] == ["micro"]
    desk.tag = drawn.headers["etag"]
    for step, by in (("submission", "planner"), ("review", "reviewer"), ("approval", "approver")):
        assert desk.post(step, {}, by=by).status_code == 200
    held = client.app.state.context.held  # type: ignore[attr-defined]
    then = held.current.snapshot.net_version
    assert desk.post("publication", {}, by="approver").status_code == 200
    assert held.wait_until(lambda held: held.current.snapshot.net_version > then, 120)

    def compared(by: str, form: str = "json") -> Any:
        params = {"before": before, "format": form}
        return client.get("/v1/net/comparison", params=params, headers=basic(by))

    told = compared("planner").json()["micros"]
    assert [(each["micro"], each["joins"], each["party"]) for each in told] == [("一组", ["H6"], "P2")]
    seen = compared("reader").json()
    assert seen["duties"] == [] and seen["micros"] == [{**told[0], "party": None}]
    assert "P2" not in compared("reader", "csv").text
    answer = client.get("/v1/lookup?building=H6", headers=basic("reader")).json()
    assert answer["micro"]["code"] == "一组" and "李芳" not in str(answer["micro"])
