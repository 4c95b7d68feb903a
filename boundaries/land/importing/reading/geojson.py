"""GeoJSON without GDAL: it would follow links to a CRS, and guess types of codes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry import shape

from boundaries.land.importing.errors import FileTooLarge, UnreadableFile
from boundaries.land.importing.reading.limits import Limits
from boundaries.land.importing.reading.table import Table
from boundaries.land.importing.reading.text import decode

_WGS84 = CRS.from_epsg(4326)


def read_geojson(path: Path, *, encoding: str | None, limits: Limits) -> Table:
    """The features of one collection, numbered from 1. Raises UnreadableFile, FileTooLarge."""
    if path.stat().st_size > limits.json_bytes:
        raise FileTooLarge(
            path.name, f"GeoJSON of more than {limits.json_bytes >> 20} MB", hint="export it as GeoPackage"
        )
    text, used = decode(path.name, path.read_bytes(), encoding)
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        cut = "; the file is truncated" if error.pos >= len(text.rstrip()) - 1 else ""
        raise UnreadableFile(
            path.name, f"line {error.lineno}: {error.msg}{cut}", hint="export or copy it again"
        ) from error
    except RecursionError as error:
        raise UnreadableFile(path.name, "the JSON is nested without end") from error
    except ValueError as error:
        raise UnreadableFile(path.name, "the JSON holds a number of thousands of digits") from error
    features = _features(path, whole)
    if len(features) > limits.rows:
        raise FileTooLarge(path.name, f"more than {limits.rows:,} features", hint="import it in parts")
    broken: dict[int, tuple[str, str]] = {}
    shapes = _shapes(features, broken)
    properties = [
        feature.get("properties") or {} if isinstance(feature, dict) else {} for feature in features
    ]
    names = list(dict.fromkeys(name for one in properties if isinstance(one, dict) for name in one))
    cells = pd.DataFrame(
        {
            name: pd.Series(
                [_plain(one.get(name)) if isinstance(one, dict) else None for one in properties], dtype=object
            )
            for name in names
        },
        columns=names,
        index=pd.RangeIndex(len(features)),
    )
    return Table(
        "GeoJSON",
        cells,
        np.arange(1, len(features) + 1),
        shapes=shapes,
        crs=_crs(path, whole),
        by_definition="crs" not in whole,
        encoding=used,
        broken=broken,
    )


def _features(path: Path, whole: Any) -> list[Any]:
    kind = whole.get("type") if isinstance(whole, dict) else None
    if kind == "FeatureCollection" and isinstance(whole.get("features"), list):
        return whole["features"]  # type: ignore[no-any-return]
    if kind == "Feature":
        return [whole]
    if kind == "GeometryCollection" or (isinstance(whole, dict) and "coordinates" in whole):
        return [{"type": "Feature", "properties": {}, "geometry": whole}]
    if kind == "Topology":
        raise UnreadableFile(path.name, "this is TopoJSON, not GeoJSON", hint="export it as GeoJSON")
    raise UnreadableFile(path.name, "this JSON holds no features", hint="GeoJSON is a FeatureCollection")


def _shapes(features: list[Any], broken: dict[int, tuple[str, str]]) -> NDArray[np.object_]:
    shapes = np.empty(len(features), dtype=object)
    for position, feature in enumerate(features):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if geometry is None:
            if not isinstance(feature, dict):
                broken[position] = (str(feature)[:40], "this is no feature")
            continue
        try:
            shapes[position] = shape(geometry)
        except (
            shapely.errors.ShapelyError,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            IndexError,
            RecursionError,
        ) as error:
            broken[position] = (str(geometry)[:40], f"the geometry cannot be read: {error}")
    return shapely.force_2d(shapes)  # type: ignore[no-any-return]


def _crs(path: Path, whole: dict[str, Any]) -> CRS | None:
    """WGS 84 by RFC 7946, unless an old-style `crs` names another; an explicit null says unknown."""
    if "crs" not in whole:
        return _WGS84
    stated = whole["crs"]
    if stated is None:
        return None
    facts = stated.get("properties") if isinstance(stated, dict) else None
    name = facts.get("name") if isinstance(facts, dict) else None
    if not isinstance(name, str) or (isinstance(stated, dict) and stated.get("type") != "name"):
        raise UnreadableFile(
            path.name, "its CRS is a link, which is not followed", hint="state it: --crs EPSG:…"
        )
    if name.upper().endswith(":CRS84"):
        return _WGS84
    try:
        return CRS.from_user_input(name)
    except CRSError as error:
        raise UnreadableFile(
            path.name, f"it names an unknown CRS “{name}”", hint="state it: --crs EPSG:…"
        ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value
