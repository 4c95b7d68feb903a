"""Files of elements: fields by name or title, kinds by code or name, every bad row with its reason."""

from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
from sqlalchemy.orm import Session

from boundaries.affairs import element_kinds
from boundaries.duty import matters, snapshot
from boundaries.land.importing import (
    FrameNotStated,
    ImportBlocked,
    ImportReport,
    Request,
    Stated,
    commit,
    dry_run,
)
from boundaries.store import clock
from gis.datums import Datum, convert
from tests.boundaries import towns
from tests.boundaries.land.importing import drawn
from tests.boundaries.towns import YEAR, A, at

WGS84 = Request("elements", valid_from=YEAR, frame=Stated(datum=Datum.WGS84))


@pytest.fixture
def town(session: Session) -> Session:
    made = towns.found(session)
    towns.build_up(session, made)
    clock.stamp(session)
    matters.put(session, made.district, matters.national())
    element_kinds.put(session, made.district, element_kinds.shipped())
    return session


def _commit(session: Session, path: Path, request: Request = WGS84) -> ImportReport:
    return commit(session, "140502", path, request, by="clerk").report


def test_a_text_file_with_fields_by_title_and_bad_rows_listed(town: Session, tmp_path: Path) -> None:
    lon, lat = at(1, 9)
    path = drawn.csv(
        tmp_path,
        "要素编码,要素类别,名称,人数,经度,纬度,楼栋编码,网格编码,压力,在线,链接,备注\n"
        f"X1,消火栓,,,{lon},{lat},,,0.35,,,甲\n"
        f"X2,camera,路口,,{lon},{lat},,,,是,,\n"
        f"X3,独居老人,,7,,,,{A}001,,,,\n"
        "X4,shop,面馆,,,,H1,,,,,\n"
        f"X5,charter,章程,,{lon},{lat},,,,,https://example.org/a.pdf,\n"
        f"X1,消火栓,,,{lon},{lat},,,,,,\n"
        f"B2,飞船,,,{lon},{lat},,,,,,\n"
        f"B3,消火栓,,,{lon},{lat},,,high,,,\n"
        f"B4,消火栓,,,{lon},{lat},,,99,,,\n"
        f"B5,独居老人,王小明,7,,,,{A}001,,,,\n"
        "B6,camera,,,,,H99,,,,,\n"
        "B7,camera,,,,,,,,,,\n"
        f"B8,charter,章程,,{lon},{lat},,,,,javascript:1,\n",
    )
    dry = dry_run(town, "140502", path, WGS84).report
    assert (dry.rows_read, dry.rows_accepted, dry.rows_refused) == (13, 5, 8)
    assert [(each.row, each.field, each.code) for each in dry.refused] == [
        (7, "要素编码", "duplicate-code"),
        (8, "要素类别", "unknown-kind"),
        (9, "压力", "unreadable-value"),
        (10, "pressure_mpa", "does-not-fit"),
        (11, "名称", "does-not-fit"),
        (12, "building", "unknown-code"),
        (13, "geometry", "missing-place"),
        (14, "link", "does-not-fit"),
    ]
    assert [each.message for each in dry.findings if each.code == "columns-left-out"] == [
        "no kind has a field for: 备注"
    ]
    with pytest.raises(ImportBlocked):
        _commit(town, path)
    request = Request("elements", valid_from=YEAR, frame=WGS84.frame, skip_refused=True)
    assert _commit(town, path, request).tally["added"] == 5
    assert _commit(town, path, request).tally["unchanged"] == 5
    found = snapshot.build(town, "140502").bound_elements.by_code
    assert {code: (one.grid, one.element.fields) for code, one in found.items()} == {
        "X1": (f"{A}001", {"pressure_mpa": 0.35}),
        "X2": (f"{A}001", {"online": True}),
        "X3": (f"{A}001", {}),
        "X4": (f"{A}001", {}),
        "X5": (f"{A}001", {"link": "https://example.org/a.pdf"}),
    }


def test_a_layer_and_a_sheet_in_another_datum(town: Session, tmp_path: Path) -> None:
    where = convert([at(1, 9), at(7, 9)], Datum.WGS84, Datum.GCJ02)
    layer = gpd.GeoDataFrame(
        {"code": ["G1", "G2"], "kind": "camera", "online": [True, False]},
        geometry=shapely.points(where),
        crs=4326,
    )
    gcj = Request("elements", valid_from=YEAR, frame=Stated(datum=Datum.GCJ02))
    assert _commit(town, drawn.gpkg(tmp_path, layer, "things.gpkg"), gcj).tally["added"] == 2
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["编码", "x", "y", "从业人数"])
    book.active.append(["S1", *where[0], 3])
    book.save(tmp_path / "shops.xlsx")
    with pytest.raises(FrameNotStated):
        _commit(town, tmp_path / "shops.xlsx", Request("elements", constants={"kind": "商铺"}))
    shops = Request("elements", valid_from=YEAR, frame=gcj.frame, constants={"kind": "商铺"})
    assert _commit(town, tmp_path / "shops.xlsx", shops).tally["added"] == 1
    found = snapshot.build(town, "140502").bound_elements.by_code
    assert [(code, found[code].grid) for code in ("G1", "G2", "S1")] == [
        ("G1", f"{A}001"),
        ("G2", f"{A}002"),
        ("S1", f"{A}001"),
    ]
    assert found["S1"].element.fields == {"staff": 3}
    assert (found["G1"].element.lon, found["G1"].element.lat) == pytest.approx(at(1, 9), abs=1e-8)
