"""Every format gives the same rows and shapes."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely

from boundaries.land.importing import LayerNotChosen, UnknownFormat, UnreadableFile, UnsafeArchive
from boundaries.land.importing.reading import Limits, Table, read
from tests.boundaries.land.importing import drawn

DXF_HEAD = "0\nSECTION\n2\nENTITIES\n"
DXF_TAIL = "0\nENDSEC\n0\nEOF\n"


def _shapefile(folder: Path, frame: gpd.GeoDataFrame, encoding: str = "gb18030") -> Path:
    inner = folder / "shp"
    inner.mkdir()
    frame.to_file(inner / "网格.shp", encoding=encoding)
    return inner


def _zipped(folder: Path, frame: gpd.GeoDataFrame) -> Path:
    inner = _shapefile(folder, frame, "gb18030")
    with zipfile.ZipFile(folder / "grids.zip", "w") as archive:
        for member in inner.iterdir():
            archive.write(member, f"网格数据/{member.name}")
    return folder / "grids.zip"


def _kmz(folder: Path, frame: gpd.GeoDataFrame) -> Path:
    frame.to_crs(4326).to_file(folder / "doc.kml", driver="LIBKML")
    with zipfile.ZipFile(folder / "grids.kmz", "w") as archive:
        archive.write(folder / "doc.kml", "doc.kml")
    return folder / "grids.kmz"


def _one(driver: str, name: str) -> Callable[[Path, gpd.GeoDataFrame], Path]:
    def write(folder: Path, frame: gpd.GeoDataFrame) -> Path:
        options = {"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" else {}  # it would reorder the rows
        drawn_in = frame.to_crs(4326) if name.endswith(("json", "kml")) else frame
        drawn_in.to_file(folder / name, driver=driver, **options)
        return folder / name

    return write


def _parquet(folder: Path, frame: gpd.GeoDataFrame) -> Path:
    frame.to_parquet(folder / "grids.parquet")
    return folder / "grids.parquet"


def _wkt_csv(folder: Path, frame: gpd.GeoDataFrame) -> Path:
    frame.drop(columns="geometry").assign(wkt=frame.to_wkt()["geometry"]).to_csv(
        folder / "g.csv", index=False
    )
    return folder / "g.csv"


@pytest.mark.parametrize(
    ("write", "format", "epsg"),
    [
        (_one("GPKG", "g.gpkg"), "GeoPackage", 4490),
        (_one("FlatGeobuf", "g.fgb"), "FlatGeobuf", 4490),
        (_one("GeoJSON", "g.geojson"), "GeoJSON", 4326),
        (_one("LIBKML", "g.kml"), "KML", 4326),
        (_shapefile, "Shapefile", 4490),
        (_zipped, "Shapefile in a zip", 4490),
        (_kmz, "KMZ", 4326),
        (_parquet, "GeoParquet", 4490),
    ],
)  # fmt: skip
def test_each_format_gives_the_same_codes_names_and_shapes(
    tmp_path: Path, write: Callable[[Path, gpd.GeoDataFrame], Path], format: str, epsg: int
) -> None:
    table = read(write(tmp_path, drawn.grid_frame()))
    assert table.format == format
    assert list(table.cells["网格编码"]) == drawn.CODES
    assert table.cells["网格名称"][0] == "第一网格"
    assert table.crs is not None and table.crs.to_epsg() == epsg
    assert table.shapes is not None
    assert shapely.equals(table.shapes, drawn.SHAPES).all()
    assert list(table.rows) == [1, 2, 3, 4, 5, 6]


def test_a_csv_keeps_its_codes_as_text_and_counts_lines(tmp_path: Path) -> None:
    table = read(_wkt_csv(tmp_path, drawn.grid_frame()))
    assert list(table.cells["网格编码"]) == drawn.CODES
    assert list(table.rows) == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_text_is_read_in_each_encoding_with_and_without_a_mark(tmp_path: Path, encoding: str) -> None:
    table = read(drawn.csv(tmp_path, "网格编码,姓名\n140502001001001,王小明\n", encoding=encoding))
    assert table.columns == ("网格编码", "姓名")
    assert table.cells["姓名"][0] == "王小明"


@pytest.mark.parametrize("cpg", [None, "GBK", "936", "ANSI 936"])
def test_a_shapefile_in_gb18030_is_read_with_and_without_its_cpg(tmp_path: Path, cpg: str | None) -> None:
    inner = _shapefile(tmp_path, drawn.grid_frame(), "gb18030")
    (inner / "网格.cpg").unlink()
    if cpg:
        (inner / "网格.cpg").write_text(cpg)
    table = read(inner)
    assert table.encoding == "gb18030"
    assert table.cells["网格名称"][5] == "第六网格"


def test_a_name_that_the_format_cut_off_within_a_character_does_no_harm(tmp_path: Path) -> None:
    """A field name has 10 bytes: in UTF-8 three Chinese characters and a third of the fourth."""
    table = read(_shapefile(tmp_path, drawn.grid_frame(), "utf-8"))
    assert table.encoding == "utf-8"
    assert table.columns == ("网格编", "网格名")
    assert table.cells["网格名"][0] == "第一网格"


def test_a_wrong_cpg_is_found_out(tmp_path: Path) -> None:
    inner = _shapefile(tmp_path, drawn.grid_frame(), "gb18030")
    (inner / "网格.cpg").write_text("UTF-8")
    with pytest.raises(UnreadableFile, match="cpg says UTF-8"):
        read(inner)
    assert read(inner, encoding="gb18030").cells["网格名称"][0] == "第一网格"


def test_a_sheet_with_a_title_merged_cells_and_numbers_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["东街街道网格员花名册"])
    sheet.merge_cells("A1:C1")
    sheet.append(["网格编码", "姓名", "工号"])
    sheet.append([140502001001001, "王小明", 7])
    sheet.append([None, "李芳", 12])
    sheet.merge_cells("A3:A4")
    sheet["C3"].number_format = sheet["C4"].number_format = "000"
    book.save(tmp_path / "list.xlsx")
    table = read(tmp_path / "list.xlsx")
    assert table.columns == ("网格编码", "姓名", "工号")
    assert list(table.cells["网格编码"]) == [140502001001001, 140502001001001]
    assert list(table.cells["工号"]) == ["007", "012"]
    assert list(table.rows) == [3, 4]
    assert {finding.code for finding in table.findings} == {"merged-cells", "title-skipped"}


def test_a_drawing_gives_closed_shapes_the_text_inside_them(tmp_path: Path) -> None:
    line = "0\nLWPOLYLINE\n8\nGRID\n90\n4\n70\n1\n" + "".join(
        f"10\n{x}\n20\n{y}\n" for x, y in ((0, 0), (9, 0), (9, 9), (0, 9))
    )
    label = "0\nTEXT\n8\nLABEL\n10\n4\n20\n4\n40\n1\n1\n140502001001001\n"
    (tmp_path / "g.dxf").write_text(DXF_HEAD + line + label + DXF_TAIL)
    table = read(tmp_path / "g.dxf")
    assert list(table.cells["label"]) == ["140502001001001"]
    assert table.shapes is not None and table.shapes[0].area == 81
    assert table.crs is None


def test_several_layers_must_be_chosen_from(tmp_path: Path) -> None:
    drawn.grid_frame().to_file(tmp_path / "two.gpkg", layer="网格", driver="GPKG")
    drawn.grid_frame().to_file(tmp_path / "two.gpkg", layer="旧网格", driver="GPKG")
    with pytest.raises(LayerNotChosen) as refused:
        read(tmp_path / "two.gpkg")
    assert refused.value.layers == ("网格", "旧网格")
    assert len(read(tmp_path / "two.gpkg", layer="旧网格")) == 6
    with pytest.raises(LayerNotChosen, match="no layer “新”"):
        read(tmp_path / "two.gpkg", layer="新")


def test_a_zip_that_would_write_outside_is_refused(tmp_path: Path) -> None:
    for name in ("../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "..\\evil.csv", "C:\\evil.csv"):
        with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
            archive.writestr(name, "a,b\n1,2\n")
        with pytest.raises(UnsafeArchive, match="outside its folder"):
            read(tmp_path / "evil.zip")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", b"0" * (20 << 20))
    with pytest.raises(UnsafeArchive, match="zip bomb"):
        read(tmp_path / "bomb.zip")
    with pytest.raises(UnsafeArchive, match="would unpack to"):
        read(tmp_path / "bomb.zip", limits=Limits(unpacked_bytes=1 << 20))


def test_a_zip_that_lies_about_sizes_is_stopped(tmp_path: Path) -> None:
    """The directory announces 10 bytes, the member holds 1,000."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("list.csv", "x" * 1000)
    raw = held.getvalue().replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    (tmp_path / "liar.zip").write_bytes(raw)
    with pytest.raises(UnreadableFile):
        read(tmp_path / "liar.zip")


@pytest.mark.parametrize(
    "content",
    [
        b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/http://127.0.0.1:9/x.json'
        b"</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read http://127.0.0.1:9/x"}',
        b"<OGRWFSDataSource><URL>http://127.0.0.1:9/</URL></OGRWFSDataSource>",
    ],
)
def test_files_that_only_point_elsewhere_are_not_opened(tmp_path: Path, content: bytes) -> None:
    for name in ("x.vrt", "x.geojson", "x.kml", "x.gpkg"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnknownFormat, match="points to other data"):
            read(tmp_path / name)


def test_a_geojson_whose_crs_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x.geojson").write_text(
        '{"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"http://127.0.0.1:9/crs"}},"features":[]}'
    )
    with pytest.raises(UnreadableFile, match="a link, which is not followed"):
        read(tmp_path / "x.geojson")


def test_a_kml_with_entities_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.kml").write_text(
        '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "b">]><kml><Document/></kml>'
    )
    with pytest.raises(UnknownFormat, match="DOCTYPE"):
        read(tmp_path / "x.kml")


def test_reading_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    before = path.read_bytes()
    table = read(path)
    assert isinstance(table, Table)
    assert path.read_bytes() == before
    assert [member.name for member in tmp_path.iterdir()] == ["grids.gpkg"]
