"""Partitions over HTTP: a job in a process of its own, told as it goes, and into a plan as one edit."""

import json
import os
import signal
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.context import Context
from boundaries.store import jobs
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.boundaries import towns
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, B1
from tests.boundaries.towns import A

PLANNER = basic("planner")


def start(client: TestClient, **more: Any) -> str:
    reply = client.post("/v1/partitions", json={"community": A, **more}, headers=PLANNER)
    assert reply.status_code == 202, reply.text
    assert reply.json()["state"] == "queued"
    return str(reply.headers["location"])


def ended(client: TestClient, path: str) -> dict[str, Any]:
    deadline = time.monotonic() + 300  # a process starts, and on a fresh machine compiles its kernels
    while time.monotonic() < deadline:
        told: dict[str, Any] = client.get(path, headers=PLANNER).json()
        if told["ended_at"] is not None:
            return told
        time.sleep(0.1)
    raise AssertionError(told)


def test_a_partition_is_told_as_it_goes_and_becomes_one_edit_with_one_undo(client: TestClient) -> None:
    path = start(client, grids=3, proposals=["balance", "least_change"])
    events = client.get(f"{path}/events", headers=PLANNER).text.strip().split("\n\n")
    names = [event.split("\n")[0].removeprefix("event: ") for event in events]
    stands = [event for event in events if event.startswith("event: proposal") and "preview" not in event]
    assert names[-1] == "end" and "progress" in names and len(stands) == 1
    assert json.loads(events[-1].split("data: ")[1]) == {"state": "done", "problem": {}}
    told = ended(client, path)
    assert told["grids"] == [A1, A2, A3, A4]
    assert told["left_out"] == {"least_change": "3 grids are asked for, and there are 4"}
    (proposal,) = told["proposals"]
    assert len(proposal["net"]["features"]) == 3
    assert proposal["figures"]["relocated"] == []
    # four buildings without households count one each
    assert sorted(f["properties"]["households"] for f in proposal["net"]["features"]) == [1, 1, 2]

    plan = client.post("/v1/plans", json={"title": "均衡", "scope": A}, headers=PLANNER)
    before = client.get(f"{plan.headers['location']}/net", headers=PLANNER).json()
    body = {"plan": plan.json()["code"], "proposal": "balance"}
    taken = client.post(f"{path}/edit", json=body, headers={**PLANNER, "If-Match": '"1"'})
    assert taken.status_code == 201, taken.text
    assert taken.json()["edit"]["operation"] == "balance"
    drawn = client.get(f"{plan.headers['location']}/net", headers=PLANNER).json()
    assert len(drawn["features"]) == 3
    assert {feature["id"] for feature in drawn["features"]} < {A1, A2, A3, A4}
    undone = client.post(f"{plan.headers['location']}/undo", headers={**PLANNER, "If-Match": '"2"'})
    assert undone.status_code == 200 and undone.json()["applied"] == 0
    assert client.get(f"{plan.headers['location']}/net", headers=PLANNER).json() == before
    client.post(f"{plan.headers['location']}/withdrawal", json={}, headers={**PLANNER, "If-Match": '"3"'})


def test_chosen_grids_are_balanced_and_the_others_stay(client: TestClient) -> None:
    plan = client.post("/v1/plans", json={"title": "均衡", "scope": A}, headers=PLANNER)
    home, code = plan.headers["location"], plan.json()["code"]
    before = client.get(f"{home}/net", headers=PLANNER).json()
    path = start(client, plan=code, chosen=[A3, A4], proposals=["balance"])
    told = ended(client, path)
    assert told["state"] == "done", told["problem"]
    assert told["grids"] == [A3, A4]
    (proposal,) = told["proposals"]
    # H3 and H4 without households count one each
    assert [f["properties"]["households"] for f in proposal["net"]["features"]] == [1, 1]
    taken = client.post(
        f"{path}/edit", json={"plan": code, "proposal": "balance"}, headers={**PLANNER, "If-Match": '"1"'}
    )
    assert taken.status_code == 201, taken.text
    assert set(taken.json()["edit"]["changed"]) == {A3, A4}
    after = client.get(f"{home}/net", headers=PLANNER).json()
    assert [f["id"] for f in after["features"] if f["properties"]["changed"]] == [A3, A4]
    undone = client.post(f"{home}/undo", headers={**PLANNER, "If-Match": '"2"'})
    assert undone.status_code == 200
    assert client.get(f"{home}/net", headers=PLANNER).json() == before
    client.post(f"{home}/withdrawal", json={}, headers={**PLANNER, "If-Match": '"3"'})


def test_locked_grids_stay_when_their_community_is_balanced(client: TestClient) -> None:
    told = ended(client, start(client, locked=[A1], grids=2, proposals=["balance"]))
    assert told["state"] == "done", told["problem"]
    assert told["grids"] == [A2, A3, A4]


def test_stations_get_the_ground_that_is_nearest_to_them(client: TestClient) -> None:
    told = ended(client, start(client, method="stations", points=[towns.at(2, 9), towns.at(8, 9)]))
    assert told["state"] == "done", told["problem"]
    assert [feature["properties"]["buildings"] for feature in told["proposals"][0]["net"]["features"]] == [
        2,
        2,
    ]


def test_a_cancelled_job_says_so_and_a_missing_result_is_a_conflict(client: TestClient) -> None:
    first, second = start(client, grids=2), start(client, grids=2)
    gone = client.delete(second, headers=PLANNER).json()
    assert gone["state"] in ("cancelled", "queued", "running")
    told = ended(client, second)
    assert told["state"] == "cancelled"
    if not told.get("proposals"):
        plan = client.post("/v1/plans", json={"title": "t", "scope": A}, headers=PLANNER)
        reply = client.post(
            f"{second}/edit", json={"plan": plan.json()["code"]}, headers={**PLANNER, "If-Match": '"1"'}
        )
        assert (reply.status_code, reply.json()["code"]) == (409, "job-not-done")
    assert ended(client, first)["state"] == "done"


def test_a_job_whose_process_is_killed_is_tried_once_more_and_then_has_failed(client: TestClient) -> None:
    context: Context = client.app.state.context  # type: ignore[attr-defined]
    before = [] if context.jobs.process is None else [context.jobs.process.pid]
    path = start(client, grids=2)
    killed: set[int] = set()
    deadline = time.monotonic() + 300
    while len(killed) < 2 and time.monotonic() < deadline:
        process = context.jobs.process
        if process is not None and process.pid not in (None, *killed, *before):
            killed.add(process.pid)
            os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.02)
    told = ended(client, path)
    assert (told["state"], told["attempts"], told["problem"]["code"]) == ("failed", 2, "worker-died")


def test_a_silent_job_goes_back_into_the_queue_and_its_old_worker_writes_nothing(
    client: TestClient, database: Database, town: towns.Town
) -> None:
    with database.transaction() as session:
        job = jobs.submit(session, town.district.id, "other", {}, by="planner")
        claimed = jobs.claim(session)
        assert claimed is not None and claimed.code == job.code
    with database.transaction() as session:
        assert jobs.recover(session) == []
    time.sleep(0.05)
    with database.transaction() as session:
        assert jobs.recover(session, silent_s=0.01) == [job.code]
        assert jobs.find(session, job.code).state == "queued"
        again = jobs.claim(session)
        assert again is not None and again.attempts == 2
    with database.transaction() as session:
        assert jobs.beat(session, job.code, 1, progress={}) is False
        jobs.end(session, job.code, 1, "done", result={"old": True})
        assert jobs.find(session, job.code).state == "running"
        assert jobs.beat(session, job.code, 2, progress={"share": 0.5}) is True
        jobs.end(session, job.code, 2, "done", result={"new": True})
        assert jobs.find(session, job.code).result == {"new": True}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"community": "nowhere"}, 404, "unknown-code"),
        ({"community": towns.DISTRICT}, 404, "unknown-code"),
        ({"community": A, "grids": 2, "bounds": [1, 2]}, 422, "invalid"),
        ({"community": A, "bounds": [5, 2]}, 422, "invalid"),
        ({"community": A, "grids": 0}, 422, "invalid"),
        ({"community": A, "method": "squares"}, 422, "invalid"),
        ({"community": A, "plan": "P99999"}, 404, "unknown-code"),
        ({"community": A, "chosen": [A1, B1]}, 422, "across-communities"),
        ({"community": A, "chosen": [A1, A4]}, 422, "not-adjacent"),
        ({"community": A, "chosen": [A1]}, 422, "nothing-there"),
        ({"community": A, "chosen": [A1, A2], "locked": [A1]}, 422, "locked"),
        ({"community": A, "chosen": [A1, "nowhere"]}, 422, "unknown-grid"),
        ({"community": A, "locked": [A1, A2, A3, A4]}, 422, "nothing-there"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    client: TestClient, body: dict[str, Any], status: int, code: str
) -> None:
    reply = client.post("/v1/partitions", json=body, headers=PLANNER)
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


def test_what_only_the_work_finds_out_is_the_problem_of_the_job(client: TestClient) -> None:
    told = ended(client, start(client, grids=900))
    assert told["state"] == "failed"
    assert told["problem"]["code"] == "too-many-grids"
    assert told["problem"]["facts"] == {"grids": 900, "most": 4}


def test_a_job_is_for_planners_and_unknown_ones_are_404(client: TestClient) -> None:
    assert (
        client.post("/v1/partitions", json={"community": A}, headers=basic("dispatcher")).status_code == 403
    )
    reply = client.get("/v1/partitions/abc", headers=PLANNER)
    assert (reply.status_code, reply.json()["code"]) == (404, "unknown-job")
