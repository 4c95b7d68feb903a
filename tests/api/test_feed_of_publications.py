"""The feed as another system reads it over HTTP, while nets are published and the database goes away."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from api import accounts
from boundaries.duty import snapshot
from boundaries.land import buildings, districts, parts, plans
from boundaries.store import clock, cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api.conftest import PASSWORD
from tests.api.kills import Server
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A3, A4, B2, line
from tests.conftest import _cluster_home, register_in

SPLIT_B2 = ("split", {"grid": B2, "line": line((14, 5), (21, 5)), "keep": "left"})  # H6 goes with the south
STACK = ("stack", {"building": "H6", "grids": [{"parts": ["1", "2"]}], "kept_by_host": ["3"]})


class Poller:
    """A system that asks for what changed, again and again, and keeps where it is."""

    def __init__(self, url: str) -> None:
        self.changes: list[dict[str, Any]] = []
        self.since = 0
        self.refused = 0  # answers that were none
        self._url = url
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        with httpx.Client(base_url=self._url, auth=("anna", PASSWORD), timeout=120) as client:
            while not self._over.wait(0.1):
                reply = client.get("/v1/changes", params={"since": self.since, "limit": 3})
                if reply.status_code == 503:
                    self.refused += 1
                    continue
                page = reply.raise_for_status().json()
                self.changes += page["changes"]
                self.since = page["next"]

    def until(self, number: int) -> None:
        """Wait until it has the change of that number."""
        end = time.monotonic() + 120
        while self.since < number:
            assert time.monotonic() < end and self._thread.is_alive(), self.since
            time.sleep(0.05)

    def end(self) -> None:
        self._over.set()
        self._thread.join(timeout=130)


@pytest.fixture(scope="module")
def home(migrated_home: Path) -> Iterator[Any]:
    with _cluster_home() as made:
        register_in(made, migrated_home)
        database = Database.open(Settings(home=made))
        with database.transaction() as session:
            town = drawn.town(session)
            stamp = clock.stamp(session)
            house = pd.DataFrame([{**towns.BUILDINGS[-1], "households": 60}])
            buildings.put(session, town.district, house, valid_from=towns.YEAR, stamp=stamp)
            rows = [{"building_code": "H6", "code": code, "households": 20} for code in ("1", "2", "3")]
            parts.put(session, town.district, pd.DataFrame(rows), valid_from=towns.YEAR, stamp=stamp)
            accounts.put(session, name="anna", password=PASSWORD, role="worker")
        database.close()
        yield made


def owners(state: Any) -> dict[str, str | None]:
    """The grid of every building and of every part that has one of its own, as look-ups answer."""
    found = {code: building.grid for code, building in state.buildings.items()}
    for building in state.parts:
        for part in state.parts[building]:
            place = f"{building}/{part.code}"
            found[place] = state.grid_of_part.get(place, found[building])
    return found


def publish(database: Database, *edits: Any, scope: str) -> dict[str, tuple[str | None, str | None]]:
    """Publish a plan; what changed owner by it: (before, after) by building and by part."""
    with database.transaction() as session:
        district = districts.get(session, towns.DISTRICT)
        before = owners(snapshot.build(session, towns.DISTRICT))
        plan = drawn.draft(session, district, *edits, scope=scope)
        drawn.approve(session, district, plan)
        drawn.publish(session, district, plan)
        assert plans.find(session, district, plan.code).state == "published"
    with database.transaction() as session:
        after = owners(snapshot.build(session, towns.DISTRICT))
    return {
        code: (before.get(code), after.get(code))
        for code in sorted({*before, *after})
        if before.get(code) != after.get(code)
    }


def moves(changes: list[dict[str, Any]], kind: str) -> list[tuple[str, tuple[str | None, str | None]]]:
    return [
        (each["about"], (each["details"]["from_grid"], each["details"]["to_grid"]))
        for each in changes
        if each["kind"] == kind
    ]


def test_what_changed_owner_is_told_once_in_order_across_publications_and_a_restart(home: Any) -> None:
    server, database = Server(home), Database.open(Settings(home=home))
    server.start()
    poller = Poller(server.url)
    try:
        told = [publish(database, ("merge", {"grids": [A3, A4], "keep": A4}), scope=towns.A)]
        cluster.stop(home, immediately=True)
        end = time.monotonic() + 120
        while poller.refused == 0:
            assert time.monotonic() < end
            time.sleep(0.05)
        cluster.ensure(home)
        told.append(publish(database, STACK, scope=towns.B))
        told.append(publish(database, SPLIT_B2, scope=towns.B))
        poller.until(_head(database, publications=3))
    finally:
        poller.end()
        server.kill()
        database.close()
    numbers = [each["number"] for each in poller.changes]
    assert numbers == list(range(1, len(numbers) + 1))  # each once, none left out
    expected = [list(changed.items()) for changed in told]
    whole = [[(code, move) for code, move in each if "/" not in code] for each in expected]
    assert whole[0] and not whole[1] and whole[2]  # by the merging, by no 立体 grid, by the division
    assert moves(poller.changes, "building") == [each for publication in whole for each in publication]
    # a part without a grid of its own goes with its building, and is told by that
    own = [(code, move) for code, move in expected[1] if "/" in code]
    assert [code for code, _ in own] == ["H6/1", "H6/2"]
    assert moves(poller.changes, "part") == own
    order = [each["kind"] for each in poller.changes if each["kind"] in ("publication", "building", "part")]
    assert order[-6:].count("publication") == 2


def _head(database: Database, *, publications: int) -> int:
    """The last number once so many plans' publications and all that goes with them are numbered."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with database.transaction() as session:
            waiting, last, told = (
                session.connection()
                .exec_driver_sql(
                    "select (select count(*) from yiwang.change_pending),"
                    " (select max(number) from yiwang.change),"
                    " (select count(*) from yiwang.change where kind = 'publication'"
                    " and details->>'cause' = 'plan')"
                )
                .one()
            )
        if waiting == 0 and told >= publications:
            return int(last)
        time.sleep(0.05)
    raise AssertionError("the changes are not numbered")
