"""Several nets over one ground: where they agree, what each cuts, and one net that moves few households."""

from gis.overlay.crosswalk import Crosswalk
from gis.overlay.merging import merge_nets
from gis.overlay.moving import Bearing, Move, bearing, moves
from gis.overlay.refusals import OverlayRefused

__all__ = ["Bearing", "Crosswalk", "Move", "OverlayRefused", "bearing", "merge_nets", "moves"]
