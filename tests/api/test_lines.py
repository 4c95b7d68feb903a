"""Lines over HTTP and on the command line: the crosswalk there and back, and who answers by which net."""

from collections.abc import Iterator

import geopandas as gpd
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.cli import app as cli
from boundaries.land import crosswalks, lines
from boundaries.store import clock
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.boundaries import towns
from tests.boundaries.towns import YEAR, B, C, box


@pytest.fixture(scope="module")
def police(database: Database, town: towns.Town) -> Iterator[None]:
    """p1 has A and two fifths of B001, p2 the rest of B and half of C; a desk and a person answer."""
    with database.transaction() as session:
        towns.appoint(
            session, town, [towns.office("S1", "城西派出所"), towns.person("S2", "赵强", "13700001111")], []
        )
        frame = gpd.GeoDataFrame(
            {"code": ["p1", "p2"], "name": ["西片", "东片"], "party_code": ["S1", "S2"]},
            geometry=[box(0, 0, 12, 10), box(12, 0, 25, 10)],
            crs=4326,
        )
        stamp = clock.stamp(session)
        lines.put(session, town.district, "police", "公安", frame, valid_from=YEAR, stamp=stamp)
        lines.put(session, town.district, "fire", "消防", frame, valid_from=YEAR, stamp=stamp)
    with database.transaction() as session:
        crosswalks.build(session, town.district, "police", stamp=clock.stamp(session))
    yield


def test_an_old_area_leads_to_its_grids_and_a_grid_back(client: TestClient, police: None) -> None:
    told = client.get("/v1/lines/police/areas/p2", headers=basic("dispatcher")).json()
    assert (told["name"], told["party"]["name"]) == ("东片", "赵强")
    assert told["crosswalk"]["net_version"] == 1 and not told["crosswalk"]["outdated"]
    assert {row["grid"]: round(row["share_of_grid"], 2) for row in told["grids"]} == {
        f"{B}001": 0.6,
        f"{B}002": 1.0,
        f"{C}001": 0.5,
    }
    back = client.get(f"/v1/grids/{B}001/lines", headers=basic("reader")).json()
    fire, force = back["lines"]
    assert (fire["crosswalk"], fire["areas"]) == (None, [])
    assert [(row["area"], round(row["share_of_grid"], 2)) for row in force["areas"]] == [
        ("p2", 0.6),
        ("p1", 0.4),
    ]
    listed = client.get("/v1/lines", headers=basic("reader")).json()["lines"]
    assert [(line["code"], line["areas"]) for line in listed] == [("fire", 2), ("police", 2)]


def test_a_reader_sees_a_person_of_a_line_masked(client: TestClient, police: None) -> None:
    told = client.get("/v1/lines/police/areas/p2", headers=basic("reader")).json()
    assert (told["party"]["name"], told["party"]["phone"]) == ("赵**", "137****1111")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/lines/nobody/areas/p1", 404, "unknown-code"),
        ("/v1/lines/police/areas/p9", 404, "unknown-code"),
        ("/v1/lines/fire/areas/p1", 404, "no-crosswalk"),
        ("/v1/lines/police/areas/p1?at=2020-01-01T00:00:00Z", 404, "unknown-code"),
        ("/v1/lines/police/areas/p1?at=2026-02-01T00:00:00", 400, "not-aware-instant"),
        ("/v1/lines?known_at=2999-01-01T00:00:00Z", 422, "known-at-beyond-horizon"),
        ("/v1/grids/140502999999999/lines", 404, "unknown-code"),
    ],
)
def test_what_is_not_there_is_said(
    client: TestClient, police: None, path: str, status: int, code: str
) -> None:
    refused = client.get(path, headers=basic("dispatcher"))
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_the_command_line_builds_and_lays_over(
    owner_url: str, police: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIWANG_DATABASE_URL", owner_url)
    run = CliRunner().invoke
    built = run(cli, ["lines", "crosswalk", "fire"])
    assert built.exit_code == 0, built.output
    assert "fire ↔ net version 1" in built.output and "8 new" in built.output
    assert "fire\tcut\t3 pieces" in run(cli, ["lines", "overlay", "fire", "police"]).output
    assert run(cli, ["lines", "overlay", "fire", "--snap", "-1"]).exit_code == 1
    done = run(cli, ["lines", "matters", "fire", "0101", "02"])
    assert "2 matters came" in done.output
    assert "matters: 0101 02\tcrosswalk of net version 1" in run(cli, ["lines", "list"]).output
    assert "2 went" in run(cli, ["lines", "matters", "fire"]).output
