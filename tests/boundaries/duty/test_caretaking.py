"""代管: a community answers for a placeholder area, with its rules, its review and its end."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import caretaking, check, snapshot
from boundaries.duty.refusals import CaretakingNotPossible, NothingToEnd
from boundaries.land import areas
from boundaries.land.refusals import MissingValue, UnknownCode, ValueNotAllowed
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import DISTRICT, YEAR, A, B, C, Town, at, duty, office, person

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


def placeholder(session: Session, town: Town, code: str = B) -> None:
    frame = towns.area_frame().query("code == @code").assign(kind="待设", provisional=True)
    areas.put(session, town.district, frame, valid_from=YEAR, stamp=clock.stamp(session))


def care(**changed: Any) -> dict[str, Any]:
    return {
        "area_code": B,
        "caretaker_code": A,
        "review_on": "2026-09-01",
        "act": "东街办〔2026〕3号",
        "valid_from": YEAR,
    } | changed


def put(session: Session, town: Town, *rows: dict[str, Any]) -> caretaking.Tally:
    stamp = clock.stamp(session)
    return caretaking.put(session, town.district, pd.DataFrame(rows), stamp=stamp, made_by="test")


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        made = towns.found(session)
        towns.build_up(session, made)
        placeholder(session, made)
        towns.appoint(
            session,
            made,
            [person("P1", "王小明"), office("S1", "笔峰寺社区值班室"), office("D1", "区城管局")],
            [
                duty("P1", "leader", A, kind="area"),
                duty("S1", "desk", A, kind="area"),
                duty("D1", "lead", A, kind="area", matter="01"),
            ],
        )
        return made


def test_the_caretaker_answers_for_a_place_without_a_committee(session: Session, town: Town) -> None:
    put(session, town, care())
    answer = snapshot.build(session, DISTRICT, at=NOON).answer_point(at(11, 1), matter="0102", lang="en")
    assert answer["acting"] is not None
    assert (answer["acting"]["code"], answer["acting"]["review"]) == (A, "2026-09-01")
    assert answer["acting"]["overdue"] is False
    assert answer["owner"]["leader"] is not None
    assert (answer["owner"]["leader"]["name"], answer["owner"]["leader"]["place"]) == ("王小明", A)
    assert answer["owner"]["department"] is not None
    assert [call["role"] for call in answer["call"]] == ["caretaker leader", "caretaker desk"]
    assert answer["status"] == "owned"
    assert {"caretaker", "no_leader"} <= {warning["code"] for warning in answer["warnings"]}
    assert answer["areas"][0]["code"] == B


def test_past_its_review_a_caretaker_still_answers_and_is_reported(session: Session, town: Town) -> None:
    put(session, town, care())
    before = snapshot.build(session, DISTRICT, at=datetime(2026, 9, 1, 15, 59, tzinfo=UTC))
    # the day of review ends at midnight in Shanghai, and time alone changes the answer then
    assert before.next_change_at == datetime(2026, 9, 1, 16, tzinfo=UTC)
    assert check.check(before).counts["caretaker_overdue"] == 0
    late = snapshot.build(session, DISTRICT, at=datetime(2026, 9, 1, 16, tzinfo=UTC))
    answer = late.answer_grid(f"{B}001")
    assert answer["acting"] is not None
    assert answer["acting"]["overdue"] is True
    assert answer["owner"]["leader"] is not None
    assert check.check(late).counts["caretaker_overdue"] == 1


@pytest.mark.parametrize(
    ("row", "rule", "field"),
    [
        (care(caretaker_code=B), "itself", "caretaker_code"),
        (care(area_code=A, caretaker_code=B), "not a placeholder", "area_code"),
        (care(caretaker_code=DISTRICT), "not a community", "caretaker_code"),
    ],
)
def test_a_caretaker_that_cannot_be_is_refused_with_row_and_field(
    session: Session, town: Town, row: dict[str, Any], rule: str, field: str
) -> None:
    with pytest.raises(CaretakingNotPossible) as raised:
        put(session, town, row)
    assert (raised.value.rule, raised.value.field, raised.value.row) == (rule, field, 0)


def test_a_far_community_cannot_take_care_and_one_of_the_same_street_needs_a_reason(
    session: Session, town: Town
) -> None:
    placeholder(session, town, A)
    with pytest.raises(CaretakingNotPossible) as far:
        put(session, town, care(area_code=A, caretaker_code=C))  # B lies between, and C is of another street
    assert far.value.rule == "far"
    moved = towns.area_frame().query("code == @C").assign(parent_code="140502001")
    areas.put(session, town.district, moved, valid_from=YEAR, stamp=clock.stamp(session))
    with pytest.raises(CaretakingNotPossible) as silent:
        put(session, town, care(area_code=A, caretaker_code=C))
    assert (silent.value.rule, silent.value.field) == ("not adjacent, no reason", "reason")
    assert put(session, town, care(area_code=A, caretaker_code=C, reason="B 亦待设")).added == 1


def test_no_chain_and_no_cycle(session: Session, town: Town) -> None:
    put(session, town, care())
    placeholder(session, town, A)  # the caretaker itself loses its committee
    for caretaker, rule in ((C, "chain"), (B, "not a community")):
        with pytest.raises(CaretakingNotPossible) as raised:
            put(session, town, care(area_code=A, caretaker_code=caretaker, reason="x"))
        assert raised.value.rule in (rule, "far")
    # B has its committee now, yet its caretaking was not ended: A under B would be a circle
    areas.put(
        session,
        town.district,
        towns.area_frame().query("code == @B"),
        valid_from=datetime(2026, 2, 1, tzinfo=UTC),
        stamp=clock.stamp(session),
    )
    with pytest.raises(CaretakingNotPossible) as circle:
        put(session, town, care(area_code=A, caretaker_code=B, valid_from=datetime(2026, 3, 1, tzinfo=UTC)))
    assert circle.value.rule == "cycle"


def test_it_ends_by_an_act_alone_and_the_acts_are_kept(session: Session, town: Town) -> None:
    put(session, town, care())
    put(
        session,
        town,
        care(review_on="2026-12-01", act="复核记录", valid_from=datetime(2026, 8, 1, tzinfo=UTC)),
    )
    ended = {"valid_from": datetime(2026, 10, 1, tzinfo=UTC), "made_by": "test"}
    with pytest.raises(MissingValue):
        caretaking.end(session, town.district, B, act=" ", stamp=clock.stamp(session), **ended)
    caretaking.end(session, town.district, B, act="批复", stamp=clock.stamp(session), **ended)
    assert [each["kind"] for each in caretaking.acts(session, town.district, B)] == ["begin", "review", "end"]
    held = snapshot.build(session, DISTRICT, at=datetime(2026, 9, 15, tzinfo=UTC))
    assert held.caretaking[B].review_on == date(2026, 12, 1)
    after = snapshot.build(session, DISTRICT, at=datetime(2026, 10, 2, tzinfo=UTC))
    assert after.caretaking == {}
    assert check.check(after).counts["placeholder_without_caretaker"] == 1
    with pytest.raises(NothingToEnd):
        caretaking.end(session, town.district, B, act="批复", stamp=clock.stamp(session), **ended)


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (care(review_on="2025-01-01"), ValueNotAllowed),
        (care(review_on="soon"), ValueNotAllowed),
        (care(review_on=None), MissingValue),
        (care(act=""), MissingValue),
        (care(area_code="9"), UnknownCode),
    ],
)
def test_a_review_day_and_an_act_are_mandatory(
    session: Session, town: Town, row: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal) as raised:
        put(session, town, row)
    assert getattr(raised.value, "row", None) == 0


def test_the_same_frame_again_changes_nothing(session: Session, town: Town) -> None:
    put(session, town, care())
    assert put(session, town, care()).unchanged == 1
    assert len(caretaking.acts(session, town.district)) == 1
    session.execute(text("set constraints all immediate"))
