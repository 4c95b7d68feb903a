"""Paper over HTTP: what stands on it, and who may see whom."""

import dataclasses

import pypdfium2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.context import context_of
from api.routes import prints
from tests.api.conftest import basic
from tests.boundaries import towns
from web_map.printed import render_boards
from web_map.printed.board import Board


def pages(client: TestClient, path: str, by: str | None = None) -> list[str]:
    reply = client.get(path, headers=basic(by) if by else {})
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(reply.content)
    return [page.get_textpage().get_text_range() for page in document]


def test_a_map_has_title_scale_north_datum_and_the_approval_number(client: TestClient) -> None:
    front, index = pages(client, f"/v1/prints/map?area={towns.A}&title=测试图&approval=晋S(2026)001号")
    for word in (
        "测试图",
        "1 : ",
        "北 N",
        "WGS 84",
        "审图号：晋S(2026)001号",
        "图例",
        "网格界线",
        "底色只为区分网格",
    ):
        assert word in front, word
    assert "草案" not in front
    # every grid of A stands in the index, and none of another community
    assert all(f"{towns.A}00{n}" in index for n in (1, 2, 3, 4))
    assert towns.B not in index


def test_a_map_on_a3_is_twice_as_large_as_on_a4(client: TestClient) -> None:
    sizes = []
    for size in ("A4", "A3"):
        reply = client.get(f"/v1/prints/map?area={towns.A}&size={size}")
        width, height = pypdfium2.PdfDocument(reply.content)[0].get_size()
        sizes.append(width * height)
    assert sizes[1] / sizes[0] == pytest.approx(2, rel=0.01)


def test_a_plan_is_a_draft_until_it_is_published_and_for_planners(client: TestClient) -> None:
    planner = basic("planner")
    made = client.post("/v1/plans", json={"title": "印刷", "scope": towns.A}, headers=planner).json()
    path = f"/v1/prints/plans/{made['code']}"
    assert client.get(path, headers=basic("dispatcher")).status_code == 403
    front, _ = pages(client, path, "planner")
    assert "草案" in front and "印刷" in front
    assert "DRAFT" in pages(client, f"{path}?lang=en", "planner")[0]
    client.post(f"/v1/plans/{made['code']}/withdrawal", json={}, headers={**planner, "If-Match": '"1"'})


def test_the_board_names_whom_to_call_and_masks_them_for_readers(client: TestClient) -> None:
    (seen,) = pages(client, f"/v1/prints/boards/{towns.A}001", "dispatcher")
    owner = client.get(f"/v1/grids/{towns.A}001", headers=basic("dispatcher")).json()["owner"]
    assert owner["leader"]["name"] in seen and owner["leader"]["phone"] in seen
    assert "南至东大街" in seen and f"{towns.A}001" in seen
    (masked,) = pages(client, f"/v1/prints/boards/{towns.A}001", "reader")
    assert owner["leader"]["phone"] not in masked and owner["leader"]["name"] not in masked


def test_the_boards_of_a_community_are_one_file_with_a_page_for_each_grid(client: TestClient) -> None:
    boards = pages(client, f"/v1/prints/boards/{towns.A}", "dispatcher")
    assert [f"{towns.A}00{n}" in board for n, board in enumerate(boards, 1)] == [True] * 4


@pytest.mark.parametrize(
    "path", ["map?area=nowhere", f"boards/{towns.DISTRICT}", "boards/140502001001999", "plans/P99999"]
)
def test_what_is_not_there_is_said(client: TestClient, path: str) -> None:
    reply = client.get(f"/v1/prints/{path}", headers=basic("planner"))
    assert (reply.status_code, reply.json()["code"]) == (404, "unknown-code")


@pytest.mark.parametrize("public", [None, "https://net.example", "https://net.example/"])
def test_the_code_on_a_board_leads_to_the_public_address(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, public: str | None
) -> None:
    app = client.app
    assert isinstance(app, FastAPI)
    context = app.state.context
    settings = context.settings.model_copy(update={"public_url": public})
    elsewhere = {context_of: lambda: dataclasses.replace(context, settings=settings)}
    monkeypatch.setattr(app, "dependency_overrides", elsewhere)
    seen: list[str] = []

    def render(boards: list[Board], *, title: str) -> bytes:
        seen.extend(board.address for board in boards)
        return render_boards(boards, title=title)

    monkeypatch.setattr(prints, "render_boards", render)
    assert pages(client, f"/v1/prints/boards/{towns.A}001")
    assert seen == [f"{'https://net.example' if public else 'http://testserver'}/g/{towns.A}001"]
