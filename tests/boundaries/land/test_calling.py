"""What callers mean: number words, homophones, crossings, landmarks, and doubts that are said."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from boundaries import demo
from boundaries.duty import matters, snapshot
from boundaries.duty.snapshot import Snapshot
from boundaries.land.calling import Gazetteer, ShortLink, read_pasted, understand
from boundaries.land.calling.words import heard, plain
from boundaries.store.database import Database
from gis.datums import Datum
from gis.synthetic import small_town
from tests.oracles.calls import calls

JINCHENG = (112.6, 35.4, 113.1, 35.7)


@pytest.fixture(scope="module")
def town(database: Database) -> Snapshot:
    """An invented town of 800 buildings in a register."""
    classes = matters.national()
    made = small_town(0, n_incidents=0, matters=classes)
    with database.transaction() as session:
        demo.put(session, made, classes)
    with database.transaction() as session:
        return snapshot.build(session, made.code, at=datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def gazetteer(town: Snapshot) -> Gazetteer:
    return Gazetteer.of(town)


def _compound(town: Snapshot) -> tuple[str, str]:
    """A compound's name, and the code of its building 2."""
    for building in town.building_list:
        if building.name.endswith("2号楼") and not building.name[:-3].endswith(tuple("0123456789")):
            return building.name[:-3], building.code
    raise AssertionError("no compound has two buildings")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三号楼", "3号楼"),
        ("３ 栋", "3号楼"),
        ("3＃", "3号楼"),
        ("十二号楼二单元", "12号楼2单元"),
        ("二百零三号", "203号"),
        ("二〇三室", "203室"),
        ("B座", "b号楼"),
        ("二七路十号", "二七路10号"),
        ("三里屯", "三里屯"),
    ],
)
def test_numbers_are_written_one_way(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("喂，你好我在云源花园三号楼对面", ("云源花园3号楼", "对面")),
        ("请问兰花路12号门口", ("兰花路12号", None)),
        ("农贸市场东边50米", ("农贸市场", "东边50米")),
        ("对面", ("对面", "对面")),
        ("", ("", None)),
    ],
)
def test_courtesies_go_and_relations_are_told(text: str, words: tuple[str, str | None]) -> None:
    assert tuple(heard(text)) == words


@pytest.mark.parametrize("said", ["2号楼", "二号楼", "2栋", "2幢", "2#", "2号", "2-1-501", "2号楼1单元501室"])
def test_a_building_of_a_compound_is_certain_however_its_number_is_said(
    town: Snapshot, gazetteer: Gazetteer, said: str
) -> None:
    compound, code = _compound(town)
    found = understand(gazetteer, f"我在{compound}{said}")
    assert (found.certain, found.meant[0].code) == (True, code)


def test_a_number_that_is_not_there_is_never_certain_and_offers_the_nearest(
    town: Snapshot, gazetteer: Gazetteer
) -> None:
    compound, _ = _compound(town)
    found = understand(gazetteer, f"{compound}88号楼")
    assert (found.quality, found.certain) == ("number_missing", False)
    assert all("no_such_number" in place.because for place in found.meant if place.kind == "building")
    assert {place.kind for place in found.meant} == {"building", "compound"}


def test_a_street_and_a_community_are_areas_and_never_certain(town: Snapshot, gazetteer: Gazetteer) -> None:
    for level in ("street", "community"):
        area = next(area for area in town.areas.values() if area.level == level)
        found = understand(gazetteer, f"我在{area.name}")
        assert (found.quality, found.certain) == ("area", False)
        assert found.meant[0].code == area.code


def test_a_landmark_is_not_the_place(town: Snapshot, gazetteer: Gazetteer) -> None:
    compound, code = _compound(town)
    found = understand(gazetteer, f"{compound}二号楼对面")
    assert (found.relation, found.certain, found.meant[0].code) == ("对面", False, code)
    assert found.meant[0].because[0] == "landmark"
    grids = [town.buildings[place.code].grid for place in found.meant]
    assert len(set(grids)) == len(grids)  # beside it one building of each other grid


def test_a_homophone_is_offered_and_not_certain(town: Snapshot, gazetteer: Gazetteer) -> None:
    call = next(call for call in calls(town, 60, seed=3) if call.way == "homophone")
    found = understand(gazetteer, call.text)
    assert not found.certain
    assert found.meant[0].code in call.codes


def test_few_calls_are_missed_and_none_is_surely_wrong(town: Snapshot, gazetteer: Gazetteer) -> None:
    asked = calls(town, 200, seed=11)
    first = sure_and_wrong = 0
    for call in asked:
        found = understand(gazetteer, call.text)
        hit = bool(found.meant) and (found.meant[0].code in call.codes or call.at is not None)
        first += hit
        sure_and_wrong += found.certain and not (call.exists and hit)
    assert sure_and_wrong <= len(asked) // 100
    assert first >= 0.9 * len(asked)


@pytest.mark.parametrize(
    "text", ["", " ", "。", "🙂", "x" * 500, "号号号", "'; drop table grid; --", "1", "的的的"]
)
def test_odd_texts_mean_nothing_and_break_nothing(gazetteer: Gazetteer, text: str) -> None:
    assert not understand(gazetteer, text).certain


def test_an_alias_is_found_from_its_instant_on(session: Session) -> None:
    from boundaries.land import addresses, districts
    from boundaries.store import clock
    from tests.boundaries import towns

    made = towns.found(session)
    towns.build_up(session, made)
    district = districts.get(session, towns.DISTRICT)
    for added in (1, 0):  # the second time nothing changes
        tally = addresses.keep_alias(
            session, district, "老粮站红楼", building="H1", part=None, stamp=clock.stamp(session)
        )
        assert tally.added == added
    now = snapshot.build(session, towns.DISTRICT)
    assert now.answer_address("我在老粮站红楼门口")["building"]["code"] == "H1"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("112.85,35.49", (112.85, 35.49, None, "pair")),
        ("35.49，112.85", (112.85, 35.49, None, "pair")),
        ("北纬35.49° 东经112.85°", (112.85, 35.49, None, "pair")),
        (
            "https://uri.amap.com/marker?position=112.8512,35.4903&name=x",
            (112.8512, 35.4903, Datum.GCJ02, "amap"),
        ),
        (
            "看这里 https://www.amap.com/?q=35.4903,112.8512,某地",
            (112.8512, 35.4903, Datum.GCJ02, "amap"),
        ),
        (
            "https://apis.map.qq.com/uri/v1/marker?marker=coord:35.4903,112.8512;title:x",
            (112.8512, 35.4903, Datum.GCJ02, "tencent"),
        ),
        (
            "http://api.map.baidu.com/marker?location=35.4963,112.8577&title=x&output=html",
            (112.8577, 35.4963, Datum.BD09, "baidu"),
        ),
        (
            "http://api.map.baidu.com/marker?location=35.49,112.85&coord_type=gcj02",
            (112.85, 35.49, Datum.GCJ02, "baidu"),
        ),
    ],
)
def test_pasted_coordinates_and_long_links_are_read(text: str, expected: tuple[object, ...]) -> None:
    pasted = read_pasted(text, JINCHENG)
    assert pasted is not None and tuple(pasted) == expected


@pytest.mark.parametrize(
    "text", ["兰花路12号", "3-2-501", "https://example.org/?x=1", "999,999", "12号楼,3单元"]
)
def test_what_is_no_place_in_numbers_is_none(text: str) -> None:
    assert read_pasted(text, JINCHENG) is None


@pytest.mark.parametrize(
    "link", ["https://surl.amap.com/abc", "https://j.map.baidu.com/ab/cd", "https://url.cn/x"]
)
def test_a_short_link_gets_a_plain_sentence(link: str) -> None:
    with pytest.raises(ShortLink, match="short link"):
        read_pasted(link, JINCHENG)
