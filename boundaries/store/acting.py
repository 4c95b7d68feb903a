"""On whose behalf this thread or request works: what the audit writes down beside each change."""

import getpass
import json
import os
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Acting:
    """Who acts, how they signed in, from which address, under which request. Filled as it becomes known."""

    actor: str = ""
    via: str = ""
    origin: str = ""
    request_id: str = ""

    def as_setting(self) -> str:
        """The value of the setting `yiwang.acting`, which the triggers read."""
        return json.dumps(
            {"actor": self.actor, "via": self.via, "origin": self.origin, "request_id": self.request_id}
        )


_acting: ContextVar[Acting | None] = ContextVar("yiwang_acting", default=None)


def begin(acting: Acting) -> None:
    """From here on this context acts on somebody's behalf."""
    _acting.set(acting)


def current() -> Acting | None:
    """On whose behalf this context acts; None: the system's own."""
    return _acting.get()


def command_line() -> Acting:
    """Whoever the operating system says runs this command."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        login = str(os.getuid())
    return Acting(actor=f"command line:{login}", via="command", origin=os.uname().nodename)
