"""A private PostGIS: one cluster in a folder, shared by every process that names the folder.

It listens on a Unix socket only, whose folder is closed to other accounts; that is why `trust` is
enough. The server is nobody's child: it outlives the process that started it.
"""

import locale
import shutil
import time
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg

from boundaries.store.cluster import processes
from boundaries.store.cluster.account import ServerAccount
from boundaries.store.cluster.binaries import find_binaries
from boundaries.store.cluster.folders import PORT, Folders
from boundaries.store.errors import Refusal

OWNER = "yiwang"
DATABASE = "yiwang"

_SETTINGS = """
# --- Yiwang: a private server for one application on one machine
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '256MB'
work_mem = '16MB'
maintenance_work_mem = '128MB'
effective_cache_size = '1GB'
max_wal_size = '2GB'
wal_compression = on
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 1
timezone = 'UTC'
log_timezone = 'UTC'
idle_in_transaction_session_timeout = '10min'
client_connection_check_interval = '10s'
logging_collector = on
log_filename = 'postgresql.log'
log_rotation_size = '20MB'
log_rotation_age = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %q%u '
"""


class ClusterFailed(Refusal):
    """The server's programs failed; `log` holds the end of what they said."""

    code = "cluster-failed"

    def __init__(self, what: str, home: Path, log: str) -> None:
        self.what = what
        self.home = str(home)
        self.log = log
        super().__init__(f"The private PostGIS in {home} did not {what}: {log or 'it said nothing'}")


class ClusterStopped(Refusal):
    """The cluster was stopped on purpose and the caller asked to respect that."""

    code = "cluster-stopped"

    def __init__(self, home: Path) -> None:
        self.home = str(home)
        super().__init__(f"The private PostGIS in {home} was stopped.")


def url(home: Path) -> str:
    """The libpq URL of the cluster in `home`, as its owner; says nothing about whether it runs."""
    return (
        f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(Folders.of(home).socket), safe='/')}&port={PORT}"
    )


def ensure(
    home: Path,
    *,
    bindir: Path | None = None,
    account: str = "postgres",
    unless_stopped: bool = False,
    timeout_s: float = 60.0,
) -> str:
    """Make the cluster in `home` if it is missing, start it if it is down, and return its URL.

    Any number of processes may call it at once. bindir: where postgres is, else it is looked for.
    account: who runs the server if we are root. unless_stopped: leave a cluster alone that was
    stopped on purpose. Raises PostgisMissing, ClusterFailed, ClusterStopped, NoServerAccount,
    FolderNotOurs, FolderOutOfReach.
    """
    folders = Folders.of(home)
    server = ServerAccount.of_this_process(account)
    if folders.is_complete and _answers(folders):
        return url(home)
    folders.make_home(server)
    with folders.locked():
        folders.make_rooms(server)
        if unless_stopped and folders.stopped.exists():
            raise ClusterStopped(folders.home)
        if not folders.is_complete:
            programs = find_binaries(bindir)
            _initialise(folders, server, programs)
            _start(folders, server, programs, timeout_s)
            _create_database(folders)
            folders.complete.touch()
        elif not _answers(folders):
            major = int((folders.data / "PG_VERSION").read_text())
            _start(folders, server, find_binaries(bindir, major=major), timeout_s)
        folders.stopped.unlink(missing_ok=True)
    return url(home)


def stop(
    home: Path,
    *,
    bindir: Path | None = None,
    account: str = "postgres",
    immediately: bool = False,
    timeout_s: float = 60.0,
) -> None:
    """Stop the cluster in `home`, ending its connections; nothing happens if it is down or missing.

    immediately: without writing a checkpoint; the next start recovers, and no commit is lost.
    """
    folders = Folders.of(home)
    if not folders.data.exists():
        return
    server = ServerAccount.of_this_process(account)
    with folders.locked():
        folders.stopped.touch()
        mode = "immediate" if immediately else "fast"
        pid = processes.postmaster_pid(folders.data)
        if pid is None or (processes.has_proc() and not processes.serves(pid, folders.data)):
            return
        major = int((folders.data / "PG_VERSION").read_text())
        _stop(folders, server, find_binaries(bindir, major=major), mode, timeout_s)


def _initialise(folders: Folders, server: ServerAccount, programs: Path) -> None:
    pid = processes.postmaster_pid(folders.data)
    if pid is not None and processes.serves(pid, folders.data):  # a start that was cut off half way
        _stop(folders, server, programs, "immediate", 30)
    if folders.data.exists():
        shutil.rmtree(folders.data)
    folders.data.mkdir(mode=0o700)
    server.own(folders.data)
    log = folders.log / "start.log"
    command: list[str | Path] = [
        *(programs / "initdb", "-D", folders.data, "-U", OWNER, "-E", "UTF8"),
        *("--locale=C", f"--lc-ctype={_utf8_ctype()}", "--data-checksums", "--no-instructions"),
        *("--auth-local=trust", "--auth-host=reject"),
    ]
    if server.run(command, output=log) != 0:
        raise ClusterFailed("initialise", folders.home, _tail(log))
    with (folders.data / "postgresql.conf").open("a") as settings:
        settings.write(_SETTINGS)
        settings.write(f"log_directory = '{_quoted(folders.log)}'\n")


def _start(folders: Folders, server: ServerAccount, programs: Path, timeout_s: float) -> None:
    end = time.monotonic() + timeout_s
    log = folders.log / "start.log"
    log.write_text("")  # what an earlier start complained of is settled
    while not _answers(folders):
        if time.monotonic() > end:
            said = [_tail(folders.log / name) for name in ("start.log", "server.log", "postgresql.log")]
            raise ClusterFailed("start", folders.home, "\n".join(filter(None, said)))
        if _already_starting(folders, end):
            continue
        _clear_the_way(folders, server, programs)
        # the socket's folder is named here, not in postgresql.conf: a home may be moved
        options = f"-c unix_socket_directories='{_quoted(folders.socket)}' -c port={PORT}"
        command: list[str | Path] = [
            *(programs / "pg_ctl", "start", "-D", folders.data, "-w", "-s", "-t", str(int(timeout_s))),
            *("-l", folders.log / "server.log", "-o", options),
        ]
        if server.run(command, output=log) != 0:
            time.sleep(0.3)


def _already_starting(folders: Folders, end: float) -> bool:
    """Wait for a live postmaster of ours until it answers; false if there is none, or it is deaf.

    One that says that it is on its way, however long it recovers, is left alone.
    """
    pid = processes.postmaster_pid(folders.data)
    if pid is None or not processes.has_proc():
        return False
    patience = min(end, time.monotonic() + (end - time.monotonic()) / 2)
    while (lives := processes.serves(pid, folders.data)) and time.monotonic() < end:
        answer = _asked(folders)
        if answer == "yes":
            return True
        if answer == "deaf" and time.monotonic() > patience:
            return False
        time.sleep(0.05)
    return lives


def _clear_the_way(folders: Folders, server: ServerAccount, programs: Path) -> None:
    pid = processes.postmaster_pid(folders.data)
    if not processes.has_proc():
        return  # PostgreSQL itself removes the file of a dead postmaster
    if pid is not None and processes.serves(pid, folders.data):  # alive, but its socket is gone
        _stop(folders, server, programs, "immediate", 30)
    processes.end_orphans(folders.data, within_s=20)
    # the number may belong to a zombie or a stranger by now, which PostgreSQL would take for a server
    (folders.data / "postmaster.pid").unlink(missing_ok=True)


def _stop(folders: Folders, server: ServerAccount, programs: Path, mode: str, timeout_s: float) -> None:
    log = folders.log / "start.log"
    command: list[str | Path] = [
        *(programs / "pg_ctl", "stop", "-D", folders.data, "-m", mode, "-w", "-s", "-t", str(int(timeout_s)))
    ]
    if server.run(command, output=log) != 0:
        raise ClusterFailed("stop", folders.home, _tail(log))


def _answers(folders: Folders) -> bool:
    return _asked(folders) == "yes"


def _asked(folders: Folders) -> Literal["yes", "on its way", "deaf"]:
    try:
        _connect(folders).close()
    except psycopg.OperationalError as error:
        if "too many clients" in str(error):
            return "yes"
        return "on its way" if "the database system is" in str(error) else "deaf"
    return "yes"


def _connect(folders: Folders) -> psycopg.Connection:
    return psycopg.connect(
        host=str(folders.socket), port=PORT, user=OWNER, dbname="postgres", connect_timeout=5, autocommit=True
    )


def _create_database(folders: Folders) -> None:
    with _connect(folders) as connection:
        there = connection.execute("select from pg_database where datname = %s", [DATABASE]).fetchone()
        if there is None:
            connection.execute(f"create database {DATABASE} owner {OWNER}")


def _utf8_ctype() -> str:
    # byte order for sorting, but letters of every script are letters: trigrams need that
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _tail(log: Path) -> str:
    try:
        return log.read_text(errors="replace")[-2000:].strip()
    except OSError:
        return ""
