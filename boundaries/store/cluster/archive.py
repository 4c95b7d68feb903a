"""Every change of a private PostGIS kept in a folder, and the cluster as it was at any instant since.

In the archive, `base/<instant>` holds whole copies of the cluster and `wal/` everything written since.
A new cluster is made from the last whole copy before the wanted instant and what was written until then.
"""

import re
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from boundaries.store.cluster import server as clusters
from boundaries.store.cluster.account import FolderOutOfReach, ServerAccount
from boundaries.store.cluster.binaries import find_binaries
from boundaries.store.cluster.folders import PORT, Folders
from boundaries.store.cluster.server import OWNER, ClusterFailed
from boundaries.store.errors import Refusal

_NAME = "%Y%m%dT%H%M%S.%fZ"
_LOSS_S = 60  # what a burnt machine loses at most: a segment is archived at least so often


class HomeTaken(Refusal):
    """A cluster is recovered into a new folder only."""

    code = "home-taken"

    def __init__(self, home: Path) -> None:
        self.home = str(home)
        super().__init__(f"{home} is there already: a recovery writes over nothing, name a new folder.")


class NoCopyBefore(Refusal):
    """The archive does not reach back to an instant."""

    code = "no-copy-before"

    def __init__(self, archive: Path, to: datetime | None, first: datetime | None) -> None:
        self.archive = str(archive)
        self.to = to
        self.first = first
        reach = f"it reaches back to {first.isoformat()}" if first else "it holds no whole copy"
        super().__init__(
            f"The archive {archive} cannot give {to.isoformat() if to else 'anything'}: {reach}."
        )


def keep(home: Path, archive: Path, *, bindir: Path | None = None, account: str = "postgres") -> datetime:
    """Archive every change of the cluster in `home` from now on, and put a whole copy beside.

    The first time the server restarts, as PostgreSQL turns archiving on at a start only. Calling it again
    (every night, say) adds a whole copy, which makes a recovery shorter. Returns the instant from which on
    this copy recovers. Raises ClusterFailed, FolderOutOfReach, PostgisMissing.
    """
    folders = Folders.of(home)
    runner = ServerAccount.of_this_process(account)
    archive = archive.resolve()
    for room in (archive, archive / "wal", archive / "base"):
        room.mkdir(parents=True, exist_ok=True, mode=0o700)
        runner.own(room)
    if not runner.can_enter(archive / "wal"):
        raise FolderOutOfReach(archive, runner.name)
    url = clusters.ensure(home, bindir=bindir, account=account)
    with psycopg.connect(url, autocommit=True) as connection:
        on = connection.execute("show archive_mode").fetchone() == ("on",)
        for name, value in (
            ("archive_mode", "on"),
            ("archive_command", _archive_command(archive / "wal")),
            ("archive_timeout", f"{_LOSS_S}s"),
        ):
            connection.execute(f"alter system set {name} = {sql.quote(value)}")
        connection.execute("select pg_reload_conf()")
    if not on:
        clusters.stop(home, bindir=bindir, account=account)
        clusters.ensure(home, bindir=bindir, account=account)
    growing = archive / "base" / "growing"
    shutil.rmtree(growing, ignore_errors=True)
    programs = find_binaries(bindir, major=int((folders.data / "PG_VERSION").read_text()))
    _run(runner, folders.home, "be copied", archive / "base.log", [
        *(programs / "pg_basebackup", "-h", folders.socket, "-p", str(PORT), "-U", OWNER),
        *("-D", growing, "-c", "fast", "-X", "stream", "--no-password"),
    ])  # fmt: skip
    _run(
        runner,
        folders.home,
        "be read back",
        archive / "base.log",
        [programs / "pg_verifybackup", "-q", growing],
    )
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("select clock_timestamp() from pg_switch_wal()").fetchone()
    assert row is not None
    instant: datetime = row[0].astimezone(UTC)
    growing.rename(archive / "base" / instant.strftime(_NAME))
    return instant


def copies(archive: Path) -> list[tuple[datetime, Path]]:
    """The whole copies in an archive, each with the instant from which on it recovers; oldest first."""
    found = []
    for folder in (archive / "base").glob("*Z"):
        if re.fullmatch(r"\d{8}T\d{6}\.\d{6}Z", folder.name):
            found.append((datetime.strptime(folder.name, _NAME).replace(tzinfo=UTC), folder))
    return sorted(found)


def recover(
    archive: Path,
    home: Path,
    *,
    to: datetime | None = None,
    bindir: Path | None = None,
    account: str = "postgres",
    timeout_s: float = 3600.0,
) -> str:
    """Make a new cluster in `home` as the archived one was at `to` (None: the last that was archived).

    It runs when this returns, archives nothing, and has the returned URL; the archived cluster is not
    touched. Raises HomeTaken, NoCopyBefore, ClusterFailed (also where the archive ends before `to`),
    FolderOutOfReach, PostgisMissing.
    """
    archive = archive.resolve()
    there = copies(archive)
    usable = [folder for instant, folder in there if to is None or instant <= to]
    if not usable:
        raise NoCopyBefore(archive, to, there[0][0] if there else None)
    folders = Folders.of(home)
    if folders.data.exists():
        raise HomeTaken(folders.home)
    runner = ServerAccount.of_this_process(account)
    folders.make_home(runner)
    with folders.locked():
        folders.make_rooms(runner)
        folders.data.mkdir(mode=0o700)
        runner.own(folders.data)
        copied: list[str | Path] = ["cp", "-a", f"{usable[-1]}/.", folders.data]
        _run(runner, folders.home, "be laid out", folders.log / "start.log", copied)
        _aim(folders, archive / "wal", to)
        signal = folders.data / "recovery.signal"
        signal.touch(mode=0o600)
        runner.own(signal)
        folders.complete.touch()
    url = clusters.ensure(home, bindir=bindir, account=account, timeout_s=timeout_s)
    with psycopg.connect(url, autocommit=True) as connection:
        # at the target the server opens for reading first; it is ours when it takes writes
        connection.execute("select pg_promote(wait => true) where pg_is_in_recovery()")
    return url


def _aim(folders: Folders, wal: Path, to: datetime | None) -> None:
    """Say in the new cluster's settings from where to recover, and until when."""
    settings = folders.data / "postgresql.auto.conf"
    kept = [line for line in settings.read_text().splitlines() if not line.startswith("archive_")]
    kept += [
        f"log_directory = {_conf(str(folders.log))}",
        f"restore_command = {_conf(f'cp {_shell(wal)}/%f %p')}",
        "recovery_target_action = 'promote'",
    ]
    if to is not None:
        kept.append(f"recovery_target_time = {_conf(to.astimezone(UTC).isoformat(sep=' '))}")
    settings.write_text("\n".join(kept) + "\n")


def _archive_command(wal: Path) -> str:
    # whole or not at all under its own name, on the disk before PostgreSQL forgets it, and never over another
    to = f"{_shell(wal)}/%f"
    return f"test ! -e {to} && cp %p {to}.part && sync {to}.part && mv {to}.part {to}"


def _shell(path: Path) -> str:
    return shlex.quote(str(path).replace("%", "%%"))


def _conf(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _run(runner: ServerAccount, home: Path, what: str, log: Path, command: list[str | Path]) -> None:
    if runner.run(command, output=log) != 0:
        raise ClusterFailed(what, home, log.read_text(errors="replace")[-2000:].strip())
