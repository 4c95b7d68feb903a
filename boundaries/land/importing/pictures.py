"""The shapes of faults as a report carries them: small enough to be sent and drawn."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

MOST_CORNERS = 200
"""Of one shape: a finer one is drawn with fewer."""
MOST_IN_ALL = 20_000
"""Of a report, some 500 kB; what comes after has its place only."""

_FINEST_DEG = 1e-6
_DIGITS = 8  # a millimetre


def pictures(shapes: Iterable[Any]) -> list[dict[str, Any] | None]:
    """Shapes in lon/lat as GeoJSON, in their order.

    None for what is no finite shape, and for what comes after MOST_IN_ALL corners.
    """
    left = MOST_IN_ALL
    found: list[dict[str, Any] | None] = []
    for shape in shapes:
        plain = _plain(shape) if left > 0 and _drawable(shape) else None
        left -= 0 if plain is None else shapely.get_num_coordinates(plain)
        found.append(None if plain is None or left < 0 else plain.__geo_interface__)
    return found


def _drawable(shape: Any) -> bool:
    if not isinstance(shape, shapely.Geometry) or shape.is_empty:
        return False
    return bool(np.isfinite(shapely.get_coordinates(shape)).all())


def _plain(shape: shapely.Geometry) -> shapely.Geometry:
    """With at most MOST_CORNERS corners, its frame where fewer would not show it."""
    tolerance_deg = _FINEST_DEG
    extent_deg = max(shape.bounds[2] - shape.bounds[0], shape.bounds[3] - shape.bounds[1])
    plain = shapely.force_2d(shape)
    while shapely.get_num_coordinates(plain) > MOST_CORNERS:
        if tolerance_deg > extent_deg or not shape.is_valid:
            plain = shapely.box(*shape.bounds)
            break
        plain = shapely.simplify(shapely.force_2d(shape), tolerance_deg)
        tolerance_deg *= 4
    return shapely.transform(plain, _rounded)


def _rounded(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(xy, _DIGITS)
