"""Some rows of a batch: their names, their points, and what is wrong with those that have none."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.refusals import TooManyPoints

MOST_POINTS = 1_000_000
PIECE = 16_384  # rows that are read, answered and written together


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be answered: a stable code, and a sentence."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that follow one another.

    first: the number of the first in the batch, from 1. lonlat: (n, 2) degrees in the batch's datum,
    NaN in rows with a fault. faults: by place in `ids`.
    """

    first: int
    ids: Sequence[str]
    lonlat: NDArray[np.float64]
    faults: Mapping[int, Fault]


def rows_of(
    first: int,
    names: Sequence[Any] | None,
    lons: Sequence[Any],
    lats: Sequence[Any],
    faults: Mapping[int, Fault] | None = None,
) -> Rows:
    """Rows from values as they were read. A row without a name is called by its number.

    names, lons, lats: numbers, texts, None or anything else. faults: what is known to be wrong already.
    Raises TooManyPoints beyond MOST_POINTS.
    """
    limit(first + len(lons) - 1)
    ids = _names(first, names if names is not None else [None] * len(lons))
    lonlat = np.column_stack([_numbers(lons), _numbers(lats)]).reshape(-1, 2)
    with np.errstate(invalid="ignore"):
        fit = (np.abs(lonlat) <= (180.0, 90.0)).all(axis=1)  # NaN and infinite ones do not
    found = dict(faults or {})
    for at in np.flatnonzero(~fit).tolist():
        found.setdefault(at, _fault(lons[at], lats[at]))
    if found:
        lonlat[list(found)] = np.nan
    return Rows(first, ids, lonlat, found)


def limit(count: int, most: int = MOST_POINTS) -> None:
    """Raises TooManyPoints."""
    if count > most:
        raise TooManyPoints(count, most)


def _names(first: int, names: Iterable[Any]) -> list[str]:
    return [
        str(number) if name is None or name == "" else name if type(name) is str else str(name)
        for number, name in enumerate(names, first)
    ]


def _numbers(values: Sequence[Any]) -> NDArray[np.float64]:
    """As doubles; NaN for whatever is no finite number."""
    if isinstance(values, np.ndarray):
        return values.astype(np.float64)
    kinds = set(map(type, values))
    if kinds <= {float, int} or (kinds == {str} and "_" not in "".join(values)):
        try:
            return np.array(list(map(float, values)), dtype=np.float64)
        except (ValueError, OverflowError):
            pass  # find out which
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: object) -> float:
    """A finite number, or NaN. Digits with underscores are Python's habit, not a number of a table."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    if isinstance(value, str) and "_" in value:
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def _fault(lon: Any, lat: Any) -> Fault:
    x, y = _number(_plain(lon)), _number(_plain(lat))
    for name, number, given in (("lon", x, lon), ("lat", y, lat)):
        if not math.isfinite(number):
            return Fault("not-a-number", f"{name} {_told(_plain(given))} is not a number")
    swapped = "; lon and lat look swapped" if abs(x) <= 90 and abs(y) <= 180 else ""
    return Fault("bad-point", f"lon {x}, lat {y} is no point on the globe{swapped}")


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _told(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
