"""Density mode: what the map and the table show is what the API counts, frame by frame."""

import csv
import io
import json
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from boundaries.affairs import incidents
from boundaries.duty import matters
from boundaries.land import buildings, districts
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.towns import A, B
from tests.web_map.conftest import ARTEFACTS, OpenPage, keep, pixel, said, settle
from tests.web_map.test_accessibility import violations
from web_map.report.palette import NONE, colour

PERIOD = {"from": "2026-03-01", "to": "2026-06-30"}
HASH = "#mode=density&from=2026-03-01&to=2026-06-30"
MARCH = datetime(2026, 3, 1, 4, tzinfo=UTC)
WEEKS = {"from": "2026-07-06", "to": "2026-08-16"}
"""Six weeks after those: even in the first, then most in community A and hardly any in the east."""
EVEN, UNEVEN = 10, {"A": 16, "B001": 4, "B002": 1, "C": 1}


@pytest.fixture(scope="module")
def town(town: towns.Town, database: Database) -> towns.Town:
    """The town with 300 incidents of four months, sixty of them in A001 in a week, and those of WEEKS.

    A001, A002 have homes.
    """
    chance = np.random.default_rng(11)
    rows = [
        (("0101", "0102", "1101")[k % 3], float(chance.uniform(0, 120)), *chance.uniform((-1, 0), (20, 10)))
        for k in range(240)
    ]
    rows += [("0102", float(chance.uniform(113, 120)), *chance.uniform((0, 5), (5, 10))) for _ in range(60)]
    rows += _of_weeks()
    frame = pd.DataFrame(
        [
            {
                "external_ref": f"N{k}",
                "source": "12345热线",
                "matter_code": matter,
                "happened_at": MARCH + timedelta(days=day),
                "lon": towns.at(east, north)[0],
                "lat": towns.at(east, north)[1],
            }
            for k, (matter, day, east, north) in enumerate(rows)
        ]
    )
    homes = [
        {"code": f"N{x}", "geometry": towns.box(x + 0.2, 5.4, x + 0.4, 5.6), "households": 60}
        for x in range(10)
    ]
    with database.transaction() as session:
        stamp = clock.stamp(session)
        buildings.put(
            session, town.district, gpd.GeoDataFrame(homes, crs=4326), valid_from=towns.YEAR, stamp=stamp
        )
        buildings.assign(session, town.district, valid_from=towns.YEAR, stamp=stamp)
        district = districts.get(session, towns.DISTRICT)
        matters.put(session, district, matters.national())
        incidents.put(session, district, frame, stamp=clock.stamp(session))
    return town


def _of_weeks() -> list[tuple[str, float, float, float]]:
    """Matter, day after the first of March, east, north."""
    names = {A: "A", B: "B", towns.C: "C"}
    rows = []
    for code, (community, ground) in towns.GRIDS.items():
        name = names[community]
        east, north = ((np.array(ground.centroid.coords[0]) - (towns.WEST, towns.SOUTH)) * 1000).tolist()
        for week in range(6):
            day = float(127 + 7 * week + 2)
            many = UNEVEN.get(name) or UNEVEN[name + code[-3:]]
            rows += [("1101", day, east, north)] * 5
            rows += [("0102", day, east, north)] * (many if week else EVEN)
    return rows


def _counted(server: str, path: str = "", **more: str) -> dict:  # type: ignore[type-arg]
    return _ask(server, f"/v1/density{path}?{urllib.parse.urlencode(PERIOD | more)}")


def _ask(server: str, path: str) -> dict:  # type: ignore[type-arg]
    with urllib.request.urlopen(f"{server}{path}") as reply:
        told: dict = json.load(reply)  # type: ignore[type-arg]
    return told


def _shown(page: Page) -> dict[str, str]:
    """Grid and count of each row of the table."""
    rows = page.locator(".density-table tbody tr").evaluate_all(
        "rows => rows.map(row => [row.dataset.code, row.querySelector('td').innerText])"
    )
    return dict(rows)


def _is_painted(
    page: Page, colours: dict[str, str], source: str = "net", layer: str | None = "grids"
) -> None:
    """Wait until the map has these colours; the table is drawn a moment before it."""
    page.wait_for_function(
        "([colours, source, sourceLayer]) => Object.entries(colours).every(([id, colour]) =>"
        " window.yiwang.map.getFeatureState({source, ...(sourceLayer ? {sourceLayer} : {}), id}).fill"
        " === colour)",
        arg=[colours, source, layer],
    )


def test_the_map_and_the_table_show_each_frame_of_the_answer(
    open_page: OpenPage, browser: Browser, server: str, tmp_path: Path
) -> None:
    page = open_page(browser, width=1280, height=900)
    page.get_by_role("button", name="密度", exact=True).click()
    page.get_by_label("开始日期").fill(PERIOD["from"])
    page.get_by_label("结束日期").fill(PERIOD["to"])
    page.get_by_label("事项").select_option("01")
    page.get_by_text("按月").click()
    found = _counted(server, matter="01", bucket="month")
    expect(page.locator(".frame-name")).to_have_text("2026年3月")
    page.locator(".frame-bar input").focus()
    for number, name in enumerate(("2026年3月", "2026年4月", "2026年5月", "2026年6月")):
        expect(page.locator(".frame-name")).to_have_text(name)
        counts = dict(zip(found["codes"], found["counts"][number], strict=True))
        assert _shown(page) == {code: f"{count:.0f}" for code, count in counts.items()}
        assert next(iter(_shown(page))) == max(counts, key=lambda code: (counts[code], -int(code)))
        _is_painted(page, {code: colour(count, found["breaks"]) for code, count in counts.items()})
        page.keyboard.press(".")
    assert "matter=01&bucket=month&frame=2026-06-01" in page.url
    settle(page)
    assert page.evaluate(
        "() => window.yiwang.map.queryRenderedFeatures({layers: ['density-fill']}).length"
    ) >= len(found["codes"])
    legend = page.locator(".density-legend.on-map li")
    assert legend.last.inner_text().endswith(f"{found['breaks'][-1]:.0f}")
    page.mouse.move(*pixel(page, 2, 8), steps=3)
    here = found["counts"][3][found["codes"].index(f"{A}001")]
    expect(page.locator(".cursor-note")).to_contain_text(f"{here:.0f} 起")
    keep(page, "density")
    assert violations(page) == []

    page.reload()  # the address holds it all
    expect(page.locator(".frame-name")).to_have_text("2026年6月")
    with said(page, ".frame-name", "2026年3月"):
        page.get_by_role("button", name="播放").click()  # from the end it starts again
    page.keyboard.press(",")
    expect(page.get_by_role("button", name="播放")).to_be_visible()
    with page.expect_download() as held:
        page.get_by_role("button", name="下载 CSV").click()
    held.value.save_as(tmp_path / "density.csv")
    with (tmp_path / "density.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4 * len(found["codes"])
    assert sum(float(row["count"]) for row in rows) == sum(map(sum, found["counts"]))
    with page.expect_download() as report:
        page.get_by_role("link", name="报告").click()
    assert report.value.suggested_filename == "density-140502-2026-03-01-2026-06-30.html"
    with page.expect_download() as ground:
        page.get_by_role("link", name="GeoPackage").click()
    ground.value.save_as(tmp_path / "density.gpkg")
    values = pyogrio.read_dataframe(tmp_path / "density.gpkg", layer="values")
    assert values["count"].sum() == sum(map(sum, found["counts"]))

    page.get_by_role("button", name="查询", exact=True).click()  # the ground is as it was
    settle(page)
    assert page.evaluate(
        "() => [window.yiwang.map.getLayer('density-fill') ?? null,"
        " window.yiwang.map.getLayoutProperty('buildings', 'visibility')]"
    ) == [None, "visible"]


def test_rates_hot_spots_and_warnings_in_english(open_page: OpenPage, browser: Browser, server: str) -> None:
    page = open_page(browser, f"{HASH}&rate=households&lang=en", width=1280, height=900)
    found = _counted(server, rate="households")
    empty = [code for code, value in zip(found["codes"], found["values"][0], strict=True) if value is None]
    expect(page.locator(".density-table tbody tr")).to_have_count(len(found["codes"]))
    settle(page)
    assert 0 < len(empty) < len(found["codes"])
    _is_painted(
        page,
        {
            code: colour(value, found["breaks"])
            for code, value in zip(found["codes"], found["values"][0], strict=True)
        }
        | dict.fromkeys(empty, NONE),
    )
    page.get_by_role("button", name="Grid", exact=True).click()
    assert list(_shown(page)) == sorted(found["codes"])
    page.get_by_role("button", name="笔峰寺第2网格").press("Enter")
    expect(page.locator(f"tr[data-code='{A}002']")).to_have_class("on")
    listed = _ask(server, f"/v1/incidents?grid={A}002&limit=20")["incidents"]
    expect(page.locator(".happened li")).to_have_count(len(listed))
    assert page.locator(".happened li").evaluate_all("rows => rows.map(row => row.dataset.number)") == [
        each["number"] for each in listed
    ]
    expect(page.locator(".happened .light")).to_have_count(sum(each["light"] is not None for each in listed))
    settle(page)
    page.mouse.click(*pixel(page, 7, 6))
    warned = _counted(server, "/warnings")["warnings"]
    assert f"{A}001" in {row["grid"] for row in warned}
    page.get_by_role("tab", name="Warnings").click()
    expect(page.locator(".density-table tbody tr")).to_have_count(len(warned))
    expect(page.locator(".density-table tbody tr").first).to_contain_text(str(warned[0]["count"]))
    keep(page, "density-warnings")
    assert violations(page) == []
    page.get_by_role("tab", name="Hot spots").click()
    spots = _counted(server, "/hotspots")["hotspots"]
    expect(page.locator(".density-part tbody tr")).to_have_count(len(spots))
    if not spots:
        expect(page.get_by_text("No hot or cold spot stands out.")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("First day").fill("2026-07-01")
    expect(page.get_by_role("alert")).to_contain_text("before the first day")
    assert f"{B}001" not in _shown(page)


@pytest.mark.parametrize(
    ("unit", "name", "more"),
    [("h3", "六边形", {}), ("square", "方格", {"size": "500"}), ("building", "楼栋", {"rate": "households"})],
)
def test_hexagons_squares_and_buildings_are_shown_as_counted(
    open_page: OpenPage, browser: Browser, server: str, unit: str, name: str, more: dict[str, str]
) -> None:
    page = open_page(browser, f"{HASH}&bucket=month&rate=smoothed", width=1280, height=900)
    expect(page.locator(".density-table tbody tr").first).to_be_visible()
    page.get_by_text(name, exact=True).click()
    if unit == "building":
        page.get_by_text("每千户", exact=True).click()
    else:  # these know no households
        expect(page.get_by_text("每千户", exact=True)).to_have_count(0)
    if "size" in more:
        page.get_by_label("大小").select_option(more["size"])
    found = _counted(
        server, unit=unit, bucket="month", geometry="true", empty="false", **({"rate": "count"} | more)
    )
    asked = "".join(f"&{key}={value}" for key, value in more.items() if key == "size")
    page.wait_for_function("part => location.hash.includes(part)", arg=f"&unit={unit}{asked}")
    expect(page.get_by_role("tab", name=name)).to_contain_text(str(len(found["codes"])))
    settle(page)
    source, layer = ("net", "buildings") if unit == "building" else ("density-cells", None)
    for number in (0, 1):
        values = dict(zip(found["codes"], found["values"][number], strict=True))
        counts = dict(zip(found["codes"], found["counts"][number], strict=True))
        shown = {code: f"{count:.0f}" for code, count in counts.items()}
        page.wait_for_function(
            "shown => { const rows = Object.fromEntries("
            "[...document.querySelectorAll('.density-table tbody tr')]"
            ".map(row => [row.dataset.code, row.querySelector('td').innerText]));"
            " return Object.keys(rows).length === Object.keys(shown).length"
            " && Object.entries(rows).every(([code, count]) => shown[code] === count) }",
            arg=shown,
        )
        colours = {code: colour(value, found["breaks"]) for code, value in values.items()}
        _is_painted(page, colours, source, layer)
        page.keyboard.press(".")
    drawn = "density-house-dots" if unit == "building" else "density-cell-fill"
    page.wait_for_function(
        "([layer, count]) => new Set(window.yiwang.map.queryRenderedFeatures({layers: [layer]})"
        ".map(each => each.properties.code)).size === count",
        arg=[drawn, len(found["codes"])],
    )
    page.locator(".density-table tbody .link").first.press("Enter")
    expect(page.locator(".density-table tr.on")).to_have_count(1)
    settle(page)
    code = page.locator(".density-table tr.on").get_attribute("data-code")
    shape = found["shapes"][found["codes"].index(code)]
    middle = shapely.geometry.shape(shape).centroid
    spot = page.evaluate(
        "at => { const {x, y} = window.yiwang.map.project(at);"
        " const {left, top} = window.yiwang.map.getCanvas().getBoundingClientRect();"
        " return [left + x, top + y] }",
        [middle.x, middle.y],
    )
    page.mouse.move(*spot, steps=3)
    row = page.locator(".density-table tr.on td").nth(1).inner_text().strip()
    expect(page.locator(".cursor-note")).to_contain_text(row if row != "—" else "无数值")
    assert page.locator(".happened").count() == 0
    keep(page, f"density-{unit}")
    assert violations(page) == []
    page.get_by_text("网格", exact=True).first.click()
    expect(page.locator(f"tr[data-code='{A}001']")).to_be_visible()
    page.get_by_role("button", name="查询", exact=True).click()
    settle(page)
    assert page.evaluate("() => window.yiwang.map.getSource('density-cells') ?? null") is None


def test_a_narrow_screen_holds_the_density(open_page: OpenPage, browser: Browser) -> None:
    page = open_page(browser, f"{HASH}&bucket=week", width=360, height=740)
    expect(page.locator(".density-legend.in-panel")).to_be_visible()
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    keep(page, "density-narrow")
    assert violations(page) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_heat_is_drawn_frame_by_frame_beside_the_table_of_grids(
    open_page: OpenPage, browser: Browser, server: str, language: str
) -> None:
    page = open_page(
        browser, f"{HASH}&unit=heat&bucket=month&matter=01&lang={language}", width=1280, height=900
    )
    settle(page)
    told = _counted(server, "/surface", matter="01", bucket="month")
    cells = "window.yiwang.map.querySourceFeatures('density-cells')"
    drawn = f"() => new Set({cells}.map(e => e.properties.fill)).size"
    for bucket in told["buckets"][:2]:
        classes = [e for e in told["surface"]["features"] if e["properties"]["bucket"] == bucket]
        page.wait_for_function(f"wanted => ({drawn})() === wanted", arg=len(classes))
        settle(page)
        keep(page, f"heat-{bucket}-{language}")
        page.locator("body").press(".")
    assert len(told["breaks"]) == page.locator(".density-legend.on-map li").count() - 2
    rows = _counted(server, rate="km2", bucket="month", matter="01")
    assert set(_shown(page)) == set(rows["codes"])
    assert violations(page) == []
    if language == "zh":
        page.get_by_role("radio", name="网格").check(force=True)
        page.wait_for_function(f"() => ({drawn})() === 0")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_how_hot_spots_came_about_is_asked_and_too_few_buckets_are_said(
    open_page: OpenPage, browser: Browser, server: str, language: str
) -> None:
    page = open_page(browser, f"{HASH}&bucket=week&matter=0102&lang={language}", width=1280, height=900)
    settle(page)
    told = _counted(server, "/emerging", matter="0102", bucket="week")["emerging"]
    tab = page.get_by_role("tab", name="演变" if language == "zh" else "Emerging")
    expect(tab.locator(".count")).to_have_text(str(len(told)))
    tab.click()
    expect(page.locator(".density-part .hint")).to_be_visible()
    expect(page.locator(".density-part tbody tr")).to_have_count(len(told))
    assert violations(page) == []
    keep(page, f"emerging-{language}")
    page.get_by_label("开始日期" if language == "zh" else "First day").fill("2026-06-20")
    expect(page.get_by_role("status").filter(has_text="四段" if language == "zh" else "four")).to_be_visible()


def _stands_out(page: Page, kinds: dict[str, str]) -> None:
    """Wait until the map draws these grids as these kinds."""
    page.wait_for_function(
        "kinds => Object.entries(kinds).every(([id, kind]) => window.yiwang.map"
        ".getFeatureState({source: 'net', sourceLayer: 'grids', id}).spot === kind)",
        arg=kinds,
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_stands_out_is_drawn_in_step_with_time_and_kept_as_a_picture(
    open_page: OpenPage, browser: Browser, server: str, language: str
) -> None:
    zh = language == "zh"
    asked = WEEKS | {"matter": "0102"}
    address = f"#mode=density&{urllib.parse.urlencode(asked)}&bucket=week&hide=buildings,ways&lang={language}"
    page = open_page(browser, address, width=1280, height=900)
    spots = {row["grid"]: row["kind"] for row in _counted(server, "/hotspots", **asked)["hotspots"]}
    assert {"hot", "cold"} <= set(spots.values())
    page.get_by_role("tab", name="热点" if zh else "Hot spots").click()
    _stands_out(page, spots)
    kinds = page.locator(".density-legend.on-map .spot-kinds li")
    expect(kinds).to_have_count(len(set(spots.values())))
    hot = next(code for code, kind in spots.items() if kind == "hot")
    page.locator(f".density-part tr[data-code='{hot}'] .link").click()
    expect(page.locator(f".density-part tr[data-code='{hot}']")).to_have_class("on")
    settle(page)
    labelled = (
        "() => window.yiwang.map.queryRenderedFeatures({layers: ['spots-label']}).map(e => e.properties.code)"
    )
    page.wait_for_function(f"hot => ({labelled})().includes(hot)", arg=hot)  # the map may still go there
    assert violations(page) == []
    keep(page, f"density-spots-{language}")

    with page.expect_download() as told:
        page.get_by_role("button", name="当前地图（PNG）" if zh else "This map (PNG)").click()
    assert told.value.suggested_filename == "density-2026-07-06-2026-08-16.png"
    picture = Image.open(io.BytesIO(told.value.path().read_bytes())).convert("RGB")
    picture.save(ARTEFACTS / f"density-picture-{language}.png")
    shown = page.locator(".map canvas").bounding_box()
    assert shown is not None
    assert picture.size == (round(shown["width"]), round(shown["height"]) + 56)
    box = picture.crop(
        (picture.width - 230, picture.height - 56 - 200, picture.width - 12, picture.height - 68)
    )
    told_breaks = _counted(server, **asked, bucket="week")["breaks"]
    wanted = {
        NONE,
        colour(told_breaks[-1], told_breaks),
        "#1b1b1b",
    }  # the lowest row, the highest, the line of hot
    assert {tuple(bytes.fromhex(each[1:])) for each in wanted} <= {
        at for _, at in box.getcolors(1_000_000) or ()
    }

    page.get_by_role("tab", name="演变" if zh else "Emerging").click()
    rows = _counted(server, "/emerging", **asked, bucket="week")["emerging"]
    assert any(len(set(row["steps"])) > 1 for row in rows)
    words = {1: "hot", 0: "quiet", -1: "cold"}
    for step in (0, 1):
        _stands_out(page, {row["grid"]: words[row["steps"][step]] for row in rows})
        page.keyboard.press(".")
    last = len(rows[0]["steps"]) - 1
    page.locator(".frame-bar input").fill(str(last))
    _stands_out(page, {row["grid"]: words[row["steps"][last]] for row in rows})
    settle(page)
    keep(page, f"density-emerging-{language}")

    page.get_by_role("tab", name="网格" if zh else "Grids").click()
    _stands_out(page, dict.fromkeys(spots, None))  # type: ignore[arg-type]
    page.get_by_role("button", name="查询" if zh else "Dispatch", exact=True).click()
    settle(page)
    seen = "window.yiwang.map.getLayoutProperty(id, 'visibility')"
    assert page.evaluate(f"() => ['buildings', 'parks', 'label-grid'].map(id => {seen})") == [
        "none",
        "none",
        "visible",
    ]  # what the address hides stays off
