"""Surfaces of incidents over time: one question, all frames, one legend."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.affairs.columns import IncidentColumns
from boundaries.affairs.places import Places
from boundaries.affairs.question import Question, bucket_days, choose, day_number
from boundaries.affairs.refusals import BadDensityQuestion
from boundaries.affairs.series import MASK_BELOW
from gis.density import bands, even_breaks, kernel_surfaces, squares

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

BANDWIDTH_M = 300.0
_BANDWIDTHS_M = (30.0, 10_000.0)
PUBLIC_M = 250.0
"""Everybody's surface is made of whole squares of this size, and is at least as smooth."""
_CELLS_A_BANDWIDTH = 4
_FROM = 0.05
"""What has less than this share of the first bound is left blank, so that the edge of the kernel is."""
_MAX_FRAMES = 60


@dataclass(frozen=True)
class SurfaceFrames:
    """shapes: (buckets, classes) lon/lat, None where a class has no ground. breaks: per km², of all buckets.

    above: the value from which the lowest class begins. bandwidth_m: as used. coarse: made of squares.
    """

    buckets: list[date]
    breaks: NDArray[np.float64]
    above: float
    shapes: NDArray[np.object_]
    bandwidth_m: float
    cell_m: float
    coarse: bool


def surface_frames(
    snapshot: "Snapshot",
    columns: IncidentColumns,
    question: Question,
    places: Places,
    *,
    bandwidth_m: float = BANDWIDTH_M,
    coarse: bool,
) -> SurfaceFrames:
    """The surfaces of what the question is about; its unit and rate mean nothing here.

    coarse: for those who may see no points. Each bucket is then made of the counts of squares of 250 m, those
    of one and two left out, so that no surface says where a single one was. Raises BadDensityQuestion.
    """
    low, high = _BANDWIDTHS_M
    if not low <= bandwidth_m <= high:
        raise BadDensityQuestion("bandwidth", f"{bandwidth_m:g}", f"between {low:g} and {high:g} metres")
    buckets, of_day = bucket_days(question)
    if len(buckets) > _MAX_FRAMES:
        raise BadDensityQuestion("bucket", question.bucket, f"more than {_MAX_FRAMES} surfaces")
    chosen = choose(snapshot, columns, question, places)
    lonlat = columns.lonlat[chosen]
    when = of_day[columns.day[chosen] - day_number(question.first)]
    if coarse:
        bandwidth_m = max(bandwidth_m, PUBLIC_M)
        lonlat, when = _coarsened(snapshot, lonlat, when)
    cell_m = bandwidth_m / _CELLS_A_BANDWIDTH
    if not len(lonlat):
        nothing = np.empty((len(buckets), 0), dtype=object)
        return SurfaceFrames(buckets, np.array([]), 0.0, nothing, bandwidth_m, cell_m, coarse)
    try:
        found = kernel_surfaces(
            lonlat,
            when,
            buckets=len(buckets),
            bandwidth_m=bandwidth_m,
            cell_m=cell_m,
            metric_crs=snapshot.frame,
        )
    except ValueError as error:
        raise BadDensityQuestion("bandwidth", f"{bandwidth_m:g}", str(error)) from None
    breaks = even_breaks(max(float(one.values.max()) for one in found))
    above = float(breaks[0]) * _FROM
    shapes = np.array([bands(one, breaks, above=above, metric_crs=snapshot.frame) for one in found])
    return SurfaceFrames(buckets, breaks, above, shapes, bandwidth_m, cell_m, coarse)


def as_dict(found: SurfaceFrames) -> dict[str, Any]:
    """The surfaces ready for JSON."""
    return {
        "unit": "per km²",
        "buckets": [bucket.isoformat() for bucket in found.buckets],
        "breaks": found.breaks.tolist(),
        "above": found.above,
        "bandwidth_m": found.bandwidth_m,
        "cell_m": found.cell_m,
        "coarse": found.coarse,
        "surface": {"type": "FeatureCollection", "features": list(features(found))},
    }


def features(found: SurfaceFrames) -> Iterator[Mapping[str, Any]]:
    """A GeoJSON feature for each bucket and class that has ground: bucket, class from 1, from and to."""
    lows = [found.above, *found.breaks.tolist()]
    for bucket, row in zip(found.buckets, found.shapes, strict=True):
        for number, shape in enumerate(row):
            if shape is not None:
                yield {
                    "type": "Feature",
                    "properties": {
                        "bucket": bucket.isoformat(),
                        "class": number + 1,
                        "from": lows[number],
                        "to": lows[number + 1],
                    },
                    "geometry": shapely.geometry.mapping(shapely.set_precision(shape, 1e-6)),
                }


def _coarsened(
    snapshot: "Snapshot", lonlat: NDArray[np.float64], when: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Every point in the middle of its square, without those that are one of two in square and bucket."""
    if not len(lonlat):
        return lonlat, when
    cells = squares(lonlat, PUBLIC_M, metric_crs=snapshot.frame)
    inside = cells.of_point >= 0
    cell, when = cells.of_point[inside], when[inside]
    _, which, count = np.unique(when * len(cells.codes) + cell, return_inverse=True, return_counts=True)
    kept = count[which] >= MASK_BELOW
    middles = shapely.get_coordinates(shapely.centroid(cells.shapes))
    return middles[cell[kept]], when[kept]
