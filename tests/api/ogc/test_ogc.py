"""OGC API Features and Tiles: the published views and nothing else, behind the access rules, never a 500."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.app import create_app
from api.contract import declared_roles
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api import vector_tile
from tests.boundaries import towns

COLLECTIONS = ("areas", "grids", "buildings")


def ask(client: TestClient, path: str, **parameters: Any) -> Any:
    reply = client.get(f"/ogc{path}", params=parameters)
    assert reply.status_code == 200, reply.text
    return reply.json()


def items(client: TestClient, collection: str, **parameters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(client, f"/collections/{collection}/items", **parameters)["features"]
    return found


def test_three_collections_are_published_with_their_extents(client: TestClient) -> None:
    told = ask(client, "/collections")["collections"]
    assert [one["id"] for one in told] == ["areas", "grids", "buildings"]
    extents = {one["id"]: one["extent"]["spatial"]["bbox"][0] for one in told}
    assert extents["grids"] == pytest.approx([*towns.at(0, 0), *towns.at(30, 10)])
    assert extents["buildings"] == pytest.approx([*towns.at(1, 1), *towns.at(34, 8.5)])


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_collection_is_complete_and_holds_no_person(
    client: TestClient, database: Database, collection: str
) -> None:
    found = items(client, collection, limit=1000)
    with database.transaction() as session:
        count = session.scalar(text(f"select count(*) from ogc.{collection}"))
    expected = {"areas": 2 + 2 + 3, "grids": len(towns.GRIDS), "buildings": len(towns.BUILDINGS)}
    assert len(found) == count == expected[collection]
    assert {feature["id"] for feature in found} == {feature["properties"]["code"] for feature in found}
    told = json.dumps(found, ensure_ascii=False)
    assert not any(person in told for person in ("王小明", "李芳", "1380000", "1390000"))


def test_an_area_is_the_union_of_its_grids(client: TestClient) -> None:
    shapes = {one["id"]: shapely.geometry.shape(one["geometry"]) for one in items(client, "areas")}
    assert shapes[towns.C].equals(towns.box(20, 0, 30, 10))  # not its outline, which reaches further east
    assert shapes[towns.DISTRICT].equals(towns.box(0, 0, 30, 10))


def test_a_building_names_its_grid_and_why(client: TestClient) -> None:
    told = ask(client, "/collections/buildings/items/H2")["properties"]
    assert (told["grid"], told["because"]) == (f"{towns.A}002", "entrance")
    assert ask(client, "/collections/buildings/items/H5")["properties"]["grid"] is None  # outside the net


def test_filters_paging_and_order(client: TestClient) -> None:
    def codes(**parameters: Any) -> list[str]:
        return [one["id"] for one in items(client, "grids", **parameters)]

    assert codes(community=towns.B) == [f"{towns.B}001", f"{towns.B}002"]
    assert codes(filter=f"community = '{towns.B}' AND code LIKE '%2'") == [f"{towns.B}002"]
    assert codes(filter=json.dumps({"op": "<", "args": [{"property": "area_m2"}, 1]})) == []
    west, south = towns.at(16, 1)
    assert codes(bbox=f"{west},{south},{west + 0.001},{south + 0.001}") == [f"{towns.B}002"]
    assert codes(filter=f"S_INTERSECTS(geom, POINT({west} {south}))") == [f"{towns.B}002"]
    assert codes(limit=2, offset=1) == sorted(towns.GRIDS)[1:3]
    assert codes(sortby="-code") == sorted(towns.GRIDS, reverse=True)
    assert codes(datetime="2025-01-01T00:00:00Z/..") == sorted(towns.GRIDS)
    assert codes(datetime="../2025-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"filter": "code ="},
        {"filter": "nothing = 1"},
        {"filter": "pg_sleep(5) = 1"},
        {"filter": "query_to_xml('select 1', true, true, '') = 'a'"},
        {"filter": "set_config('role', 'yiwang_app', false) = 'a'"},
        {"filter": '{"op":"=","args":[{"op":"pg_sleep","args":[5]},1]}'},
        {"filter": '{"op":"=","args":[{"property":"ctid"},"(0,1)"]}'},
        {"filter": '{"op": 1}'},
        {"filter": "area_m2 = 'much'"},
        {"filter": "code = 'a'; drop table yiwang.grid"},
        {"filter": "NOT " * 100 + "code = 'a'"},
        {"filter-lang": "sql", "filter": "true"},
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"bbox": "nan,nan,nan,nan"},
        {"bbox": "500,0,501,1"},
        {"datetime": "yesterday"},
        {"datetime": "2026-01-02T00:00:00Z/2026-01-01T00:00:00Z"},
        {"datetime": "a/b/c"},
        {"datetime": "../.."},
        {"limit": "-1"},
        {"limit": "100000000"},
        {"offset": "99999999999999999999"},
        {"sortby": "nothing"},
        {"sortby": "code; drop table yiwang.grid"},
        {"geom-column": "nothing"},
        {"simplify": "nan"},
        {"area_m2": "much"},
        {"f": "shp"},
    ],
)
def test_bad_parameters_are_400_with_a_reason(client: TestClient, parameters: dict[str, str]) -> None:
    reply = client.get("/ogc/collections/grids/items", params=parameters)
    assert reply.status_code == 400, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/collections/persons",
        "/collections/ogc.grids/items",
        "/collections/yiwang.account/items",
        "/collections/grids/items/none",
        "/collections/grids/items/'%20or%20true%20--",
    ],
)
def test_what_is_not_published_is_not_found(client: TestClient, path: str) -> None:
    reply = client.get(f"/ogc{path}")
    assert (reply.status_code, reply.json()["code"]) == (404, "unknown-ogc-resource")


def test_the_role_behind_it_reads_nothing_but_the_views(database: Database) -> None:
    with database.transaction() as session:
        rights = session.execute(
            text(
                "select n.nspname, has_table_privilege('yiwang_ogc', c.oid, 'select'),"
                " has_table_privilege('yiwang_ogc', c.oid, 'insert, update, delete, truncate')"
                " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                " where n.nspname in ('yiwang', 'ogc') and c.relkind in ('r', 'v')"
            )
        ).all()
    assert {tuple(row) for row in rights} == {("ogc", True, False), ("yiwang", False, False)}


def test_a_role_of_an_exchange_machine_reads_the_views_and_nothing_else(owner_url: str) -> None:
    """As docs/standards.md makes one."""
    with psycopg.connect(owner_url) as connection:
        connection.execute("create role exchange_machine_of_a_test login in role yiwang_ogc")
        connection.execute("set local role exchange_machine_of_a_test")
        found = connection.execute("select code, community, area_m2, st_asgeojson(geom) from ogc.grids")
        assert len(found.fetchall()) == len(towns.GRIDS)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select code from yiwang.grid")
        connection.rollback()  # the role with it


def test_a_vector_tile_holds_the_grids(client: TestClient) -> None:
    # zoom 12: 0.0879 degrees a tile; lon 112.80 lies in column floor((112.8 + 180) / 360 * 4096) = 3331
    reply = client.get("/ogc/collections/grids/tiles/WebMercatorQuad/12/3331/1615")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    (layer,) = vector_tile.read(reply.content).values()
    assert sorted(layer.codes()) == sorted(towns.GRIDS)
    assert {kind for kind, _, _ in layer.features} == {"polygon"}


@pytest.mark.parametrize("tile", ["99/0/0", "-1/0/0", "3/99999999999999999999/0", "2/9/9"])
def test_a_tile_that_cannot_be_is_refused_or_empty(client: TestClient, tile: str) -> None:
    reply = client.get(f"/ogc/collections/grids/tiles/WebMercatorQuad/{tile}")
    assert reply.status_code in (200, 204, 400, 404), reply.text
    assert reply.status_code >= 400 or not reply.content


@pytest.mark.parametrize("form", ["json", "csv", "geojson", "geojsonseq", "ndjson", "html"])
def test_every_form_of_an_answer_also_when_it_is_empty(client: TestClient, form: str) -> None:
    full = client.get("/ogc/collections/grids/items", params={"f": form})
    assert full.status_code == 200 and towns.A in full.text
    empty = client.get("/ogc/collections/grids/items", params={"f": form, "code": "none"})
    assert empty.status_code == 200 and towns.A not in empty.text
    if form == "csv":
        assert empty.text.startswith("collectionId,itemId,area_m2,code")


def test_csv_by_the_accept_header(client: TestClient) -> None:
    asked = client.get(
        "/ogc/collections/grids/items", params={"code": "none"}, headers={"Accept": "text/csv"}
    )
    assert (asked.status_code, asked.text.count("\n")) == (200, 1)


def test_pages_for_people_hold_no_script_and_escape_what_the_register_says(client: TestClient) -> None:
    for path in ("/", "/collections", "/collections/grids", "/collections/grids/items", "/tileMatrixSets"):
        page = client.get(f"/ogc{path}", headers={"Accept": "text/html"})
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html"), path
        assert "<script" not in page.text
    asked = client.get("/ogc/collections/grids", headers={"Accept": "text/html"}, params={"x": "<script>"})
    assert "<script" not in asked.text


def test_links_keep_the_prefix(client: TestClient) -> None:
    landing = ask(client, "/")
    assert {link["href"].split("/ogc")[0] for link in landing["links"] if "/ogc" in link["href"]} == {
        "http://testserver"
    }
    for rel in ("service-desc", "service-doc", "conformance"):
        (link,) = [link for link in landing["links"] if link["rel"] == rel]
        assert client.get(link["href"]).status_code == 200
    assert client.get("/ogc").status_code == 200  # the client follows to /ogc/
    told = client.get("/ogc?f=json", follow_redirects=False)
    assert told.headers["location"] == "http://testserver/ogc/?f=json"  # QGIS follows no other


def test_every_ogc_route_wants_a_reader(
    app: FastAPI, database: Database, town: towns.Town, tmp_path: Path
) -> None:
    roles = {route: role for route, role in declared_roles(app).items() if route[1].startswith("/ogc")}
    assert len(roles) >= 14 and set(roles.values()) == {"reader"}
    with TestClient(create_app(Settings(home=tmp_path), database)) as stranger:
        for _, path in roles:
            reply = stranger.get(path.replace("{collectionId}", "grids"), follow_redirects=False)
            assert reply.status_code == 401, path
