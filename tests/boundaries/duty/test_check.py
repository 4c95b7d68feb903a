"""Human coverage: what is missing among those who answer."""

from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy.orm import Session

from boundaries.duty import check, duties, leaves, masking, matters, snapshot
from boundaries.duty.owners import Duties
from boundaries.duty.refusals import NothingToEnd, PlaceNotInForce
from boundaries.land import grids, lines, versions
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import DISTRICT, GRIDS, YEAR, A, B, C, Town, duty, office, person

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        made = towns.found(session)
        towns.build_up(session, made)
        posts = [duty("P1", "leader", code) for code in GRIDS if code != f"{B}002"]
        posts += [duty("P2", "staff", code) for code in GRIDS if code != f"{A}001"]
        posts += [
            duty("D1", "lead", DISTRICT, kind="area", matter="01"),
            duty("D2", "lead", "140502001", kind="area"),
            duty("P3", "deputy", f"{A}002", until=MAY),
            duty("S1", "desk", "140502001", kind="area"),
        ]
        people = [
            person("P1", "王小明"),
            person("P2", "李红", ""),
            person("P3", "张伟"),
            office("D1", "区城管局"),
            office("D2", "街道城管所"),
            office("S1", "东街街道值班室"),
        ]
        towns.appoint(session, made, people, posts)
        return made


def found(session: Session) -> dict[str, list[tuple[str, str | None]]]:
    report = check.check(snapshot.build(session, DISTRICT, at=NOON), session)
    told: dict[str, list[tuple[str, str | None]]] = {}
    for each in report.findings:
        told.setdefault(each.kind, []).append((each.place, each.party))
    return told


def test_every_hole_is_found_once(session: Session, town: Town) -> None:
    told = found(session)
    assert told["vacant_leader"] == [(f"{B}002", None)]
    assert told["grid_without_staff"] == [(f"{A}001", None)]
    assert told["phone_missing"] == [("P2", "P2")]
    assert told["street_without_desk"] == [("140502002", None)]
    assert told["expired_duty"] == [(f"{A}002", "P3")]
    # six of seven grids each, at most three
    assert told["party_with_too_many_grids"] == [("P1", "P1"), ("P2", "P2")]
    # 01 is led everywhere; all else only where the street leads, so not in C
    codes = {code for code in matters.national()["code"] if not code.startswith("01") and code != "*"}
    assert {place for place, _ in told["matter_without_lead"]} == codes
    assert "two_at_once" not in told


def test_findings_of_one_area_only(session: Session, town: Town) -> None:
    report = check.check(snapshot.build(session, DISTRICT, at=NOON), session)
    west = report.within("140502002")
    assert {each.place for each in west.findings if each.kind == "street_without_desk"} == {"140502002"}
    assert west.counts["vacant_leader"] == 0
    assert report.within(None) is report


def test_two_leaders_in_what_was_read_are_found(session: Session, town: Town) -> None:
    held = snapshot.build(session, DISTRICT, at=NOON)
    all_duties = [each for several in held.duties.by_place.values() for each in several]
    leader = next(each for each in all_duties if each.role == "leader")
    doubled = Duties.of([*all_duties, leader._replace(party="P3")], held.matters)
    object.__setattr__(held, "duties", doubled)
    (finding,) = [each for each in check.check(held).findings if each.kind == "two_at_once"]
    assert (finding.place, finding.party) == (leader.place[1], "P3")


def test_who_is_on_leave_is_not_called_and_a_leader_away_needs_a_deputy(session: Session, town: Town) -> None:
    away = pd.DataFrame(
        [
            {
                "party_code": "P1",
                "valid_from": MAY,
                "valid_to": datetime(2026, 7, 1, tzinfo=UTC),
                "reason": "病假",
            }
        ]
    )
    leaves.put(session, town.district, away, stamp=clock.stamp(session))
    held = snapshot.build(session, DISTRICT, at=NOON)
    answer = held.answer_grid(f"{A}001")
    assert answer["owner"]["leader"] is not None  # still accountable
    assert answer["owner"]["leader"]["away"] == "病假"
    assert "P1" not in [call["party"] for call in answer["call"]]
    assert "away" in [warning["code"] for warning in answer["warnings"]]
    assert check.check(held).counts["leader_away"] == 6
    assert "病假" not in str(masking.mask(answer))
    back = datetime(2026, 5, 20, tzinfo=UTC)
    assert leaves.end(session, town.district, "P1", valid_from=back, stamp=clock.stamp(session)) == 1
    assert check.check(snapshot.build(session, DISTRICT, at=NOON)).counts["leader_away"] == 0


def test_all_duties_of_a_person_are_handed_over_in_one_step(session: Session, town: Town) -> None:
    def hand(giver: str, taker: str) -> int:
        stamp = clock.stamp(session)
        return duties.hand_over(
            session, town.district, from_party=giver, to_party=taker, valid_from=MAY, stamp=stamp
        )

    assert hand("P1", "P3") == 6
    assert hand("P2", "P1") == 6
    after, before = (snapshot.build(session, DISTRICT, at=when) for when in (NOON, YEAR))
    grid = after.answer_grid(f"{A}002")["owner"]
    assert grid["leader"] is not None
    assert (grid["leader"]["code"], [one["code"] for one in grid["staff"]]) == ("P3", ["P1"])
    old = before.answer_grid(f"{A}002")["owner"]
    assert old["leader"] is not None
    assert (old["leader"]["code"], [one["code"] for one in old["staff"]]) == ("P1", ["P2"])
    with pytest.raises(NothingToEnd):
        hand("P2", "P1")


def test_a_duty_on_a_retired_grid_is_refused_with_row_and_field(session: Session, town: Town) -> None:
    stamp = clock.stamp(session)
    version = versions.open_version(
        session, town.district, effective_from=MAY, stamp=stamp, cause="plan", made_by="test"
    )
    grids.retire(session, town.district, [f"{C}001"], version=version, stamp=stamp)
    with pytest.raises(PlaceNotInForce) as raised:
        towns.appoint(
            session, town, [], [duty("P1", "leader", f"{B}002"), duty("P1", "staff", f"{C}001", since=NOON)]
        )
    assert (raised.value.row, raised.value.field, raised.value.value) == (1, "place_code", f"{C}001")


def test_a_ruling_beats_every_lead_and_a_micro_grid_changes_no_owner(session: Session, town: Town) -> None:
    posts = [
        duty("D1", "ruling", DISTRICT, kind="area", matter="24"),
        duty("D2", "lead", f"{A}001", matter="2401"),
        duty("P3", "micro", "H1", kind="building") | {"micro": "M1", "source": "楼栋长", "time": "part"},
    ]
    towns.appoint(session, town, [], posts)
    answer = snapshot.build(session, DISTRICT, at=NOON).answer_building("H1", matter="2401")
    assert answer["by_matter"]["2401"]["lead"] is not None
    assert answer["by_matter"]["2401"]["lead"]["code"] == "D1"
    assert answer["micro"] is not None
    assert answer["micro"]["code"] == "M1"
    assert (answer["micro"]["leader"]["source"], answer["micro"]["leader"]["time"]) == ("楼栋长", "part")
    assert answer["owner"]["leader"] is not None
    assert answer["owner"]["leader"]["code"] == "P1"


def test_the_answer_says_that_the_net_changes_tomorrow(session: Session, town: Town) -> None:
    stamp = clock.stamp(session)
    tomorrow = datetime(2026, 6, 2, 4, tzinfo=UTC)
    version = versions.open_version(
        session, town.district, effective_from=tomorrow, stamp=stamp, cause="plan", made_by="test"
    )
    grids.retire(session, town.district, [f"{C}001"], version=version, stamp=stamp)
    for when, expected in ((NOON, True), (datetime(2026, 5, 20, tzinfo=UTC), False)):
        answer = snapshot.build(session, DISTRICT, at=when).answer_grid(f"{C}001")
        assert ("net_changes" in [warning["code"] for warning in answer["warnings"]]) is expected


def test_an_area_of_a_department_s_net_in_which_nobody_is_named_is_found(
    session: Session, town: Town
) -> None:
    frame = gpd.GeoDataFrame(
        {"code": ["p1", "p2"], "name": ["西片", "东片"], "party_code": ["D1", None]},
        geometry=[towns.box(0, 0, 12, 10), towns.box(12, 0, 25, 10)],
        crs=4326,
    )
    stamp = clock.stamp(session)
    lines.put(session, town.district, "police", "公安", frame, valid_from=YEAR, stamp=stamp)
    assert "line_area_without_party" not in found(session)  # no matter goes by it yet
    lines.put_matters(session, town.district, "police", ["01"], valid_from=YEAR, stamp=stamp)
    report = check.check(snapshot.build(session, DISTRICT, at=NOON), session)
    (hole,) = [each for each in report.findings if each.kind == "line_area_without_party"]
    assert (hole.place_kind, hole.place, hole.name) == ("line", "police/p2", "东片")
    assert hole.detail == "nobody is named for matter 01"
    # it lies in B and in C, so both streets are told of it
    assert set(hole.areas) == {B, C, "140502001", "140502002", DISTRICT, towns.CITY}
    assert report.within(A).counts["line_area_without_party"] == 0
