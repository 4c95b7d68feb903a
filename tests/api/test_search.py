"""The search finds places, and also who answers and what for."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from boundaries.duty import matters
from boundaries.land import districts
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.boundaries import towns


@pytest.fixture(scope="module", autouse=True)
def _matters(database: Database, town: towns.Town) -> None:
    with database.transaction() as session:
        matters.put(session, districts.get(session, towns.DISTRICT), matters.national())


def found(client: TestClient, q: str, by: str | None = None, limit: int = 10) -> list[dict[str, Any]]:
    reply = client.get(
        "/v1/search", params={"q": q, "limit": limit}, headers=basic(by) if by is not None else {}
    )
    assert reply.status_code == 200, reply.text
    results: list[dict[str, Any]] = reply.json()["results"]
    assert len(results) <= limit
    return results


@pytest.mark.parametrize("q", ["王小明", "wangxiaoming", "wxm", "P1"])
def test_a_person_is_found_by_name_pinyin_initials_and_code(client: TestClient, q: str) -> None:
    (person,) = [each for each in found(client, q, "dispatcher") if each["kind"] == "party"]
    assert (person["code"], person["name"], person["role"]) == ("P1", "王小明", "leader")
    assert person["place"] == {"level": "grid", "code": f"{towns.A}001", "name": "笔峰寺第1网格"}


def test_a_person_is_found_only_by_who_may_see_persons_there(client: TestClient) -> None:
    assert [each for each in found(client, "王小明") if each["kind"] == "party"] == []
    assert [each for each in found(client, "王小明", "reader") if each["kind"] == "party"] == []
    assert [each["code"] for each in found(client, "王小明", "east") if each["kind"] == "party"] == ["P1"]
    # the east is not the west
    assert [each for each in found(client, "李芳", "east") if each["kind"] == "party"] == []


def test_an_office_is_found_by_everybody_with_its_area(client: TestClient) -> None:
    (office,) = [each for each in found(client, "消防救援") if each["kind"] == "party"]
    assert (office["code"], office["role"]) == ("D1", "lead")
    assert office["place"]["code"] == towns.DISTRICT


@pytest.mark.parametrize("q", ["0102", "污水井盖", "wushuijinggai", "wsjg"])
def test_a_matter_is_found_by_code_name_pinyin_and_initials(client: TestClient, q: str) -> None:
    assert next(each["code"] for each in found(client, q) if each["kind"] == "matter") == "0102"


def test_what_is_called_exactly_so_comes_first_and_places_are_not_pushed_out(client: TestClient) -> None:
    assert found(client, "污水井盖", limit=1)[0]["kind"] == "matter"
    assert found(client, "笔峰寺社区", limit=1)[0]["kind"] == "area"
    kinds = [each["kind"] for each in found(client, "01", limit=9)]
    assert "matter" in kinds and "grid" in kinds
