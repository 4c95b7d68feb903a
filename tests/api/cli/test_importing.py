"""`yiwang import` and `yiwang district`, as typed."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from api.cli import app
from boundaries.land.refusals import DistrictExists
from boundaries.store.database import Database
from tests.boundaries.land.importing import drawn
from tests.boundaries.towns import box


@pytest.fixture
def register(reached: Database) -> Database:
    """A town that the commands reach."""
    with reached.transaction() as session:
        drawn.found(session)
    return reached


def _yiwang(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_dry_run_a_commit_and_the_same_again(register: Database, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    dry = _yiwang("import", "grids", path)
    assert dry.exit_code == 0, dry.output
    assert "rows: 6 read, 6 accepted, 0 refused" in dry.output
    assert "dry run, nothing was written" in dry.output
    done = _yiwang("import", "grids", path, "--commit")
    assert done.exit_code == 0 and "imported as net version 1" in done.output
    again = _yiwang("import", "grids", path, "--commit", "--json")
    assert json.loads(again.output)["tally"]["unchanged"] == 6
    with register.transaction() as session:
        assert session.scalar(text("select count(*) from yiwang.net_version")) == 1
        by = session.scalar(text("select committed_by from yiwang.import_run limit 1"))
    assert by is not None and by.startswith("cli")


def test_a_blocked_file_prints_its_report_and_its_faults_and_exits_with_two(
    register: Database, tmp_path: Path
) -> None:
    frame = drawn.grid_frame(geometry=[box(0, 5, 6, 10), *drawn.SHAPES[1:]])
    path = drawn.gpkg(tmp_path, frame)
    result = _yiwang("import", "grids", path, "--faults", tmp_path / "faults.geojson")
    assert result.exit_code == 2
    assert "would have two owners" in result.output
    faults = json.loads((tmp_path / "faults.geojson").read_text())
    assert "overlaps" in {feature["properties"]["fault"] for feature in faults["features"]}
    assert _yiwang("import", "grids", path, "--commit").exit_code == 2


def test_wrong_words_are_refused_before_the_file_is_read(register: Database, tmp_path: Path) -> None:
    path = drawn.gpkg(tmp_path, drawn.grid_frame())
    for words in (
        ("import", "lines", path),
        ("import", "grids", path, "--map", "code"),
        ("import", "grids", path, "--valid-from", "yesterday"),
    ):
        assert _yiwang(*words).exit_code == 2


def test_a_district_is_created_once_and_never_changed_by_the_way(register: Database) -> None:
    for _ in range(2):
        made = _yiwang("district", "140502", "--name", "城区", "--metric-crs", "4547")
        assert made.exit_code == 0 and "140502 城区" in made.output
    other = _yiwang("district", "140502", "--name", "城区", "--metric-crs", "4548")
    assert isinstance(other.exception, DistrictExists)
