"""The real run: a real city's wards, commissions, districts, requests and crimes, through the front door."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.incidents_held import Happened
from api.reporting import report_of
from boundaries.affairs import gathering, incidents, series, surfaces
from boundaries.affairs.columns import IncidentColumns, grid_codes, read
from boundaries.affairs.figures import figures
from boundaries.affairs.places import Places
from boundaries.affairs.question import Question
from boundaries.duty import matters
from boundaries.duty import snapshot as snapshots
from boundaries.duty.snapshot import Snapshot
from boundaries.land import areas, districts
from boundaries.land.importing import Examined, Request, Stated, commit, dry_run
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.tables import ImportRun, LineArea, NetVersion
from gis.datums import Datum
from gis.locate import GridIndex

Everything = tuple[Snapshot, IncidentColumns, Places, dict[str, str]]
DC_METRIC = 26985  # NAD83 / Maryland, metres
SINCE = datetime(2015, 1, 1, tzinfo=UTC)
COMMUNITIES = Request(
    "areas",
    mapping={"code": "ANC_ID", "name": "NAME"},
    constants={"level": "community", "parent_code": "DC"},
    valid_from=SINCE,
)
GRIDS = Request(
    "grids", mapping={"code": "SMD_ID", "community_code": "ANC_ID", "name": "NAME"}, valid_from=SINCE
)
WARDS = Request(
    "lines",
    mapping={"code": "WARD_ID", "name": "NAME"},
    line_code="wards",
    line_name="Wards",
    valid_from=SINCE,
)


@pytest.fixture(scope="module")
def dc(database: Database, shared_data: Path) -> Iterator[dict[str, Examined]]:
    """The city as a district: two ANC cross wards, so the parent of all ANC is the city itself."""
    folder = shared_data / "dc"
    done: dict[str, Examined] = {}
    with database.transaction() as session:
        district = districts.create(
            session,
            code="dc",
            name="Washington",
            metric_crs=DC_METRIC,
            code_scheme="free",
            timezone="America/New_York",
        )
        city = pd.DataFrame({"code": ["DC"], "name": ["District of Columbia"], "level": ["district"]})
        areas.put(session, district, city, valid_from=SINCE, stamp=clock.stamp(session))
    for name, file, request in (
        ("anc", "anc.gpkg", COMMUNITIES),
        ("smd", "smd.gpkg", GRIDS),
        ("wards", "wards.gpkg", WARDS),
    ):
        with database.transaction() as session:
            done[name] = commit(session, "dc", folder / file, request, by="planner")
    yield done


@pytest.fixture(scope="module")
def crimes(shared_data: Path) -> pd.DataFrame:
    return pd.read_parquet(shared_data / "dc" / "crime_2016.parquet")


@pytest.fixture(scope="module")
def requests_311(shared_data: Path) -> pd.DataFrame:
    return pd.read_parquet(shared_data / "dc" / "requests_311_2016.parquet")


@pytest.fixture
def now(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        yield session


def test_commissions_and_districts_come_in_whole(dc: dict[str, Examined], now: Session) -> None:
    assert dc["anc"].report.tally == {"added": 40, "changed": 0, "unchanged": 0, "retired": 0}
    assert dc["smd"].report.tally == {"added": 296, "changed": 0, "unchanged": 0, "retired": 0}
    assert dc["smd"].report.net_version == 1
    assert dc["wards"].report.tally["added"] == 8
    assert now.query(LineArea).count() == 8
    assert now.query(ImportRun).count() == 3


def test_the_districts_tile_the_commissions_up_to_a_square_metre(dc: dict[str, Examined]) -> None:
    """PROVENANCE: no overlaps and no gaps over 1 m²; unions differ from the commissions by 0.2 to 0.4 m²."""
    report = dc["smd"].report
    assert not {"overlaps", "gaps", "outside", "uncovered", "invalid"} & set(report.coverage_counts)
    assert all(finding.code != "coverage-overlaps" for finding in report.findings)


def test_the_same_files_again_change_nothing(
    dc: dict[str, Examined], database: Database, shared_data: Path
) -> None:
    for file, request in (("anc.gpkg", COMMUNITIES), ("smd.gpkg", GRIDS), ("wards.gpkg", WARDS)):
        with database.transaction() as session:
            again = commit(session, "dc", shared_data / "dc" / file, request, by="planner").report
        assert again.tally == {"added": 0, "changed": 0, "unchanged": again.rows_read, "retired": 0}
        assert again.net_version is None
    with database.transaction() as session:
        assert session.query(NetVersion).count() == 1


@pytest.mark.parametrize(
    ("file", "code", "read", "refused", "overlaps", "gaps"),
    # PROVENANCE: overlaps and enclosed gaps over 1 m², ± 1; its trash routes count two invalid polygons
    [
        ("police_psa.gpkg", "PSA", 56, 0, 0, 0),
        ("fire_alarm_districts.gpkg", "ENGINE_ID", 33, 0, 6, 3),
        ("trash_routes.gpkg", "ROUTE_ID", 144, 2, None, None),
    ],
)
def test_departmental_nets_are_checked_and_reported(
    dc: dict[str, Examined],
    now: Session,
    shared_data: Path,
    file: str,
    code: str,
    read: int,
    refused: int,
    overlaps: int | None,
    gaps: int | None,
) -> None:
    request = Request("lines", mapping={"code": code}, line_code=file.removesuffix(".gpkg"))
    report = dry_run(now, "dc", shared_data / "dc" / file, request).report
    assert report.rows_read == read
    invalid = [row for row in report.refused if row.code == "invalid-shape"]
    assert len(invalid) == refused
    assert all("lon" in row.reason for row in invalid)
    counts = report.coverage_counts
    if overlaps is not None and gaps is not None:
        assert abs(counts.get("overlaps", 0) - overlaps) <= 1
        assert abs(counts.get("gaps", 0) - gaps) <= 1
    else:
        assert counts["overlaps"] > 100 and counts["gaps"] > 300
    assert now.query(LineArea).count() == 8  # a dry run leaves nothing


def test_incidents_come_in_each_with_the_grid_of_its_day(
    dc: dict[str, Examined], database: Database, shared_data: Path, requests_311: pd.DataFrame
) -> None:
    kinds = requests_311[["code", "category"]].drop_duplicates("code")
    with database.transaction() as session:
        district = districts.get(session, "dc")
        matters.put(session, district, kinds.rename(columns={"category": "name"}).assign(parent_code="*"))
    request = Request(
        "incidents",
        frame=Stated(datum=Datum.WGS84),
        mapping={"matter_code": "code", "source": "agency"},
        constants={"source": "311"},
    )
    path = shared_data / "dc" / "requests_311_2016.parquet"
    with database.transaction() as session:
        report = commit(session, "dc", path, request, by="planner").report
    assert report.rows_read == 22_576
    assert report.tally["added"] == 22_576
    with database.transaction() as session:
        inside = session.scalar(
            text("select count(*) from yiwang.incident where grid_version_id is not null")
        )
    assert inside == 22_576


def test_on_time_rates_per_agency_equal_a_plain_computation(
    dc: dict[str, Examined], database: Database, requests_311: pd.DataFrame
) -> None:
    year = datetime(2016, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC)
    with database.transaction() as session:
        found = figures(
            session, districts.get(session, "dc"), by="source", since=year[0], until=year[1], now=year[1]
        )
    told = {each.key: each for each in found}
    frame = requests_311[requests_311["time"].between(*year)]
    timed = frame[frame["due"].notna() & frame["resolved"].notna()]
    plain = (timed["resolved"] <= timed["due"]).groupby(timed["agency"]).agg(["sum", "count"])
    assert len(plain) > 3 and plain["count"].sum() > 15_000
    assert {key: (each.on_time, each.timed) for key, each in told.items() if each.timed} == {
        agency: (int(row["sum"]), int(row["count"])) for agency, row in plain.iterrows()
    }
    assert {key: each.backlog for key, each in told.items()} == frame["resolved"].isna().groupby(
        frame["agency"]
    ).sum().to_dict()


@pytest.fixture(scope="module")
def everything(
    dc: dict[str, Examined], database: Database, crimes: pd.DataFrame, requests_311: pd.DataFrame
) -> Everything:
    """The crimes too, as incidents of a matter each; snapshot, columns and places of all of them."""
    offences = sorted(crimes["category"].unique())
    code = {offence: f"C{number:02}" for number, offence in enumerate(offences)}
    frame = pd.DataFrame(
        {
            "external_ref": "crime-" + crimes.index.astype(str),
            "source": "MPD",
            "matter_code": crimes["category"].map(code),
            "happened_at": crimes["time"],
            "lon": crimes["lon"],
            "lat": crimes["lat"],
        }
    )
    with database.transaction() as session:
        district = districts.get(session, "dc")
        kinds = pd.DataFrame({"code": list(code.values()), "name": offences, "parent_code": "*"})
        matters.put(session, district, kinds)
        tally = incidents.put(session, district, frame, stamp=clock.stamp(session))
    assert tally.added == len(crimes) == 2898
    with database.transaction() as session:
        snapshot = snapshots.build(session, "dc")
        columns, _ = read(session, snapshot.district.id, snapshot.zone)
        places = Places.of(snapshot, columns, grid_codes(session, snapshot.district.id))
    assert len(columns) == 22_576 + 2_898
    return snapshot, columns, places, code


def test_density_by_district_and_hexagon_equals_pandas(everything: Everything, crimes: pd.DataFrame) -> None:
    snapshot, columns, places, code = everything
    first, last = date(2014, 1, 1), date(2017, 12, 31)
    at = GridIndex(snapshot.shapes).locate(crimes[["lon", "lat"]].to_numpy())
    month = crimes["time"].dt.tz_convert("America/New_York").dt.strftime("%Y-%m-01")
    smd = np.array([grid.code for grid in snapshot.ground], dtype=object)[at]
    plain = crimes.groupby([crimes["category"], smd, month]).size()
    for offence in sorted(crimes["category"].unique())[:4]:
        question = Question("grid", "count", first, last, bucket="month", matter=code[offence])
        found = series.frames(snapshot, columns, question, places)
        bucket, cell = np.nonzero(found.counts)
        told = {
            (found.codes[c], found.buckets[b].isoformat()): found.counts[b, c]
            for b, c in zip(bucket.tolist(), cell.tolist(), strict=True)
        }
        assert told == plain[offence].to_dict()
    hexagons = Question("h3", "count", first, last, size=9, matter=code["ROBBERY"])
    found = series.frames(snapshot, columns, hexagons, places)
    robberies = crimes[crimes["category"] == "ROBBERY"]
    by_cell = Counter(
        h3.latlng_to_cell(lat, lon, 9) for lon, lat in zip(robberies["lon"], robberies["lat"], strict=True)
    )
    assert dict(zip(found.codes, found.counts[0].tolist(), strict=True)) == by_cell


def test_hot_spots_and_the_report_of_the_city_have_the_figures_of_the_answer(everything: Everything) -> None:
    snapshot, columns, places, code = everything
    beside = gathering.neighbours(snapshot)
    asked = Question("grid", "count", date(2016, 1, 1), date(2016, 12, 31), matter=code["ROBBERY"])
    hot = gathering.gathered(snapshot, columns, asked, places, beside)
    assert {each["kind"] for each in hot} <= {"hot", "cold"} and any(each["kind"] == "hot" for each in hot)
    found = series.frames(snapshot, columns, asked, places)
    count = dict(zip(found.codes, found.counts[0].tolist(), strict=True))
    assert all(each["count"] == count[each["grid"]] and each["q"] < 0.05 for each in hot)
    happened = Happened(snapshot, columns, places, stale=False)
    told = report_of(snapshot, happened, asked, beside, made_on=date(2017, 1, 1), points=True, lang="en")
    assert told.total == sum(count.values()) + found.uncounted > 100
    assert {cell.code: cell.value for cell in told.grids} == count
    assert sum(value for _, value in told.series) == sum(count.values())
    assert sum(cell.value or 0 for cell in told.hexagons) == told.total
    heat = surfaces.surface_frames(snapshot, columns, asked, places, coarse=False)
    assert [cell.value for cell in told.heat] == list(told.heat_breaks) == heat.breaks.tolist()
    assert [row.code for row in told.top] == sorted(count, key=lambda one: (-count[one], one))[
        : len(told.top)
    ]


def test_each_crime_lies_in_the_commission_that_the_city_says(
    dc: dict[str, Examined], crimes: pd.DataFrame
) -> None:
    grids = dc["smd"].frame.sort_values("code", ignore_index=True)
    positions = GridIndex(grids["geometry"].to_numpy()).locate(crimes[["lon", "lat"]].to_numpy())
    assert (positions >= 0).all()
    found = grids["community_code"].to_numpy()[positions]
    labelled = crimes["label_anc"].notna().to_numpy()
    assert labelled.sum() == 2898
    assert (found[labelled] == crimes["label_anc"].to_numpy()[labelled]).all()


def test_each_point_lies_in_the_ward_that_the_city_says_with_the_few_known_exceptions(
    dc: dict[str, Examined], crimes: pd.DataFrame, requests_311: pd.DataFrame
) -> None:
    wards = dc["wards"].frame.sort_values("code", ignore_index=True)
    index = GridIndex(wards["geometry"].to_numpy())
    for points, least in ((crimes, 0.997), (requests_311, 0.991)):
        labelled = points[points["label_ward"].notna()]
        found = wards["code"].to_numpy()[index.locate(labelled[["lon", "lat"]].to_numpy())]
        assert np.mean(found == labelled["label_ward"].astype(str).to_numpy()) >= least


def test_python_and_sql_give_the_same_grid_for_every_point(
    dc: dict[str, Examined], now: Session, crimes: pd.DataFrame, requests_311: pd.DataFrame
) -> None:
    lonlat = np.concatenate([crimes[["lon", "lat"]].to_numpy(), requests_311[["lon", "lat"]].to_numpy()])
    rows = now.execute(
        text(
            "select g.code, st_asbinary(v.geom) from yiwang.grid g"
            " join yiwang.grid_version v on v.grid_id = g.id"
            ' where upper_inf(v.recorded) order by g.code collate "C"'
        )
    ).all()
    codes = np.array([row[0] for row in rows], dtype=object)
    shapes = shapely.from_wkb([bytes(row[1]) for row in rows])
    borders = _border_points(shapes)
    lonlat = np.concatenate([lonlat, borders])
    positions = GridIndex(shapes).locate(lonlat)
    by_python = np.where(positions >= 0, codes[positions], None)
    assert len(lonlat) > 25_474
    assert list(by_python) == _by_sql(now, lonlat)


def _border_points(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Corners that several grids share: the rule for ties must hold there too."""
    corners, times = np.unique(shapely.get_coordinates(shapes), axis=0, return_counts=True)
    return corners[times >= 3][:2000]


def _by_sql(session: Session, lonlat: NDArray[np.float64]) -> list[str | None]:
    rows = session.execute(
        text(
            "select (select g.code from yiwang.grid g join yiwang.grid_version v on v.grid_id = g.id"
            "   where upper_inf(v.recorded)"
            "   and st_covers(v.geom, st_setsrid(st_makepoint(p.lon, p.lat), 4326))"
            '   order by g.code collate "C" limit 1)'
            " from unnest(cast(:lon as float8[]), cast(:lat as float8[])) with ordinality p(lon, lat, n)"
            " order by p.n"
        ),
        {"lon": lonlat[:, 0].tolist(), "lat": lonlat[:, 1].tolist()},
    ).all()
    return [row[0] for row in rows]
