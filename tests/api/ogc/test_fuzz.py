"""Whatever stands in the parameters of a collection is answered, or refused with 400 and a reason."""

import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
COLLECTIONS = st.sampled_from(["areas", "grids", "buildings"])
NUMBERS = st.one_of(
    st.integers(-400, 400), st.floats(-400, 400), st.sampled_from(["nan", "inf", "1e999", "", "x"])
)
WORDS = st.sampled_from(
    [
        "code",
        "name",
        "floors",
        "geom",
        "nothing",
        "=",
        "<>",
        "<",
        "and",
        "or",
        "not",
        "(",
        ")",
        "'",
        "''",
        "'a'",
        "in",
        "like",
        "between",
        "is",
        "null",
        "1",
        "-1",
        "1e999",
        "s_intersects",
        "POINT(112.8 35.5)",
        "t_after",
        "DATE('2026-01-01')",
        "pg_sleep(9)",
        ";",
        "--",
        "/*",
        "casei(name)",
        "\\",
        "\x00",
        "网格",
        '"code"',
        ",",
    ]
)
TEXTS = st.lists(WORDS, max_size=9).map(" ".join)
OPERANDS = st.recursive(
    st.one_of(
        st.integers(), st.text(max_size=6), st.builds(lambda name: {"property": name}, WORDS), st.none()
    ),
    lambda inner: st.builds(
        lambda op, args: {"op": op, "args": args},
        st.sampled_from(["=", "and", "not", "like", "in", "s_intersects", "pg_sleep", "between", "isNull"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
INSTANTS = st.one_of(
    st.datetimes().map(lambda at: at.isoformat() + "Z"),
    st.sampled_from(
        ["..", "", "/", "../..", "2026", "2026-01-01", "now", "infinity", "2026-13-01T00:00:00Z", "a/b/c"]
    ),
)


def held(client: TestClient, collection: str, **parameters: str) -> None:
    reply = client.get(f"/ogc/collections/{collection}/items", params={"limit": "2", **parameters})
    assert reply.status_code in (200, 400), (parameters, reply.status_code, reply.text)
    if reply.status_code == 400:
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["detail"]
    else:
        assert reply.json()["type"] == "FeatureCollection"


@FEW
@given(COLLECTIONS, TEXTS)
@example("grids", "code = '1'; drop table yiwang.grid; --'")
@example("grids", "(" * 3000)  # each open one would double the time of the parser
@example("grids", "name = ')' and (" * 40)
@example("grids", "('" * 40)
@example("grids", 'not ("\'" = ' * 40)
def test_a_filter_as_text(client: TestClient, collection: str, text: str) -> None:
    held(client, collection, filter=text)


@FEW
@given(COLLECTIONS, OPERANDS)
def test_a_filter_as_json(client: TestClient, collection: str, made: object) -> None:
    held(client, collection, **{"filter": json.dumps(made), "filter-lang": "cql2-json"})


@FEW
@given(COLLECTIONS, st.lists(NUMBERS, min_size=1, max_size=7))
@example("grids", [180, -90, -180, 90])
def test_a_box(client: TestClient, collection: str, numbers: list[object]) -> None:
    held(client, collection, bbox=",".join(map(str, numbers)))


@FEW
@given(COLLECTIONS, st.one_of(INSTANTS, st.builds("{}/{}".format, INSTANTS, INSTANTS)))
def test_an_instant(client: TestClient, collection: str, instant: str) -> None:
    held(client, collection, datetime=instant)


@pytest.mark.parametrize("parameter", ["crs", "bbox-crs"])
@pytest.mark.parametrize(
    "crs",
    [
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "http://www.opengis.net/def/crs/EPSG/0/4326",
        "http://www.opengis.net/def/crs/EPSG/0/0",
        "EPSG:3857",
        "nonsense",
        "",
        "' or 1=1",
    ],
)
def test_a_frame(client: TestClient, parameter: str, crs: str) -> None:
    held(client, "grids", **{parameter: crs, "bbox": "112,35,113,36"})


def test_a_filter_may_be_nested_as_deep_as_people_write_them(client: TestClient) -> None:
    inside = "code = 'a ((((((((((((((((( b'"
    deep, deeper = (f"{'(' * depth}{inside}{')' * depth}" for depth in (8, 14))
    assert client.get("/ogc/collections/grids/items", params={"filter": deep}).status_code == 200
    reply = client.get("/ogc/collections/grids/items", params={"filter": deeper})
    assert reply.status_code == 400 and "14 parentheses in one another" in reply.json()["detail"]
    long = "(" * 9 + "a in (1,2) or " * 400  # a second of the parser
    assert client.get("/ogc/collections/grids/items", params={"filter": long}).status_code == 400
    ring = ", ".join(f"112.{n:04} 35.5" for n in range(1000))
    wide = f"s_intersects(geom, POLYGON((112.8 35.4, {ring}, 112.8 35.4)))"
    assert "parentheses" not in client.get("/ogc/collections/grids/items", params={"filter": wide}).text
