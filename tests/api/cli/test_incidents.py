"""`yiwang incidents import`, as typed."""

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from api.cli import app
from boundaries.store.database import Database
from tests.boundaries import towns


@pytest.fixture
def register(reached: Database) -> Database:
    """A town that the commands reach."""
    with reached.transaction() as session:
        towns.found(session)
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
