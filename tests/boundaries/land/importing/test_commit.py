"""Committing: one transaction, all or nothing, and the same file twice changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.duty import matters
from boundaries.land import districts, versions
from boundaries.land.importing import ImportBlocked, ImportReport, Request, Stated, commit, cover, dry_run
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.tables import Address, BuildingGrid, Compound, ImportRun, NetVersion
from gis.datums import Datum, convert
from tests.boundaries.land.importing import drawn
from tests.boundaries.towns import YEAR, A, B, box

GRIDS = Request("grids", valid_from=YEAR)
WGS84 = Stated(datum=Datum.WGS84)


@pytest.fixture
def ground(session: Session) -> Session:
    """A session on a register with two communities and no grid."""
    drawn.found(session)
    return session


@pytest.fixture
def netted(ground: Session, tmp_path: Path) -> Session:
    """The same with its six grids."""
    _commit(ground, drawn.gpkg(tmp_path, drawn.grid_frame(), "first.gpkg"), GRIDS)
    return ground


def _commit(session: Session, path: Path, request: Request) -> ImportReport:
    return commit(session, "140502", path, request, by="planner").report


def _twice(session: Session, path: Path, request: Request) -> ImportReport:
    """Committed twice; the second time changes nothing. Returns the first report."""
    first = _commit(session, path, request)
    number = session.query(NetVersion).count()
    second = _commit(session, path, request)
    total = sum(first.tally.values())
    assert second.tally == {"added": 0, "changed": 0, "unchanged": total, "retired": 0}
    assert second.net_version is None
    assert session.query(NetVersion).count() == number
    assert "nothing changed" in second.to_text()
    return first


def _buildings(folder: Path, **columns: Any) -> Path:
    data = {
        "楼栋编码": ["L1", "L2", "L3"],
        "层数": [6, 18, None],
        "户数": ["24", "１０８", None],
        "小区编码": ["X1", None, None],
        "geometry": [box(1, 6, 2, 7), box(4.5, 1, 5.2, 2), box(30, 30, 31, 31)],
    } | columns
    return drawn.gpkg(folder, gpd.GeoDataFrame(data, geometry="geometry", crs=4490), "buildings.gpkg")


def test_grids_open_a_net_version_and_the_same_file_again_none(ground: Session, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    report = _twice(ground, path, GRIDS)
    assert report.tally == {"added": 6, "changed": 0, "unchanged": 0, "retired": 0}
    assert (report.net_version, report.committed) == (1, True)
    assert report.mapping == {"code": "网格编码", "name": "网格名称"}
    version = ground.scalars(select(NetVersion)).one()
    assert (version.effective_from, version.cause, version.made_by) == (YEAR, "import", "planner")
    held = ground.execute(text("select g.code, a.code, round(v.area_m2) from yiwang.grid_version v"
                               " join yiwang.grid g on g.id = v.grid_id"
                               " join yiwang.area a on a.id = v.community_id order by 1")).all()  # fmt: skip
    assert [(row[0], row[1]) for row in held] == [(code, code[:12]) for code in drawn.CODES]


def test_the_same_file_again_without_a_date_changes_nothing_either(netted: Session, tmp_path: Path) -> None:
    report = _commit(netted, tmp_path / "first.gpkg", Request("grids"))
    assert report.tally["unchanged"] == 6 and report.net_version is None


def test_a_dry_run_counts_what_would_change_and_writes_nothing(netted: Session, tmp_path: Path) -> None:
    names = ["新名", *[f"第{n}网格" for n in "二三四五六"]]
    path = drawn.gpkg(tmp_path, drawn.grid_frame(网格名称=names))
    revision = clock.revision(netted)
    report = dry_run(netted, "140502", path, Request("grids")).report
    assert report.tally == {"added": 0, "changed": 1, "unchanged": 5, "retired": 0}
    assert report.net_version == 2
    assert not report.committed
    assert netted.query(NetVersion).count() == 1
    assert clock.revision(netted) == revision
    assert netted.query(ImportRun).count() == 1
    assert "dry run, nothing was written" in report.to_text()


def test_a_change_needs_a_later_day_than_the_net_it_changes(netted: Session, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame(网格名称=list("甲乙丙丁戊己")))
    report = dry_run(netted, "140502", path, GRIDS).report
    assert [finding.code for finding in report.findings if finding.blocks] == ["net-version-not-rising"]
    later = Request("grids", valid_from=YEAR + timedelta(days=30))
    assert _commit(netted, path, later).net_version == 2


def test_refused_rows_block_unless_skipping_them_is_stated(ground: Session, tmp_path: Path) -> None:
    codes = [*drawn.CODES[:5], "140502001009001"]
    path = drawn.gpkg(tmp_path, drawn.grid_frame(网格编码=codes))
    with pytest.raises(ImportBlocked, match="1 of 6 rows are refused") as blocked:
        _commit(ground, path, GRIDS)
    (row,) = blocked.value.found.refused
    assert (row.row, row.field, row.value, row.code) == (
        6,
        "community_code",
        "140502001009",
        "unknown-parent",
    )
    report = _commit(ground, path, Request("grids", skip_refused=True))
    assert report.tally["added"] == 5
    assert (report.rows_read, report.rows_accepted, report.rows_refused) == (6, 5, 1)


def test_a_code_that_does_not_fit_its_community_is_refused(ground: Session, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame(社区编码=[B, A, A, A, B, B]))
    report = dry_run(ground, "140502", path, GRIDS).report
    assert [(row.row, row.code) for row in report.refused] == [(1, "code-does-not-fit-parent")]


def test_the_name_of_a_community_stands_for_its_code(ground: Session, tmp_path: Path) -> None:
    names = ["笔峰寺社区"] * 4 + ["南大街社区"] * 2
    report = dry_run(ground, "140502", drawn.gpkg(tmp_path, drawn.grid_frame(所属社区=names)), GRIDS).report
    assert report.may_commit
    assert "code-cleaned" in {finding.code for finding in report.findings}


def test_overlaps_block_until_they_are_accepted(ground: Session, tmp_path: Path) -> None:
    """The first grid reaches 0.001° (91 m) into the second, over 0.005° (555 m): 50,000 m²."""
    path = drawn.gpkg(tmp_path, drawn.grid_frame(geometry=[box(0, 5, 6, 10), *drawn.SHAPES[1:]]))
    with pytest.raises(ImportBlocked, match="would have two owners") as blocked:
        _commit(ground, path, GRIDS)
    report = blocked.value.found
    (fault,) = [fault for fault in report.coverage if fault.kind == "overlaps"]
    assert set(fault.codes) == {f"{A}001", f"{A}002"}
    assert fault.area_m2 == pytest.approx(50_300, rel=0.01)
    assert box(5, 5, 6, 10).covers(shapely.Point(fault.lon, fault.lat))
    assert _commit(ground, path, Request("grids", accept_faults=True)).tally["added"] == 6


def test_uncovered_land_is_reported_and_does_not_block(ground: Session, tmp_path: Path) -> None:
    report = _commit(ground, drawn.gpkg(tmp_path, drawn.grid_frame().iloc[:5]), GRIDS)
    assert report.coverage_counts["uncovered"] == 1
    assert report.coverage[0].area_m2 == pytest.approx(5 * 90.7 * 10 * 111, rel=0.02)
    assert "coverage-faults" in {finding.code for finding in report.findings}


def test_a_part_of_the_net_is_checked_with_the_grids_around_it(netted: Session, tmp_path: Path) -> None:
    moved = drawn.grid_frame(geometry=[*drawn.SHAPES[:5], box(14, 0, 20, 10)]).iloc[5:]
    report = dry_run(netted, "140502", drawn.gpkg(tmp_path, moved), Request("grids")).report
    assert report.coverage_counts["overlaps"] == 1
    assert set(report.coverage[0].codes) == {f"{B}001", f"{B}002"}


def test_a_fault_without_a_place_has_none_and_the_report_can_be_stored(ground: Session) -> None:
    district = districts.get(ground, "140502")
    astray = shapely.Polygon([(112.8, 35.5), (np.nan, 35.5), (112.9, 35.6)])
    frame = pd.DataFrame(
        {"code": ["1", "2", "3"], "geometry": [box(0, 0, 5, 5), shapely.Polygon(), astray]}, dtype=object
    )
    report = ImportReport("lines", "net.gpkg", "", "gpkg")
    cover.check_alone(district, frame, report)
    assert [(fault.kind, fault.lon, fault.lat) for fault in report.coverage] == [("invalid", None, None)] * 2
    ground.execute(
        text("select cast(:told as json)"), {"told": json.dumps(report.to_dict(), allow_nan=False)}
    )
    assert "None" not in report.to_text()
    assert "nan" not in report.to_text()


def test_areas_derive_level_and_parent_from_their_codes(session: Session, tmp_path: Path) -> None:
    districts.create(session, code="140502", name="城区", metric_crs=4547)
    rows = [
        "区划代码,名称,类型",
        "140502000000,城区,",
        "140502001000,东街街道,街道",
        "140502001001,笔峰寺社区,居",
    ]
    path = drawn.csv(tmp_path, "\n".join(rows), encoding="gb18030")
    report = _twice(session, path, Request("areas"))
    assert report.tally["added"] == 3
    rows = session.execute(
        text(
            "select a.code, a.level, p.code from yiwang.area a join yiwang.area_version v on v.area_id = a.id"
            " left join yiwang.area p on p.id = v.parent_id order by a.code"
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("140502", "district", None),
        ("140502001", "street", "140502"),
        ("140502001001", "community", "140502001"),
    ]


def test_an_area_whose_parent_is_unknown_takes_its_children_along(session: Session, tmp_path: Path) -> None:
    districts.create(session, code="140502", name="城区", metric_crs=4547)
    path = drawn.csv(tmp_path, "区划代码,名称\n140502001,东街\n140502001001,笔峰寺\n")
    report = dry_run(session, "140502", path, Request("areas")).report
    assert [(row.row, row.value) for row in report.refused] == [(2, "140502"), (3, "140502001")]


def test_another_administration_is_noted_not_refused(ground: Session, tmp_path: Path) -> None:
    path = drawn.csv(tmp_path, f"区划代码,名称,代管编码\n140502001003,新社区,{A}\n")
    report = dry_run(ground, "140502", path, Request("areas")).report
    assert report.may_commit
    assert "administered-elsewhere" in {finding.code for finding in report.findings}


def test_buildings_find_their_grid_and_those_in_none_are_named(netted: Session, tmp_path: Path) -> None:
    report = _twice(netted, _buildings(tmp_path), Request("buildings", valid_from=YEAR))
    assert report.tally["added"] == 3
    said = {finding.code: finding.message for finding in report.findings}
    assert "L3" in said["buildings-without-grid"]
    assert "L2" in said["buildings-cut"]
    assert "unknown-compound" in said
    assert netted.query(BuildingGrid).count() == 2
    assert netted.scalar(text("select sum(households) from yiwang.building_version")) == 132


def test_compounds_and_addresses_come_in(netted: Session, tmp_path: Path) -> None:
    _commit(netted, _buildings(tmp_path), Request("buildings"))
    compounds = drawn.csv(tmp_path, "小区编码,小区名称\nX1,泽州花园\n", "compounds.csv")
    assert _twice(netted, compounds, Request("compounds")).tally["added"] == 1
    assert netted.scalars(select(Compound.name)).one() == "泽州花园"
    addresses = drawn.csv(
        tmp_path, "楼栋编码,地址,地址类型\nL1,东大街1号,标准地址\nL1,老电厂楼,俗称\nL9,无,\n"
    )
    report = dry_run(netted, "140502", addresses, Request("addresses")).report
    assert [(row.row, row.code) for row in report.refused] == [(4, "unknown-code")]
    _twice(netted, addresses, Request("addresses", skip_refused=True))
    assert sorted(netted.scalars(select(Address.kind))) == ["nickname", "standard"]


def _leaders(folder: Path, rows: list[list[Any]], name: str = "leaders.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["网格编码", "网格长", "联系电话"])
    for row in rows:
        sheet.append(row)
    book.save(folder / name)
    return folder / name


def _in_office(session: Session) -> list[tuple[str, str, str]]:
    rows = session.execute(
        text(
            "select g.code, v.name, v.phone from yiwang.duty d join yiwang.grid g on g.id = d.grid_id"
            " join yiwang.party_version v on v.party_id = d.party_id"
            " where upper_inf(d.recorded) and upper_inf(d.valid) and upper_inf(v.recorded)"
            " and upper_inf(v.valid) and d.role = 'leader' order by g.code"
        )
    ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def test_leaders_take_office_and_are_followed_by_others(netted: Session, tmp_path: Path) -> None:
    """Code numbers and phone numbers stand in number cells, as they do."""
    rows = [[int(drawn.CODES[0]), "王小明", 13800001234], [drawn.CODES[1], "李芳", "0356-2020202"]]
    first = _leaders(tmp_path, rows)
    report = _twice(netted, first, Request("leaders", valid_from=YEAR))
    assert report.mapping == {"grid_code": "网格编码", "name": "网格长", "phone": "联系电话"}
    assert _in_office(netted) == [
        (drawn.CODES[0], "王小明", "13800001234"),
        (drawn.CODES[1], "李芳", "0356-2020202"),
    ]
    since = Request("leaders", valid_from=YEAR + timedelta(days=90))
    rows = [[drawn.CODES[0], "张伟", 13800009999], [drawn.CODES[1], "李芳", 13500001111]]
    second = _leaders(tmp_path, rows)
    _twice(netted, second, since)
    assert _in_office(netted) == [
        (drawn.CODES[0], "张伟", "13800009999"),
        (drawn.CODES[1], "李芳", "13500001111"),
    ]
    people = netted.scalar(text("select count(*) from yiwang.party"))
    assert people == 3  # 李芳 with a new phone is who she was


def test_two_leaders_of_one_grid_and_lost_digits_are_refused(netted: Session, tmp_path: Path) -> None:
    rows = [
        [drawn.CODES[0], "王小明", "13800001234"],
        [drawn.CODES[0], "李芳", "13800001235"],
        [drawn.CODES[1], "张伟", "1.38E+10"],
        ["140502001001099", "赵云", "13800001236"],
    ]
    report = dry_run(netted, "140502", _leaders(tmp_path, rows), Request("leaders")).report
    assert [(row.row, row.code) for row in report.refused] == [
        (3, "second-leader"),
        (4, "unreadable-value"),
        (5, "unknown-code"),
    ]


def test_incidents_lie_in_the_grid_of_their_day(netted: Session, tmp_path: Path) -> None:
    district = districts.get(netted, "140502")
    matters.put(
        netted, district, pd.DataFrame({"code": ["0102"], "name": ["暴露垃圾"], "parent_code": ["*"]})
    )
    path = drawn.csv(
        tmp_path,
        "工单编号,发生时间,小类编码,来源,经度,纬度\n"
        "G1,2026年5月3日 14:30,0102,12345,112.802,35.507\n"
        "G2,2026-05-03T14:30:00+00:00,0102,12345,112.9,35.9\n",
    )
    report = _twice(netted, path, Request("incidents", frame=WGS84))
    assert report.tally["added"] == 2
    rows = netted.execute(
        text("select i.external_ref, i.happened_at, g.code from yiwang.incident i"
             " left join yiwang.grid_version v on v.id = i.grid_version_id"
             " left join yiwang.grid g on g.id = v.grid_id order by 1")
    ).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [
        ("G1", datetime(2026, 5, 3, 6, 30, tzinfo=UTC), drawn.CODES[0]),  # 14:30 in Shanghai
        ("G2", datetime(2026, 5, 3, 14, 30, tzinfo=UTC), None),
    ]


def test_shapes_in_gcj02_come_in_where_they_are(ground: Session, tmp_path: Path) -> None:
    shifted = [shapely.transform(s, lambda xy: convert(xy, Datum.WGS84, Datum.GCJ02)) for s in drawn.SHAPES]
    path = drawn.gpkg(tmp_path, drawn.grid_frame(geometry=shifted))
    report = _commit(ground, path, Request("grids", frame=Stated(datum=Datum.GCJ02)))
    assert report.frame is not None and "gcj02" in report.frame
    # the shift bends what was straight: a border with a corner on one side only gapes by millimetres
    assert set(report.coverage_counts) <= {"unmatched_edges", "hairline"}
    rows = ground.scalars(
        text(
            "select st_asbinary(v.geom) from yiwang.grid_version v"
            " join yiwang.grid g on g.id = v.grid_id order by g.code"
        )
    )
    held = shapely.get_parts(shapely.from_wkb([bytes(row) for row in rows]))
    off_deg = shapely.get_coordinates(shapely.normalize(held)) - shapely.get_coordinates(
        shapely.normalize(np.array(drawn.SHAPES))
    )
    assert np.abs(off_deg).max() <= 1.1e-9  # the lattice


def test_a_confirmed_mapping_is_kept_for_the_same_columns(ground: Session, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame().rename(columns={"网格编码": "甲", "网格名称": "乙"}))
    _commit(ground, path, Request("grids", mapping={"code": "甲", "name": "乙"}))
    again = dry_run(ground, "140502", path, Request("grids")).report
    assert again.mapping == {"code": "甲", "name": "乙"}
    assert again.tally["unchanged"] == 6


def test_a_run_is_recorded_with_its_file_and_its_report(netted: Session, tmp_path: Path) -> None:
    run = netted.scalars(select(ImportRun)).one()
    assert (run.kind, run.file_name, run.committed_by) == ("grids", "first.gpkg", "planner")
    assert len(run.sha256) == 64
    assert run.report["rows"] == {"read": 6, "accepted": 6, "refused": 0, "duplicate": 0}
    assert run.report["committed"] is True


def test_progress_is_told_in_order(ground: Session, tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    commit(ground, "140502", path, GRIDS, by="planner", on_progress=lambda *said: heard.append(said))
    steps = [done for _, done, _ in heard]
    assert steps == sorted(steps) and steps[0] == 0
    assert heard[-1] == ("imported", 5, 5)


def test_an_import_that_dies_half_way_leaves_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grids are written, then the buildings' assignment fails: of the whole import nothing stays."""
    with database.transaction() as session:
        drawn.found(session)

    class Died(Exception):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Died

    monkeypatch.setattr("boundaries.land.importing.writing.assignment.assign", die)
    with pytest.raises(Died), database.transaction() as session:
        commit(session, "140502", drawn.gpkg(tmp_path, drawn.grid_frame()), GRIDS, by="planner")
    with database.transaction() as session:
        for table in ("grid", "grid_version", "net_version", "import_run", "import_mapping"):
            assert session.scalar(text(f"select count(*) from yiwang.{table}")) == 0
        assert versions.latest(session, districts.get(session, "140502")) is None
