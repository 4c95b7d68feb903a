"""Ten people edit ten plans of one district at once over real HTTP, and publish them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from api import accounts
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD
from tests.boundaries import towns
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, B1, B2, C1, line

# who splits what, where, and which half keeps the code; 8 wants what 0 wants, 9 what 4 wants
WORK = [
    (A1, line((-1, 7.5), (6, 7.5)), "left"),
    (A2, line((4, 7.5), (11, 7.5)), "left"),
    (A3, line((-1, 2.5), (6, 2.5)), "left"),
    (A4, line((4, 2.5), (11, 2.5)), "left"),
    (B1, line((9, 5), (16, 5)), "left"),
    (B2, line((14, 5), (21, 5)), "left"),
    (C1, line((19, 5), (31, 5)), "left"),
    (A1, line((-1, 9), (6, 9)), "right"),  # goes together with 0: each leaves the other its ground
    (A1, line((-1, 7.5), (6, 7.5)), "left"),
    (B1, line((9, 5), (16, 5)), "left"),
]


@dataclass
class Journal:
    """What one person was told."""

    path: str = ""
    tag: str = ""
    new: str = ""
    published: int | None = None
    conflict: Any = None
    acknowledged: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def url(app: FastAPI, database: Database) -> Iterator[str]:
    with database.transaction() as session:
        for name in ("reviewer", "approver"):
            accounts.put(session, name=name, password=PASSWORD, role=name, datum=None, area=None)
        for number in range(len(WORK)):
            accounts.put(session, name=f"p{number}", password=PASSWORD, role="planner", datum=None, area=None)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(120)


def test_ten_plans_at_once_are_serialised_and_no_edit_is_lost(url: str) -> None:
    start = threading.Barrier(len(WORK))

    def work(number: int) -> Journal:
        kept, name = Journal(), f"p{number}"
        with httpx.Client(base_url=url, timeout=120) as client:

            def write(what: str, body: Any, by: str = name) -> httpx.Response:
                headers = {"If-Match": kept.tag} if kept.tag else {}
                reply = client.post(f"{kept.path}{what}", json=body, auth=(by, PASSWORD), headers=headers)
                if reply.status_code < 300:
                    kept.tag = reply.headers["etag"]
                    kept.acknowledged.append(what)
                return reply

            start.wait(60)
            kept.path = "/v1/plans"
            kept.path = write("", {"title": name, "scope": towns.DISTRICT}).headers["location"]
            grid, drawn_line, keep = WORK[number]
            split = {"operation": "split", "grid": grid, "line": drawn_line, "keep": keep}
            made = write("/edits?datum=wgs84", split)
            assert made.status_code == 201, made.text
            kept.new = next(c for c in made.json()["edit"]["parameters"]["new_codes"] if c != grid)
            named = write("/edits", {"operation": "name", "grid": kept.new, "name": f"名{number}"})
            assert named.status_code == 201, named.text
            for step, by in (("submission", name), ("review", "reviewer"), ("approval", "approver")):
                assert write(f"/{step}", {}, by).status_code == 200
            done = write("/publication", {}, "approver")
            if done.status_code == 200:
                kept.published = done.json()["published"]
            else:
                assert (done.status_code, done.json()["code"]) == (409, "plan-conflicts"), done.text
                kept.conflict = done.json()["conflicts"]
        return kept

    with ThreadPoolExecutor(len(WORK)) as pool:
        journals = list(pool.map(work, range(len(WORK))))

    with httpx.Client(base_url=url, timeout=60, auth=("administrator", PASSWORD)) as client:
        told = [client.get(journal.path).json() for journal in journals]
        opened = client.post("/v1/plans", json={"title": "nach", "scope": towns.DISTRICT})
        net = client.get(f"{opened.headers['location']}/net").json()["features"]
    won = [journal for journal in journals if journal.published is not None]
    assert sorted(journal.published for journal in won) == list(range(2, 10))  # one after the other
    assert len({journal.new for journal in journals}) == 10  # no code is given twice
    for pair in ((0, 8), (4, 9)):  # of two that want the same one is told why it cannot be
        assert sorted(journals[number].published is None for number in pair) == [False, True]
    for journal, plan in zip(journals, told, strict=True):
        assert len(plan["edits"]) == plan["applied"] == 2
        assert f'"{plan["version"]}"' == journal.tag  # the last thing that was acknowledged
        assert plan["state"] == ("approved" if journal.published is None else "published")
        if journal.conflict is not None:
            assert journal.conflict[0]["edit"] == 1 and journal.conflict[0]["code"] == "does-not-cross"
    names = {each["id"]: each["properties"]["name"] for each in net}
    assert len(names) == 7 + 8
    for number, journal in enumerate(journals):
        assert names.get(journal.new) == (None if journal.published is None else f"名{number}")


def test_ten_people_who_write_one_plan_on_one_version_are_told_who_was_first(url: str) -> None:
    start = threading.Barrier(10)
    with httpx.Client(base_url=url, timeout=60, auth=("p0", PASSWORD)) as client:
        made = client.post("/v1/plans", json={"title": "eins", "scope": towns.DISTRICT})

        def name(number: int) -> httpx.Response:
            start.wait(60)
            body = {"operation": "name", "grid": A2, "name": f"第{number}"}
            return httpx.post(
                f"{url}{made.headers['location']}/edits", json=body, timeout=60,
                headers={"If-Match": made.headers["etag"]}, auth=(f"p{number}", PASSWORD),
            )  # fmt: skip

        with ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(name, range(10)))
        assert sorted(reply.status_code for reply in replies) == [201] + [412] * 9
        assert {(r.json()["seen"], r.json()["present"]) for r in replies if r.status_code == 412} == {(1, 2)}
        assert len(client.get(made.headers["location"]).json()["edits"]) == 1
