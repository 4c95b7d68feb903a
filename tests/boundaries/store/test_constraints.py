"""What the database itself refuses: two owners, overlapping periods, empty periods."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import errors as pg
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from boundaries.store import clock
from boundaries.store.bitemporal import as_of, current
from boundaries.store.database import Database, TwoAtAnInstant
from boundaries.store.tables import Compound, District, Duty, Grid, Party, Period

MAY = datetime(2026, 5, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def places(database: Database) -> dict[str, int]:
    """A district with one grid and two parties, by their numbers."""
    with database.transaction() as session:
        statement = insert(District).values(code="d", name="d", metric_crs=4547, code_scheme="free")
        district = session.execute(statement.returning(District.id)).scalar_one()
        row = {"district_id": district}
        grid = session.execute(insert(Grid).values(code="g", **row).returning(Grid.id)).scalar_one()
        first, second = (
            session.execute(
                insert(Party).values(code=code, kind="person", **row).returning(Party.id)
            ).scalar_one()
            for code in ("p1", "p2")
        )
    return {"district": district, "grid": grid, "first": first, "second": second}


def duty(places: dict[str, int], party: str, role: str, valid: Period, stamp: datetime) -> Duty:
    return Duty(
        district_id=places["district"],
        party_id=places[party],
        role=role,
        grid_id=places["grid"],
        valid=valid,
        recorded=Period(stamp, None),
    )


def put_two(session: Session, places: dict[str, int], role: str, first: Period, second: Period) -> None:
    stamp = clock.stamp(session)
    session.add(duty(places, "first", role, first, stamp))
    session.add(duty(places, "second", role, second, stamp))
    session.flush()
    session.execute(text("set constraints all immediate"))


def test_second_leader_of_a_grid_is_refused(session: Session, places: dict[str, int]) -> None:
    with pytest.raises(IntegrityError) as refused:
        put_two(session, places, "leader", Period(MAY, None), Period(MAY + timedelta(days=9), None))
    assert isinstance(refused.value.orig, pg.ExclusionViolation)


def test_leader_may_follow_a_leader_on_the_very_instant(session: Session, places: dict[str, int]) -> None:
    change = MAY + timedelta(days=9)
    put_two(session, places, "leader", Period(MAY, change), Period(change, None))
    at_the_change = session.scalars(select(Duty.party_id).where(as_of(Duty, change))).all()
    assert at_the_change == [places["second"]]


def test_staff_may_be_many(session: Session, places: dict[str, int]) -> None:
    put_two(session, places, "staff", Period(MAY, None), Period(MAY, None))
    assert len(session.scalars(select(Duty).where(as_of(Duty, MAY))).all()) == 2


def test_two_versions_of_one_thing_at_an_instant_are_refused_by_the_commit(
    database: Database, places: dict[str, int]
) -> None:
    with pytest.raises(TwoAtAnInstant) as refused, database.transaction() as session:
        stamp = clock.stamp(session)
        for name in ("old", "new"):
            session.add(
                Compound(
                    district_id=places["district"],
                    code="c",
                    name=name,
                    valid=Period(MAY, None),
                    recorded=Period(stamp, None),
                )
            )
    assert refused.value.table == "compound"
    assert refused.value.constraint == "ex_compound_one_at_an_instant"
    with database.transaction() as session:
        assert session.scalars(select(Compound)).all() == []


@pytest.mark.parametrize("period", ["valid", "recorded"])
def test_empty_period_is_refused(session: Session, places: dict[str, int], period: str) -> None:
    periods = {"valid": Period(MAY, None), "recorded": Period(MAY, None)} | {period: Period(MAY, MAY)}
    session.add(Compound(district_id=places["district"], code="e", name="e", **periods))
    with pytest.raises(IntegrityError, match=f"ck_compound_{period}_not_empty"):
        session.flush()


def test_of_twenty_who_take_one_office_at_once_exactly_one_gets_it(
    database: Database, places: dict[str, int]
) -> None:
    start = threading.Barrier(20)
    won: list[int] = []
    lost: list[TwoAtAnInstant] = []
    entangled: list[OperationalError] = []

    def take_office(number: int) -> None:
        start.wait()
        try:
            with database.transaction() as session:
                # nobody looks before writing, nor takes the register's lock: only the constraint holds
                session.add(duty(places, "first", "lead", Period(MAY, None), MAY + timedelta(seconds=number)))
            won.append(number)
        except TwoAtAnInstant as refused:
            lost.append(refused)
        except OperationalError as refused:  # those who wrote at once wait for each other's end
            assert isinstance(refused.orig, pg.DeadlockDetected)
            entangled.append(refused)

    takers = [threading.Thread(target=take_office, args=[number]) for number in range(20)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert len(won) == 1
    assert {refused.constraint for refused in lost} <= {"ex_duty_one_at_an_instant"}
    assert len(lost) + len(entangled) == 19
    with database.transaction() as session:
        held = session.scalars(select(Duty).where(Duty.role == "lead", current(Duty))).all()
    assert len(held) == 1
