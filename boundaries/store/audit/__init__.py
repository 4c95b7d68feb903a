"""The audit: what was changed, who read of persons, who signed in: in one chain that shows every gap."""

from boundaries.store.audit.chain import Finding, Head, Verified, append, verify
from boundaries.store.audit.listing import Event, Wanted, page
from boundaries.store.audit.reads import Entry, Read, SignIn, take, taken, tell

__all__ = [
    "Entry",
    "Event",
    "Finding",
    "Head",
    "Read",
    "SignIn",
    "Verified",
    "Wanted",
    "append",
    "page",
    "take",
    "taken",
    "tell",
    "verify",
]
