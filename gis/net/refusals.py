"""Why an edit was refused: each with the place and the facts, none with the net changed."""

from typing import Any

from shapely.geometry.base import BaseGeometry


class EditRefused(Exception):
    """An edit that would tear the net, or that makes no sense. The net is as it was.

    place: a lon/lat geometry to show (a point, a line or an area), None where there is none.
    facts: plain values, ready for JSON.
    """

    code = "edit-refused"

    def __init__(self, message: str, *, place: BaseGeometry | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.place = place
        self.facts = facts


class UnknownGrid(EditRefused):
    """The net has no such grid."""

    code = "unknown-grid"


class CodeTaken(EditRefused):
    """A new part was given the code of another grid."""

    code = "code-taken"


class BadLine(EditRefused):
    """The drawn line or polygon is not usable: empty, not finite, too long or crossing itself."""

    code = "bad-line"


class DoesNotCross(EditRefused):
    """The line does not lead from border to border of the grid."""

    code = "does-not-cross"


class TooManyParts(EditRefused):
    """The line cuts the grid into more than two parts."""

    code = "too-many-parts"


class Disconnected(EditRefused):
    """A grid would fall into pieces."""

    code = "disconnected"


class TooSmall(EditRefused):
    """A part would be smaller than the minimum."""

    code = "too-small"


class NotAdjacent(EditRefused):
    """The grids share no border."""

    code = "not-adjacent"


class AcrossCommunities(EditRefused):
    """The edit would move a border between communities, which only a boundary adjustment may."""

    code = "across-communities"


class Locked(EditRefused):
    """The grid is locked."""

    code = "locked"


class LeavesTheGrids(EditRefused):
    """The drawn border leaves the two grids that it parts."""

    code = "leaves-the-grids"


class BordersCross(EditRefused):
    """Borders would cross or fold."""

    code = "borders-cross"


class BuildingInTheWay(EditRefused):
    """A building would be cut and there is no way around it."""

    code = "building-in-the-way"


class Overlaps(EditRefused):
    """The drawn ground is already covered."""

    code = "overlaps"


class NothingThere(EditRefused):
    """The edit would change nothing."""

    code = "nothing-there"


class NotEdgeMatched(EditRefused):
    """The polygons are no net: borders that do not match, overlaps or invalid rings."""

    code = "not-edge-matched"


class NotCurrent(EditRefused):
    """An inverse was applied to a net that has moved on."""

    code = "not-current"


class MovedTooFar(BuildingInTheWay):
    """Sparing a building would lead the drawn border further aside than was asked for."""

    code = "moved-too-far"


class PartsOverlap(EditRefused):
    """Parts of a building are claimed twice or share floors and ground."""

    code = "parts-overlap"


class PartsMissing(EditRefused):
    """The building has no such part, or a part would belong to nobody."""

    code = "parts-missing"


class InAnotherGrid(EditRefused):
    """A building that is named for a grid lies in another one."""

    code = "in-another-grid"


class NoHost(EditRefused):
    """No grid holds the building on whose parts grids shall be stacked."""

    code = "no-host"
