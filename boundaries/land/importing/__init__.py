"""Import: what a district's offices have, checked row by row, committed as a whole or not at all."""

from boundaries.land.importing.apart import dry_run_apart, examine_apart, is_large
from boundaries.land.importing.errors import (
    FileTooLarge,
    FrameNotStated,
    ImportBlocked,
    LayerNotChosen,
    MappingIncomplete,
    UnknownField,
    UnknownFormat,
    UnknownFrame,
    UnknownKind,
    UnreadableFile,
    UnsafeArchive,
)
from boundaries.land.importing.examine import Examined, Progress, examine
from boundaries.land.importing.frame import Stated
from boundaries.land.importing.kinds import KINDS
from boundaries.land.importing.report import CoverageFault, Finding, ImportReport, RefusedRow
from boundaries.land.importing.request import Request, codes_in
from boundaries.land.importing.run import commit, dry_run

__all__ = [
    "KINDS",
    "CoverageFault",
    "Examined",
    "FileTooLarge",
    "Finding",
    "FrameNotStated",
    "ImportBlocked",
    "ImportReport",
    "LayerNotChosen",
    "MappingIncomplete",
    "Progress",
    "RefusedRow",
    "Request",
    "Stated",
    "UnknownField",
    "UnknownFormat",
    "UnknownFrame",
    "UnknownKind",
    "UnreadableFile",
    "UnsafeArchive",
    "codes_in",
    "commit",
    "dry_run",
    "dry_run_apart",
    "examine",
    "examine_apart",
    "is_large",
]
