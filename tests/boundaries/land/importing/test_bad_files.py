"""Bad files: each gets a message that says what to do, and the register keeps what it had."""

import shutil
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land.importing import (
    FileTooLarge,
    FrameNotStated,
    ImportBlocked,
    ImportReport,
    MappingIncomplete,
    Request,
    Stated,
    UnknownFormat,
    UnreadableFile,
    commit,
    dry_run,
)
from boundaries.land.importing.reading import Limits
from gis.datums import Datum
from tests.boundaries.land.importing import drawn

GRIDS = Request("grids")
FLAT = drawn.SHAPES[0]


@pytest.fixture
def ground(session: Session) -> Session:
    """A session on a register with two communities and no grid."""
    drawn.found(session)
    return session


def _contents(session: Session) -> list[int]:
    tables = ("area_version", "grid", "grid_version", "net_version", "import_run", "import_mapping", "party")
    return [session.scalar(text(f"select count(*) from yiwang.{table}")) or 0 for table in tables]


def _refused_whole(session: Session, path: Path, request: Request, kind: type[Exception], says: str) -> None:
    """Neither a dry run nor a commit gets through, and the register is as before."""
    before = _contents(session)
    for run in (dry_run, lambda *args: commit(*args, by="planner")):
        with pytest.raises(kind, match=says):
            run(session, "140502", path, request)
    assert _contents(session) == before


def _blocked(session: Session, path: Path, request: Request = GRIDS) -> ImportReport:
    """The dry run's report, after a commit was blocked and the register is as before."""
    before = _contents(session)
    report = dry_run(session, "140502", path, request).report
    assert not report.may_commit
    with pytest.raises(ImportBlocked) as blocked:
        commit(session, "140502", path, request, by="planner")
    assert blocked.value.found.to_dict() == report.to_dict()
    assert _contents(session) == before
    assert "cannot be before this is settled" in report.to_text()
    return report


def _shape_refused(
    session: Session, folder: Path, shape: shapely.Geometry | None, code: str, says: str
) -> None:
    frame = drawn.grid_frame(geometry=[*drawn.SHAPES[:5], shape])
    report = _blocked(session, drawn.gpkg(folder, frame))
    assert [(row.row, row.code) for row in report.refused] == [(6, code)]
    assert says in report.refused[0].reason
    assert (report.rows_read, report.rows_accepted, report.rows_refused) == (6, 5, 1)


def _truncated(driver: str, name: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        frame = drawn.grid_frame()
        (frame.to_crs(4326) if name.endswith(("json", "kml")) else frame).to_file(
            folder / name, driver=driver
        )
        path = folder / name
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.8)])
        return path

    return write


def _truncated_parquet(folder: Path) -> Path:
    drawn.grid_frame().to_parquet(folder / "g.parquet")
    path = folder / "g.parquet"
    path.write_bytes(path.read_bytes()[:-200])
    return path


def _truncated_shapefile(folder: Path) -> Path:
    drawn.grid_frame().to_file(folder / "g.shp", encoding="gb18030")
    (folder / "g.shp").write_bytes((folder / "g.shp").read_bytes()[:-100])
    return folder / "g.shp"


def _truncated_table(folder: Path) -> Path:
    drawn.grid_frame().to_file(folder / "g.shp", encoding="gb18030")
    (folder / "g.dbf").write_bytes((folder / "g.dbf").read_bytes()[:-100])
    return folder / "g.shp"


def _truncated_zip(folder: Path) -> Path:
    drawn.grid_frame().to_file(folder / "g.gpkg")
    shutil.make_archive(str(folder / "z"), "zip", folder, "g.gpkg")
    path = folder / "z.zip"
    path.write_bytes(path.read_bytes()[:-30])
    return path


def _truncated_drawing(folder: Path) -> Path:
    gpd.GeoSeries(drawn.SHAPES).to_file(folder / "g.dxf", driver="DXF")
    path = folder / "g.dxf"
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.8)])
    return path


def _truncated_csv(folder: Path) -> Path:
    return drawn.csv(folder, '网格编码,wkt\n140502001001001,"POLYGON((112.8 35.5,112.9')


@pytest.mark.parametrize(
    "write",
    [
        _truncated("GPKG", "g.gpkg"),
        _truncated("FlatGeobuf", "g.fgb"),
        _truncated("GeoJSON", "g.geojson"),
        _truncated("LIBKML", "g.kml"),
        _truncated_drawing,
        _truncated_parquet,
        _truncated_shapefile,
        _truncated_table,
        _truncated_zip,
        _truncated_csv,
    ],
)
def test_a_truncated_file_is_refused_whole(
    ground: Session, tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    _refused_whole(ground, write(tmp_path), GRIDS, UnreadableFile, "truncated|damaged")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(100), "none of the formats"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old Excel.*save it as .xlsx"),
        (b"AC1032" + bytes(100), "DWG.*save it as DXF"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<html><body>login</body></html>", "no KML"),
        (b'{"error": "token expired"}', "no features"),
    ],
)
def test_what_is_no_geodata_is_refused_by_its_content(
    ground: Session, tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "grids.gpkg").write_bytes(content)
    _refused_whole(ground, tmp_path / "grids.gpkg", GRIDS, UnreadableFile, says)


def test_a_file_that_is_not_there_is_refused(ground: Session, tmp_path: Path) -> None:
    _refused_whole(ground, tmp_path / "gone.gpkg", GRIDS, UnreadableFile, "no such file")


def test_a_database_that_is_no_geopackage_is_refused(ground: Session, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.gpkg") as base:
        base.execute("create table t (a)")
    base.close()
    _refused_whole(ground, tmp_path / "x.gpkg", GRIDS, UnknownFormat, "no GeoPackage")


def test_a_geopackage_whose_rows_have_no_end_is_refused(ground: Session, tmp_path: Path) -> None:
    path = drawn.endless(tmp_path)
    _refused_whole(ground, path, GRIDS, UnknownFormat, "may have no end")


@pytest.mark.parametrize("text_", ["网格编码,wkt\n", '{"type":"FeatureCollection","features":[]}'])
def test_a_file_without_rows_is_refused(ground: Session, tmp_path: Path, text_: str) -> None:
    _refused_whole(ground, drawn.csv(tmp_path, text_), GRIDS, UnreadableFile, "no rows")


def test_the_wrong_encoding_is_refused_with_the_line(ground: Session, tmp_path: Path) -> None:
    path = drawn.csv(tmp_path, "网格编码,姓名\n140502001001001,王\n", encoding="gb18030")
    stated = Request("leaders", encoding="utf-8")
    _refused_whole(ground, path, stated, UnreadableFile, "line 1 is no utf-8")
    path.write_bytes(b"\xe7\xbd,\xff\xff\n")
    _refused_whole(ground, path, Request("leaders"), UnreadableFile, "neither UTF-8 nor GB18030")


def test_a_missing_column_is_named_with_those_there_are(ground: Session, tmp_path: Path) -> None:
    frame = drawn.grid_frame().rename(columns={"网格编码": "甲"})
    path = drawn.gpkg(tmp_path, frame)
    _refused_whole(ground, path, GRIDS, MappingIncomplete, "grids need code.*甲, 网格名称.*--map code=")
    assert dry_run(ground, "140502", path, Request("grids", mapping={"code": "甲"})).report.may_commit


def test_numbers_without_a_frame_are_refused_with_what_they_look_like(
    ground: Session, tmp_path: Path
) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame().to_crs(4526).set_crs(None, allow_override=True))
    _refused_whole(ground, path, GRIDS, FrameNotStated, "zone 38.*--crs EPSG:4526")
    assert dry_run(ground, "140502", path, Request("grids", frame=Stated("EPSG:4526"))).report.may_commit


def test_the_wrong_crs_blocks_until_it_is_settled(ground: Session, tmp_path: Path) -> None:
    frame = drawn.grid_frame().to_crs(4526).set_crs(4547, allow_override=True)
    report = _blocked(ground, drawn.gpkg(tmp_path, frame))
    assert [finding.code for finding in report.findings if finding.blocks] == ["wrong-frame"]
    assert "--crs EPSG:4526" in report.reasons_to_stop[0]


def test_lon_and_lat_swapped_blocks_until_it_is_confirmed(ground: Session, tmp_path: Path) -> None:
    turned = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in drawn.SHAPES]
    path = drawn.gpkg(tmp_path, drawn.grid_frame(geometry=turned))
    report = _blocked(ground, path)
    assert "confirm with --swap" in report.reasons_to_stop[0]
    assert dry_run(ground, "140502", path, Request("grids", frame=Stated(swap=True))).report.may_commit


def test_mixed_geometry_types_refuse_their_rows(ground: Session, tmp_path: Path) -> None:
    _shape_refused(ground, tmp_path, FLAT.exterior, "wrong-shape", "a LineString where a polygon belongs")


def test_a_missing_shape_refuses_its_row(ground: Session, tmp_path: Path) -> None:
    _shape_refused(ground, tmp_path, None, "missing-shape", "no shape")


def test_an_empty_shape_refuses_its_row(ground: Session, tmp_path: Path) -> None:
    _shape_refused(ground, tmp_path, shapely.Polygon(), "empty-shape", "empty")


def test_a_border_that_crosses_itself_refuses_its_row_and_says_where(ground: Session, tmp_path: Path) -> None:
    """The diagonals of (112.815…112.820, 35.5…35.51) cross in the middle."""
    bow = shapely.Polygon([(112.815, 35.5), (112.82, 35.51), (112.82, 35.5), (112.815, 35.51)])
    _shape_refused(ground, tmp_path, bow, "invalid-shape", "crosses itself at lon 112.8175, lat 35.505")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_coordinate_that_is_no_number_refuses_its_row(ground: Session, tmp_path: Path, bad: float) -> None:
    ring = np.array([(112.815, 35.5), (112.82, 35.5), (bad, 35.51), (112.815, 35.5)])
    frame = drawn.grid_frame(geometry=[*drawn.SHAPES[:5], shapely.Polygon(ring)])
    frame.to_parquet(tmp_path / "g.parquet")
    report = _blocked(ground, tmp_path / "g.parquet")
    assert [(row.row, row.code) for row in report.refused] == [(6, "not-finite")]


def test_a_million_vertices_in_one_ring_refuse_their_row(ground: Session, tmp_path: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    ring = np.column_stack([112.8175 + 0.002 * np.cos(angle), 35.505 + 0.004 * np.sin(angle)])
    frame = drawn.grid_frame(geometry=[*drawn.SHAPES[:5], shapely.Polygon(ring)])
    frame.to_parquet(tmp_path / "g.parquet")
    report = _blocked(ground, tmp_path / "g.parquet")
    assert [(row.row, row.code) for row in report.refused] == [(6, "too-many-vertices")]
    assert "1,000,001 vertices" in report.refused[0].reason


def test_too_many_vertices_in_all_refuse_the_file(ground: Session, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    few = Request("grids", limits=Limits(vertices=29))  # six squares have five each
    _refused_whole(ground, path, few, FileTooLarge, "30 vertices in all; at most 29")


def test_arcs_are_straightened_and_that_is_said(ground: Session, tmp_path: Path) -> None:
    """A GeoPackage whose sixth shape is a circle of arcs through five points."""
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    around = [
        (112.816, 35.505),
        (112.8175, 35.5065),
        (112.819, 35.505),
        (112.8175, 35.5035),
        (112.816, 35.505),
    ]
    arcs = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *xy) for xy in around)
    blob = b"GP\x00\x01" + struct.pack("<i", 4490) + struct.pack("<BII", 1, 10, 1) + arcs
    with sqlite3.connect(path) as base:
        for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{name}"')
        base.execute("update grids set geom = ? where 网格编码 = ?", (blob, drawn.CODES[5]))
        base.execute("update gpkg_geometry_columns set geometry_type_name = 'GEOMETRY'")
    base.close()
    report = dry_run(ground, "140502", path, GRIDS).report
    (said,) = [finding for finding in report.findings if finding.code == "curves-straightened"]
    assert said.rows == (6,)


def test_arcs_in_a_text_refuse_their_row(ground: Session, tmp_path: Path) -> None:
    rows = [f'{code},"{shape.wkt}"' for code, shape in zip(drawn.CODES[:5], drawn.SHAPES, strict=False)]
    arc = "CURVEPOLYGON(CIRCULARSTRING(0 0,1 1,2 0,1 -1,0 0))"
    path = drawn.csv(tmp_path, "\n".join(["网格编码,wkt", *rows, f'{drawn.CODES[5]},"{arc}"']))
    report = _blocked(ground, path, Request("grids", frame=Stated(datum=Datum.CGCS2000)))
    assert {row.row for row in report.refused} == {7}
    assert "curves" in report.refused[0].reason


def test_duplicate_codes_refuse_the_later_rows(ground: Session, tmp_path: Path) -> None:
    codes = [*drawn.CODES[:5], drawn.CODES[0]]
    report = _blocked(ground, drawn.gpkg(tmp_path, drawn.grid_frame(网格编码=codes)))
    assert [(row.row, row.value) for row in report.duplicates] == [(6, drawn.CODES[0])]
    assert "row 1 has it too" in report.duplicates[0].reason


def test_codes_that_a_spreadsheet_shortened_refuse_their_rows(ground: Session, tmp_path: Path) -> None:
    path = drawn.csv(tmp_path, "网格编码,姓名\n1.40502E+14,王小明\n1.40502E+14,李芳\n")
    report = _blocked(ground, path, Request("leaders"))
    assert [(row.row, row.field, row.value) for row in report.refused] == [
        (2, "网格编码", "1.40502E+14"),
        (3, "网格编码", "1.40502E+14"),
    ]
    assert "format the column as text" in report.refused[0].reason


def test_a_file_above_the_limits_is_refused(ground: Session, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    for limits in (Limits(file_bytes=1000), Limits(rows=5)):
        _refused_whole(ground, path, Request("grids", limits=limits), FileTooLarge, "more than")


def test_a_line_with_too_few_cells_refuses_its_row(ground: Session, tmp_path: Path) -> None:
    path = drawn.csv(
        tmp_path, f"网格编码,姓名,电话\n{drawn.CODES[0]},王小明,13800001234\n{drawn.CODES[1]},李"
    )
    report = _blocked(ground, path, Request("leaders"))
    assert any(row.row == 3 and "may be truncated" in row.reason for row in report.refused)


def test_characters_that_were_lost_before_refuse_their_row(ground: Session, tmp_path: Path) -> None:
    names = ["第�网格", *[f"{n}" for n in range(5)]]
    report = _blocked(ground, drawn.gpkg(tmp_path, drawn.grid_frame(网格名称=names)))
    assert [(row.row, row.field) for row in report.refused] == [(1, "网格名称")]
