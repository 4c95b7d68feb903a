"""The register's clock rises with every write and refuses to tell what is not settled."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store import clock
from boundaries.store.database import Database


def test_stamps_rise_even_when_the_clock_steps_back(session: Session) -> None:
    ahead = datetime(2400, 1, 1, tzinfo=UTC)
    session.execute(text("update yiwang.register_clock set last_recorded = :ahead"), {"ahead": ahead})
    assert clock.stamp(session) == ahead + timedelta(microseconds=1)
    assert clock.stamp(session) == ahead + timedelta(microseconds=2)


def test_each_write_raises_the_revision_by_one(session: Session) -> None:
    before = clock.revision(session)
    clock.stamp(session)
    assert clock.revision(session) == before + 1


def test_horizon_is_now_while_nobody_writes_and_the_last_write_while_somebody_does(
    database: Database,
) -> None:
    with database.transaction() as writer:
        first = clock.stamp(writer)
    with database.transaction() as reader:
        assert clock.horizon(reader) > first
    with database.transaction() as writer:
        second = clock.stamp(writer)
        with database.transaction() as reader:
            assert clock.horizon(reader) == first
    with database.transaction() as reader:
        assert clock.horizon(reader) > second


def test_horizon_of_a_repeatable_read_is_the_last_write_in_its_snapshot(database: Database) -> None:
    with database.transaction() as writer:
        first = clock.stamp(writer)
    with database.transaction() as reader:
        reader.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assert clock.horizon(reader) == first
        with database.transaction() as writer:
            clock.stamp(writer)
        assert clock.horizon(reader) == first


def test_known_at_beyond_the_horizon_is_refused_with_the_horizon(session: Session) -> None:
    settled = clock.horizon(session)
    clock.check_known_at(session, settled)
    clock.check_known_at(session, None)
    with pytest.raises(clock.KnownAtBeyondHorizon) as refused:
        clock.check_known_at(session, settled + timedelta(hours=1))
    assert refused.value.facts["horizon"] >= settled
    assert refused.value.known_at == settled + timedelta(hours=1)


def test_writers_take_turns_and_no_two_get_the_same_instant(database: Database) -> None:
    stamps: list[datetime] = []

    def write() -> None:
        with database.transaction() as session:
            stamps.append(clock.stamp(session))

    writers = [threading.Thread(target=write) for _ in range(12)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(set(stamps)) == 12
    assert stamps == sorted(stamps)  # appended under the lock


def test_listener_hears_the_present_revision_and_then_each_committed_write(database: Database) -> None:
    stop = threading.Event()
    heard = database.listen(stop, poll_s=0.1)
    present = next(heard)
    assert present is not None
    with database.transaction() as session:
        clock.stamp(session)
    assert next(heard) == present + 1
    with pytest.raises(RuntimeError, match="half way"), database.transaction() as session:
        clock.stamp(session)
        raise RuntimeError("half way")
    with database.transaction() as session:  # the write that was rolled back was never news
        clock.stamp(session)
    assert next(heard) == present + 2
    stop.set()
    assert list(heard) == []
