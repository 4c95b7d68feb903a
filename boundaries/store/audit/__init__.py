"""The audit: what was changed and who read of persons, in one chain that shows every gap."""

from boundaries.store.audit.chain import Finding, Head, Verified, append, verify
from boundaries.store.audit.listing import Event, Wanted, page
from boundaries.store.audit.reads import Read, take, taken, tell

__all__ = [
    "Event",
    "Finding",
    "Head",
    "Read",
    "Verified",
    "Wanted",
    "append",
    "page",
    "take",
    "taken",
    "tell",
    "verify",
]
