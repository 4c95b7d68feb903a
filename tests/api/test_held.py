"""The held net: swapped whole when the register changes, and answering while the database is down."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api import accounts
from api.app import create_app
from api.held import PAST_KEPT, Held
from api.refusals import NothingHeld
from boundaries.land import grids, versions
from boundaries.store import bulk, clock, cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from boundaries.store.tables import Area, AreaVersion
from tests.api.conftest import PASSWORD, basic
from tests.api.test_tiles import path
from tests.boundaries import towns

POINT: dict[str, Any] = {"lon": towns.at(2, 8)[0], "lat": towns.at(2, 8)[1], "datum": "wgs84"}
FIRST, SECOND = f"{towns.A}001", f"{towns.A}002"


@pytest.fixture
def held(database: Database, town: towns.Town) -> Iterator[Held]:
    """The net of the town, held with long polls: what changes it is news, not the poll."""
    keeper = Held(database, None, poll_s=60.0)
    keeper.start()
    yield keeper
    keeper.close()


def _appoint(database: Database, town: towns.Town, grid: str, name: str, since: datetime) -> None:
    with database.transaction() as session:
        people = [towns.person(f"N{name}", name)]
        towns.appoint(
            session, town, people, [towns.duty(f"N{name}", "leader", grid, since=since)], since=since
        )


def _leader(held: Held, grid: str) -> str | None:
    leader = held.current.snapshot.answer_grid(grid)["owner"]["leader"]
    return leader["name"] if leader else None


def test_a_write_is_answered_from_as_soon_as_it_is_committed(
    held: Held, database: Database, town: towns.Town
) -> None:
    before = held.current
    assert _leader(held, SECOND) is None
    _appoint(database, town, SECOND, "赵云", datetime.now(UTC) - timedelta(hours=1))
    assert held.wait_until(lambda held: _leader(held, SECOND) == "赵云", 120)
    assert held.current.tag != before.tag
    assert before.snapshot.answer_grid(SECOND)["owner"]["leader"] is None  # the old one never changes


def test_time_alone_changes_the_answers(held: Held, database: Database, town: towns.Town) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=6)
    _appoint(database, town, f"{towns.A}003", "马超", soon)
    # a slow machine may hear of it when it is true already
    known = held.wait_until(
        lambda held: (
            held.current.snapshot.next_change_at == soon or _leader(held, f"{towns.A}003") is not None
        ),
        120,
    )
    early = held.current.snapshot
    assert known and (early.at >= soon or early.answer_grid(f"{towns.A}003")["owner"]["leader"] is None)
    assert held.wait_until(lambda held: _leader(held, f"{towns.A}003") == "马超", 120)
    assert datetime.now(UTC) >= soon


def test_a_change_whose_news_was_lost_is_found_by_the_poll(database: Database, town: towns.Town) -> None:
    deaf = Held(_Deaf(database.engine, database.connect, database.url), None, poll_s=0.3)
    deaf.start()
    try:
        assert _leader(deaf, f"{towns.A}004") is None
        _appoint(database, town, f"{towns.A}004", "黄忠", datetime.now(UTC) - timedelta(hours=1))
        assert deaf.wait_until(lambda held: _leader(held, f"{towns.A}004") == "黄忠", 120)
    finally:
        deaf.close()


class _Deaf(Database):
    """The real database, whose listener hears the first revision only."""

    def listen(self, stop: threading.Event, *, poll_s: float = 1.0) -> Iterator[int | None]:
        yield next(super().listen(stop, poll_s=poll_s))
        stop.wait()


def test_what_was_known_then_is_kept_and_never_changes(held: Held, town: towns.Town) -> None:
    at, known_at = towns.YEAR + timedelta(days=30), town.version.recorded_at
    first = held.at(at, known_at)
    assert held.at(at, known_at) is first
    assert held.at(None, None) is held.current
    with pytest.raises(clock.KnownAtBeyondHorizon):
        held.at(None, datetime.now(UTC) + timedelta(days=1))


def test_of_past_states_only_those_asked_for_last_are_kept(held: Held, town: towns.Town) -> None:
    at, known = towns.YEAR + timedelta(days=30), town.version.recorded_at
    times = [known + timedelta(microseconds=number) for number in range(PAST_KEPT + 1)]
    states = [held.at(at, known_at) for known_at in times[:PAST_KEPT]]
    assert held.at(at, times[0]) is states[0]  # asked for again: the second is now the oldest
    held.at(at, times[PAST_KEPT])
    assert held.at(at, times[0]) is states[0]
    assert held.at(at, times[1]) is not states[1]


def test_an_empty_register_is_healthy_and_says_that_nothing_is_published(
    cluster_url: str, template: str, tmp_path: Path
) -> None:
    from tests.conftest import _new_database

    with _new_database(cluster_url, template) as url:
        database = Database.at(url)
        app = create_app(Settings(home=tmp_path, anonymous_reader=True), database)
        with TestClient(app, raise_server_exceptions=False) as client:
            health = client.get("/healthz")
            assert (health.status_code, health.json()["status"]) == (200, "empty")
            reply = client.get("/v1/lookup", params=POINT)
            assert (reply.status_code, reply.json()["code"]) == (503, "nothing-published")
            assert reply.headers["retry-after"]
            with database.transaction() as session:
                towns.found(session)
            assert app.state.context.held.wait_until(lambda held: held.published is not None, 120)
            assert client.get("/v1/lookup", params=POINT).json()["grid"]["code"] == FIRST
        database.close()


def test_a_retired_grid_leads_to_its_successor(
    held: Held, database: Database, town: towns.Town, settings: Settings
) -> None:
    before = held.current
    with database.transaction() as session:
        stamp = clock.stamp(session)
        version = versions.open_version(
            session,
            town.district,
            effective_from=datetime.now(UTC) - timedelta(seconds=1),
            stamp=stamp,
            cause="plan",
            made_by="test",
        )
        merged = towns.grid_frame([f"{towns.B}001"])
        merged["geometry"] = [towns.box(10, 0, 20, 10)]
        grids.put(session, town.district, merged, version=version, stamp=stamp)
        grids.retire(session, town.district, [f"{towns.B}002"], version=version, stamp=stamp)
    assert held.wait_until(lambda held: held.current is not before, 120)
    app = create_app(settings, database)
    with TestClient(app) as client:
        reply = client.get(f"/v1/grids/{towns.B}002")
        assert (reply.status_code, reply.json()["code"]) == (410, "grid-gone")
        assert reply.json()["successors"] == [f"{towns.B}001"]
        assert reply.headers["link"] == f'</v1/grids/{towns.B}001>; rel="successor-version"'
        assert client.get("/v1/district").json()["net_version"] == 2


def test_a_retired_area_leads_to_who_holds_its_ground(
    held: Held, database: Database, town: towns.Town, settings: Settings
) -> None:
    before = held.current
    with database.transaction() as session:
        stamp = clock.stamp(session)
        now = datetime.now(UTC) - timedelta(milliseconds=500)
        version = versions.open_version(
            session, town.district, effective_from=now, stamp=stamp, cause="plan", made_by="test"
        )
        moved = towns.grid_frame([f"{towns.C}001"])
        moved["code"], moved["community_code"] = [f"{towns.B}003"], [towns.B]
        grids.retire(session, town.district, [f"{towns.C}001"], version=version, stamp=stamp)
        grids.put(session, town.district, moved, version=version, stamp=stamp)
        community = session.scalar(select(Area.id).where(Area.code == towns.C))
        bulk.retire(session, AreaVersion, AreaVersion.area_id == community, stamp=stamp, valid_from=now)
    assert held.wait_until(lambda held: held.current is not before, 120)
    app = create_app(settings, database)
    with TestClient(app) as client:
        reply = client.get(f"/v1/areas/{towns.C}")
        assert (reply.status_code, reply.json()["code"]) == (410, "area-gone")
        assert reply.json()["successors"] == [towns.B]
        assert reply.json()["retired_at"]
        assert reply.headers["link"] == f'</v1/areas/{towns.B}>; rel="successor-version"'


def test_an_unknown_district_is_named_in_the_refusal(database: Database, town: towns.Town) -> None:
    lost = Held(database, "999999", poll_s=60.0)
    lost.start()
    try:
        with pytest.raises(NothingHeld, match="999999"):
            _ = lost.current
    finally:
        lost.close()


def test_answers_outlive_the_database_while_people_ask(register_home: Path) -> None:
    settings = Settings(home=register_home, anonymous_reader=True)
    database = Database.open(settings)
    with database.transaction() as session:
        town = towns.found(session)
        towns.appoint(session, town, [towns.person("P1", "王小明")], [towns.duty("P1", "leader", FIRST)])
        accounts.put(session, name="administrator", password=PASSWORD, role="administrator")
    app = create_app(settings, database)
    with TestClient(app, raise_server_exceptions=False) as client:
        held: Held = app.state.context.held
        admin = basic("administrator")
        put = {"password": "long enough", "role": "reader"}
        tile = path(*towns.at(8, 6), 14)
        fresh = client.get("/v1/lookup", params=POINT, headers=admin).json()
        assert fresh["stale"] is False
        assert client.put("/v1/accounts/before", json=put, headers=admin).status_code == 200
        kept = client.get(tile)
        assert kept.status_code == 200

        asking = _Asking(client, admin)
        asking.until_all_had((200, False))
        cluster.stop(register_home)
        assert held.wait_until(lambda held: held.stale, 120)
        down = client.get("/v1/lookup", params=POINT, headers=admin)
        assert down.status_code == 200
        assert down.json() == {**fresh, "stale": True}
        assert client.get("/v1/search", params={"q": FIRST}).status_code == 200
        assert client.get(f"/v1/grids/{FIRST}").json()["stale"] is True
        assert client.get(tile).content == kept.content
        health = client.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (200, "stale")
        write = client.put("/v1/accounts/during", json=put, headers=admin)
        assert write.status_code == 503
        assert int(write.headers["retry-after"]) > 0
        assert write.headers["content-type"] == "application/problem+json"

        asking.until_all_had((200, True))
        cluster.ensure(register_home)
        until = time.monotonic() + 120
        while held.stale and time.monotonic() < until:
            time.sleep(0.1)
        assert not held.stale and asking.ended() == {(200, False), (200, True)}
        again = client.get("/v1/lookup", params=POINT, headers=admin).json()
        assert again["stale"] is False
        assert client.put("/v1/accounts/after", json=put, headers=admin).status_code == 200
        names = [account["name"] for account in client.get("/v1/accounts", headers=admin).json()]
        assert names == ["administrator", "after", "before"]
    database.close()


class _Asking:
    """Three who ask again and again, one of them by the documented route, until they are told to end."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self._end = threading.Event()
        self._pool = ThreadPoolExecutor(3)
        ways: tuple[dict[str, str], ...] = ({}, {}, {"aside": "1"})
        self._had: list[set[tuple[int, bool]]] = [set() for _ in ways]
        self._asked = [
            self._pool.submit(self._ask, client, POINT | way, headers, had)
            for way, had in zip(ways, self._had, strict=True)
        ]

    def _ask(
        self,
        client: TestClient,
        params: dict[str, Any],
        headers: dict[str, str],
        had: set[tuple[int, bool]],
    ) -> None:
        while not self._end.is_set():
            reply = client.get("/v1/lookup", params=params, headers=headers)
            had.add((reply.status_code, bool(reply.json().get("stale"))))

    def until_all_had(self, answer: tuple[int, bool]) -> None:
        """Wait until each of them was answered so."""
        until = time.monotonic() + 120
        while not all(answer in had for had in self._had):
            assert time.monotonic() < until, self._had
            time.sleep(0.01)

    def ended(self) -> set[tuple[int, bool]]:
        """The statuses that there were, each with whether the answer was stale."""
        self._end.set()
        for asked in self._asked:
            asked.result()
        self._pool.shutdown()
        return set().union(*self._had)
