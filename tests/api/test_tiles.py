"""Vector tiles: what stands in them, and that they are made once per state of the net."""

import gzip
import math

import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from boundaries.land.tiles import tile_box
from boundaries.store.database import Database
from tests.api import vector_tile
from tests.boundaries import towns


def address(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile that holds a place."""
    x = int((lon + 180) / 360 * (1 << z))
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * (1 << z))
    return z, x, y


def path(lon: float, lat: float, z: int) -> str:
    z, x, y = address(lon, lat, z)
    return f"/v1/tiles/{z}/{x}/{y}.mvt"


MIDDLE = towns.at(8, 6)


def test_one_tile_holds_all_layers(client: TestClient) -> None:
    reply = client.get(path(*MIDDLE, 14))
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    layers = vector_tile.read(reply.content)
    assert set(layers) == {"areas", "grids", "buildings", "features", "labels"}
    kind, grid, _ = layers["grids"].features[0]
    assert kind == "polygon"
    assert grid["community"] == grid["code"][:12] and grid["kind"] == "综合" and grid["name"]
    levels = {attributes["level"] for _, attributes, _ in layers["areas"].features}
    assert levels == {"city", "district", "street", "community"}
    assert layers["features"].features[0][1] == {"code": "R1", "kind": "road", "name": "东大街"}
    assert "H6" in layers["buildings"].codes()
    kind, label, _ = layers["labels"].features[0]
    assert kind == "point" and {"code", "name", "level", "rank"} == set(label)


def test_what_a_tile_holds_depends_on_its_zoom(client: TestClient) -> None:
    far = vector_tile.read(client.get(path(*MIDDLE, 8)).content)
    assert {attributes["level"] for _, attributes, _ in far["areas"].features} == {
        "city",
        "district",
        "street",
    }
    assert "grids" not in far and "buildings" not in far
    nearer = vector_tile.read(client.get(path(*MIDDLE, 12)).content)
    assert set(nearer["grids"].codes()) == set(towns.GRIDS)
    assert "buildings" not in nearer
    ranks = [label["rank"] for _, label, _ in nearer["labels"].features]
    assert ranks == sorted(ranks)


def test_a_label_is_in_exactly_one_tile(client: TestClient) -> None:
    z = 16
    west = address(*towns.at(0, 10), z)
    east = address(*towns.at(30, 0), z)
    found: list[str] = []
    for x in range(west[1], east[1] + 1):
        for y in range(west[2], east[2] + 1):
            layers = vector_tile.read(client.get(f"/v1/tiles/{z}/{x}/{y}.mvt").content)
            if "labels" in layers:
                found += layers["labels"].codes()
    assert sorted(found) == sorted(set(found))
    assert set(towns.GRIDS) <= set(found)


def test_shapes_reach_over_the_edge_by_the_margin(client: TestClient) -> None:
    layers = vector_tile.read(client.get(path(*MIDDLE, 16)).content)
    points = [point for _, _, points in layers["areas"].features for point in points]
    assert layers["areas"].extent == 4096
    assert min(x for x, _ in points) == -64 or max(x for x, _ in points) == 4096 + 64


@pytest.mark.parametrize(("z", "x", "y"), [(23, 0, 0), (-1, 0, 0), (0, 1, 0), (3, 0, 8), (3, -1, 0)])
def test_a_tile_that_cannot_be_is_unknown(client: TestClient, z: int, x: int, y: int) -> None:
    reply = client.get(f"/v1/tiles/{z}/{x}/{y}.mvt")
    assert (reply.status_code, reply.json()["code"]) == (404, "unknown-tile")


def test_where_nothing_lies_there_is_no_content(client: TestClient) -> None:
    reply = client.get("/v1/tiles/14/0/0.mvt")
    assert (reply.status_code, reply.content) == (204, b"")
    assert client.get("/v1/tiles/0/0/0.mvt").status_code == 200


def test_a_tile_is_rendered_once_and_asked_for_with_its_etag(client: TestClient, database: Database) -> None:
    statements: list[str] = []

    def listen(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    place = path(*towns.at(3, 3), 15)
    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        first = client.get(place)
        again = client.get(place)
        held = client.get(place, headers={"If-None-Match": first.headers["etag"]})
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)
    assert sum("ST_AsMVT(" in statement for statement in statements) == 1
    assert again.content == first.content
    assert (held.status_code, held.content) == (304, b"")
    assert first.headers["x-yiwang-net-version"] == "1"


def test_a_tile_is_packed_for_who_can_unpack_it(client: TestClient) -> None:
    place = path(*MIDDLE, 14)
    plain = client.get(place, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", place, headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content


def test_the_box_of_a_tile_is_the_one_of_postgis(
    app: FastAPI, client: TestClient, database: Database
) -> None:
    from sqlalchemy import text

    with database.transaction() as session:
        for z, x, y in ((0, 0, 0), (5, 26, 12), (14, 13326, 6454)):
            there = session.scalar(
                text(
                    "select ST_AsBinary(ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 64.0/4096), 4326))"
                ),
                {"z": z, "x": x, "y": y},
            )
            expected = shapely.from_wkb(bytes(there)).bounds
            # at zoom 0 the margin leaves the map, where PostGIS wraps and we need not
            if z:
                assert tile_box(z, x, y).bounds == pytest.approx(expected, abs=1e-9)
