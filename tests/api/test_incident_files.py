"""Incidents and their figures as files: the same rows as over JSON, and no more for anybody."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
from fastapi.testclient import TestClient

from api import accounts
from boundaries.affairs import asking, incidents
from boundaries.affairs.exports import incident_rows
from boundaries.duty import matters
from boundaries.duty import snapshot as snapshots
from boundaries.export import TooManyForSheet, tables, write_table
from boundaries.land import districts
from boundaries.store import clock
from boundaries.store.database import Database
from tests.api.conftest import PASSWORD, basic
from tests.boundaries import towns
from tests.boundaries.towns import A, B

FORMS = ("csv", "xlsx", "parquet", "gpkg")
MAY = datetime(2026, 5, 1, tzinfo=UTC)
DAYS = {"from": "2026-05-01", "to": "2026-05-31"}
SENSITIVE = "2601"
SECRET = {"external_ref", "leader", "party", "building", "address", "description", "recorded_by"}
POINT = {"lon", "lat", "accuracy_m", "geometry"}


@pytest.fixture(scope="module", autouse=True)
def held(database: Database, town: towns.Town) -> None:
    """Five in A001 of a plain matter, two of a sensitive one there and four in B001, one far east."""
    places = [(1 + k / 10, 8.0, "0102") for k in range(5)]
    places += [(2.0, 9.0, SENSITIVE), (2.5, 9.0, SENSITIVE)]
    places += [(12.0 + k / 10, 5.0, SENSITIVE) for k in range(4)]
    places += [(25.0, 5.0, "0102")]
    frame = pd.DataFrame(
        {
            "external_ref": [f"=X{k}" for k in range(len(places))],
            "source": "12345",
            "matter_code": [matter for _, _, matter in places],
            "happened_at": [MAY + timedelta(hours=k) for k in range(len(places))],
            "lon": [towns.at(east, 0)[0] for east, _, _ in places],
            "lat": [towns.at(0, north)[1] for _, north, _ in places],
            "description": "=1+1",
        }
    )
    with database.transaction() as session:
        district = districts.get(session, towns.DISTRICT)
        matters.put(session, district, matters.national())
        incidents.put(session, district, frame, stamp=clock.stamp(session), by="test")
        accounts.put(session, name="worker", password=PASSWORD, role="worker")
        accounts.put(session, name="west", password=PASSWORD, role="worker", area="140502002")


def table(client: TestClient, path: str, form: str, folder: Path, who: str, **more: str) -> pd.DataFrame:
    reply = client.get(path, params={"format": form, **more}, headers=basic(who))
    assert reply.status_code == 200, reply.text
    assert f'.{form}"' in reply.headers["content-disposition"]
    assert int(reply.headers["content-length"]) == len(reply.content)
    file = folder / f"t.{form}"
    file.write_bytes(reply.content)
    texts = dict.fromkeys(("number", "matter", "grid", "grid_now", "community", "street", "code"), str)
    if form == "csv":
        return pd.read_csv(file, dtype=texts)
    if form == "xlsx":
        return pd.read_excel(file, dtype=texts)
    if form == "parquet":
        return pd.read_parquet(file)
    return pyogrio.read_dataframe(file, layer=0)


@pytest.mark.parametrize("form", FORMS)
def test_a_worker_has_all_and_the_same_as_in_the_list(client: TestClient, tmp_path: Path, form: str) -> None:
    found = table(client, "/v1/incidents/export", form, tmp_path, "worker")
    listed = client.get("/v1/incidents", headers=basic("worker")).json()["incidents"]
    assert found["number"].tolist() == [each["number"] for each in reversed(listed)]
    assert len(found) == 12
    by_number = {each["number"]: each for each in listed}
    for row in found.to_dict("records"):
        told = by_number[row["number"]]
        assert (row["matter"], row["grid"], row["grid_now"]) == (
            told["matter"],
            told["grid"],
            told["grid_now"],
        )
        assert (row["lon"], row["lat"]) == (told["place"]["lon"], told["place"]["lat"])
        assert row["community"] == told["areas"][0] and row["street"] == told["areas"][1]
    if form == "gpkg":
        assert [(p.x, p.y) for p in found.geometry] == list(zip(found["lon"], found["lat"], strict=True))
        assert found.crs.to_epsg() == 4326
    if form == "parquet":
        assert pd.Timestamp(found["happened_at"][0]) == MAY
        about = json.loads(pq.read_schema(tmp_path / "t.parquet").metadata[b"geo"])
        assert about["columns"]["geometry"] == {"encoding": "WKB", "geometry_types": ["Point"]}


@pytest.mark.parametrize("form", FORMS)
def test_a_reader_has_no_place_no_word_no_person_and_nothing_sensitive(
    client: TestClient, tmp_path: Path, form: str
) -> None:
    found = table(client, "/v1/incidents/export", form, tmp_path, "reader")
    assert set(found["matter"]) == {"0102"} and len(found) == 6
    assert not (SECRET | POINT) & set(found.columns)
    raw = (tmp_path / f"t.{form}").read_bytes()
    assert b"=1+1" not in raw and b"=X0" not in raw


def test_an_account_of_an_area_has_what_happens_there(client: TestClient, tmp_path: Path) -> None:
    found = table(client, "/v1/incidents/export", "csv", tmp_path, "west")
    assert len(found) == 1 and found["grid_now"][0] == f"{towns.C}001"
    other = client.get("/v1/incidents/export", params={"area": A}, headers=basic("west"))
    assert (other.status_code, other.json()["code"]) == (403, "outside-scope")


def test_filters_are_those_of_the_list(client: TestClient, tmp_path: Path) -> None:
    path = "/v1/incidents/export"
    assert len(table(client, path, "csv", tmp_path, "worker", area=A)) == 7
    assert len(table(client, path, "csv", tmp_path, "worker", matter="26")) == 6
    assert len(table(client, path, "csv", tmp_path, "worker", state="closed")) == 0
    until = (MAY + timedelta(hours=3)).isoformat()  # one happened then: it is in both
    asked: tuple[dict[str, str], ...] = ({"area": A}, {"matter": "26"}, {"until": until}, {"since": until})
    for filters in asked:
        listed = client.get("/v1/incidents", params=filters, headers=basic("worker")).json()["incidents"]
        numbers = table(client, path, "csv", tmp_path, "worker", **filters)["number"]
        assert listed and sorted(numbers) == sorted(each["number"] for each in listed)
    assert len(table(client, path, "csv", tmp_path, "worker", until=until)) == 4
    refused = client.get(path, params={"since": "2026-05-01T00:00:00"}, headers=basic("worker"))
    assert refused.status_code == 400


def test_no_cell_is_a_formula(client: TestClient) -> None:
    reply = client.get("/v1/incidents/export", params={"format": "xlsx"}, headers=basic("worker"))
    sheet = openpyxl.load_workbook(io.BytesIO(reply.content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if str(cell.value).startswith("=")]
    assert len(cells) == 24 and {cell.data_type for cell in cells} == {"s"}
    text = client.get("/v1/incidents/export", headers=basic("worker")).content.decode("utf-8-sig")
    assert "'=1+1" in text and ',"=' not in text and ",=" not in text


def test_memory_holds_one_batch_and_a_sheet_has_its_limit(
    database: Database, town: towns.Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    stream = asking.stream

    def small(*given: object, **more: object) -> object:
        for part in stream(*given, at_once=5, **more):  # type: ignore[arg-type]
            asked.append(len(part))
            yield part

    monkeypatch.setattr(asking, "stream", small)
    with database.transaction() as session:
        district = districts.get(session, towns.DISTRICT)
        snapshot = snapshots.build(session, towns.DISTRICT)
        rows = incident_rows(session, district, snapshot, asking.Wanted(), whole=True)
        assert write_table(rows, tmp_path / "a.csv", "csv", layer="incidents") == 12
    assert asked == [5, 5, 2]
    monkeypatch.setattr(tables, "MOST_ON_A_SHEET", 9)
    with database.transaction() as session, pytest.raises(TooManyForSheet):
        rows = incident_rows(session, district, snapshot, asking.Wanted(), whole=True)
        write_table(rows, tmp_path / "a.xlsx", "xlsx", layer="incidents")


@pytest.mark.parametrize("form", FORMS)
def test_figures_are_those_of_the_answer(client: TestClient, tmp_path: Path, form: str) -> None:
    asked = {**DAYS, "rate": "km2"}
    found = table(client, "/v1/density/export", form, tmp_path, "administrator", **asked)
    told = client.get("/v1/density", params=asked, headers=basic("administrator")).json()
    assert found["count"].tolist() == told["counts"][0]
    assert found["value"].tolist() == told["values"][0]
    assert found["code"].astype(str).tolist() == told["codes"]
    assert not found["masked"].any()
    if form == "gpkg":
        assert (found.geometry.to_crs(4547).area > 0).all()


def test_small_counts_of_a_sensitive_matter_are_masked_in_a_public_file(
    client: TestClient, tmp_path: Path
) -> None:
    asked = {**DAYS, "matter": SENSITIVE}
    for form in FORMS:
        found = table(client, "/v1/density/export", form, tmp_path, "reader", **asked)
        found = found.assign(code=found["code"].astype(str)).set_index("code")
        assert found.loc[f"{A}001", "masked"] and pd.isna(found.loc[f"{A}001", "count"])
        assert found.loc[f"{B}001", "count"] == 4 and not found.loc[f"{B}001", "masked"]
        assert found["masked"].sum() == 1
    # nor do the classes of the legend tell what is hidden
    few = {**asked, "area": A}
    told = client.get("/v1/density", params=few, headers=basic("reader")).json()
    assert told["masked"] and told["breaks"] == [] and told["uncounted"] == 0
    public = table(client, "/v1/density/export", "csv", tmp_path, "reader", **DAYS)
    assert public["count"].sum() == 6


def test_a_series_as_geopackage_has_the_cells_once(client: TestClient, tmp_path: Path) -> None:
    for unit, cells in (("grid", 7), ("street", 2), ("square", None), ("building", 6)):
        found = table(
            client, "/v1/density/export", "gpkg", tmp_path, "administrator", **DAYS, bucket="week", unit=unit
        )
        layers = dict(pyogrio.list_layers(tmp_path / "t.gpkg"))
        assert layers == {"cells": "MultiPolygon", "values": None}
        values = pyogrio.read_dataframe(tmp_path / "t.gpkg", layer="values")
        assert len(values) == len(found) * values["bucket"].nunique()
        assert cells in (None, len(found)) and found.geometry.notna().all()
        (tmp_path / "t.gpkg").unlink()


def test_workload_by_grid_and_person_as_answer_and_file(client: TestClient) -> None:
    path = "/v1/affairs/workload"
    told = client.get(path, params={"to": "2026-06-01"}, headers=basic("worker")).json()
    mine = {each["code"]: each for each in told["workload"]}
    # five plain and two sensitive ones, two hours each
    assert (mine[f"{A}001"]["incidents"], mine[f"{A}001"]["hours"]) == (7, 14)
    people = client.get(path, params={"to": "2026-06-01", "by": "person"}, headers=basic("worker")).json()
    assert [(each["code"], each["grids"], each["hours"]) for each in people["workload"]] == [
        ("P1", [f"{A}001"], 14),
        ("P2", [f"{towns.C}001"], 2),
    ]
    west = client.get(path, params={"to": "2026-06-01"}, headers=basic("west")).json()
    assert [each["code"] for each in west["workload"]] == [f"{towns.C}001"]
    table = client.get(path, params={"to": "2026-06-01", "format": "csv"}, headers=basic("worker"))
    assert len(table.content.decode("utf-8-sig").splitlines()) == 8
    assert client.get(path, headers=basic("reader")).status_code == 403
