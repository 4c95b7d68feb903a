"""Matters, parties, duties and shifts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import duties, matters, parties, shifts
from boundaries.duty.refusals import DutyConflict, DutyNotPossible, MalformedShift, MatterTreeBroken
from boundaries.land.refusals import DuplicateCode, FixedValueChanged, UnknownCode, ValueNotAllowed
from boundaries.store import clock
from boundaries.store.bulk import EmptyPeriod
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import YEAR, A, Town, duty, office, person

MAY = datetime(2026, 5, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        made = towns.found(session)
        towns.build_up(session, made)
        towns.appoint(
            session, made, [person("P1", "王小明"), person("P2", "李红"), office("D1", "城管局")], []
        )
        return made


def test_the_national_classes_form_one_tree_without_collisions() -> None:
    frame = matters.national()
    assert frame["code"].is_unique
    small = frame[frame["code"].str.len() == 4]
    assert len(small) >= 60
    assert (small["parent_code"] == small["code"].str[:2]).all()
    large = frame[frame["code"].str.len() == 2]
    assert (large["parent_code"] == "*").all()
    assert set(small["parent_code"]) == set(large["code"])
    assert small["limit_hours"].gt(0).all()
    assert frame.loc[frame["name"].str.contains("部件"), "code"].str.startswith("0").all()
    assert frame.loc[frame["name"].str.contains("事件"), "code"].str.startswith("1").all()


def test_matters_put_again_change_nothing_and_one_that_differs_is_changed(
    session: Session, town: Town
) -> None:
    again = matters.put(session, town.district, matters.national())
    assert (again.added, again.changed) == (0, 0)
    edited = matters.national().query("code == '0102'").assign(limit_hours=2)
    assert matters.put(session, town.district, edited).changed == 1
    new = pd.DataFrame([{"code": "0199", "name": "新设施"}])
    assert matters.put(session, town.district, new).added == 1
    parent = session.scalar(text("select parent_code from yiwang.matter where code = '0199'"))
    assert parent == "01"


def test_a_matter_below_itself_or_below_nothing_is_refused(session: Session, town: Town) -> None:
    for parent in ("77", "7701"):
        with pytest.raises(MatterTreeBroken) as refusal:
            matters.put(
                session, town.district, pd.DataFrame([{"code": "7701", "name": "x", "parent_code": parent}])
            )
        assert refusal.value.parent == parent


def test_a_party_never_changes_its_kind(session: Session, town: Town) -> None:
    with pytest.raises(FixedValueChanged) as refusal:
        towns.appoint(session, town, [office("P1", "王小明")], [])
    assert (refusal.value.before, refusal.value.after) == ("person", "organisation")
    with pytest.raises(DuplicateCode):
        towns.appoint(session, town, [person("P3", "张"), person("P3", "王")], [])
    with pytest.raises(ValueNotAllowed):
        parties.put(
            session,
            town.district,
            pd.DataFrame([{**person("P3", "张"), "kind": "robot"}]),
            valid_from=YEAR,
            stamp=clock.stamp(session),
        )


def current(session: Session, role: str) -> list[tuple[Any, ...]]:
    rows = session.execute(
        text(
            "select p.code, lower(d.valid), upper(d.valid) from yiwang.duty d"
            " join yiwang.party p on p.id = d.party_id where upper_inf(d.recorded) and d.role = :role"
            " order by lower(d.valid), upper(d.valid), p.code"
        ),
        {"role": role},
    ).all()
    return [tuple(row) for row in rows]


def test_a_new_leader_takes_over_and_the_old_one_stays_in_the_past(session: Session, town: Town) -> None:
    towns.appoint(session, town, [], [duty("P1", "leader", f"{A}001")])
    towns.appoint(session, town, [], [duty("P2", "leader", f"{A}001", since=MAY)])
    session.execute(text("set constraints all immediate"))
    assert current(session, "leader") == [("P1", YEAR, MAY), ("P2", MAY, None)]


def test_a_substitute_for_a_month_gives_the_duty_back(session: Session, town: Town) -> None:
    towns.appoint(session, town, [], [duty("P1", "leader", f"{A}001")])
    towns.appoint(session, town, [], [duty("P2", "leader", f"{A}001", since=MAY, until=JUNE)])
    assert current(session, "leader") == [("P1", YEAR, MAY), ("P2", MAY, JUNE), ("P1", JUNE, None)]


def test_staff_stand_beside_each_other(session: Session, town: Town) -> None:
    posts = [duty("P1", "staff", f"{A}001"), duty("P2", "staff", f"{A}001")]
    towns.appoint(session, town, [], posts)
    stamp = clock.stamp(session)
    again = duties.put(session, town.district, pd.DataFrame(posts), stamp=stamp)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert [party for party, _, _ in current(session, "staff")] == ["P1", "P2"]


def test_an_ended_duty_leaves_the_place_vacant(session: Session, town: Town) -> None:
    towns.appoint(session, town, [], [duty("P1", "leader", f"{A}001"), duty("P1", "leader", f"{A}002")])
    ended = duties.end(
        session,
        town.district,
        place_kind="grid",
        place_code=f"{A}001",
        role="leader",
        valid_from=MAY,
        stamp=clock.stamp(session),
    )
    assert ended == 1
    assert current(session, "leader") == [("P1", YEAR, MAY), ("P1", YEAR, None)]


@pytest.mark.parametrize(
    ("post", "refusal", "facts"),
    [
        (duty("P9", "leader", f"{A}001"), UnknownCode, {"kind": "party", "value": "P9"}),
        (duty("P1", "leader", "nowhere"), UnknownCode, {"kind": "grid", "value": "nowhere"}),
        (duty("D1", "lead", "140502", kind="area", matter="9999"), UnknownCode, {"kind": "matter"}),
        (duty("D1", "property", "Y9", kind="compound"), UnknownCode, {"kind": "compound", "value": "Y9"}),
        (duty("D1", "lead", "R9", kind="feature"), UnknownCode, {"kind": "feature"}),
        (duty("P1", "staff", "H6", kind="part", part="9"), UnknownCode, {"kind": "part", "value": "H6/9"}),
        (duty("P1", "staff", "H6", kind="part"), DutyNotPossible, {"role": "staff"}),
        (duty("P1", "leader", "H6", kind="building"), DutyNotPossible, {"role": "leader"}),
        (duty("P1", "staff", f"{A}001", matter="01"), DutyNotPossible, {"role": "staff"}),
        (duty("P1", "king", f"{A}001"), ValueNotAllowed, {"column": "role"}),
        (duty("P1", "staff", f"{A}001", kind="planet"), ValueNotAllowed, {"column": "place_kind"}),
        (duty("P1", "staff", f"{A}001", shift="mornings"), MalformedShift, {"value": "mornings"}),
        (duty("P1", "staff", f"{A}001", since=JUNE, until=MAY), EmptyPeriod, {"valid_from": JUNE}),
    ],
)
def test_a_duty_that_cannot_be_is_refused_with_its_facts(
    session: Session, town: Town, post: dict[str, Any], refusal: type[Exception], facts: dict[str, object]
) -> None:
    good = duty("P2", "staff", f"{A}004")
    with pytest.raises(refusal) as raised:
        towns.appoint(session, town, [], [good, post])
    for name, value in facts.items():
        assert getattr(raised.value, name) == value
    if hasattr(raised.value, "row"):
        assert raised.value.row == 1


def test_two_leaders_in_one_frame_at_one_instant_are_refused(session: Session, town: Town) -> None:
    first = duty("P1", "leader", f"{A}001", until=JUNE)
    with pytest.raises(DutyConflict) as refusal:
        towns.appoint(session, town, [], [first, duty("P2", "leader", f"{A}001", since=MAY)])
    assert (refusal.value.role, refusal.value.row, refusal.value.other_row) == ("leader", 1, 0)
    towns.appoint(session, town, [], [first, duty("P2", "leader", f"{A}001", since=JUNE)])
    assert current(session, "leader") == [("P1", YEAR, JUNE), ("P2", JUNE, None)]


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of June 2026 in Shanghai; the 1st is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text_", "on", "off"),
    [
        ("08:00-18:00", [local(1, 8), local(7, 17, 59)], [local(1, 7, 59), local(1, 18)]),
        ("1-5 08:00-18:00", [local(5, 9)], [local(6, 9), local(7, 9)]),
        ("20:00-08:00", [local(1, 20), local(1, 3)], [local(1, 8), local(1, 19, 59)]),
        ("5 22:00-06:00", [local(5, 23), local(6, 5)], [local(5, 5), local(6, 23)]),
        ("6-1 09:00-10:00", [local(6, 9), local(7, 9), local(8, 9)], [local(2, 9), local(5, 9)]),
        ("00:00-24:00", [local(1, 0), local(1, 23, 59)], []),
        ("夜班", [local(1, 21)], [local(1, 12)]),
    ],
)
def test_a_shift_covers_its_hours(text_: str, on: list[datetime], off: list[datetime]) -> None:
    shift = shifts.parse(text_)
    assert shift is not None
    assert all(shift.covers(instant) for instant in on)
    assert not any(shift.covers(instant) for instant in off)


def test_between_two_changes_of_a_shift_nothing_changes() -> None:
    for shift_text in ("08:00-18:00", "1-5 08:00-18:00", "5 22:00-06:00"):
        shift = shifts.parse(shift_text)
        assert shift is not None
        now = local(1, 0)
        for _ in range(40):
            change = shift.next_change(now)
            middle = now + (change - now) / 2
            assert shift.covers(now) == shift.covers(middle) == shift.covers(change - timedelta(seconds=1))
            now = change


def test_no_shift_is_always_and_hours_that_do_not_exist_are_refused() -> None:
    assert shifts.parse("") is None
    for wrong in ("25:00-26:00", "8-18", "08:00", "0-5 08:00-18:00", "08:00-24:30"):
        with pytest.raises(MalformedShift):
            shifts.parse(wrong)
