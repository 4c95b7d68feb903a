"""The register as files: the whole net in force layer by layer, and single tables of any length."""

from boundaries.export.layers import LAYERS, read_layers
from boundaries.export.tables import (
    MOST_ON_A_SHEET,
    TABLE_FORMATS,
    TooManyForSheet,
    add_layer,
    replaced,
    write_table,
)
from boundaries.export.writing import FORMATS, TargetExists, UnknownExport, write_layers

__all__ = [
    "FORMATS",
    "LAYERS",
    "MOST_ON_A_SHEET",
    "TABLE_FORMATS",
    "TargetExists",
    "TooManyForSheet",
    "UnknownExport",
    "add_layer",
    "read_layers",
    "replaced",
    "write_layers",
    "write_table",
]
