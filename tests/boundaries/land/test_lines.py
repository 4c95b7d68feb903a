"""Lines in the register: their crosswalk to the grids, at each net version, and their matters."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import crosswalks, lines
from boundaries.land.importing import Request, commit, dry_run
from boundaries.land.refusals import NothingToLay, UnknownCode
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import DISTRICT, YEAR, B, C, Town, box

JULY = YEAR + timedelta(days=181)
# p1 has A and two fifths of B001; p2 the rest of B and the west half of C001, whose east nobody has.
POLICE = {"p1": box(0, 0, 12, 10), "p2": box(12, 0, 25, 10)}


def line_frame(shapes: dict[str, Any] = POLICE, **columns: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": list(shapes), **columns}, geometry=list(shapes.values()), crs=4326)


def put_police(session: Session, town: Town, frame: gpd.GeoDataFrame | None = None) -> None:
    lines.put(
        session,
        town.district,
        "police",
        "公安",
        line_frame() if frame is None else frame,
        valid_from=YEAR,
        stamp=clock.stamp(session),
    )


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        founded = towns.found(session)
        towns.build_up(session, founded)
        put_police(session, founded)
        return founded


def build(session: Session, town: Town, at: datetime | None = None) -> crosswalks.Built:
    built = crosswalks.build(session, town.district, "police", at=at)
    session.execute(text("set constraints all immediate"))
    return built


def shares(session: Session, town: Town, area: str, at: datetime) -> dict[str, tuple[float, float]]:
    line = lines.get(session, town.district, "police")
    return {
        row["grid"]: (round(row["share_of_area"], 3), round(row["share_of_grid"], 3))
        for row in crosswalks.grids_of(session, line, area, at)
    }


def test_each_net_version_has_a_crosswalk_of_its_own(session: Session, town: Town) -> None:
    """p2 is 13 wide: 3 of B001 (which is 5), all 5 of B002, 5 of C001 (which is 10)."""
    first = build(session, town, at=YEAR)
    assert (first.net_version, first.valid_from, first.valid_to) == (1, YEAR, None)
    before = {
        f"{B}001": (round(3 / 13, 3), 0.6),
        f"{B}002": (round(5 / 13, 3), 1.0),
        f"{C}001": (round(5 / 13, 3), 0.5),
    }
    assert shares(session, town, "p2", JULY) == before

    towns.move_border(session, town, 12, since=JULY)  # B001 is now wholly p1's
    line = lines.get(session, town.district, "police")
    state = crosswalks.state(session, town.district, line, JULY)
    assert state is not None and state["net_version"] == 1 and state["outdated"]
    second = build(session, town, at=JULY)
    assert (second.net_version, second.valid_from) == (2, JULY)
    after = {f"{B}002": (round(8 / 13, 3), 1.0), f"{C}001": (round(5 / 13, 3), 0.5)}
    assert shares(session, town, "p2", JULY) == after
    assert shares(session, town, "p2", JULY - timedelta(seconds=1)) == before
    state = crosswalks.state(session, town.district, line, JULY)
    assert state is not None and state["net_version"] == 2 and not state["outdated"]
    back = crosswalks.areas_of(session, town.district, f"{B}001", JULY)
    assert [(row["area"], round(row["share_of_grid"], 3)) for row in back["police"]] == [("p1", 1.0)]


def test_a_former_net_gets_its_crosswalk_later_and_the_same_again_changes_nothing(
    session: Session, town: Town
) -> None:
    towns.move_border(session, town, 12, since=JULY)
    build(session, town, at=JULY)
    known = clock.horizon(session)
    former = build(session, town, at=YEAR)
    assert (former.net_version, former.valid_to) == (1, JULY)
    again = build(session, town, at=YEAR + timedelta(days=3))
    assert (again.tally.added, again.tally.changed, again.tally.retired) == (0, 0, 0)
    line = lines.get(session, town.district, "police")
    assert crosswalks.state(session, town.district, line, YEAR, known) is None  # not known yet then
    assert shares(session, town, "p1", YEAR)[f"{B}001"][1] == 0.4
    assert f"{B}001" in shares(session, town, "p1", JULY)


def test_households_count_where_the_building_s_door_is(session: Session, town: Town) -> None:
    found = crosswalks.lay(session, town.district, ["police"], at=YEAR).found
    assert found.pieces["buildings"].sum() == len(towns.BUILDINGS) - 1  # H5 lies outside the net


def test_a_line_without_areas_then_and_an_unknown_one_are_refused(session: Session, town: Town) -> None:
    with pytest.raises(NothingToLay, match="ground"):
        build(session, town, at=YEAR - timedelta(days=1))
    with pytest.raises(UnknownCode, match="fire"):
        crosswalks.lay(session, town.district, ["fire"])


def test_a_matter_goes_by_one_line_at_most(session: Session, town: Town) -> None:
    put_police(session, town)
    stamp = clock.stamp(session)
    lines.put(session, town.district, "fire", "消防", line_frame(), valid_from=YEAR, stamp=stamp)
    lines.put_matters(session, town.district, "police", ["0101", "01"], valid_from=YEAR, stamp=stamp)
    told = {line["code"]: line["matters"] for line in lines.listed(session, town.district, JULY)}
    assert told == {"fire": [], "police": ["01", "0101"]}
    lines.put_matters(session, town.district, "fire", ["0101"], valid_from=JULY, stamp=clock.stamp(session))
    session.execute(text("set constraints all immediate"))
    told = {line["code"]: line["matters"] for line in lines.listed(session, town.district, JULY)}
    assert told == {"fire": ["0101"], "police": ["01"]}
    with pytest.raises(UnknownCode, match="9999"):
        lines.put_matters(
            session, town.district, "fire", ["9999"], valid_from=JULY, stamp=clock.stamp(session)
        )


def test_an_area_names_its_party_and_an_unknown_party_is_refused_with_its_row(
    session: Session, town: Town
) -> None:
    with pytest.raises(UnknownCode, match=r"row 1, party_code: no party has the code PX"):
        put_police(session, town, line_frame(party_code=[None, "PX"]))
    towns.appoint(session, town, [towns.office("S1", "城东派出所")], [])
    put_police(session, town, line_frame(party_code=[None, "S1"]))
    line = lines.get(session, town.district, "police")
    assert lines.area(session, line, "p1", JULY)["party"] is None
    party = lines.area(session, line, "p2", JULY)["party"]
    assert party is not None and (party["code"], party["name"]) == ("S1", "城东派出所")
    with pytest.raises(UnknownCode, match="police/p9"):
        lines.area(session, line, "p9", JULY)


def test_a_file_brings_the_areas_with_those_who_answer_and_the_matters(
    session: Session, town: Town, tmp_path: Path
) -> None:
    """The desk stands under its code, the person is given one; the same file again changes nothing."""
    towns.appoint(session, town, [towns.office("S1", "城西派出所")], [])
    frame = line_frame(
        {"e1": box(0, 0, 9, 10), "e2": box(9, 0, 18, 10), "e3": box(18, 0, 20, 10)},
        工号=["S1", None, None],
        责任人=[None, "赵强", None],
        联系电话=[None, "13700001111", None],
    ).rename(columns={"code": "编码"})
    frame.to_file(tmp_path / "env.geojson")
    request = Request(
        "lines", line_code="env", line_name="环保", line_matters=("01", "0101"), valid_from=YEAR
    )
    report = commit(session, DISTRICT, tmp_path / "env.geojson", request, by="planner").report
    assert report.tally["added"] == 1 + 3 + 2  # a person, areas, matters
    line = lines.get(session, town.district, "env")
    parties = [lines.area(session, line, code, JULY)["party"] for code in ("e1", "e2", "e3")]
    assert [party["name"] if party else None for party in parties] == ["城西派出所", "赵强", None]
    again = commit(session, DISTRICT, tmp_path / "env.geojson", request, by="planner").report
    assert (again.tally["added"], again.tally["changed"], again.tally["unchanged"]) == (0, 0, 6)

    frame["工号"] = ["S9", None, None]
    frame.to_file(tmp_path / "wrong.geojson")
    found = dry_run(session, DISTRICT, tmp_path / "wrong.geojson", request).report
    assert any("no party has the code S9" in reason for reason in found.reasons_to_stop)
    strange = replace(request, line_matters=("0101", "9999"))
    found = dry_run(session, DISTRICT, tmp_path / "env.geojson", strange).report
    assert any("no matter has the code 9999" in reason for reason in found.reasons_to_stop)


def test_lines_are_laid_before_the_register_is_locked_and_anew_if_it_moved_meanwhile(
    session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay, stamp, done = crosswalks.lay, clock.stamp, list[str]()

    def laying(*given: Any, **more: Any) -> crosswalks.Laid:
        laid = lay(*given, **more)
        if not done:  # somebody publishes meanwhile
            towns.move_border(session, town, 12, since=JULY)
        done.append("laid")
        return laid

    def stamping(*given: Any) -> datetime:
        done.extend(["locked"] if done else [])
        return stamp(*given)

    monkeypatch.setattr(crosswalks, "lay", laying)
    monkeypatch.setattr(clock, "stamp", stamping)
    build(session, town, at=JULY)
    assert done == ["laid", "locked", "laid"]
    assert shares(session, town, "p1", JULY)[f"{B}001"][1] == 1.0
    done.clear()
    monkeypatch.setattr(
        crosswalks, "lay", lambda *given, **more: (done.append("laid"), lay(*given, **more))[1]
    )
    build(session, town, at=JULY)
    assert done == ["laid", "locked"]
