"""Workload of single buildings, as a weight by which a community is divided."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs.steps import NOT_COUNTED
from boundaries.affairs.workload import DAYS, Weights
from boundaries.duty import matters
from boundaries.store.tables import District
from gis.frames import MetricFrame

_NEAR_M = 60.0
_NEAR = "geom && st_expand(st_makeenvelope(:west, :south, :east, :north, 4326), 0.001)"


def hours(
    session: Session,
    district: District,
    frame: MetricFrame,
    footprints: NDArray[np.object_],
    codes: Sequence[str],
    households: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Hours a year of each building, by the district's weights: of its households, its elements, and the
    incidents of the last year, each of these at the building nearest within 60 m.

    footprints: lon/lat, in the order of `codes` and `households`. Raises BadFlowSettings.
    """
    weights = Weights.of(district.settings or {})
    within = dict(
        zip(("west", "south", "east", "north"), shapely.total_bounds(footprints).tolist(), strict=True)
    )
    facts = {"district": district.id, "not_counted": list(NOT_COUNTED), "days": DAYS, **within}
    lineages = matters.lineages(session, district)
    happened = session.execute(
        text(
            "select st_x(geom), st_y(geom), matter_code from yiwang.incident where district_id = :district"
            " and state <> all(:not_counted) and happened_at > now() - make_interval(days => :days)"
            f" and {_NEAR}"
        ),
        facts,
    ).all()
    held = session.execute(
        text(
            "select st_x(geom), st_y(geom), kind_code, building_code from yiwang.element"
            f" where district_id = :district and upper_inf(recorded) and valid @> now() and {_NEAR}"
        ),
        facts,
    ).all()
    place_of = {code: place for place, code in enumerate(codes)}
    tree = shapely.STRtree(frame.project(footprints))
    total = weights.household * households
    of_incidents = [weights.of_matter(lineages.get(row[2], (row[2],))) for row in happened]
    total += _at_buildings(tree, frame, [(row[0], row[1]) for row in happened], of_incidents)
    said = [row for row in held if row[3] in place_of]
    np.add.at(total, [place_of[row[3]] for row in said], [weights.of_kind(row[2]) for row in said])
    free = [row for row in held if row[3] is None]
    total += _at_buildings(
        tree, frame, [(row[0], row[1]) for row in free], [weights.of_kind(row[2]) for row in free]
    )
    return total


def _at_buildings(
    tree: shapely.STRtree, frame: MetricFrame, lonlat: Sequence[tuple[float, float]], hours: Sequence[float]
) -> NDArray[np.float64]:
    """What lies within 60 m of a building, summed at the nearest; the rest is nobody's here."""
    if not lonlat:
        return np.zeros(len(tree.geometries))
    places = shapely.points(frame.points(np.array(lonlat)))
    place, building = tree.query_nearest(places, max_distance=_NEAR_M, all_matches=False)
    return np.bincount(building, np.array(hours)[place], len(tree.geometries)).astype(np.float64)
