"""Why a community cannot be divided as asked, with the facts."""

from typing import Any


class PartitionRefused(ValueError):
    """The request makes no sense. facts: plain values, ready for JSON."""

    code = "partition-refused"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.facts = facts


class CommunityRefused(PartitionRefused):
    """The community is missing, no valid polygon, or too large."""

    code = "community-refused"


class BuildingsRefused(PartitionRefused):
    """Buildings and what is known of them do not fit: lengths, negative figures, no polygons."""

    code = "buildings-refused"


class BadTarget(PartitionRefused):
    """Neither or both of a number of grids and bounds, less than one grid, or bounds that contradict."""

    code = "bad-target"


class TooManyGrids(PartitionRefused):
    """More grids are asked for than there are pieces that may be told apart."""

    code = "too-many-grids"


class TooFewGrids(PartitionRefused):
    """Fewer grids than disconnected parts of the ground: a grid is in one piece."""

    code = "too-few-grids"


class NetRefused(PartitionRefused):
    """The present or fixed grids overlap, reach outside or leave ground of the community uncovered."""

    code = "net-refused"
