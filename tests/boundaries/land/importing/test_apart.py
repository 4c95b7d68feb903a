"""A large file is examined in another process, with what the register holds, and says what it says here."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land.importing import (
    FrameNotStated,
    Request,
    commit,
    dry_run,
    dry_run_apart,
    examine_apart,
)
from boundaries.land.importing.errors import FileTooLarge, UnreadableFile
from boundaries.land.importing.reading import Limits, call_apart
from boundaries.store.database import Database
from tests.boundaries.land.importing import drawn

GRIDS = Request("grids", apart=True)


@pytest.fixture(scope="module")
def register(database: Database) -> Database:
    """A register with two communities and no grid, committed."""
    with database.transaction() as session:
        drawn.found(session)
    return database


def test_a_dry_run_reports_the_same_and_writes_nothing(register: Database, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    told = dry_run_apart(register.url, "140502", path, GRIDS)
    with register.transaction() as session:
        here = dry_run(session, "140502", path, GRIDS).report
        assert session.scalar(text("select count(*) from yiwang.net_version")) == 0
    assert told.tally == {"added": 6, "changed": 0, "unchanged": 0, "retired": 0}
    assert told.to_dict() == here.to_dict()


def test_what_was_examined_apart_is_committed_here(register: Database, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    known = examine_apart(register.url, "140502", path, GRIDS)
    with register.engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            done = commit(session, "140502", path, GRIDS, by="planner", examined=known).report
            assert session.scalar(text("select count(*) from yiwang.grid_version")) == 6
        outer.rollback()
    assert done.committed and done.tally["added"] == 6


def test_refusals_and_limits_come_back(register: Database, tmp_path: Path) -> None:
    bare = drawn.grid_frame().set_crs(None, allow_override=True)
    with pytest.raises(FrameNotStated) as refused:
        dry_run_apart(register.url, "140502", drawn.gpkg(tmp_path, bare), GRIDS)
    assert refused.value.hints
    hurried = replace(GRIDS, limits=Limits(work_seconds=0))
    with pytest.raises(FileTooLarge, match="took more than 0 s"):
        dry_run_apart(register.url, "140502", drawn.gpkg(tmp_path, drawn.grid_frame()), hurried)


def _beyond_memory(kind: str) -> None:
    if kind == "GEOS":  # the union of ten million corners
        raise shapely.errors.GEOSException("std::bad_alloc")
    if kind == "numpy":
        np.empty(1 << 40)
    raise RuntimeError("broken")


@pytest.mark.parametrize(
    ("kind", "refusal"), [("GEOS", FileTooLarge), ("numpy", FileTooLarge), ("", UnreadableFile)]
)
def test_a_file_beyond_the_memory_is_too_large_whoever_ran_out_of_it(
    kind: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal, match=r"big\.gpkg"):
        call_apart(_beyond_memory, kind, of="big.gpkg", limits=Limits())
