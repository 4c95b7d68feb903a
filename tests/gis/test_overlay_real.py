"""A real city: three departments' nets of very different quality over its 296 districts."""

from pathlib import Path

import geopandas as gpd
import pytest

from gis.overlay import Crosswalk, merge_nets

CRS = 26985  # NAD83 / Maryland, metres
LINES = {
    "police": ("police_psa.gpkg", "PSA"),
    "trash": ("trash_routes.gpkg", "ROUTE_ID"),
    "parking": ("parking_beats.gpkg", "BEAT_ID"),
}


def _net(path: Path, code: str) -> gpd.GeoSeries:
    """By code: rows of one code are joined, and self-crossing outlines (two, of trash) made valid."""
    rows = gpd.read_file(path)
    rows["geometry"] = rows.geometry.make_valid()
    return rows[[code, "geometry"]].dissolve(code).geometry


@pytest.fixture(scope="module")
def nets(shared_data: Path) -> dict[str, gpd.GeoSeries]:
    folder = shared_data / "dc"
    files = {"net": ("smd.gpkg", "SMD_ID"), **LINES}
    return {name: _net(folder / file, code) for name, (file, code) in files.items()}


@pytest.fixture(scope="module")
def overlay(nets: dict[str, gpd.GeoSeries], shared_data: Path) -> Crosswalk:
    folder = shared_data / "dc"
    homes = gpd.read_file(folder / "block_groups_2010_pop.gpkg")  # counted at one point each: coarse
    return merge_nets(
        nets,
        gpd.read_file(folder / "boundary.gpkg").geometry,
        metric_crs=CRS,
        buildings=homes.geometry,
        households=homes["housing_units"],
    )


def test_every_line_adds_up_to_the_city(overlay: Crosswalk) -> None:
    sums = overlay.pieces.groupby("line")["area_m2"].sum()
    assert sums.to_numpy() == pytest.approx([overlay.ground_m2] * 3, rel=1e-6)


def test_parking_keeps_the_districts_and_the_others_cut_them(overlay: Crosswalk) -> None:
    """PROVENANCE: parking beats are the districts; trash overlaps and leaves much out."""
    wide = overlay.summary[~overlay.summary["narrow"]]
    verdicts = wide.groupby("line")["verdict"].agg(set).to_dict()
    assert verdicts["parking"] == {"agree"}
    assert verdicts["police"] == {"agree", "cut"}
    assert "conflict" in verdicts["trash"] and "uncovered" in verdicts["trash"]
    left_out = wide[wide["verdict"] == "uncovered"].set_index("line")["area_m2"] / 1e6
    assert left_out["trash"] == pytest.approx(85.4, abs=0.3)  # PROVENANCE: 85.455 km²
    moved = overlay.proposal.groupby("line")["moved_households"].sum()
    assert moved["parking"] == 0
    assert (moved[["police", "trash"]] > 0).all()
