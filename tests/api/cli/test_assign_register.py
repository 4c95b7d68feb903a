"""`yiwang assign` against the grids of the register."""

from pathlib import Path

import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from api.assigning import AssignRefused
from api.cli import app
from boundaries.store.database import Database
from tests.boundaries import towns

pytestmark = pytest.mark.usefixtures("reached")


@pytest.fixture(scope="module", autouse=True)
def _town(database: Database) -> None:
    with database.transaction() as session:
        towns.found(session)


def _assign(tmp_path: Path, *options: str) -> list[str | None]:
    frame = towns.grid_frame()
    ground = frame[frame.geometry.notna()]
    middles = [shapely.point_on_surface(shape) for shape in ground.geometry]
    rows = pd.DataFrame({"lon": [p.x for p in middles] + [0.0], "lat": [p.y for p in middles] + [0.0]})
    rows.to_csv(tmp_path / "in.csv", index=False)
    arguments = ["assign", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), "--datum", "wgs84", *options]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found = pd.read_csv(tmp_path / "out.csv", dtype=str)["grid"]
    assert found[:-1].tolist() == ground["code"].tolist()
    return [None if pd.isna(code) else code for code in found]


def test_the_only_district_is_the_net_if_none_is_named(tmp_path: Path) -> None:
    assert _assign(tmp_path)[-1] is None
    assert _assign(tmp_path, "--district", towns.DISTRICT)[-1] is None


def test_a_net_and_a_district_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AssignRefused, match="no --district"):
        _assign(tmp_path, "--district", towns.DISTRICT, "--net", "net.gpkg", "--code", "code")
