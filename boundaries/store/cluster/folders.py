"""Where a cluster lives: its folder, its data, its lock, and a short path for its socket."""

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from boundaries.store.cluster.account import FolderOutOfReach, ServerAccount
from boundaries.store.errors import Refusal

REPOSITORY = Path(__file__).resolve().parents[3]

PORT = 5432  # only part of the socket's name
# sockaddr_un holds 104 bytes on macOS and 108 on Linux, with the closing zero
_LONGEST_SOCKET = 103


class FolderNotOurs(Refusal):
    """A folder that we need belongs to somebody else."""

    code = "folder-not-ours"

    def __init__(self, folder: Path, owner: str) -> None:
        self.folder = str(folder)
        self.owner = owner
        super().__init__(
            f"{folder} belongs to {owner}: start as the same user as last time, or set YIWANG_HOME to a"
            " folder of your own."
        )


@dataclass(frozen=True)
class Folders:
    """The paths of one cluster."""

    home: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def lock(self) -> Path:
        return self.home / "cluster.lock"

    @property
    def complete(self) -> Path:
        """Written last: a data folder without it is a half-made one."""
        return self.home / "complete"

    @property
    def is_complete(self) -> bool:
        """Whether there is a cluster to start; false also where we may not look."""
        return os.access(self.complete, os.F_OK)

    @property
    def stopped(self) -> Path:
        """There after a deliberate stop, so that no reconnecting process starts the server again."""
        return self.home / "stopped"

    @property
    def socket(self) -> Path:
        """The socket's folder: in the home if its path fits into a socket address, else in /tmp."""
        inside = self.home / "run"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET:
            return inside
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"yiwang-{digest}"  # not $TMPDIR: every process must find the same one

    @classmethod
    def of(cls, home: Path) -> "Folders":
        """The folders of the cluster in `home`, links resolved."""
        return cls(home.resolve())

    def make_home(self, account: ServerAccount) -> None:
        """Make the home, where the lock lives. Raises FolderNotOurs, FolderOutOfReach."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except PermissionError:
            raise FolderOutOfReach(self.home, account.name) from None
        owner = self.home.stat().st_uid
        if owner != os.geteuid() and (os.geteuid() != 0 or owner != account.uid):
            raise FolderNotOurs(self.home, _name(owner))
        if account.lent and stat.S_IMODE(self.home.stat().st_mode) & 0o011 != 0o011:
            self.home.chmod(self.home.stat().st_mode | 0o011)  # whatever the umask said
        if not account.can_enter(self.home):
            raise FolderOutOfReach(self.home, account.name)

    def make_rooms(self, account: ServerAccount) -> None:
        """Make the log's and the socket's folder; only while holding the lock. Raises FolderNotOurs."""
        for folder in (self.log, self.socket):
            if not folder.is_symlink() and not folder.exists():
                folder.mkdir(mode=0o700)
                account.own(folder)
            # /tmp is everybody's: a folder or link that somebody else put there is refused
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
                raise FolderNotOurs(folder, _name(found.st_uid))
            folder.chmod(0o700)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the cluster's lock: one process at a time makes, starts or stops it.

        The lock goes with the process, whatever ends it; the descriptor is not inherited.
        """
        with self.lock.open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def default_home(account: ServerAccount) -> Path:
    """`.yiwang/pg` in the repository, or /var/lib/yiwang-<hash> where the server cannot reach that.

    Only root has the second case: a repository below /root is closed to the server's account.
    A cluster that exists already is kept to.
    """
    near = REPOSITORY / ".yiwang" / "pg"
    if not account.lent or Folders(near).is_complete:
        return near
    far = Path("/var/lib") / f"yiwang-{hashlib.sha256(os.fsencode(REPOSITORY)).hexdigest()[:12]}"
    if Folders(far).is_complete:
        return far
    nearest_there = next(folder for folder in (near, *near.parents) if folder.exists())
    return near if account.can_enter(nearest_there) else far


def _name(uid: int) -> str:
    return "root" if uid == 0 else f"user {uid}"
