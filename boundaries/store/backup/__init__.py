"""A copy of the whole register in a folder, and a new register from such a copy."""

from boundaries.store.backup.contents import Contents
from boundaries.store.backup.copy import (
    BackupDamaged,
    BackupFailed,
    Manifest,
    RegisterInTheWay,
    RestoreDiffers,
    beside,
    restore,
    take,
    verify,
)

__all__ = [
    "BackupDamaged",
    "BackupFailed",
    "Contents",
    "Manifest",
    "RegisterInTheWay",
    "RestoreDiffers",
    "beside",
    "restore",
    "take",
    "verify",
]
