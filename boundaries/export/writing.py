"""Layers to files: one GeoPackage, or a folder with one file a layer. Whole or not at all."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from boundaries.export.layers import LAYERS
from boundaries.store.errors import Refusal

FORMATS = ("gpkg", "fgb", "parquet", "csv")


class TargetExists(Refusal):
    """The file or folder of an export is there already, or a folder holds what no export wrote."""

    code = "target-exists"

    def __init__(self, path: Path, strangers: list[str]) -> None:
        self.path = str(path)
        self.strangers = strangers
        told = f" and holds {', '.join(strangers[:3])}, which no export wrote" if strangers else ""
        super().__init__(
            f"{path} exists already{told}: " + ("name a new one." if told else "--force replaces it.")
        )


class UnknownExport(Refusal):
    """A format that an export is not written in."""

    code = "unknown-export"

    def __init__(self, given: str, known: Sequence[str] = FORMATS) -> None:
        self.given = given
        super().__init__(f"'{given}' is no format of an export: one of {', '.join(known)}.")


def write_layers(
    layers: Mapping[str, pd.DataFrame], target: Path, form: str, *, replace: bool = False
) -> None:
    """Write a GeoPackage, or a folder of FlatGeobuf, GeoParquet or CSV files (with shapes as WKT).

    What has no shape is CSV beside FlatGeobuf, which holds shapes only. The target appears when all is
    written. Raises UnknownExport, and TargetExists unless it may be replaced; a folder that holds anything
    else than an export is never replaced.
    """
    if form not in FORMATS:
        raise UnknownExport(form)
    strangers = _strangers(target) if target.is_dir() else []
    if strangers or (target.exists() and not replace):
        raise TargetExists(target, strangers)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=target.parent) as folder:
        made = Path(folder) / ("net.gpkg" if form == "gpkg" else "net")
        if form == "gpkg":
            for name, layer in layers.items():
                _write_layer(layer, made, "GPKG", name)
        else:
            made.mkdir()
            for name, layer in layers.items():
                _write_file(layer, made, name, form)
        if target.is_dir():
            shutil.rmtree(target)
        made.replace(target)


def _strangers(folder: Path) -> list[str]:
    """What lies in a folder and is no file of an export."""
    ours = {f"{name}.{form}" for name in LAYERS for form in FORMATS}
    return sorted(path.name for path in folder.iterdir() if path.name not in ours)


def _write_file(layer: pd.DataFrame, folder: Path, name: str, form: str) -> None:
    if form == "parquet":
        layer.to_parquet(folder / f"{name}.parquet")
    elif form == "fgb" and isinstance(layer, gpd.GeoDataFrame):
        _write_layer(layer, folder / f"{name}.fgb", "FlatGeobuf", name)
    else:
        plain = pd.DataFrame(layer)
        if isinstance(layer, gpd.GeoDataFrame):
            plain["geometry"] = shapely.to_wkt(layer.geometry.to_numpy(), rounding_precision=-1)
        plain.to_csv(folder / f"{name}.csv", index=False)


def _write_layer(layer: pd.DataFrame, path: Path, driver: str, name: str) -> None:
    options: dict[str, str] = {}
    if driver == "FlatGeobuf" and layer.geometry.isna().any():
        options["SPATIAL_INDEX"] = "NO"  # its index cannot hold what has no place
    kind = None
    if isinstance(layer, gpd.GeoDataFrame):
        kind = "Point" if name == "addresses" else "MultiPolygon"
    pyogrio.write_dataframe(layer, path, layer=name, driver=driver, geometry_type=kind, **options)
