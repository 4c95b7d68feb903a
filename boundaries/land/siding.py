"""四至 of a grid in force: the named features along its border."""

from typing import TYPE_CHECKING

import numpy as np
import shapely

from boundaries.land.refusals import UnknownCode
from gis.sides import WITHIN_M, Along, Side, sides

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot


def sides_of(snapshot: "Snapshot", code: str) -> dict[Side, tuple[Along, ...]] | None:
    """What runs along each side of a grid; None for a stacked grid, which has no ground.

    Raises UnknownCode for a grid that is not in force.
    """
    if code not in snapshot.grids:
        raise UnknownCode(kind="grid", value=code)
    position = snapshot.position.get(code)
    if position is None:
        return None
    shape = snapshot.shapes[position]
    outline = shapely.boundary(snapshot.frame.project([shape])[0])
    near = np.sort(snapshot.feature_tree.query(outline, predicate="dwithin", distance=2 * WITHIN_M))
    features = [snapshot.features[i] for i in near.tolist()]
    return dict(
        sides(
            shape,
            shapely.from_wkb(np.array([feature.shape for feature in features], dtype=object)),
            [feature.name for feature in features],
            metric_crs=snapshot.frame,
        )
    )
