"""Areas, grids, search and the district."""

import pytest
import shapely
from fastapi.testclient import TestClient

from tests.api.conftest import basic
from tests.boundaries import towns


def test_an_area_tells_its_figures_parents_and_children(client: TestClient) -> None:
    area = client.get(f"/v1/areas/{towns.A}").json()
    assert area["name"] == "笔峰寺社区"
    assert [above["code"] for above in area["areas"]] == ["140502001", towns.DISTRICT, towns.CITY]
    assert [child["code"] for child in area["children"]] == [f"{towns.A}00{n}" for n in range(1, 5)]
    # A is 0.01° × 0.01°: about 907 m × 1110 m
    assert area["counts"]["grids"] == 4
    assert area["counts"]["area_m2"] == pytest.approx(907 * 1110, rel=0.01)
    assert area["counts"]["buildings"] == 4
    assert area["bounds"] == [112.80, 35.50, 112.81, 35.51]
    assert area["geometry"] is None


def test_the_shape_of_an_area_is_the_union_of_its_grids(client: TestClient) -> None:
    area = client.get(f"/v1/areas/{towns.A}", params={"geometry": True}).json()
    assert shapely.geometry.shape(area["geometry"]).normalize().equals(towns.box(0, 0, 10, 10))
    street = client.get("/v1/areas/140502001", params={"geometry": True}).json()
    assert shapely.geometry.shape(street["geometry"]).equals(towns.box(0, 0, 20, 10))
    assert street["counts"]["grids"] == 6


def test_a_label_lies_in_the_middle_of_its_shape(client: TestClient) -> None:
    lon, lat = client.get(f"/v1/grids/{towns.A}001").json()["label"]
    # A001 is the square from (0, 5) to (5, 10) thousandths: the middle is (2.5, 7.5)
    assert (lon, lat) == pytest.approx(towns.at(2.5, 7.5), abs=0.0003)


def test_a_grid_tells_who_answers_masked_for_a_reader(client: TestClient) -> None:
    seen = client.get(f"/v1/grids/{towns.A}001").json()
    assert seen["owner"]["leader"]["name"] == "王**"
    assert seen["counts"]["buildings"] == 1
    whole = client.get(f"/v1/grids/{towns.A}001", headers=basic("dispatcher")).json()
    assert whole["owner"]["leader"]["name"] == "王小明"


@pytest.mark.parametrize("path", ["/v1/areas/1", "/v1/grids/1", "/v1/grids/'"])
def test_a_code_that_never_was_is_unknown(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert (reply.status_code, reply.json()["code"]) == (404, "unknown-code")


def test_search_finds_codes_names_pinyin_initials_and_addresses(client: TestClient) -> None:
    def codes(q: str) -> list[str]:
        return [hit["code"] for hit in client.get("/v1/search", params={"q": q}).json()["results"]]

    assert codes(towns.A)[0] == towns.A
    assert codes("笔峰寺社区")[0] == towns.A
    assert towns.A in codes("bifengsi")
    assert towns.A in codes("bfssq")
    assert codes("一号楼") == ["H1"]
    assert codes("不存在的地方") == []
    hit = client.get("/v1/search", params={"q": towns.A}).json()["results"][0]
    assert hit["kind"] == "area" and hit["bounds"] == [112.80, 35.50, 112.81, 35.51]


def test_search_gives_no_more_than_asked(client: TestClient) -> None:
    assert len(client.get("/v1/search", params={"q": "网格", "limit": 2}).json()["results"]) == 2
    assert client.get("/v1/search", params={"q": "网格", "limit": 0}).status_code == 400


def test_the_district_says_what_it_holds(client: TestClient) -> None:
    told = client.get("/v1/district").json()
    assert (told["code"], told["name"], told["ground"]) == (towns.DISTRICT, "城区", "surveyed")
    assert told["bounds"] == pytest.approx([112.80, 35.50, 112.83, 35.51])
    assert told["counts"] == {"streets": 2, "communities": 3, "grids": 7, "buildings": 6, "households": 0}
    assert told["net_version"] == 1
