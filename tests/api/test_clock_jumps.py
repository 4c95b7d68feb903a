"""The machine's clock jumps back and forth by days: writes keep their order, answers go on."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests import figures
from tests.api.kills import Server, served_town
from tests.api.writes import Import, Intake
from tests.boundaries import towns

JUMPS = (0, 2, -1, 0, 40, -3, 0)  # days
LON, LAT = towns.at(2, 8)
LOOKUP = {"lon": LON, "lat": LAT, "datum": "wgs84"}


def _turner() -> str | None:
    """The library that turns the clock of whatever is started with it (Debian's libfaketime)."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return str(found[0]) if found else None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that says how far the clocks of the application and of PostgreSQL are off."""
    library = _turner()
    if library is None:
        pytest.skip("libfaketime is not installed: ./run test sets it up")
    # not in pytest's folder: another run closes that to every other account, also to the server's
    folder = Path(tempfile.mkdtemp(prefix="yiwang-clock-", dir="/tmp"))
    folder.chmod(0o755)
    file = folder / "clock"
    file.write_text("+0d\n")
    monkeypatch.setenv("LD_PRELOAD", library)
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(file))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    monkeypatch.setenv("DONT_FAKE_MONOTONIC", "1")
    yield file
    shutil.rmtree(folder)


@pytest.fixture
def served(register_home: Path, clock: Path) -> Iterator[Server]:
    """The real server and PostgreSQL, both under the turned clock."""
    with served_town(register_home, "worker", "planner") as server:  # starts PostgreSQL, under that clock too
        yield server


def _off_by_days(database: Database) -> int:
    """How far PostgreSQL's clock is off from this process' own."""
    with database.connect() as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
    assert row is not None
    return round((row[0] - datetime.now(UTC)).total_seconds() / 86_400)


def test_writes_keep_their_order_whatever_the_clock_says(served: Server, clock: Path) -> None:
    intake, roster = Intake(), Import()
    numbers = range(1, len(JUMPS) + 1)
    database = Database.open(Settings(home=served.home))
    try:
        for number, days in zip(numbers, JUMPS, strict=True):
            clock.write_text(f"{days:+d}d\n")
            assert _off_by_days(database) == days
            for write in (intake, roster):
                asked = write.sent(number)
                reply = httpx.post(**asked | {"url": served.url + asked["url"]}, timeout=60)
                assert reply.status_code < 300, (days, reply.text)
            assert httpx.get(f"{served.url}/v1/lookup", params=LOOKUP, timeout=60).status_code == 200
        with database.transaction() as session:
            assert intake.found(session, numbers) == dict.fromkeys(numbers, intake.parts)
            assert roster.found(session, numbers) == dict.fromkeys(numbers, roster.parts)
            runs = session.execute(text("select committed_at from yiwang.import_run order by id"))
            stamps = [row[0] for row in runs]
        assert stamps == sorted(set(stamps)), "a later write has an earlier instant"
        assert _off_by_days(database) == JUMPS[-1]
        figures.keep("clock-jumps", days=JUMPS, writes=2 * len(JUMPS), refused=0, lookups_failed=0)
    finally:
        database.close()
