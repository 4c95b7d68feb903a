"""Take, verify and restore a copy: pg_dump's archive and a manifest of what is in it.

The archive and the figures of the manifest come from one exported snapshot, so that a restored
register can be proven to be the one that was copied, while writes go on beside.
"""

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

from boundaries.store import migrate
from boundaries.store.addresses import APP_ROLE, OGC_ROLE, libpq_url, sqlalchemy_url
from boundaries.store.backup.contents import Contents
from boundaries.store.cluster import find_binaries
from boundaries.store.errors import Refusal
from boundaries.store.tables import SCHEMA

_ARCHIVE = "register.dump"
_MANIFEST = "manifest.json"
_FORMAT = 1
_SCHEMAS = (SCHEMA, "ogc")


class BackupFailed(Refusal):
    """PostgreSQL's own programs could not copy or read; `said` is what they said."""

    code = "backup-failed"

    def __init__(self, what: str, said: str) -> None:
        self.what = what
        self.said = said
        super().__init__(f"The register could not be {what}: {said or 'PostgreSQL said nothing'}")


class BackupDamaged(Refusal):
    """A folder is no copy of a register, or not the one that was written."""

    code = "backup-damaged"

    def __init__(self, folder: Path, why: str) -> None:
        self.folder = str(folder)
        self.why = why
        super().__init__(f"{folder} is no whole copy of a register: {why}.")


class RegisterInTheWay(Refusal):
    """A copy is restored into a new database only; nothing is ever written over."""

    code = "register-in-the-way"

    def __init__(self, database: str) -> None:
        self.database = database
        super().__init__(
            f"The database “{database}” holds a register already, and a restore writes over nothing: name a"
            " new one (--into), or another folder for the private PostGIS (YIWANG_HOME)."
        )


class RestoreDiffers(Refusal):
    """What was restored is not what was copied."""

    code = "restore-differs"

    def __init__(self, differences: list[str]) -> None:
        self.differences = differences
        super().__init__("The restored register is not the one that was copied: " + "; ".join(differences))


@dataclass(frozen=True)
class Manifest:
    """What a copy holds, and how to know that it is whole."""

    taken_at: datetime
    migration: str  # the schema's revision
    server: str  # PostgreSQL's version
    bytes: int
    sha256: str  # of the archive
    contents: Contents

    def to_json(self) -> str:
        """As the manifest file holds it."""
        told = asdict(self) | {"format": _FORMAT, "taken_at": self.taken_at.isoformat()}
        return json.dumps(told, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Raises ValueError, KeyError or TypeError for anything but a manifest of this format."""
        told = json.loads(text)
        if told.pop("format") != _FORMAT:
            raise ValueError("another format")
        contents = Contents(**told.pop("contents"))
        return cls(taken_at=datetime.fromisoformat(told.pop("taken_at")), contents=contents, **told)


def take(url: str, folder: Path, *, bindir: Path | None = None) -> Manifest:
    """Copy the register of `url`, as the role that owns it, into a new folder.

    The folder appears under its name when everything in it is written and synced, or not at all.
    bindir: where pg_dump is, else that of the newest PostgreSQL here. Raises BackupFailed
    (also where the folder exists) and PostgisMissing.
    """
    if folder.exists():
        raise BackupFailed("copied", f"{folder} exists already")
    address = sqlalchemy_url(url)
    growing = folder.with_name(folder.name + ".partial")
    shutil.rmtree(growing, ignore_errors=True)
    growing.mkdir(parents=True, mode=0o700)
    archive = growing / _ARCHIVE
    try:
        with psycopg.connect(libpq_url(address)) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            row = connection.execute(
                "select pg_export_snapshot(), now(), current_setting('server_version')"
            ).fetchone()
            assert row is not None
            snapshot, now, server = row
            options = ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={archive}"]
            _run(
                "copied", bindir, "pg_dump", *options, *(f"--schema={name}" for name in _SCHEMAS), at=address
            )
            manifest = Manifest(
                taken_at=now.astimezone(UTC),
                migration=_migration(connection),
                server=server,
                bytes=archive.stat().st_size,
                sha256=_sha256(archive),
                contents=Contents.of(connection),
            )
        (growing / _MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        for path in (archive, growing / _MANIFEST, growing):
            _sync(path)
        growing.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What a copy says of itself. Raises BackupDamaged."""
    try:
        return Manifest.from_json((folder / _MANIFEST).read_text(encoding="utf-8"))
    except OSError:
        raise BackupDamaged(folder, f"{_MANIFEST} is missing") from None
    except (ValueError, KeyError, TypeError):
        raise BackupDamaged(folder, f"{_MANIFEST} is not readable") from None


def beside(folder: Path) -> list[Path]:
    """The copies in the same parent folder, this one included, oldest first; other folders are left out."""
    found = []
    for other in folder.resolve().parent.iterdir():
        try:
            found.append((read_manifest(other).taken_at, other))
        except BackupDamaged:
            continue
    return [other for _, other in sorted(found)]


def verify(folder: Path, *, bindir: Path | None = None) -> Manifest:
    """The manifest of a copy whose archive is what was written and can be read to its end.

    Raises BackupDamaged, PostgisMissing.
    """
    archive = folder / _ARCHIVE
    manifest = read_manifest(folder)
    if not archive.is_file():
        raise BackupDamaged(folder, f"{_ARCHIVE} is missing")
    if archive.stat().st_size != manifest.bytes or _sha256(archive) != manifest.sha256:
        raise BackupDamaged(folder, f"{_ARCHIVE} is not the file that was written")
    try:
        # reads and unpacks every row; the SQL goes nowhere
        _run("read", bindir, "pg_restore", f"--file={os.devnull}", str(archive))
    except BackupFailed as failure:
        raise BackupDamaged(folder, failure.said) from failure
    return manifest


def restore(folder: Path, url: str, *, app_user: str = APP_ROLE, bindir: Path | None = None) -> Manifest:
    """Make the register of a copy anew in the database of `url`, which is created if it is missing.

    One transaction; then every table is counted and summed against the manifest; then the schema is
    brought to this release. url: as a role that may create databases and roles, and then owns the
    tables. app_user: as in `migrate.upgrade`. Raises BackupDamaged, RegisterInTheWay, BackupFailed,
    RestoreDiffers, UnknownRevision (a newer release wrote the copy), PostgisMissing.
    """
    manifest = verify(folder, bindir=bindir)
    migrate.check_known(manifest.migration)
    address = sqlalchemy_url(url)
    _create_if_missing(address)
    with psycopg.connect(libpq_url(address), autocommit=True) as connection:
        if connection.execute("select to_regnamespace(%s)", [SCHEMA]).fetchone() != (None,):
            raise RegisterInTheWay(address.database or "")
        _prepare(connection)
        options = ["--no-owner", "--single-transaction", "--exit-on-error", str(folder / _ARCHIVE)]
        _run("restored", bindir, "pg_restore", *options, at=address)
        with connection.transaction():
            differences = manifest.contents.differences(Contents.of(connection))
        connection.execute("analyze")
    if differences:
        raise RestoreDiffers(differences)
    migrate.upgrade(url, app_user=app_user)
    return manifest


def _prepare(connection: psycopg.Connection) -> None:
    """The extensions and roles that the archive speaks of and does not hold."""
    for extension in ("postgis", "btree_gist"):
        connection.execute(
            sql.SQL("create extension if not exists {} with schema public").format(sql.Identifier(extension))
        )
    for role, login in ((APP_ROLE, "login"), (OGC_ROLE, "nologin")):
        if connection.execute("select from pg_roles where rolname = %s", [role]).fetchone() is None:
            connection.execute(sql.SQL("create role {} " + login).format(sql.Identifier(role)))
    connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(OGC_ROLE), sql.Identifier(APP_ROLE)))


def _create_if_missing(address: URL) -> None:
    with psycopg.connect(libpq_url(address.set(database="postgres")), autocommit=True) as connection:
        there = connection.execute(
            "select from pg_database where datname = %s", [address.database]
        ).fetchone()
        if there is None:
            name = sql.Identifier(address.database or "")
            connection.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(name))


def _migration(connection: psycopg.Connection) -> str:
    row = connection.execute(
        sql.SQL("select version_num from {}").format(sql.Identifier(SCHEMA, "alembic_version"))
    ).fetchone()
    assert row is not None
    return str(row[0])


def _run(what: str, bindir: Path | None, program: str, *options: str, at: URL | None = None) -> None:
    environment = os.environ | {"LC_ALL": "C"}
    command = [str(find_binaries(bindir) / program)]
    if at is not None:
        command.append(f"--dbname={libpq_url(at.set(password=None))}")
        if at.password:
            environment["PGPASSWORD"] = str(at.password)  # never among the arguments, which all may read
    done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BackupFailed(what, done.stderr.strip()[-2000:])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
