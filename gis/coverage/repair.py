"""Mending a net: borders noded, double ground given to one, thin gaps closed, the rest left alone."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.coverage.arrangement import Arrangement, Ints, arrange
from gis.coverage.assembly import assembled
from gis.coverage.check import check_coverage, joined, saved
from gis.coverage.collapse import collapsed
from gis.coverage.owners import Merge, owners
from gis.coverage.plane import LATTICE_M, Polygons
from gis.coverage.report import CoverageReport
from gis.coverage.snapping import following_metric_edges, snapped_together
from gis.frames import Geometries, MetricCrs, MetricFrame, geometry_array, snap_to_lattice

_KINDS = ("overlaps", "gaps", "unmatched_edges", "outside", "uncovered", "invalid")
_ROUNDS = 4


@dataclass(frozen=True)
class RepairReport:
    """What a repair did, polygon by polygon, and what it could not do.

    changes: one row per changed polygon: `polygon` (label), `row`, `gained_m2`, `lost_m2`, `nodes_added`
    (vertices more than before; fewer is negative) and `faults` (the kinds it had).
    vanished: labels of polygons that lost all their ground. before, remaining: the checks.
    """

    changes: pd.DataFrame
    vanished: tuple[Any, ...]
    before: CoverageReport
    remaining: CoverageReport

    @property
    def is_sound(self) -> bool:
        """The mended net has no fault left and every polygon still has ground."""
        return self.remaining.is_sound and not self.vanished

    def to_text(self) -> str:
        """A report for a terminal: the change of each polygon, then what remains."""
        lines = [f"changed {len(self.changes)} of {self.before.count} polygons"]
        for row in self.changes.to_dict("records"):
            lines.append(
                f"  {row['polygon']}: +{row['gained_m2']:,.2f} m², -{row['lost_m2']:,.2f} m², "
                f"{row['nodes_added']:+d} vertices ({', '.join(row['faults']) or 'nodes of neighbours'})"
            )
        lines.extend(
            f"  {label}: no ground is left: it lay wholly in others, or was thinner than the snap"
            for label in self.vanished
        )
        lines.append("remaining: " + self.remaining.to_text())
        return "\n".join(lines)


def repair_coverage(
    polygons: Geometries,
    within: Geometries | shapely.Geometry | None = None,
    *,
    metric_crs: MetricCrs,
    max_gap_width: float,
    snap: float = 0.0,
    merge: Merge = "longest_border",
    collapse: bool = False,
    leave: Geometries = (),
) -> tuple[Any, RepairReport]:
    """Mend what check_coverage finds, and leave the rest bit for bit. Returns the net as it came, mended.

    polygons, within: lon/lat as for check_coverage. max_gap_width, metres: enclosed gaps narrower than
    this are filled whole into the neighbour with the longest border; with a parent also its uncovered
    rim, and what reaches out is cut, under the same width. snap, metres: loose corners closer than this
    become one; a snap that would move more ground than the faults had is undone. merge: which of two
    gets their overlap ("longest_border", "max_area", "min_area", "min_index"); ties go to the first.
    collapse: first take away what is thinner than the snap within one polygon (a spike, a gore, a polygon
    thin all along); no fault of the coverage, so only where it is asked for.

    leave: lon/lat polygons, the ground of faults that stay as they are: what several claim there stays with
    all of them, what nobody claims stays empty, what reaches out is not cut.

    Only polygons with a fault change. Their neighbours take part, so that borders stay shared, but can
    only get nodes; all vertices that stay keep their bits. Without a parent the outer border is left.
    What cannot be mended (missing shapes, wide gaps, a polygon wholly inside another) is in the report.
    """
    frame = MetricFrame.of(metric_crs)
    parent = joined(within)
    given = geometry_array(polygons)
    before = check_coverage(polygons, within, metric_crs=frame)
    usable = np.array([*map(saved, given), None], dtype=object)[:-1]
    rows = np.flatnonzero([shape is not None for shape in usable])
    start = usable[rows]
    if before.edges_straight_in == "metric":
        start = following_metric_edges(start, frame)
    origin = given.copy()
    origin[rows] = start
    faults = before
    if collapse and snap > 0:
        start = collapsed(start, snap, frame)
        faults = _check_again(given, rows, start, within, frame)
    mended = given.copy()
    mended[rows] = _mended(
        start,
        _faulty(faults, max_gap_width, len(given))[rows],
        parent,
        faults.area_of_faults_m2()[rows],
        frame=frame,
        max_gap_width=max_gap_width,
        snap=snap,
        merge=merge,
        leave=geometry_array(leave),
    )
    result = _as_it_came(polygons, mended)
    changes = _changes(origin, given, mended, before, frame)
    vanished = tuple(
        label
        for label, old, new in zip(before.labels, usable, mended, strict=True)
        if old is not None and new.is_empty
    )
    remaining = check_coverage(result, within, metric_crs=frame, edges_straight_in="lonlat")
    return result, RepairReport(changes, vanished, before, remaining)


def _check_again(
    given: Polygons,
    rows: NDArray[np.intp],
    start: Polygons,
    within: Geometries | shapely.Geometry | None,
    frame: MetricFrame,
) -> CoverageReport:
    """The faults of the net with its shapes as they are now, rows as they came."""
    now = given.copy()
    now[rows] = start
    return check_coverage(now, within, metric_crs=frame, edges_straight_in="lonlat")


def _mended(
    start: Polygons,
    faulty: NDArray[np.bool_],
    parent: shapely.Geometry | None,
    faults_m2: NDArray[np.float64],
    *,
    frame: MetricFrame,
    max_gap_width: float,
    snap: float,
    merge: Merge,
    leave: Polygons,
) -> Polygons:
    """The net mended; with less snapping where a polygon would change by more than its faults."""
    mended = start.copy()
    if not faulty.any():
        return mended
    work = _with_neighbours(start, faulty)
    frozen = ~faulty[work]
    area_m2 = frame.area_m2(start[work])
    rounding_m2 = LATTICE_M * frame.length_m(start[work])
    unsnapped = np.zeros(len(work), dtype=bool)
    for attempt in range(_ROUNDS):
        held = frozen | unsnapped
        snap_m = snap if attempt < _ROUNDS - 1 else 0.0
        originals = snapped_together(start[work], held, snap_m, frame)
        on_lattice = _valid(snap_to_lattice(originals))
        ground = arrange(on_lattice, parent, frame)
        owner = owners(ground, area_m2, frozen, frame=frame, max_gap_width=max_gap_width, merge=merge)
        faces, holder = _left_alone(ground, owner, leave)
        mended[work] = assembled(faces, holder, originals, np.flatnonzero(frozen))
        too_much = _moved_m2(start[work], mended[work], frame) > faults_m2[work] + rounding_m2
        if snap_m <= 0 or not too_much.any():
            break
        unsnapped |= too_much
    return mended


def _left_alone(ground: Arrangement, owner: Ints, leave: Polygons) -> tuple[Polygons, Ints]:
    """Faces with who holds them; in the ground that is left alone all who claim a face hold it, each once."""
    if not len(leave):
        return ground.faces, owner
    inner = shapely.point_on_surface(ground.faces)
    left = np.unique(shapely.STRtree(leave).query(inner, predicate="within")[0])
    claims = [(face, who) for face in left.tolist() for who in ground.claims[face]]
    kept = np.ones(len(owner), dtype=bool)
    kept[left] = False
    face, who = np.array(claims, dtype=np.int64).reshape(-1, 2).T
    return np.concatenate([ground.faces[kept], ground.faces[face]]), np.concatenate([owner[kept], who])


def _faulty(report: CoverageReport, max_gap_width: float, count: int) -> NDArray[np.bool_]:
    """Positions with a fault that a repair addresses: wide gaps and wide strays are not."""
    faulty = np.zeros(count, dtype=bool)
    limit_m = max(max_gap_width, LATTICE_M)
    for kind in _KINDS:
        found = getattr(report, kind)
        if kind in ("gaps", "outside", "uncovered"):
            found = found[found["width_m"] < limit_m]
        for rows in found["rows"]:
            faulty[list(rows)] = True
    return faulty


def _with_neighbours(polygons: Polygons, faulty: NDArray[np.bool_]) -> NDArray[np.intp]:
    tree = shapely.STRtree(polygons)
    near = tree.query(polygons[faulty], predicate="dwithin", distance=LATTICE_M / 1e5)[1]
    return np.union1d(near, np.flatnonzero(faulty))


def _valid(polygons: Polygons) -> Polygons:
    out = polygons.copy()
    for row in np.flatnonzero(~shapely.is_valid(polygons)):
        shape = saved(polygons[row])
        out[row] = shapely.Polygon() if shape is None else shape
    return out


def _moved_m2(old: Polygons, new: Polygons, frame: MetricFrame) -> NDArray[np.float64]:
    gained = frame.area_m2(shapely.difference(new, old))
    lost = frame.area_m2(shapely.difference(old, new))
    return np.maximum(gained, lost)


def _changes(
    origin: Polygons, given: Polygons, mended: Polygons, before: CoverageReport, frame: MetricFrame
) -> pd.DataFrame:
    kinds: dict[int, list[str]] = {}
    for kind in _KINDS:
        found = getattr(before, kind)
        for positions in found["rows"]:
            for row in positions:
                if kind not in kinds.setdefault(row, []):
                    kinds[row].append(kind)
    changed = [row for row, (old, new) in enumerate(zip(given, mended, strict=True)) if _differs(old, new)]
    old = np.array([*map(saved, origin[changed]), None], dtype=object)[:-1]
    new = mended[changed]
    return pd.DataFrame(
        {
            "polygon": pd.Series([before.labels[row] for row in changed], dtype=object),
            "row": np.array(changed, dtype=np.int64),
            "gained_m2": frame.area_m2(shapely.difference(new, old)),
            "lost_m2": frame.area_m2(shapely.difference(old, new)),
            "nodes_added": shapely.get_num_coordinates(new) - shapely.get_num_coordinates(given[changed]),
            "faults": pd.Series([tuple(kinds.get(row, ())) for row in changed], dtype=object),
        }
    )


def _differs(old: Any, new: Any) -> bool:
    if old is new:
        return False
    return old is None or new is None or shapely.to_wkb(old) != shapely.to_wkb(new)


def _as_it_came(polygons: Geometries, mended: Polygons) -> Any:
    if isinstance(polygons, gpd.GeoDataFrame):
        frame = polygons.copy()
        frame[polygons.geometry.name] = gpd.GeoSeries(mended, index=polygons.index, crs=polygons.crs)
        return frame
    if isinstance(polygons, gpd.GeoSeries):
        return gpd.GeoSeries(mended, index=polygons.index, crs=polygons.crs, name=polygons.name)
    return mended
