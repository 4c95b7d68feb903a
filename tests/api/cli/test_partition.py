"""`yiwang partition`: a file in, grids and a picture out; the plain divisions; refusals and their status."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image
from typer.testing import CliRunner

from api.cli import app
from gis.coverage import check_coverage
from tests.gis.partition.towns import FRAME, grounds, terraces

RUN = CliRunner()


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """4 × 3 houses of 10 households on 80 × 60 m, a street in the middle, and points at two stations."""
    community, houses, streets = terraces(4, 3)
    folder = tmp_path_factory.mktemp("town")
    file = folder / "town.gpkg"
    layers = {
        "community": gpd.GeoDataFrame(geometry=[community], crs=4326),
        "buildings": gpd.GeoDataFrame(
            {"households": [10] * 12, "yard": ["东院"] * 6 + ["西院"] * 6}, geometry=houses, crs=4326
        ),
        "barriers": gpd.GeoDataFrame(geometry=streets, crs=4326),
    }
    for layer, frame in layers.items():
        frame.to_file(file, layer=layer)
    places = grounds([shapely.Point(10, 30), shapely.Point(70, 30)])
    gpd.GeoDataFrame(geometry=places, crs=4326).to_file(folder / "stations.geojson")
    return file


def _run(*words):
    return RUN.invoke(app, ["partition", *map(str, words)])


def test_two_even_grids_with_their_figures_and_a_picture(town, tmp_path):
    out, picture = tmp_path / "plan.gpkg", tmp_path / "plan.png"
    done = _run("--community", town, "--households", "50-70", "--out", out, "--picture", picture)
    assert done.exit_code == 0, done.output
    assert "2 grids" in done.output
    assert "100 % along barriers" in done.output
    grids = gpd.read_file(out)
    assert grids["households"].tolist() == [60, 60]
    assert check_coverage(grids.to_crs(4326).geometry, terraces(4, 3)[0], metric_crs=FRAME).is_sound
    with Image.open(picture) as image:
        assert image.width == 1600
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    colours, count = np.unique(pixels, axis=0, return_counts=True)
    # two fills of the same size, each far more than a tenth of the picture
    fills = np.sort(count[(colours < 255).any(axis=1)])[-2:]
    assert fills.min() > 0.1 * len(pixels)
    assert fills.min() == pytest.approx(fills.max(), rel=0.1)


@pytest.mark.parametrize(
    ("words", "held"),
    [
        # squares of 40 m on 80 × 60 m: 2 × 2, the northern row 20 m high (one row of houses)
        (["--method", "squares", "--side", "40"], [20, 20, 40, 40]),
        (["--method", "blocks"], [60, 60]),
        (["--method", "compounds", "--compound", "yard"], [60, 60]),
        (["--method", "stations", "--stations", "stations.geojson"], [60, 60]),
    ],
)
def test_plain_divisions_hold_what_their_ground_holds(town, tmp_path, words, held):
    words = [town.parent / word if word.endswith(".geojson") else word for word in words]
    done = _run("--community", town, "--out", tmp_path / "tiles.geojson", *words)
    assert done.exit_code == 0, done.output
    tiles = gpd.read_file(tmp_path / "tiles.geojson")
    assert sorted(tiles["households"]) == held


def test_hexagons_tile_the_community(town, tmp_path):
    done = _run(
        "--community", town, "--method", "hexagons", "--side", 20, "--out", tmp_path / "hexagons.gpkg"
    )
    assert done.exit_code == 0, done.output
    tiles = gpd.read_file(tmp_path / "hexagons.gpkg").to_crs(4326)
    # a hexagon of side 20 m has 1,039 m²; none of the 4,800 m² is lost
    area = FRAME.area_m2(tiles.geometry.to_numpy())
    assert area.sum() == pytest.approx(FRAME.area_m2([terraces(4, 3)[0]])[0], abs=0.1)
    assert area.max() <= 1039.3


def test_all_proposals_have_a_file_each_and_what_is_left_out_is_said(town, tmp_path):
    done = _run("--community", town, "--grids", 2, "--proposal", "all", "--out", tmp_path / "plan.geojson")
    assert done.exit_code == 0, done.output
    names = {path.name for path in tmp_path.glob("plan-*.geojson")}
    assert names == {"plan-balance.geojson", "plan-roads.geojson"}
    assert "least_change: left out: there are no present grids" in done.output


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--households", "many"], 2, "300-500"),
        ([], 2, "--households"),
        (["--grids", "2", "--picture", "plan.bmp"], 2, ".svg"),
        (["--method", "squares"], 2, "metres"),
        (["--grids", "2", "--proposal", "best"], 2, "least_change"),
        (["--grids", "13"], 1, "most: 12"),
        (["--households", "500-300"], 1, "contradict"),
        (["--grids", "2", "--weight", "dogs"], 1, "dogs"),
    ],
)
def test_words_that_make_no_sense_and_requests_that_are_refused(town, tmp_path, words, status, said):
    done = _run("--community", town, "--out", tmp_path / "plan.gpkg", *words)
    assert done.exit_code == status, done.output
    assert said in done.output
    assert not (tmp_path / "plan.gpkg").exists()
