"""Webhooks: signed, in order, tried again, and to no address but those of the file."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from typer.testing import CliRunner

from api import hooks
from api.cli import app as commands
from api.hooks import Hook
from api.posting import NotTaken, PrivateAddress, is_public
from api.webhooks import Courier
from boundaries.land import heirs
from boundaries.land.refusals import UnknownCode
from boundaries.store import changes
from boundaries.store.database import Database
from boundaries.store.tables import Area
from tests.api.conftest import basic
from tests.api.test_changes import number
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
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with database.transaction() as session:
            changes.append(session)
            if changes.last(session) >= before + count:
                break
        time.sleep(0.05)
    return list(range(before + 1, before + count + 1))


def until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 120
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


@pytest.fixture
def courier(
    request: pytest.FixtureRequest, client: TestClient, app: FastAPI, database: Database, receiver: Receiver
) -> Courier:
    number(database)
    hook = Hook(name=request.node.name, url=receiver.url, secret=SECRET, private=True)
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


def test_an_address_of_this_machine_is_not_reached_unless_the_file_allows_it(
    courier: Courier, receiver: Receiver, database: Database, town: towns.Town, app: FastAPI
) -> None:
    (number,) = change(database, town)
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "localhost")):
        closed = courier._hook.model_copy(update={"url": url, "private": False})
        with pytest.raises(PrivateAddress, match='"private": true'):
            Courier(database, app.state.context.held, closed).deliver()
    assert receiver.asked == 0
    assert courier.deliver() and receiver.numbers == [number]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.1.2.3", False),
        ("192.168.0.9", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),  # where clouds keep their secrets
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::7", False),
        ("::ffff:10.0.0.1", False),
    ],
)
def test_addresses_of_private_networks_are_known(address: str, public: bool) -> None:
    assert is_public(address) is public


def state_of(client: TestClient, app: FastAPI, hook: Hook) -> dict[str, Any]:
    """What an administrator is told of a hook."""
    app.state.context = replace(app.state.context, hooks=(hook,))
    reply = client.get("/v1/webhooks", headers=basic("administrator"))
    assert reply.status_code == 200, reply.text
    (state,) = reply.json()
    assert SECRET not in reply.text and "/changes" not in reply.text
    return dict(state)


def test_an_administrator_sees_how_far_a_webhook_is_and_since_when_it_fails(
    courier: Courier,
    receiver: Receiver,
    database: Database,
    town: towns.Town,
    app: FastAPI,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    owner_url: str,
    tmp_path: Path,
) -> None:
    never = state_of(client, app, Hook(name="never ran", url=receiver.url, secret=SECRET))
    assert (never["delivered"], never["waiting"], never["failing_since"]) == (None, None, None)
    hook = courier._hook
    last = change(database, town, 2)[-1]
    assert courier.deliver()
    told = state_of(client, app, hook)
    assert (told["delivered"], told["waiting"], told["status"], told["failures"]) == (last, 0, 200, 0)
    change(database, town, 3)
    receiver.answers = [500, 502]
    since = set()
    for failures, status in enumerate((500, 502), 1):
        with pytest.raises(NotTaken) as failed:
            courier.deliver()
        courier._failed(failed.value, failures)
        told = state_of(client, app, hook)
        assert (told["status"], told["failures"], told["said"]) == (status, failures, f"answered {status}")
        assert (told["delivered"], told["waiting"]) == (last, 3)
        since.add(told["failing_since"])
    assert len(since) == 1 and None not in since
    assert courier.deliver()
    told = state_of(client, app, hook)
    assert (told["waiting"], told["failing_since"], told["said"], told["status"]) == (0, None, "", 200)
    assert client.get("/v1/webhooks", headers=basic("dispatcher")).status_code == 403
    # the same on the machine itself
    file = tmp_path / "webhooks.json"
    file.write_text(json.dumps([hook.model_dump(mode="json")]))
    monkeypatch.setenv("YIWANG_DATABASE_URL", owner_url)
    monkeypatch.setenv("YIWANG_WEBHOOKS", str(file))
    done = CliRunner().invoke(commands, ["webhook", "list"])
    listed = json.loads(done.stdout)
    assert (listed["name"], listed["delivered"], listed["waiting"]) == (hook.name, told["delivered"], 0)
    assert SECRET not in done.output


def test_a_hook_of_an_area_that_ended_is_told_what_lies_in_its_heir(
    courier: Courier, receiver: Receiver, database: Database, town: towns.Town, app: FastAPI
) -> None:
    """Not to be told of west and east alike: the hook's own community ended, another stands for it."""
    held = app.state.context.held
    mine = courier._hook.model_copy(update={"area": towns.C, "name": "of C"})
    of_c = Courier(database, held, mine)
    assert not of_c.deliver()

    def duty_at(grid: str, party: str) -> int:
        with database.transaction() as session:
            towns.appoint(session, town, [towns.person(party, "某")], [towns.duty(party, "staff", grid)])
        number(database)
        with database.transaction() as session:
            return changes.last(session)

    outside, inside = duty_at(f"{towns.A}001", "W1"), duty_at(f"{towns.C}001", "W2")
    while of_c.deliver():
        pass
    assert receiver.numbers == [inside] and outside < inside
    with database.transaction() as session:
        ids = {
            code: session.scalar(select(Area.id).where(Area.code == code)) or 0 for code in (towns.C, towns.A)
        }
        heirs.put(session, ids[towns.C], ids[towns.A], at=datetime.now(UTC) - timedelta(minutes=1))
    outside, inside = duty_at(f"{towns.B}001", "W3"), duty_at(f"{towns.A}002", "W4")
    while of_c.deliver():
        pass
    assert receiver.numbers[1:] == [inside]


def test_a_hook_of_an_area_that_there_is_not_says_so(
    courier: Courier, database: Database, town: towns.Town, app: FastAPI
) -> None:
    wrong = courier._hook.model_copy(update={"area": "999999999"})
    with pytest.raises(UnknownCode, match="999999999"):
        Courier(database, app.state.context.held, wrong).deliver()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "file:///etc/passwd"},
        {"url": "http://name:word@host/"},
        {"url": "https://"},
        {"secret": "short"},
        {"kinds": ["rumour"]},
        {"more": 1},
    ],
)
def test_a_wrong_file_stops_the_start(wrong: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "webhooks.json"
    right = {"name": "hotline", "url": "https://hotline.example/changes", "secret": SECRET}
    file.write_text(json.dumps([right]))
    assert [hook.name for hook in hooks.read(file)] == ["hotline"]
    file.write_text(json.dumps([right | wrong]))
    with pytest.raises(ValueError):
        hooks.read(file)
    file.write_text(json.dumps([right, right]))
    with pytest.raises(ValueError):
        hooks.read(file)
    assert hooks.read(None) == ()
