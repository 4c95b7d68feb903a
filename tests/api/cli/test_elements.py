"""`yiwang elements` and `yiwang import elements`, as typed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from boundaries.store.database import Database
from tests.boundaries import towns
from tests.boundaries.land.importing import drawn
from tests.boundaries.towns import A, at


@pytest.fixture
def register(reached: Database) -> Database:
    """A town that the commands reach."""
    with reached.transaction() as session:
        towns.found(session)
    return reached


def _yiwang(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_kinds_are_defined_a_file_is_imported_and_counted(register: Database, tmp_path: Path) -> None:
    assert "11 kinds, 11 new or changed" in _yiwang("elements", "define").output
    assert "11 kinds, 0 new or changed" in _yiwang("elements", "define").output
    assert "hydrant      thing        0110   消火栓  holder" in _yiwang("elements", "kinds").output
    lon, lat = at(1, 9)
    rows = f"编码,类别,经度,纬度,网格编码,人数\nX1,消火栓,{lon},{lat},,\nX2,独居老人,,,{A}002,9\n"
    path = drawn.csv(tmp_path, rows)
    done = _yiwang("import", "elements", path, "--datum", "wgs84", "--commit")
    assert done.exit_code == 0 and "2 added" in done.output, done.output
    assert _yiwang("elements", "list", "--area", A).output.splitlines() == [
        "     1  elderly 独居老人, 9 people",
        "     1  hydrant 消火栓",
    ]
    listed = _yiwang("elements", "list", "--csv", "--kind", "hydrant").output.splitlines()
    assert listed[1].startswith(f"X1,hydrant,消火栓,,,{A}001,")
    broken = tmp_path / "kinds.json"
    broken.write_text('[{"code": "x"}]')
    assert _yiwang("elements", "define", broken).exit_code == 2
    assert _yiwang("elements", "list", "--kind", "ship").exit_code == 1
