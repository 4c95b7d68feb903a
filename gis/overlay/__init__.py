"""Several nets over one ground: where they agree, what each cuts, and one net that moves few households."""

from gis.overlay.crosswalk import Crosswalk
from gis.overlay.merging import merge_nets
from gis.overlay.refusals import OverlayRefused

__all__ = ["Crosswalk", "OverlayRefused", "merge_nets"]
