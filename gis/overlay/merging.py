"""Laying nets over each other: one arrangement of borders per line, so that no ground is lost or doubled."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.coverage.arrangement import Arrangement, arrange
from gis.coverage.check import joined, reason_invalid
from gis.coverage.widths import width_m
from gis.frames import Geometries, MetricCrs, MetricFrame, geometry_array, snap_to_lattice
from gis.overlay.crosswalk import Crosswalk
from gis.overlay.refusals import OverlayRefused

Codes = tuple[str, ...]
Piece = tuple[Codes, Codes]  # areas of the line, grids of the net


def merge_nets(
    nets: Mapping[str, gpd.GeoSeries],
    within: Geometries | shapely.Geometry | None,
    *,
    metric_crs: MetricCrs,
    buildings: Geometries | None = None,
    households: Any = None,
    snap_m: float = 10.0,
) -> Crosswalk:
    """Lay every net over the first one and say of each piece: agree, cut, conflict or uncovered.

    nets: name to lon/lat polygons indexed by code, at least two; the first is the net whose grids stay,
    the others are lines. within: the ground to be covered, lon/lat; None: what the first net covers.
    buildings: lon/lat shapes or points, each in the piece of its representative point; households: one
    count each, none without. snap_m, metres: a strip of ground in which no circle of that diameter fits
    is taken as a difference of drawing, not of mind.

    Verdicts of a piece: `conflict`: the line or the net claims it twice; `uncovered`: one of them leaves
    it out; `cut`: the line parts its grid between several areas, not counting strips; else `agree`.
    The pieces of a line add up to `within` (to 1e-6 of its area: nodes go to the 1e-9° lattice).
    Raises OverlayRefused naming net and code; NotMetric.
    """
    frame = MetricFrame.of(metric_crs)
    if len(nets) < 2:
        raise OverlayRefused("an overlay needs the net and at least one line", nets=len(nets))
    if not (np.isfinite(snap_m) and snap_m >= 0):
        raise OverlayRefused("the snap tolerance is no length", snap_m=snap_m)
    checked = {name: _checked(name, net) for name, net in nets.items()}
    base, *lines = checked
    points, counts = _dwellings(buildings, households)
    grids = checked[base]
    ground = shapely.union_all(grids.to_numpy()) if within is None else joined(within)
    if ground is None or ground.is_empty:
        raise OverlayRefused("there is no ground to cover", net=base)
    ground = snap_to_lattice([ground])[0]
    tables = [
        _pieces(line, checked[line], grids, ground, frame, points, counts, float(snap_m)) for line in lines
    ]
    pieces = pd.concat([table for table, _ in tables], ignore_index=True)
    order = ["households", "buildings", "area_m2", "line", "grids", "areas"]
    pieces = pieces.sort_values(order, ascending=[False] * 3 + [True] * 3, ignore_index=True)
    return Crosswalk(
        base=base,
        lines=tuple(lines),
        pieces=gpd.GeoDataFrame(pieces, geometry="geometry", crs=4326),
        ground_m2=float(frame.area_m2([ground])[0]),
        outside_m2={line: strays for line, (_, strays) in zip(lines, tables, strict=True)},
    )


def _checked(name: str, net: gpd.GeoSeries) -> "pd.Series[Any]":
    """Polygons on the lattice by code, in the order of codes."""
    shapes = geometry_array(net)
    codes = [str(code) for code in net.index]
    if not codes:
        raise OverlayRefused(f"{name} has no areas", net=name)
    twice = pd.Index(codes)[pd.Index(codes).duplicated()]
    if len(twice):
        raise OverlayRefused(f"{name} has the code {twice[0]} twice", net=name, area=twice[0])
    for code, shape in zip(codes, shapes, strict=True):
        reason = reason_invalid(shape)
        if reason is not None:
            raise OverlayRefused(f"{name} {code}: {reason}", net=name, area=code, reason=reason)
    return pd.Series(snap_to_lattice(shapely.force_2d(shapes)), index=codes, dtype=object).sort_index()


def _dwellings(
    buildings: Geometries | None, households: Any
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    shapes = geometry_array([] if buildings is None else buildings)
    counts = np.zeros(len(shapes)) if households is None else np.asarray(households, dtype=np.float64)
    if counts.shape != (len(shapes),):
        raise OverlayRefused(
            "there must be one count of households per building",
            buildings=len(shapes),
            households=list(counts.shape),
        )
    bad = ~np.isfinite(counts) | (counts < 0) | (counts != np.floor(counts))
    if bad.any():
        at = int(np.argmax(bad))
        raise OverlayRefused(f"building {at} has no count of households", row=at, households=str(counts[at]))
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if missing.any():
        at = int(np.argmax(missing))
        raise OverlayRefused(f"building {at} has no shape", row=at)
    return np.asarray(shapely.point_on_surface(shapes), dtype=object), counts.astype(np.int64)


def _pieces(
    line: str,
    areas: "pd.Series[Any]",
    grids: "pd.Series[Any]",
    ground: shapely.Geometry,
    frame: MetricFrame,
    points: NDArray[np.object_],
    counts: NDArray[np.int64],
    snap_m: float,
) -> tuple[pd.DataFrame, float]:
    """The pieces of one line over the net, and the square metres that it claims outside the ground."""
    shapes = np.concatenate([grids.to_numpy(), areas.to_numpy()])
    laid = arrange(shapes, ground, frame)
    grid_codes, area_codes = list(grids.index), list(areas.index)
    face_of: dict[Piece, list[int]] = {}
    strays: list[int] = []
    for face, claims in enumerate(laid.claims):
        own = tuple(area_codes[who - len(grids)] for who in claims if who >= len(grids))
        if not laid.inside[face]:
            if own:
                strays.append(face)
            continue
        on = tuple(grid_codes[who] for who in claims if who < len(grids))
        face_of.setdefault((own, on), []).append(face)
    keys = sorted(face_of)
    merged = np.empty(len(keys), dtype=object)
    for at, key in enumerate(keys):
        merged[at] = shapely.coverage_union_all(laid.faces[face_of[key]])
    piece_of_face = np.full(len(laid.faces), -1, dtype=np.int64)
    for at, key in enumerate(keys):
        piece_of_face[face_of[key]] = at
    in_metres = frame.project(merged)
    area_m2 = np.asarray(shapely.area(in_metres), dtype=np.float64)
    # The circle of radius area/perimeter always fits: most pieces are told without a search.
    thin = 2.0 * area_m2 < snap_m * np.asarray(shapely.length(in_metres))
    width = np.full(len(keys), np.nan)
    width[thin] = width_m(in_metres[thin])
    narrow = np.where(thin, width < snap_m, False)
    homes, built = _counted(laid, piece_of_face, len(keys), points, counts)
    table = pd.DataFrame(
        {
            "line": line,
            "areas": [key[0] for key in keys],
            "grids": [key[1] for key in keys],
            "verdict": _verdicts(keys, narrow),
            "narrow": narrow.astype(bool),
            "area_m2": area_m2,
            "width_m": width,
            "buildings": built,
            "households": homes,
            "geometry": merged,
        }
    )
    return table, float(frame.area_m2(laid.faces[strays]).sum())


def _verdicts(keys: list[Piece], narrow: NDArray[np.bool_]) -> list[str]:
    """A grid is cut where more than one area (or an area and nobody) has a part of it that is no strip."""
    parts: dict[Codes, int] = {}
    for (_, on), strip in zip(keys, narrow, strict=True):
        parts[on] = parts.get(on, 0) + (not strip)
    found = []
    for own, on in keys:
        if len(own) > 1 or len(on) > 1:
            found.append("conflict")
        elif not own or not on:
            found.append("uncovered")
        else:
            found.append("cut" if parts[on] > 1 else "agree")
    return found


def _counted(
    laid: Arrangement,
    piece_of_face: NDArray[np.int64],
    pieces: int,
    points: NDArray[np.object_],
    counts: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Households and buildings per piece; a building on a border is in the first face that has it."""
    homes, built = np.zeros(pieces, dtype=np.int64), np.zeros(pieces, dtype=np.int64)
    if len(points):
        point, face = shapely.STRtree(laid.faces).query(points, predicate="intersects")
        order = np.lexsort((face, point))
        point, face = point[order], face[order]
        covered = piece_of_face[face] >= 0
        point, face = point[covered], face[covered]
        first = np.r_[True, point[1:] != point[:-1]] if len(point) else np.zeros(0, dtype=bool)
        np.add.at(homes, piece_of_face[face[first]], counts[point[first]])
        np.add.at(built, piece_of_face[face[first]], 1)
    return homes, built
