"""Webhooks: signed, in order, tried again, and to no address but those of the file."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api import webhooks
from api.webhooks import Courier, Hook
from boundaries.store import changes
from boundaries.store.database import Database
from tests.boundaries import towns

SECRET = "a secret of thirty-two characters or more"


class Receiver:
    """A real server that answers as it was told to, and keeps what came."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.asked += 1
                status = receiver.answers.pop(0) if receiver.answers else 200
                at, _, told = self.headers["x-yiwang-signature"].removeprefix("t=").partition(",v1=")
                right = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
                if not hmac.compare_digest(told, right) or abs(time.time() - int(at)) > 60:
                    status = 401
                if status < 300:
                    receiver.taken.append(json.loads(body))
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/changes"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def numbers(self) -> list[int]:
        return [change["number"] for message in self.taken for change in message["changes"]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def change(database: Database, town: towns.Town, count: int = 1) -> list[int]:
    """So many publications; their numbers in the feed."""
    with database.transaction() as session:
        before = changes.last(session)
        for _ in range(count):
            session.execute(
                text(
                    "insert into yiwang.net_version"
                    " (district_id, number, effective_from, recorded_at, cause, made_by)"
                    " select district_id, max(number) + 1, max(effective_from) + interval '1 second', now(),"
                    " 'plan', 'x' from yiwang.net_version group by district_id"
                )
            )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with database.transaction() as session:
            changes.append(session)
            if changes.last(session) >= before + count:
                break
        time.sleep(0.05)
    return list(range(before + 1, before + count + 1))


def until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


@pytest.fixture
def courier(
    request: pytest.FixtureRequest, client: TestClient, app: FastAPI, database: Database, receiver: Receiver
) -> Courier:
    with database.transaction() as session:
        while changes.append(session):
            pass
    hook = Hook(name=request.node.name, url=receiver.url, secret=SECRET)
    made = Courier(database, app.state.context.held, hook)
    assert not made.deliver()  # a new hook begins now
    return made


def test_changes_arrive_signed_and_in_order(
    courier: Courier, receiver: Receiver, database: Database, town: towns.Town
) -> None:
    numbers = change(database, town, 120)
    while courier.deliver():
        pass
    assert receiver.numbers == numbers
    assert [len(message["changes"]) for message in receiver.taken] == [100, 20]
    assert receiver.taken[-1]["next"] == numbers[-1]


def test_what_was_not_taken_comes_again_before_anything_later(
    courier: Courier, receiver: Receiver, database: Database, town: towns.Town
) -> None:
    numbers = change(database, town)
    receiver.answers = [500, 404, 302]  # a redirection is not followed
    for _ in range(3):
        with pytest.raises(OSError):
            courier.deliver()
    assert receiver.asked == 3 and receiver.taken == []
    numbers += change(database, town)
    assert courier.deliver()
    assert receiver.numbers == numbers


def test_two_processes_deliver_each_change_once_and_go_on_after_failures(
    courier: Courier, receiver: Receiver, database: Database, town: towns.Town, app: FastAPI
) -> None:
    receiver.answers = [503, 200]
    other = Courier(database, app.state.context.held, courier._hook)
    courier.start()
    other.start()
    try:
        numbers = [number for _ in range(5) for number in change(database, town, 3)]
        assert until(lambda: len(receiver.numbers) >= len(numbers))
    finally:
        courier.close()
        other.close()
    assert receiver.numbers == numbers
    with database.transaction() as session:
        row = session.execute(
            text("select delivered, failures from yiwang.webhook where name = :name"),
            {"name": courier._hook.name},
        ).one()
    assert tuple(row) == (numbers[-1], 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "file:///etc/passwd"},
        {"url": "http://name:word@host/"},
        {"url": "https://"},
        {"secret": "short"},
        {"more": 1},
    ],
)
def test_a_wrong_file_stops_the_start(wrong: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "webhooks.json"
    right = {"name": "hotline", "url": "https://hotline.example/changes", "secret": SECRET}
    file.write_text(json.dumps([right]))
    assert [hook.name for hook in webhooks.read(file)] == ["hotline"]
    file.write_text(json.dumps([right | wrong]))
    with pytest.raises(ValueError):
        webhooks.read(file)
    file.write_text(json.dumps([right, right]))
    with pytest.raises(ValueError):
        webhooks.read(file)
    assert webhooks.read(None) == ()
