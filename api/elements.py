"""Elements as an asker may see them: persons masked, sensitive kinds only within the asker's own area."""

from collections.abc import Iterable
from typing import Any

import shapely

from api.access import User
from boundaries.duty.bound_elements import BoundElement
from boundaries.duty.element_answers import areas_of, is_sensitive, kind_of, told
from boundaries.duty.masking import mask_party
from boundaries.duty.refusals import AreaNotPossible
from boundaries.duty.snapshot import Snapshot


def shown(snapshot: Snapshot, user: User, elements: Iterable[BoundElement]) -> list[BoundElement]:
    """Those that the asker may know of."""
    return [
        bound
        for bound in elements
        if not is_sensitive(snapshot, kind_of(snapshot, bound))
        or user.sees_persons(areas_of(snapshot, bound))
    ]


def as_seen(snapshot: Snapshot, user: User, bound: BoundElement) -> dict[str, Any]:
    """One element, with the person masked where the asker may not see persons."""
    found = told(snapshot, bound)
    if not user.sees_persons(areas_of(snapshot, bound)):
        for member in ("department", "person"):
            if found[member] is not None:
                found[member] = mask_party(dict(found[member]))
    return found


def elements_within(snapshot: Snapshot, shape: shapely.Geometry) -> list[BoundElement]:
    """Those inside a polygon in lon/lat. Raises AreaNotPossible for what is no valid polygon."""
    if not shapely.is_valid(shape) or shapely.is_empty(shape):
        raise AreaNotPossible(reason="not a valid polygon", field="polygon")
    return snapshot.bound_elements.inside(shape)
