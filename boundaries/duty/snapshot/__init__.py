"""The snapshot: one district at one instant as one immutable value, which answers without a database."""

from boundaries.duty.snapshot.making import build
from boundaries.duty.snapshot.value import Snapshot

__all__ = ["Snapshot", "build"]
