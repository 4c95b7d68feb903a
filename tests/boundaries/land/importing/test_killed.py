"""The server is killed in the middle of an import: afterwards all of it is there, or none."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from boundaries.land.importing import Request, commit
from boundaries.store.cluster import processes
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.boundaries.land.importing import drawn
from tests.boundaries.towns import YEAR

TABLES = ("grid", "grid_version", "net_version", "import_run", "import_mapping")


def _counts(database: Database) -> list[int]:
    with database.transaction() as session:
        return [session.scalar(text(f"select count(*) from yiwang.{table}")) or 0 for table in TABLES]


@pytest.mark.parametrize("moment", ["writing", "imported"])
def test_a_server_killed_before_the_commit_leaves_nothing_of_the_import(
    register_home: Path, tmp_path: Path, moment: str
) -> None:
    """Killed before the first write, and after the last; then the same import goes through whole."""
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    request = Request("grids", valid_from=YEAR)
    database = Database.open(Settings(home=register_home))

    def kill(what: str, _done: int, _total: int) -> None:
        if what.startswith(moment):
            pid = processes.postmaster_pid(register_home / "data")
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            # a backend outlives its postmaster and may even commit; the next start would end it like this
            processes.end_orphans(register_home / "data", within_s=20)

    try:
        with database.transaction() as session:
            drawn.found(session)
        with pytest.raises(OperationalError), database.transaction() as session:
            commit(session, "140502", path, request, by="planner", on_progress=kill)
        assert _counts(database) == [0, 0, 0, 0, 0]
        with database.transaction() as session:
            commit(session, "140502", path, request, by="planner")
        assert _counts(database) == [6, 6, 1, 1, 1]
    finally:
        database.close()
