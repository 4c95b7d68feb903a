"""A correction of the past net is a new record, never a rewrite: both beliefs can be asked for ever."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.land import grids, history, versions
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import A, Town, at, box

MARCH, MAY = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
A1, A2 = f"{A}001", f"{A}002"
BETWEEN = at(5.5, 7.5)  # in A002 by the first net, in A001 by the corrected one
_ROWS = """
select id, valid::text, lower(recorded) as since, upper(recorded) as until, md5(st_asbinary(geom)) as shape,
       name, kind, net_version_id
from yiwang.grid_version order by id"""


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        town = towns.found(session)
        towns.appoint(
            session,
            town,
            [towns.person("P1", "王小明"), towns.person("P2", "李芳")],
            [towns.duty("P1", "leader", A1), towns.duty("P2", "leader", A2)],
        )
        return town


def rows(session: Session) -> dict[int, dict[str, Any]]:
    return {row["id"]: dict(row) for row in session.execute(text(_ROWS)).mappings()}


def correct(session: Session, town: Town) -> None:
    """Told only now: the border has run a thousandth of a degree (90 m) further east since 1 May."""
    stamp = clock.stamp(session)
    version = versions.open_version(
        session, town.district, effective_from=MAY, stamp=stamp, cause="import", made_by="test"
    )
    frame = towns.grid_frame([A1, A2])
    frame.geometry = [box(0, 5, 6, 10), box(6, 5, 10, 10)]
    grids.put(session, town.district, frame, version=version, stamp=stamp)
    session.execute(text("set constraints all immediate"))


def test_what_was_known_before_a_correction_is_answered_as_before(session: Session, town: Town) -> None:
    known = clock.horizon(session)

    def ask(when: datetime, known_at: datetime | None = None) -> tuple[str, str, int]:
        state = snapshot.build(session, towns.DISTRICT, at=when, known_at=known_at)
        answer = state.answer_point(BETWEEN)
        return answer["grid"]["code"], answer["owner"]["leader"]["name"], state.net_version

    first = snapshot.build(session, towns.DISTRICT, at=JUNE).answer_point(BETWEEN)
    assert ask(JUNE) == (A2, "李芳", 1)
    correct(session, town)
    assert ask(JUNE) == (A1, "王小明", 2)
    assert ask(JUNE, known) == (A2, "李芳", 1)
    assert ask(MARCH) == ask(MARCH, known) == (A2, "李芳", 1)  # it begins in May
    again = snapshot.build(session, towns.DISTRICT, at=JUNE, known_at=known).answer_point(BETWEEN)
    assert (again["grid"], again["owner"], again["why"]) == (first["grid"], first["owner"], first["why"])


def test_a_correction_adds_records_and_only_closes_what_was_believed(session: Session, town: Town) -> None:
    before, known = rows(session), clock.horizon(session)
    correct(session, town)
    after = rows(session)
    made = {id_: row for id_, row in after.items() if id_ not in before}
    closed = {id_ for id_ in before if after[id_]["until"] is not None}
    assert len(closed) == 2  # A001 and A002; each becomes what it was until May, and what it is since
    assert len(made) == 4
    for id_, row in before.items():
        assert {**after[id_], "until": None} == row
    assert {row["since"] for row in made.values()} == {after[id_]["until"] for id_ in closed}
    assert min(row["since"] for row in made.values()) > known


@pytest.mark.parametrize("change", ["valid = tstzrange(now(), null)", "geom = null", "name = 'x'"])
def test_the_program_itself_may_not_rewrite_a_record(session: Session, town: Town, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), session.begin_nested():
        session.execute(text(f"update yiwang.grid_version set {change}"))


def test_the_life_of_a_grid_can_be_told_as_it_was_believed(session: Session, town: Town) -> None:
    known = clock.horizon(session)
    believed = history.of_grid(session, town.district, A1)
    correct(session, town)
    told = history.of_grid(session, town.district, A1)
    periods = [(row["valid_from"], row["valid_to"], row["net_version"]) for row in told.versions]
    assert periods == [(towns.YEAR, MAY, 1), (MAY, None, 2)]
    assert told.versions[0]["geometry"] == believed.versions[0]["geometry"] != told.versions[1]["geometry"]
    then = history.of_grid(session, town.district, A1, known_at=known)
    (one,) = then.versions
    assert (one["valid_from"], one["valid_to"], one["net_version"]) == (towns.YEAR, None, 1)
    assert one["geometry"] == believed.versions[0]["geometry"]
