"""Files over HTTP: who may, what comes back, and that nothing is written unasked."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from api.frontdoor import BODY_LIMITS
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.boundaries.towns import A, B, box

PLANNER = basic("planner")
ROSTER = f"网格编码,姓名,联系电话\n{A}002,赵云,13900001111\n{A}003,周敏,13900002222\n"


def _post(
    client: TestClient,
    content: bytes | str,
    name: str = "名单.csv",
    headers: dict[str, str] | None = None,
    **form: Any,
) -> Response:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(
        "/v1/imports",
        files={"file": (name, raw)},
        data={key: str(value) for key, value in form.items()},
        headers=PLANNER if headers is None else headers,
    )


def _runs(database: Database) -> int:
    with database.transaction() as session:
        return session.scalar(text("select count(*) from yiwang.import_run")) or 0


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 401), (basic("reader"), 403), (basic("dispatcher"), 403)]
)
def test_only_planners_import(client: TestClient, headers: dict[str, str], status: int) -> None:
    reply = _post(client, ROSTER, headers=headers, kind="leaders")
    assert reply.status_code == status
    assert reply.headers["content-type"].startswith("application/problem+json")


def test_an_account_of_one_area_does_not_import_for_the_district(client: TestClient) -> None:
    reply = _post(client, ROSTER, headers=basic("east-administrator"), kind="leaders")
    assert (reply.status_code, reply.json()["code"]) == (403, "outside-scope")


def test_the_sign_in_is_asked_before_the_body_is_read(client: TestClient) -> None:
    reply = client.post("/v1/imports", content=b"rubbish", headers={"Content-Type": "multipart/form-data"})
    assert reply.status_code == 401


def test_without_commit_it_is_a_dry_run(client: TestClient, database: Database) -> None:
    before = _runs(database)
    reply = _post(client, ROSTER, kind="leaders")
    assert reply.status_code == 200
    report = reply.json()
    assert report["rows"] == {"read": 2, "accepted": 2, "refused": 0, "duplicate": 0}
    assert report["mapping"] == {"grid_code": "网格编码", "name": "姓名", "phone": "联系电话"}
    assert (report["may_commit"], report["committed"]) == (True, False)
    assert report["tally"]["added"] == 4  # two persons and two duties
    assert _runs(database) == before


def test_with_commit_it_is_imported_and_signed_with_the_account(
    client: TestClient, database: Database
) -> None:
    reply = _post(client, ROSTER, kind="leaders", commit="true")
    assert reply.status_code == 200 and reply.json()["committed"]
    with database.transaction() as session:
        row = session.execute(
            text("select committed_by, file_name from yiwang.import_run order by id desc limit 1")
        ).one()
    assert tuple(row) == ("planner", "名单.csv")
    again = _post(client, ROSTER, kind="leaders", commit="true").json()
    assert again["tally"] == {"added": 0, "changed": 0, "unchanged": 4, "retired": 0}


def test_a_file_that_is_blocked_reports_when_dry_and_is_refused_when_committed(
    client: TestClient, database: Database
) -> None:
    before = _runs(database)
    bad = "网格编码,姓名\n1.40502E+14,赵云\n"
    dry = _post(client, bad, kind="leaders")
    assert (dry.status_code, dry.json()["may_commit"]) == (200, False)
    assert dry.json()["refused"][0]["value"] == "1.40502E+14"
    reply = _post(client, bad, kind="leaders", commit="true")
    assert (reply.status_code, reply.json()["code"]) == (422, "import-blocked")
    assert reply.json()["report"]["refused"] == dry.json()["refused"]
    assert _runs(database) == before


def test_grids_in_geojson_with_a_mapping_and_a_frame(client: TestClient) -> None:
    features = [
        {"type": "Feature", "properties": {"甲": code}, "geometry": shape.__geo_interface__}
        for code, shape in ((f"{B}001", box(10, 0, 15, 10)), (f"{B}002", box(15, 0, 20, 10)))
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    form = {"kind": "grids", "mapping": json.dumps({"code": "甲"}), "datum": "wgs84"}
    report = _post(client, content, "g.geojson", **form).json()
    assert report["may_commit"], report["reasons_to_stop"]
    assert report["rows"]["accepted"] == 2
    assert report["net_version"] == 2  # their names would change


def test_a_refused_row_says_where_its_shape_is(client: TestClient) -> None:
    x, y = box(10, 10, 12, 12).bounds[:2]
    tie = [(x, y), (x + 0.002, y + 0.002), (x + 0.002, y), (x, y + 0.002), (x, y)]
    shapes = {
        f"{B}003": {"type": "Polygon", "coordinates": [tie]},
        "1405": box(0, 0, 5, 5).__geo_interface__,
        f"{B}004": None,
    }
    features = [
        {"type": "Feature", "properties": {"网格编码": code}, "geometry": shape}
        for code, shape in shapes.items()
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    refused = _post(client, content, "g.geojson", kind="grids").json()["refused"]
    place = {row["code"]: (row["lon"], row["lat"]) for row in refused}
    assert place["invalid-shape"] == pytest.approx(
        (x + 0.001, y + 0.001), abs=1e-8
    )  # where it crosses itself
    inside = place["malformed-code"]
    assert box(0, 0, 5, 5).contains(shapely.Point(inside))
    assert place["missing-shape"] == (None, None)


@pytest.mark.parametrize(
    ("content", "form", "status", "code"),
    [
        (b"\x7fELF\x00\x01", {"kind": "grids"}, 415, "unknown-format"),
        (b"", {"kind": "grids"}, 422, "unreadable-file"),
        (ROSTER, {"kind": "gird"}, 422, "unknown-import-kind"),
        (ROSTER, {"kind": "grids", "mapping": '{"code": "没有"}'}, 422, "unknown-field"),
        ("甲,乙\n1,2\n", {"kind": "leaders"}, 422, "mapping-incomplete"),
        (ROSTER, {"kind": "leaders", "mapping": "nonsense"}, 400, "unreadable-body"),
        (ROSTER, {"kind": "leaders", "datum": "mars"}, 400, "unreadable-body"),
        (ROSTER, {}, 400, "unreadable-body"),
        (f"网格编码,经度,纬度\n{A}001,112.8,35.5\n", {"kind": "grids"}, 422, "frame-not-stated"),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_a_stable_code(
    client: TestClient, content: bytes | str, form: dict[str, str], status: int, code: str
) -> None:
    if code == "frame-not-stated":
        content = f'网格编码,wkt\n{A}001,"{box(0, 5, 5, 10).wkt}"\n'
    reply = _post(client, content, **form)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_a_body_without_a_file_is_refused(client: TestClient) -> None:
    reply = client.post("/v1/imports", json={"kind": "grids"}, headers=PLANNER)
    assert (reply.status_code, reply.json()["code"]) == (400, "unreadable-body")


@pytest.mark.parametrize("name", ["../../etc/名单.csv", "..\\..\\名单.csv", "/etc/名单.csv"])
def test_the_name_of_the_file_leads_nowhere(client: TestClient, name: str) -> None:
    assert _post(client, ROSTER, name, kind="leaders").json()["file"] == "名单.csv"
    assert not Path("/etc/名单.csv").exists()


def test_a_body_above_the_limit_is_refused_by_its_length(client: TestClient) -> None:
    too_long = {**PLANNER, "Content-Length": str(BODY_LIMITS["/v1/imports"] + 1)}
    reply = client.post("/v1/imports", content=b"", headers=too_long)
    assert (reply.status_code, reply.json()["code"]) == (413, "body-too-large")
