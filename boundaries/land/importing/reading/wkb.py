"""WKB and WKT from files, where any row may be damaged."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

_CURVED = "it holds curves (arcs), which cannot be read from this format; replace them by straight pieces"


def shapes_of(
    values: Sequence[bytes | str | None], broken: dict[int, tuple[str, str]]
) -> NDArray[np.object_]:
    """Shapes in order, None for None; what cannot be read is None and explained in `broken` by position."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    text = any(isinstance(value, str) for value in values)
    decode: Callable[..., Any] = shapely.from_wkt if text else shapely.from_wkb
    try:
        return np.asarray(decode(array), dtype=object)
    except (shapely.errors.ShapelyError, NotImplementedError, TypeError, ValueError):
        pass
    shapes = np.empty(len(values), dtype=object)
    for position, value in enumerate(values):  # one of them is damaged: find out which
        try:
            shapes[position] = decode(value)
        except NotImplementedError:
            broken[position] = (_short(value), _CURVED)
        except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
            broken[position] = (
                _short(value),
                f"the geometry cannot be read: {str(error).partition(chr(10))[0]}",
            )
    return shapes


def _short(value: Any) -> str:
    text = (
        value if isinstance(value, str) else f"{len(value)} bytes" if isinstance(value, bytes) else str(value)
    )
    return text[:40]
