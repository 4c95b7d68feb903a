"""Mixed work without an error and without memory that grows: short here, ten minutes under `./run soak`."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from api import accounts
from boundaries import demo
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests import figures
from tests.api.conftest import PASSWORD
from tests.api.kills import Server
from tests.api.load import Load, Work
from tests.boundaries.land.plans import drawn


def _served(home: Path, build: Callable[[Database], object], load: Callable[[Server], Work]) -> Work:
    database = Database.open(Settings(home=home))
    build(database)
    with database.transaction() as session:
        for role in ("dispatcher", "planner", "reviewer", "approver"):
            accounts.put(session, name=role, password=PASSWORD, role=role, datum=None, area=None)
    database.close()
    server = Server(home)
    server.start()
    try:
        return load(server)
    finally:
        server.kill()


def _draw(database: Database) -> None:
    with database.transaction() as session:
        drawn.town(session)


def test_a_quarter_of_a_minute_of_mixed_work_has_no_error(register_home: Path) -> None:
    def load(server: Server) -> Work:
        return Load(server, clients=16, pause_s=0.1, publish_s=5, seed=5).run(15)

    work = _served(register_home, _draw, load)
    assert work.errors == []
    assert {"lookup", "intake", "publication"} <= set(work.took)


@pytest.mark.soak
def test_ten_minutes_of_mixed_work_on_the_demo_district(register_home: Path) -> None:
    seconds = float(os.environ.get("LOAD_SECONDS", "600"))

    def load(server: Server) -> Work:
        return Load(server, clients=64, pause_s=0.4, publish_s=60, seed=6).run(seconds)

    work = _served(register_home, demo.build, load)
    told = work.figures(warm_s=60)
    figures.keep("load", clients=64, seconds=seconds, first_errors=work.errors[:10], **told)
    assert work.errors == []
    assert told["memory_growth_percent"] <= 10
