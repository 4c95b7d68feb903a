"""The whole net in force as files: areas, grids, buildings, addresses, duties."""

from boundaries.export.layers import LAYERS, read_layers
from boundaries.export.writing import FORMATS, TargetExists, UnknownExport, write_layers

__all__ = ["FORMATS", "LAYERS", "TargetExists", "UnknownExport", "read_layers", "write_layers"]
