"""A snapshot that takes what has not changed from the one before says what one read afresh says."""

import gc
import weakref
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.duty.snapshot import Snapshot
from boundaries.land import grids, versions
from boundaries.store import clock
from tests.boundaries import towns
from tests.boundaries.duty.test_against_sql import History
from tests.boundaries.towns import DISTRICT, YEAR, B, C, at, duty, office, person


def same_answers(one: Snapshot, other: Snapshot) -> None:
    assert (one.net_version, one.next_change_at, one.last_updated) == (
        other.net_version,
        other.next_change_at,
        other.last_updated,
    )
    for east in range(0, 34, 2):
        for north in (1.5, 6.5, 8.2):
            assert one.answer_point(at(east, north)) == other.answer_point(at(east, north))
    assert one.buildings == other.buildings
    assert one.other_grids == other.other_grids
    assert one.search_index.entries == other.search_index.entries


@pytest.mark.parametrize("seed", [11, 12])
def test_after_every_change_of_a_history_both_say_the_same(session: Session, seed: int) -> None:
    history = History(session, seed)
    when = YEAR
    held = snapshot.build(session, DISTRICT, at=when, known_at=clock.horizon(session)).warm()
    for _ in range(12):
        history.run(2)
        when += timedelta(days=history.random.randrange(0, 40))
        fresh = snapshot.build(session, DISTRICT, at=when, known_at=history.stamps[-1]).warm()
        held = snapshot.build(session, DISTRICT, at=when, known_at=history.stamps[-1], before=held).warm()
        same_answers(held, fresh)


def test_a_change_of_duties_alone_leaves_the_ground_as_it_is(session: Session) -> None:
    town = towns.found(session)
    towns.build_up(session, town)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    held = snapshot.build(session, DISTRICT, at=now, known_at=clock.horizon(session)).warm()
    towns.appoint(
        session, town, [person("P1", "王小明"), office("D1", "局")], [duty("P1", "leader", f"{B}001")]
    )
    after = snapshot.build(session, DISTRICT, at=now, known_at=clock.stamp(session), before=held).warm()
    assert after.index is held.index
    assert after.search_index is held.search_index
    assert after.building_tree is held.building_tree
    assert after.parties is not held.parties
    owner = after.answer_grid(f"{B}001")["owner"]
    assert owner["leader"] is not None


def test_time_alone_changes_the_net(session: Session) -> None:
    town = towns.found(session)
    stamp = clock.stamp(session)
    june = datetime(2026, 6, 1, tzinfo=UTC)
    version = versions.open_version(
        session, town.district, effective_from=june, stamp=stamp, cause="plan", made_by="test"
    )
    grids.retire(session, town.district, [f"{C}001"], version=version, stamp=stamp)
    known = clock.stamp(session)
    before = snapshot.build(session, DISTRICT, at=june - timedelta(days=1), known_at=known).warm()
    after = snapshot.build(session, DISTRICT, at=june, known_at=known, before=before)
    assert f"{C}001" in before.grids
    assert f"{C}001" not in after.grids
    # and not backwards: an earlier instant reads everything anew
    back = snapshot.build(session, DISTRICT, at=june - timedelta(days=1), known_at=known, before=after)
    assert f"{C}001" in back.grids


def test_a_snapshot_goes_with_its_last_holder_not_when_the_collector_comes(session: Session) -> None:
    town = towns.found(session)
    towns.build_up(session, town)
    known = clock.horizon(session)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    held = snapshot.build(session, DISTRICT, at=now, known_at=known).warm()
    assert held.gazetteer.names and held.fragments.upwards(B).shown
    old = weakref.ref(held)
    gc.disable()
    try:
        held = snapshot.build(session, DISTRICT, at=now, known_at=known, before=held).warm()
        assert old() is None
        assert held.gazetteer.names and held.fragments.upwards(B).shown
    finally:
        gc.enable()
