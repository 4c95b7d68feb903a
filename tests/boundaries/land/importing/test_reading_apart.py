"""Reading in a process of its own gives what reading here gives, and a break of it is a refusal."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries.land.importing.errors import FileTooLarge, LayerNotChosen, UnknownFormat, UnreadableFile
from boundaries.land.importing.reading import Limits, apart, read, read_apart


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Two layers, Chinese text, a hole and a missing shape."""
    path = tmp_path / "网格.gpkg"
    ring = shapely.box(0, 0, 1, 1).difference(shapely.box(0.4, 0.4, 0.6, 0.6))
    frame = gpd.GeoDataFrame({"名称": ["一", None]}, geometry=[ring, None], crs=4326)
    frame.to_file(path, layer="a")
    frame.to_file(path, layer="b")
    return path


def _rubbish(folder: Path) -> Path:
    path = folder / "x.bin"
    path.write_bytes(b"\x00\x01rubbish")
    return path


def test_a_table_comes_back_as_if_read_here(package: Path) -> None:
    here, there = read(package, layer="a"), read_apart(package, layer="a")
    pd.testing.assert_frame_equal(here.cells, there.cells)
    assert here.shapes is not None and there.shapes is not None
    assert shapely.to_wkb(here.shapes).tolist() == shapely.to_wkb(there.shapes).tolist()
    assert (here.crs, here.format, here.layer) == (there.crs, there.format, there.layer)


def test_a_refusal_comes_back_with_its_kind_and_facts(package: Path, tmp_path: Path) -> None:
    with pytest.raises(LayerNotChosen, match="has several layers") as refused:
        read_apart(package)
    assert refused.value.layers == ("a", "b")
    assert refused.value.asked is None
    with pytest.raises(UnknownFormat):
        read_apart(_rubbish(tmp_path))


def test_too_little_memory_and_too_little_time_are_refusals(package: Path) -> None:
    with pytest.raises(FileTooLarge, match="took more than"):
        read_apart(package, layer="a", limits=Limits(seconds=0))
    with pytest.raises(UnreadableFile):  # not even the libraries' own tables fit into it
        read_apart(package, layer="a", limits=Limits(memory_bytes=1 << 20))


def test_a_reader_that_is_killed_is_a_refusal(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killer = package.with_name("killer")
    killer.write_text("#!/bin/sh\nkill -SEGV $$\n")
    killer.chmod(0o700)
    monkeypatch.setattr(apart.sys, "executable", str(killer))
    with pytest.raises(UnreadableFile, match="broke on it"):
        read_apart(package, layer="a")
