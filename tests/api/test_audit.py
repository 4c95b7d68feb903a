"""Reads of persons are written down before they are told, and reach the register exactly once."""

import inspect
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.access import Needs
from api.auditor import SYNC_S, Auditor
from api.context import writing_session
from api.journal import AuditUnavailable, Journal, decode, encode, entries_of, left_behind
from boundaries.store import audit
from boundaries.store.audit import Read
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.boundaries import towns
from tests.waiting import until

LON, LAT = towns.at(5, 5)
POINT = f"/v1/lookup?lon={LON}&lat={LAT}&datum=wgs84"
READ = Read("2026-05-03T09:59:00.000+00:00", "anna", "basic", "10.0.0.1", "id", "GET", "/v1/x", "/v1/x", 200)


def reads_of(database: Database, actor: str) -> list[list[object]]:
    with database.transaction() as session:
        events = audit.page(session, audit.Wanted(actor=actor, kind="read"), limit=1000)
    return [read for event in events for read in event.details["reads"]]


def numbered(number: int) -> Read:
    return READ._replace(asked=str(number))


def test_look_ups_that_show_persons_are_told_with_who_and_from_where(
    client: TestClient, app: FastAPI, database: Database
) -> None:
    for _ in range(3):
        assert client.get(POINT, headers={**basic("dispatcher"), "X-Request-Id": "asked-once"}).is_success
    assert client.get(POINT, headers=basic("reader")).is_success  # masked
    assert client.get("/v1/parties", headers=basic("dispatcher")).is_success
    assert client.get("/v1/matters", headers=basic("dispatcher")).is_success  # no persons in it
    app.state.context.auditor.carry()
    asked = [read[3] for read in reads_of(database, "dispatcher")]
    assert sorted(asked) == sorted([POINT] * 3 + ["/v1/parties"])
    assert [read[1] for read in reads_of(database, "dispatcher") if read[3] == POINT] == ["asked-once"] * 3
    assert reads_of(database, "reader") == []


def test_a_write_through_a_route_says_who_and_under_which_request(
    client: TestClient, database: Database
) -> None:
    sent = {**basic("administrator"), "X-Request-Id": "made-a-clerk"}
    given = {"password": "long enough a password", "role": "clerk"}
    assert client.put("/v1/accounts/new-clerk", json=given, headers=sent).is_success
    with database.transaction() as session:
        (event,) = audit.page(session, audit.Wanted(request_id="made-a-clerk"))
    assert (event.actor, event.via, event.about, event.operation) == (
        "administrator", "basic", "account", "insert",
    )  # fmt: skip
    assert event.origin == "testclient"


def test_every_route_knows_who_asks_and_has_the_body_before_it_takes_a_connection(app: FastAPI) -> None:
    def calls(dependant: object) -> list[object]:
        found = [call for child in dependant.dependencies for call in calls(child)]  # type: ignore[attr-defined]
        return [*found, dependant.call]  # type: ignore[attr-defined]

    late, seen, waits = [], 0, []
    for route in iter_route_contexts(app.routes):
        if getattr(route, "dependant", None) is None:
            continue
        order = calls(route.dependant)
        if writing_session in order:
            seen += 1
            asks = [place for place, call in enumerate(order) if isinstance(call, Needs)]
            if not asks or asks[0] > order.index(writing_session):
                late.append((route.methods, route.path))
            before = order[: order.index(writing_session)]
            after = [call for call in order if call not in before]  # a dependency is called once
            if any(map(inspect.iscoroutinefunction, after)) or any(map(inspect.isasyncgenfunction, after)):
                waits.append((route.methods, route.path))
    assert late == []
    assert waits == []  # a body that comes slowly, or never ends, holds no connection to the register
    assert seen > 40


def test_the_audit_is_for_administrators_and_pages(client: TestClient) -> None:
    assert client.get("/v1/audit", headers=basic("planner")).status_code == 403
    first = client.get("/v1/audit", params={"limit": 2}, headers=basic("administrator")).json()
    second = client.get(
        "/v1/audit", params={"limit": 2, "before": first["next"]}, headers=basic("administrator")
    ).json()
    numbers = [event["number"] for event in first["events"] + second["events"]]
    assert len(numbers) == 4 and numbers == sorted(numbers, reverse=True)


def test_without_a_journal_no_person_is_told_but_readers_are_answered(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor: Auditor = app.state.context.auditor
    full = Path("/dev/full").open("ab", buffering=0)  # noqa: SIM115 -- a real device without room
    monkeypatch.setattr(auditor._journal, "_file", full.fileno())
    for address in (POINT, POINT.replace("wgs84", "bd09") + "&lang=en", "/v1/parties"):
        refused = client.get(address, headers=basic("dispatcher"))
        assert (refused.status_code, refused.json()["code"]) == (503, "audit-unavailable")
    assert client.get(POINT, headers=basic("reader")).is_success
    monkeypatch.undo()
    full.close()
    assert client.get(POINT, headers=basic("dispatcher")).is_success


def test_an_entry_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write(READ)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (journal.size + 20, before[1]))  # a full disk, so to say
        with pytest.raises(AuditUnavailable):
            journal.write(READ)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    journal.write(numbered(2))
    journal.close()
    assert entries_of(journal.path, skip=0, limit=10) == [READ, numbered(2)]


def test_a_damaged_or_torn_line_is_known_as_such() -> None:
    line = encode(READ)
    assert decode(line) == READ
    assert decode(line[:-5]) is None
    assert decode(line.replace(b"anna", b"otto")) is None
    assert decode(b"\0" * 40 + b"\n") is None


def test_a_killed_process_loses_no_entry_and_none_comes_twice(tmp_path: Path, database: Database) -> None:
    script = (
        "import sys, os, signal; from pathlib import Path; from api.journal import Journal;"
        " from boundaries.store.audit import Read; journal = Journal(Path(sys.argv[1]));\n"
        "for n in range(2500): journal.write(Read('2026', 'killed', '', '', '', 'GET', '/', str(n), 200))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = left_behind(tmp_path)
    auditor = Auditor(database, tmp_path)
    assert auditor._take(left.stem, left) == 1000  # and this one ended here, too
    Auditor(database, tmp_path).carry()
    auditor.carry()
    assert sorted(int(str(read[3])) for read in reads_of(database, "killed")) == list(range(2500))
    assert list(left_behind(tmp_path)) == []


class Pauses(threading.Event):
    """Tells how long each thread waits for the end."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[tuple[str, float | None]] = set()

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.add((threading.current_thread().name, timeout))
        return super().wait(timeout)


def test_a_power_failure_takes_less_than_the_last_second(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is durable at an instant is what stood in the file when the last finished sync began: each entry
    is there after the next sync, and one begins half a second after the other."""
    durable: list[int] = []  # bytes
    sync = os.fdatasync

    def watched(file: int) -> None:
        size = os.fstat(file).st_size
        sync(file)
        durable.append(size)

    monkeypatch.setattr(os, "fdatasync", watched)
    auditor, pauses = Auditor(database, tmp_path), Pauses()
    monkeypatch.setattr(auditor, "_over", pauses)
    auditor.start()
    try:
        for number in range(5):
            auditor.note(numbered(number))
            assert auditor._journal is not None
            done, size = len(durable), auditor._journal.size
            until(lambda size=size: any(each >= size for each in durable), "the entry is not made durable")
            # at most one sync was under way already
            assert next(at for at, each in enumerate(durable) if each >= size) <= done + 1
    finally:
        auditor.close()
    assert {pause for thread, pause in pauses.asked if thread == "journal"} == {SYNC_S}
    assert SYNC_S <= 0.5


def test_a_living_process_keeps_its_journal(tmp_path: Path, database: Database) -> None:
    journal = Journal(tmp_path)
    journal.write(READ)
    assert list(left_behind(tmp_path)) == []
    journal.close()
    assert list(left_behind(tmp_path)) == [journal.path]


def test_entries_of_an_outage_follow_when_the_register_is_back(
    tmp_path: Path, database: Database, owner_url: str
) -> None:
    nowhere = Database.at("postgresql://yiwang_app@127.0.0.1:1/nothing")
    auditor = Auditor(nowhere, tmp_path)
    auditor._open()
    for number in range(3):
        auditor.note(numbered(number)._replace(actor="outage"))
    auditor.carry()
    assert auditor.waiting == 3
    object.__setattr__(auditor, "_database", database)
    auditor.carry()
    auditor.carry()
    assert auditor.waiting == 0
    assert sorted(str(read[3]) for read in reads_of(database, "outage")) == ["0", "1", "2"]
    auditor.close()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_entry_is_told(tmp_path: Path, database: Database) -> None:
    (tmp_path / "dead.journal").write_bytes(encode(READ) + b"rubbish\n" + encode(numbered(2))[:-4])
    auditor = Auditor(database, tmp_path)
    auditor.carry()
    with database.transaction() as session:
        (event,) = audit.page(session, audit.Wanted(about="journal"))
        found = audit.verify(session)
    assert (event.operation, event.count, found.findings) == ("damaged", 2, ())

    def is_chained() -> bool:  # the application's own thread may be at it, and holds the lock
        auditor.carry()
        with database.transaction() as session:
            return session.scalar(text("select count(*) from yiwang.audit_pending")) == 0

    until(is_chained, "the events are not chained")
