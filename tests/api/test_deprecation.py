"""What will end says when, on every answer, and in the contract."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, Query, Response
from fastapi.testclient import TestClient

from api.access import Anyone, Reader
from api.app import create_app
from api.deprecation import Deprecated
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api.conftest import basic
from tests.boundaries import towns

OLD = Deprecated(date(2026, 3, 1), date(2027, 3, 1), instead="/v1/lookup")
OLD_NAME = Deprecated(date(2026, 6, 1), date(2026, 12, 31), parameter="place")
router = APIRouter()


@router.get("/v1/old", dependencies=[Depends(OLD)])
def old(user: Reader) -> Response:
    """An old question."""
    return Response("as ever")


@router.get("/v1/renamed", dependencies=[Depends(OLD_NAME)])
def renamed(
    user: Anyone, place: Annotated[str, Query()] = "", grid: Annotated[str, Query()] = ""
) -> dict[str, str]:
    """One of its parameters has another name by now."""
    return {"grid": grid or place}


@pytest.fixture(scope="module")
def ending(settings: Settings, database: Database, town: towns.Town) -> Iterator[TestClient]:
    """The whole application, and beside its routes two that will end."""
    app = create_app(settings.model_copy(update={"anonymous_reader": False}), database)
    routes = list(app.router.routes)
    app.include_router(router)
    added = [route for route in app.router.routes if route not in routes]
    app.router.routes[:] = added + routes  # before the page's, which takes any name
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_every_answer_of_a_route_that_will_end_says_when_refusals_too(ending: TestClient) -> None:
    taken = ending.get("/v1/old", headers=basic("reader"))
    refused = ending.get("/v1/old")
    assert (taken.status_code, taken.text, refused.status_code) == (200, "as ever", 401)
    for reply in (taken, refused):
        assert reply.headers["deprecation"] == "@1772323200"  # 2026-03-01T00:00:00Z
        assert reply.headers["sunset"] == "Mon, 01 Mar 2027 00:00:00 GMT"
        links = reply.headers["link"].split(", ")
        assert '</docs>; rel="deprecation"; type="text/html"' in links
        assert '</v1/lookup>; rel="successor-version"' in links


def test_an_old_parameter_says_so_only_where_it_is_used(ending: TestClient) -> None:
    old, new = ending.get("/v1/renamed?place=7"), ending.get("/v1/renamed?grid=7")
    assert old.json() == new.json() == {"grid": "7"}
    assert old.headers["sunset"] == "Thu, 31 Dec 2026 00:00:00 GMT"
    assert not {"sunset", "deprecation", "link"} & set(new.headers)


def test_the_contract_and_its_page_mark_what_will_end(ending: TestClient) -> None:
    paths = ending.get("/openapi.json").json()["paths"]
    assert paths["/v1/old"]["get"]["deprecated"] is True
    operation = paths["/v1/renamed"]["get"]
    assert "deprecated" not in operation
    marked = {each["name"]: each.get("deprecated", False) for each in operation["parameters"]}
    assert marked == {"place": True, "grid": False}
    page = ending.get("/docs").text
    assert "may be gone from 2027-03-01 on; /v1/lookup takes its place" in page
    assert "The parameter place is deprecated since 2026-06-01" in page


def test_nothing_ends_within_half_a_year_of_the_word() -> None:
    with pytest.raises(ValueError, match="180 days"):
        Deprecated(date(2026, 3, 1), date(2026, 6, 1))
