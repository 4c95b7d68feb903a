"""Density over HTTP: equal to counting by hand, on any net, masked where it must be."""

import re
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.asked import Asked
from api.incidents_held import FRESH_S
from boundaries.affairs import incidents
from boundaries.duty import matters
from boundaries.land import districts
from boundaries.store import clock
from boundaries.store.database import Database
from tests.api.conftest import basic
from tests.boundaries import towns
from tests.boundaries.towns import A, B

PERIOD = {"from": "2026-03-01", "to": "2026-06-30"}
Rows = list[tuple[str, str, datetime, float, float]]
SHANGHAI = timedelta(hours=8)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def _frame(rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "external_ref": ref,
                "source": "12345热线",
                "matter_code": matter,
                "happened_at": when,
                "lon": towns.at(east, north)[0],
                "lat": towns.at(east, north)[1],
            }
            for ref, matter, when, east, north in rows
        ]
    )


@pytest.fixture(scope="module")
def rows(database: Database, town: towns.Town) -> Rows:
    """400 incidents over four months: places by chance, one matter sensitive, some outside the net."""
    chance = np.random.default_rng(5)
    codes = ["0101", "0102", "1101", "2601"]
    made = [
        (
            f"N{k}",
            codes[int(chance.integers(4))],
            MARCH + timedelta(minutes=int(chance.integers(0, 120 * 1440))),
            float(chance.uniform(-1, 21)),
            float(chance.uniform(0, 10)),
        )
        for k in range(400)
    ]
    with database.transaction() as session:
        district = districts.get(session, towns.DISTRICT)
        matters.put(session, district, matters.national())
        incidents.put(session, district, _frame(made), stamp=clock.stamp(session))
    with database.engine.begin() as connection:
        assert connection.execute(text("select touched > 0 from yiwang.incident limit 1")).scalar_one()
    return made


def _asked(
    client: TestClient, path: str = "", headers: dict[str, str] | None = None, **params: object
) -> dict:  # type: ignore[type-arg]
    given = {**PERIOD, **params}
    reply = client.get(f"/v1/density{path}", params=given, headers=headers or basic("administrator"))
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def _grid(east: float, north: float) -> str | None:
    """The grid of the drawing: A has four squares, B two halves, C the rest."""
    if not (0 <= east <= 20 and 0 <= north <= 10):
        return None
    if east <= 10:
        return f"{A}00{1 + (east > 5) + 2 * (north < 5)}"
    return f"{B}00{1 + (east > 15)}"


def _counted(rows: Rows, *matters_: str) -> Counter[str]:
    return Counter(
        code for _, matter, _, east, north in rows if matter in matters_ and (code := _grid(east, north))
    )


def test_counts_equal_those_by_hand(client: TestClient, rows: Rows) -> None:
    found = _asked(client, matter="0102")
    told = dict(zip(found["codes"], found["values"][0], strict=True))
    by_hand = _counted(rows, "0102")
    assert {code: told[code] for code in by_hand} == by_hand
    assert found["incidents"] == 400
    whole = _asked(client, matter="01")
    assert sum(whole["values"][0]) == sum(_counted(rows, "0101", "0102").values()) + sum(
        1 for _, m, _, e, _ in rows if m.startswith("01") and e > 20
    )
    assert whole["uncounted"] == sum(1 for _, m, _, e, _ in rows if m.startswith("01") and e < 0)


def test_buckets_are_those_of_the_districts_calendar_and_share_one_legend(
    client: TestClient,
    rows: Rows,
) -> None:
    found = _asked(client, bucket="month", area=towns.A)
    assert found["buckets"] == ["2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01"]
    by_hand = Counter((when + SHANGHAI).month for _, _, when, e, n in rows if 0 <= e <= 10 and _grid(e, n))
    assert [sum(frame) for frame in found["values"]] == [by_hand[month] for month in (3, 4, 5, 6)]
    assert max(max(frame) for frame in found["values"]) <= found["breaks"][-1]


def test_rates_have_no_value_where_there_is_nothing_to_divide_by(client: TestClient, rows: Rows) -> None:
    found = _asked(client, rate="households")
    counts = _asked(client)["values"][0]
    empty = [code for code, value in zip(found["codes"], found["values"][0], strict=True) if value is None]
    households = {
        code: client.get(f"/v1/grids/{code}").json()["counts"]["households"] for code in found["codes"]
    }
    assert sorted(empty) == sorted(code for code in found["codes"] if households[code] == 0)
    for code, value, n in zip(found["codes"], found["values"][0], counts, strict=True):
        if value is not None:
            assert value == pytest.approx(1000 * n / households[code])
    dense = dict(zip(found["codes"], _asked(client, rate="km2")["values"][0], strict=True))
    area_km2 = client.get(f"/v1/grids/{A}001").json()["counts"]["area_m2"] / 1e6
    assert dense[f"{A}001"] == pytest.approx(counts[found["codes"].index(f"{A}001")] / area_km2, rel=1e-4)


def test_hexagons_squares_areas_and_buildings_count_the_same_incidents(
    client: TestClient, rows: list
) -> None:  # type: ignore[type-arg]
    for unit, size in (("h3", 9), ("square", 200), ("h3", None)):
        found = _asked(client, unit=unit, size=size, geometry=True) if size else _asked(client, unit=unit)
        assert sum(found["values"][0]) + found["uncounted"] == 400
        if size:
            assert len(found["shapes"]) == len(found["codes"])
    streets = _asked(client, unit="street")
    grids = _asked(client)
    assert sum(streets["values"][0]) == sum(grids["values"][0])
    houses = _asked(client, unit="building")
    assert houses["uncounted"] > 300  # few lie within 30 m of the six houses
    busy = _asked(client, unit="building", geometry=True, empty=False)
    counts = dict(zip(houses["codes"], houses["counts"][0], strict=True))
    assert dict(zip(busy["codes"], busy["counts"][0], strict=True)) == {c: n for c, n in counts.items() if n}
    assert 0 < len(busy["codes"]) < len(counts) and busy["breaks"] == houses["breaks"]
    assert [shape["type"] for shape in busy["shapes"]] == ["Point"] * len(busy["codes"])


def test_a_late_and_a_corrected_incident_are_counted_at_the_next_question(
    client: TestClient,
    database: Database,
    rows: Rows,
) -> None:
    before = _asked(client, matter="1101")["values"][0]
    with database.transaction() as session:
        district = districts.get(session, towns.DISTRICT)
        late = ("N-late", "1101", MARCH, 2.0, 8.0)
        moved = next(row for row in rows if row[1] == "1101" and _grid(row[3], row[4]) == f"{B}001")
        corrected = (moved[0], "1101", moved[2], 17.0, 5.0)
        incidents.put(session, district, _frame([late, corrected]), stamp=clock.stamp(session))
    time.sleep(FRESH_S + 0.1)
    found = _asked(client, matter="1101")
    change = {
        code: after - then
        for code, after, then in zip(found["codes"], found["values"][0], before, strict=True)
        if after != then
    }
    assert change == {f"{A}001": 1, f"{B}001": -1, f"{B}002": 1}


def test_sensitive_matters_are_no_part_of_what_a_reader_counts(client: TestClient, rows: Rows) -> None:
    everything = sum(_asked(client)["values"][0])
    public = _asked(client, headers=basic("reader"))
    assert public["masked"] is False
    assert everything - sum(public["values"][0]) == sum(_asked(client, matter="2601")["values"][0]) > 0
    veiled = _asked(client, headers=basic("reader"), matter="2601", unit="square", size=100)
    assert veiled["masked"]
    assert any(value is None for value in veiled["values"][0])
    assert all(value is None or value == 0 or value >= 3 for value in veiled["values"][0])


def test_hot_spots_emerging_and_warnings_answer(client: TestClient, rows: Rows) -> None:
    assert isinstance(_asked(client, "/hotspots", matter="0102")["hotspots"], list)
    assert isinstance(_asked(client, "/emerging", matter="01")["emerging"], list)
    assert isinstance(_asked(client, "/warnings")["warnings"], list)


def test_the_last_day_is_that_of_the_question_not_of_the_net_that_was_kept_from_another(
    client: TestClient, rows: Rows
) -> None:
    """One snapshot answers for all instants between two changes of the net, here from year 1 on."""
    early = {"lon": 112.85, "lat": 35.5, "datum": "wgs84", "at": "0001-01-02T00:00:00Z"}
    assert client.get("/v1/lookup", params=early).status_code == 200
    for at, day in (("1999-05-05T00:00:00Z", "1999-05-05"), ("2003-03-03T00:00:00Z", "2003-03-03")):
        told = client.get("/v1/density/warnings", params={"at": at})
        assert (told.status_code, told.json()["to"]) == (200, day)
        assert client.get("/v1/density/emerging", params={"at": at}).status_code == 200


def test_without_an_instant_the_last_day_is_today_although_the_net_was_read_days_ago(
    client: TestClient,
) -> None:
    held = client.app.state.context.held.current.snapshot  # type: ignore[attr-defined]
    quiet = replace(held, at=held.at - timedelta(days=9))
    assert Asked(None, None, None, None, None).days(quiet)[1] >= held.at.astimezone(held.zone).date()


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("", {"matter": "9999"}, "matter"),
        ("", {"area": "1"}, "area"),
        ("", {"from": "2026-05-01", "to": "2026-04-01"}, "last"),
        ("", {"unit": "h3", "size": 15}, "size"),
        ("", {"unit": "square", "size": 1}, "size"),
        ("", {"unit": "h3", "rate": "households"}, "rate"),
        ("", {"from": "1900-01-01"}, "first"),
        ("", {"from": "2021-01-01", "bucket": "day"}, "bucket"),
        ("/emerging", {"from": "2026-05-01", "to": "2026-06-01"}, "bucket"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_by_its_field(
    client: TestClient,
    rows: Rows,
    path: str,
    params: dict[str, object],
    field: str,
) -> None:
    reply = client.get(f"/v1/density{path}", params=params, headers=basic("administrator"))
    assert (reply.status_code, reply.json()["code"], reply.json()["field"]) == (
        422,
        "bad-density-question",
        field,
    )


@pytest.mark.parametrize("asked", ["to=0001-01-01", "from=1000-11-08", "at=0001-01-01T00:00:00%2B10:00"])
@pytest.mark.parametrize("what", ["", "/warnings", "/emerging", "/hotspots", "/report", "/export"])
def test_days_that_no_calendar_reaches_are_refused(client: TestClient, what: str, asked: str) -> None:
    reply = client.get(f"/v1/density{what}?{asked}")
    assert (reply.status_code, reply.json()["code"]) == (422, "bad-density-question")


@pytest.mark.parametrize("form", ["csv", "gpkg", "parquet", "xlsx"])
@pytest.mark.parametrize("bucket", ["none", "week"])
def test_a_net_without_a_cell_is_a_file_without_a_row(client: TestClient, form: str, bucket: str) -> None:
    asked = {"format": form, "bucket": bucket, "at": "1999-01-01T00:00:00Z", "unit": "street"}
    assert client.get("/v1/density/export", params=asked).status_code == 200


def test_an_account_of_one_area_counts_there_only(client: TestClient, rows: Rows) -> None:
    found = _asked(client, headers=basic("east"))
    assert {code[:9] for code in found["codes"]} == {"140502001"}
    other = client.get("/v1/density", params={"area": "140502002"}, headers=basic("east"))
    assert (other.status_code, other.json()["code"]) == (403, "outside-scope")


def test_a_report_has_the_figures_of_the_api(client: TestClient, rows: Rows) -> None:
    reply = client.get(
        "/v1/density/report", params=PERIOD | {"matter": "0102"}, headers=basic("administrator")
    )
    assert reply.status_code == 200
    assert 'filename="density-140502-2026-03-01-2026-06-30.html"' in reply.headers["content-disposition"]
    found = _asked(client, matter="0102")
    most = max(zip(found["counts"][0], found["codes"], strict=True))
    row = re.search(r"<tbody><tr><td>(\d+)</td><td>[^<]*</td><td class=\"n\">(\d+)</td>", reply.text)
    assert row is not None
    assert (int(row[2]), found["counts"][0][found["codes"].index(row[1])]) == (most[0], most[0])
    for form, start in (("pdf", b"%PDF-"), ("png", b"\x89PNG")):
        paper = client.get("/v1/density/report", params=PERIOD | {"format": form}, headers=basic("reader"))
        assert paper.content.startswith(start)


def test_a_surface_is_dense_where_incidents_are_and_has_one_legend_for_all_months(
    client: TestClient, rows: Rows
) -> None:
    found = _asked(client, "/surface", bucket="month", bandwidth=200)
    assert (found["coarse"], found["bandwidth_m"], found["cell_m"]) == (False, 200, 50)
    assert found["buckets"] == ["2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01"]
    drawn = found["surface"]["features"]
    assert {each["properties"]["to"] for each in drawn} == set(found["breaks"])
    lows = [found["above"], *found["breaks"]]
    assert all(
        each["properties"]["from"] == lows[each["properties"]["class"] - 1]
        and each["properties"]["to"] == lows[each["properties"]["class"]]
        for each in drawn
    )
    march = shapely.unary_union(
        [shapely.geometry.shape(e["geometry"]) for e in drawn if e["properties"]["bucket"] == "2026-03-01"]
    )
    places = [towns.at(e, n) for _, _, when, e, n in rows if (when + SHANGHAI).month == 3]
    assert places and all(shapely.contains_xy(march, *place) for place in places)
    assert not shapely.contains_xy(march, *towns.at(40, 40))
    none = _asked(client, "/surface", **{"from": "2025-01-01", "to": "2025-01-31"})
    assert (none["breaks"], none["surface"]["features"]) == ([], [])
    for wrong in ({"bandwidth": 1}, {"bandwidth": "nan"}, {"bucket": "day"}):
        reply = client.get("/v1/density/surface", params=PERIOD | wrong, headers=basic("administrator"))
        assert (reply.status_code, reply.json()["code"]) == (422, "bad-density-question")


def test_a_readers_surface_does_not_tell_where_a_single_one_was(
    client: TestClient, database: Database, rows: Rows
) -> None:
    def public(**more: object) -> dict:  # type: ignore[type-arg]
        told = _asked(client, "/surface", basic("reader"), matter="2601", **more)
        told.pop("incidents")
        return told

    def add(name: str, east: float, north: float) -> None:
        frame = _frame([(name, "2601", MARCH + timedelta(days=9), east, north)])
        with database.transaction() as session:
            district = districts.get(session, towns.DISTRICT)
            incidents.put(session, district, frame, stamp=clock.stamp(session))
        time.sleep(FRESH_S + 0.1)

    before = public(bandwidth=30)
    assert (before["coarse"], before["bandwidth_m"]) == (True, 250)
    add("N-alone", 28.0, 3.0)  # in C, where nobody else reported anything
    assert public(bandwidth=30) == before
    fine = _asked(client, "/surface", matter="2601", bandwidth=30)["surface"]["features"]
    lone = [f for f in fine if shapely.contains_xy(shapely.geometry.shape(f["geometry"]), *towns.at(28, 3))]
    assert lone  # roles of the area see it
    add("N-second", 28.0, 3.0)
    assert public(bandwidth=30) == before
    add("N-third", 28.0, 3.0)
    after = public(bandwidth=30)["surface"]["features"]
    spot = [f for f in after if shapely.contains_xy(shapely.geometry.shape(f["geometry"]), *towns.at(28, 3))]
    assert spot
    everything = _asked(client, "/surface", basic("reader"), **{"from": "2026-03-10", "to": "2026-03-10"})
    assert (
        everything["surface"]["features"] == []
    )  # sensitive ones are no part of it unless asked for by name


def test_the_heat_of_a_report_is_the_surface(client: TestClient, rows: Rows) -> None:
    asked = PERIOD | {"matter": "2601"}
    for who, coarse in (("administrator", False), ("reader", True)):
        found = _asked(client, "/surface", basic(who), matter="2601")
        page = client.get("/v1/density/report", params=asked, headers=basic(who)).text
        assert found["coarse"] is coarse
        last = f"{found['breaks'][-2]:g} – {found['breaks'][-1]:g}</li>" if found["breaks"] else "图例 网格"
        assert last in page and ("250 米方格" in page) is coarse
