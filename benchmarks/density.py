"""`./run bench density`: a million incidents of three years in the demo district, counted and rated."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from boundaries import demo
from boundaries.affairs import gathering, incidents, series
from boundaries.affairs.columns import caught_up, grid_codes, read
from boundaries.affairs.incidents_sieve import sift
from boundaries.affairs.places import Places
from boundaries.affairs.question import Question
from boundaries.duty import matters
from boundaries.duty import snapshot as snapshots
from boundaries.land import districts
from boundaries.store import clock, cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from gis.datums import Datum
from gis.synthetic import make_town

ROWS = 1_000_000
FIRST, LAST = date(2023, 11, 1), date(2026, 10, 31)


def main(_arguments: list[str]) -> None:
    """Print the table."""
    with TemporaryDirectory(prefix="yiwang-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # the server's account passes through
        home = Path(folder) / "pg"
        database = Database.open(Settings(home=home))
        try:
            demo.build(database)
            _measure(database)
        finally:
            database.close()
            cluster.stop(home, immediately=True)


def _measure(database: Database) -> None:
    frame = _many()
    print("| what | s |\n|---|---|")
    _sieve(database, frame)
    began = time.perf_counter()
    with database.transaction() as session:
        district = districts.get(session, demo.DISTRICT)
        incidents.put(session, district, frame, stamp=clock.stamp(session))
    print(
        f"| import of {ROWS:,} incidents, each with the grid of its day | {time.perf_counter() - began:.1f} |"
    )
    with database.transaction() as session:
        snapshot = snapshots.build(session, demo.DISTRICT)
        began = time.perf_counter()
        columns, horizon = read(session, district.id, snapshot.zone)
        codes = grid_codes(session, district.id)
        print(f"| reading {len(columns):,} into memory, once | {time.perf_counter() - began:.2f} |")
    with database.transaction() as session:
        _row("catching up, nothing new", lambda: caught_up(session, columns, horizon))
    began = time.perf_counter()
    places = Places.of(snapshot, columns, codes)
    assert len(columns.day)
    print(f"| placing all in the net, once a net | {time.perf_counter() - began:.2f} |")

    def asked(**members: object) -> Callable[[], object]:
        question = Question(**{"unit": "grid", "rate": "count", "first": FIRST, "last": LAST, **members})  # type: ignore[arg-type]
        return lambda: series.as_dict(series.frames(snapshot, columns, question, places))

    _row("counts of all, per grid", asked())
    _row("smoothed rates of one 大类, per grid", asked(rate="smoothed", matter="11"))
    _row("36 months × 995 grids", asked(bucket="month"))
    _row("156 weeks × 995 grids", asked(bucket="week"))
    _row("squares of 250 m", asked(unit="square", size=250))
    _row("H3 of resolution 9, one month", asked(unit="h3", first=date(2026, 10, 1)))
    beside = gathering.neighbours(snapshot)
    one = Question("grid", "count", FIRST, LAST, matter="1501")
    _row("hot spots of one matter", lambda: gathering.gathered(snapshot, columns, one, places, beside))
    _row(
        "early warnings, all 大类",
        lambda: gathering.warned(snapshot, columns, places, until=LAST, exclude=frozenset()),
    )


def _sieve(database: Database, frame: pd.DataFrame) -> None:
    """As another system sends them: times as text, and one row in a hundred bad in one of six ways."""
    sent = frame.assign(
        happened_at=[instant.isoformat() for instant in frame["happened_at"]], lon=frame["lon"].astype(object)
    )
    bad = np.random.default_rng(3).choice(len(sent), len(sent) // 100, replace=False)
    wrong = (
        ("lon", None),
        ("lon", "east"),
        ("happened_at", "2031-01-01T00:00:00Z"),
        ("happened_at", "2026-01-01 00:00:00"),
        ("matter_code", "9999"),
        ("source", ""),
    )
    for rows, (column, value) in zip(np.array_split(bad, len(wrong)), wrong, strict=True):
        sent.loc[rows, column] = value
    with database.transaction() as session:
        district = districts.get(session, demo.DISTRICT)
        began, used = time.perf_counter(), time.process_time()
        sifted = sift(session, district, sent, now=datetime.now(UTC), datum=Datum.WGS84)
        took, used = time.perf_counter() - began, time.process_time() - used
    assert len(sifted.refused) == len(bad)
    what = f"telling {len(bad):,} bad rows of {len(sent):,} from the good"
    print(f"| {what} | {took:.1f}, {used:.1f} of the processor |")


def _many() -> pd.DataFrame:
    """Three years: two of the town's own, and 800,000 of a second seed a year earlier."""
    town = make_town(demo.tree(), seed=demo.SEED, matters=matters.national(), n_incidents=ROWS)
    frame = town.incidents.copy()
    chance = np.random.default_rng(1)
    earlier = chance.random(len(frame)) < 1 / 3
    for column in ("happened_at", "resolved_at"):
        frame.loc[earlier, column] = frame.loc[earlier, column] - pd.Timedelta(days=365)
    frame["external_ref"] = [f"B{number}" for number in range(len(frame))]
    return frame


def _row(what: str, work: Callable[[], object], times: int = 5) -> None:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    print(f"| {what} | {statistics.median(spent):.3f} |")
