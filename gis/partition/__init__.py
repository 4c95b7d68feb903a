"""Balanced grids: a community divided so that no building is cut and borders follow roads."""

from gis.partition.cells import CellsBroken
from gis.partition.partitioning import Draw, partition
from gis.partition.proposals import NAMES, Proposal, Proposals, propose
from gis.partition.rebalancing import rebalance
from gis.partition.refinement import Style
from gis.partition.refusals import (
    BadTarget,
    BuildingsRefused,
    CommunityRefused,
    NetRefused,
    PartitionRefused,
    TooFewGrids,
    TooManyGrids,
)
from gis.partition.result import Blocker, Partition, PartitionFigures
from gis.partition.simple import blocks, compounds, hexagons, squares, voronoi
from gis.partition.watch import Progress

__all__ = [
    "NAMES",
    "BadTarget",
    "Blocker",
    "BuildingsRefused",
    "CellsBroken",
    "CommunityRefused",
    "Draw",
    "NetRefused",
    "Partition",
    "PartitionFigures",
    "PartitionRefused",
    "Progress",
    "Proposal",
    "Proposals",
    "Style",
    "TooFewGrids",
    "TooManyGrids",
    "blocks",
    "compounds",
    "hexagons",
    "partition",
    "propose",
    "rebalance",
    "squares",
    "voronoi",
]
