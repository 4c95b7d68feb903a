"""From the straight plan to the ground: a conformal bend, then the metric CRS, then the lon/lat lattice."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

LATTICE_DECIMALS = 9  # lon/lat on 1e-9°, see DESIGN on frames


@dataclass(frozen=True)
class Bend:
    """Carries plan metres to lon/lat (EPSG:4326).

    The bend is a polynomial of a complex variable: a conformal map keeps right angles right, so houses stay
    rectangular while roads curve. Lengths change by less than a tenth within 8 km.
    centre_lonlat: where the plan's origin lies. metric_crs: EPSG of the district's metric CRS.
    """

    centre_lonlat: tuple[float, float]
    metric_crs: int
    turn_deg: float

    def metres(self, plan: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) plan metres to (n, 2) metres of the metric CRS."""
        z = plan[:, 0] + 1j * plan[:, 1]
        reach = 8000.0
        bent = z + (0.022 - 0.03j) * z**2 / reach + (0.012 + 0.016j) * z**3 / reach**2
        bent = bent * np.exp(1j * np.radians(self.turn_deg))
        east, north = _to_metres(self.metric_crs).transform(*self.centre_lonlat)
        return np.column_stack([bent.real + east, bent.imag + north])

    def lonlat(self, plan: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) plan metres to (n, 2) degrees on the lattice, lon first."""
        metres = self.metres(plan)
        lon, lat = _to_metres(self.metric_crs).transform(metres[:, 0], metres[:, 1], direction="INVERSE")
        return np.round(np.column_stack([lon, lat]), LATTICE_DECIMALS)

    def shapes(self, plan_shapes: Any) -> Any:
        """Geometries from the plan to lon/lat. A vertex is converted once, so edges stay matched."""
        coordinates = shapely.get_coordinates(plan_shapes)
        packed = np.ascontiguousarray(coordinates).view(np.complex128).ravel()
        unique, inverse = np.unique(packed, return_inverse=True)
        converted = self.lonlat(np.column_stack([unique.real, unique.imag]))
        return shapely.set_coordinates(np.array(plan_shapes, dtype=object, copy=True), converted[inverse])


@lru_cache(maxsize=4)
def _to_metres(metric_crs: int) -> Transformer:
    return Transformer.from_crs(CRS.from_epsg(4326), CRS.from_epsg(metric_crs), always_xy=True)
