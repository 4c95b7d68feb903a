"""`yiwang incidents import`, as typed."""

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from api.cli import app
from boundaries.store.database import Database
from tests.boundaries import towns


@pytest.fixture(scope="module")
def town(database: Database) -> None:
    """A town in the module's database."""
    with database.transaction() as session:
        towns.found(session)


@pytest.fixture
def register(reached: Database, town: None) -> Database:
    """A town that the commands reach."""
    return reached


def _import(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["incidents", "import", *(str(word) for word in words)])


def _held(register: Database) -> int:
    with register.transaction() as session:
        return int(session.scalar(text("select count(*) from yiwang.incident")) or 0)


def test_dry_run_all_or_nothing_the_good_only_and_the_same_again(register: Database, tmp_path: Path) -> None:
    lon, lat = towns.at(1, 1)
    frame = pd.DataFrame(
        {
            "external_ref": ["a", "b", "c"],
            "类别": ["0102", "9999", "0102"],
            "happened_at": ["2026-05-01 08:00:00"] * 3,
            "lon": [lon] * 3,
            "lat": [lat] * 3,
        }
    )
    table, columns = tmp_path / "calls.csv", tmp_path / "calls.parquet"
    frame.to_csv(table, index=False)
    frame.drop(index=1).to_parquet(columns)
    options = [
        "--datum",
        "wgs84",
        "--source",
        "12345",
        "--map",
        "matter_code=类别",
        "--zone",
        "Asia/Shanghai",
    ]

    blocked = _import(table, *options, "--commit", "--refused", tmp_path / "bad.csv")
    assert blocked.exit_code == 2 and "3 read, 2 good, 1 refused" in blocked.output, blocked.output
    assert "row 3, matter_code: the district has no such matter (“9999”)" in blocked.output
    assert pd.read_csv(tmp_path / "bad.csv")["row"].tolist() == [3]
    dry = _import(table, *options, "--skip-refused")
    assert dry.exit_code == 0 and "dry run, nothing was written: 2 new" in dry.output, dry.output
    assert _held(register) == 0
    done = _import(table, *options, "--skip-refused", "--commit")
    assert done.exit_code == 0 and "imported: 2 new" in done.output, done.output
    again = _import(columns, *options, "--commit")
    assert "imported: 0 new, 0 changed, 2 unchanged" in again.output, again.output
    assert _held(register) == 2

    unknown = _import(table, *options, "--map", "lon=x")
    assert unknown.exit_code == 2 and "no column x" in unknown.output


def test_one_in_a_hundred_bad_either_none_or_the_good_and_every_bad_one_is_listed(
    register: Database, tmp_path: Path
) -> None:
    count = 20_000
    lon, lat = towns.at(1, 1)
    frame = pd.DataFrame(
        {
            "external_ref": [f"L{k}" for k in range(count)],
            "matter_code": "0102",
            "happened_at": "2026-05-01T08:00:00+08:00",
            "lon": pd.Series([lon] * count, dtype=object),
            "lat": lat,
        }
    )
    bad = list(range(50, count, 100))
    ways = (
        ("lon", None, "no place"),
        ("lon", 12.0, "outside the district"),
        ("happened_at", "2999-01-01T00:00:00Z", "future"),
        ("happened_at", "2026-05-01T08:00:00", "zone"),
        ("matter_code", "9999", "no such matter"),
        ("external_ref", "L0", "an earlier row has the same"),
    )
    for row in bad:
        column, value, _ = ways[row // 100 % len(ways)]
        frame.loc[row, column] = value
    table, listed = tmp_path / "many.csv", tmp_path / "bad.csv"
    frame.to_csv(table, index=False)
    options = ["--datum", "wgs84", "--source", "12345", "--commit", "--refused", listed]

    before = _held(register)
    none = _import(table, *options)
    assert none.exit_code == 2 and "20,000 read, 19,800 good, 200 refused" in none.output, none.output
    assert "nothing was written" in none.output and _held(register) == before
    good = _import(table, *options, "--skip-refused")
    assert good.exit_code == 0 and "imported: 19,800 new" in good.output, good.output
    assert _held(register) == before + 19_800
    told = pd.read_csv(listed)
    assert told["row"].tolist() == [row + 2 for row in bad]  # as an editor counts lines
    for row, reason in zip(bad, told["reason"], strict=True):
        assert ways[row // 100 % len(ways)][2] in reason, (row, reason)
    assert told["field"].tolist() == [ways[row // 100 % len(ways)][0] for row in bad]
