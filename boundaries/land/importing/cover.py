"""Is what would be imported a net? Asked before the commit, with the rest of the register around it."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.importing import shapes
from boundaries.land.importing.pictures import pictures
from boundaries.land.importing.report import CoverageFault, ImportReport
from boundaries.store.bitemporal import as_of
from boundaries.store.tables import Area, AreaVersion, District, Grid, GridVersion
from gis.coverage import CoverageReport, check_coverage

SMALLEST_M2 = 1.0
"""Overlaps, gaps and strays smaller than this are counted as hairline faults and not listed."""

_ONE_OWNER = "overlaps"


def check_grids(
    session: Session, district: District, frame: pd.DataFrame, report: ImportReport, *, accept: bool
) -> CoverageReport | None:
    """Check the net as it would be: these grids, and all others that the register has now.

    The parent is the union of the outlines of the communities concerned, where the register has all of
    them. Overlaps stop the commit unless accepted: a place must not have two owners. Fills the report.
    """
    ground = frame[~shapely.is_missing(_shapes(frame))]
    if ground.empty:
        return None
    others = _others(session, district, frame["code"].tolist())
    net = gpd.GeoSeries(
        np.concatenate([_shapes(ground), others.to_numpy(dtype=object)]),
        index=[*ground["code"], *others.index],
        crs=4326,
    ).sort_index()
    within = _outlines(session, district, None if len(others) else set(ground["community_code"]))
    checked = check_coverage(net, within, metric_crs=district.metric_crs)
    _fill(report, checked)
    overlaps = report.coverage_counts.get(_ONE_OWNER, 0)
    if overlaps and not accept:
        report.add(
            "coverage-overlaps",
            f"{overlaps} overlaps: these places would have two owners (`yiwang net repair` mends them,"
            " --accept-faults leaves them to the grid with the lowest code)",
            blocks=True,
            count=overlaps,
        )
    torn = {kind: n for kind, n in report.coverage_counts.items() if kind not in (_ONE_OWNER, "hairline")}
    if torn:
        report.add("coverage-faults", "the net has " + ", ".join(f"{n} {kind}" for kind, n in torn.items()))
    return checked


def check_alone(district: District, frame: pd.DataFrame, report: ImportReport) -> CoverageReport | None:
    """Check outlines or a department's net for what they are; they may be torn, and the report says so."""
    ground = frame[~shapely.is_missing(_shapes(frame))]
    if len(ground) < 2:
        return None
    net = gpd.GeoSeries(_shapes(ground), index=ground["code"].tolist(), crs=4326)
    checked = check_coverage(net, metric_crs=district.metric_crs)
    _fill(report, checked)
    return checked


def _fill(report: ImportReport, checked: CoverageReport) -> None:
    hairline = 0
    listed: list[tuple[CoverageFault, Any]] = []
    for kind, found in checked.items():
        counted = 0
        for row in found.itertuples(index=False):
            area = getattr(row, "area_m2", None)
            if area is not None and area < SMALLEST_M2:
                hairline += 1
                continue
            counted += 1
            lon, lat = shapes.place_of(row.geometry) or (None, None)
            fault = CoverageFault(
                kind,
                tuple(str(code) for code in row.polygons),
                area,
                getattr(row, "length_m", None),
                getattr(row, "width_m", None),
                lon,
                lat,
            )
            listed.append((fault, row.geometry))
        if counted:
            report.coverage_counts[kind] = counted
    if hairline:
        report.coverage_counts["hairline"] = hairline
    listed.sort(key=lambda each: -(each[0].area_m2 or each[0].length_m or 0.0))
    drawn = pictures(shape for _, shape in listed)
    report.coverage = [replace(fault, shape=shape) for (fault, _), shape in zip(listed, drawn, strict=True)]


def _others(session: Session, district: District, codes: list[str]) -> "pd.Series[Any]":
    """Shapes of today's grids that the frame does not bring, by code."""
    rows = session.execute(
        select(Grid.code, GridVersion.geom.ST_AsBinary())
        .join(GridVersion, GridVersion.grid_id == Grid.id)
        .where(Grid.district_id == district.id, as_of(GridVersion), GridVersion.geom.is_not(None))
    ).all()
    mine = set(codes)
    rest = [row for row in rows if row[0] not in mine]
    return pd.Series(intake.from_rows([row[1] for row in rest]), index=[row[0] for row in rest], dtype=object)


def _outlines(session: Session, district: District, codes: set[str] | None) -> NDArray[np.object_] | None:
    """Outlines of these communities (None: all); None unless every one of them has one."""
    rows = session.execute(
        select(Area.code, AreaVersion.outline.ST_AsBinary())
        .join(AreaVersion, AreaVersion.area_id == Area.id)
        .where(Area.district_id == district.id, Area.level == "community", as_of(AreaVersion))
    ).all()
    wanted = [row[1] for row in rows if codes is None or row[0] in codes]
    if not wanted or any(outline is None for outline in wanted):
        return None
    return intake.from_rows(wanted)


def _shapes(frame: pd.DataFrame) -> NDArray[np.object_]:
    return np.asarray(frame["geometry"].to_numpy(), dtype=object)
