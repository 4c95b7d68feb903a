"""The account that the server runs as: PostgreSQL refuses root, so root lends it another one."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boundaries.store.errors import Refusal


class NoServerAccount(Refusal):
    """We are root and the account for the server does not exist."""

    code = "no-server-account"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"PostgreSQL does not run as root and there is no account '{name}' for it:"
            " create one ('useradd --system postgres') or name another in YIWANG_PG_ACCOUNT."
        )


class FolderOutOfReach(Refusal):
    """The server's account cannot enter the folder of the cluster."""

    code = "folder-out-of-reach"

    def __init__(self, folder: Path, account: str) -> None:
        self.folder = str(folder)
        self.account = account
        super().__init__(
            f"The account '{account}' that runs PostgreSQL cannot enter {folder}:"
            " let it pass ('chmod a+x' on the folder and its parents) or set YIWANG_HOME to another folder."
        )


@dataclass(frozen=True)
class ServerAccount:
    """Who the server's programs run as. `lent` is true when we are root and give that up for them."""

    name: str
    uid: int
    gid: int
    lent: bool

    @classmethod
    def of_this_process(cls, account: str = "postgres") -> "ServerAccount":
        """Ourselves, or the named account when we are root. Raises NoServerAccount."""
        uid = os.geteuid()
        if uid != 0:
            return cls(_name_of(uid), uid, os.getegid(), lent=False)
        try:
            entry = pwd.getpwnam(account)
        except KeyError:
            raise NoServerAccount(account) from None
        return cls(account, entry.pw_uid, entry.pw_gid, lent=True)

    def run(self, command: Sequence[str | Path], *, output: Path | None = None) -> int:
        """Run one of the server's programs as this account, in a session of its own.

        Its output goes to the end of `output`. It inherits no descriptor and no PG… variable, and
        neither Ctrl-C in our terminal nor our own end reaches what it leaves running.
        Returns the exit status.
        """
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        # no HOME of ours: the account may not enter it
        environment |= {"LC_ALL": "C", "HOME": "/", "TZ": "UTC"}
        with (output or Path(os.devnull)).open("ab") as log:
            return subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd="/",
                start_new_session=True,
                user=self.uid if self.lent else None,
                group=self.gid if self.lent else None,
                extra_groups=[] if self.lent else None,
            ).returncode

    def can_enter(self, folder: Path) -> bool:
        """Whether this account passes through every parent into a folder."""
        if not self.lent:
            return os.access(folder, os.X_OK)
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]) == 0

    def own(self, path: Path) -> None:
        """Give a file or folder that we made to this account."""
        if self.lent:
            os.chown(path, self.uid, self.gid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
