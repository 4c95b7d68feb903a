"""Where this machine keeps a PostgreSQL that has PostGIS."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from boundaries.store.errors import Refusal

OLDEST = 15
NEWEST = 20  # looked for, not promised

_LAYOUTS = (
    "/usr/lib/postgresql/{v}/bin",  # Debian, Ubuntu
    "/usr/pgsql-{v}/bin",  # RHEL and the PGDG packages
    "/usr/lib/postgresql{v}/bin",  # openSUSE
    "/usr/libexec/postgresql{v}",  # Alpine
    "/opt/homebrew/opt/postgresql@{v}/bin",  # Homebrew on Apple silicon
    "/usr/local/opt/postgresql@{v}/bin",  # Homebrew on Intel
    "/Applications/Postgres.app/Contents/Versions/{v}/bin",
)
_PROGRAMS = ("postgres", "initdb", "pg_ctl")
_EXTENSIONS = ("postgis", "btree_gist")


class PostgisMissing(Refusal):
    """No PostgreSQL with PostGIS was found; the message says what to install."""

    code = "postgis-missing"

    def __init__(self, looked_in: list[str]) -> None:
        self.looked_in = looked_in
        super().__init__(
            "PostgreSQL with PostGIS is missing: install it (Debian 12: 'apt-get install"
            " postgresql-15 postgresql-15-postgis-3'; macOS: 'brew install postgis'), name the folder of its"
            " programs in YIWANG_PG_BINDIR, or point YIWANG_DATABASE_URL to a server."
        )


def find_binaries(bindir: Path | None = None, *, major: int | None = None) -> Path:
    """The folder of postgres, initdb and pg_ctl of the newest PostgreSQL that has PostGIS.

    bindir: look only there. major: take only this version (that of an existing cluster).
    Raises PostgisMissing.
    """
    candidates = [bindir] if bindir else list(dict.fromkeys(_candidates(major)))
    for candidate in candidates:
        if not all((candidate / name).is_file() for name in _PROGRAMS) or not _has_extensions(candidate):
            continue
        found = version_of(candidate)
        if found >= OLDEST and found == (major or found):
            return candidate
    raise PostgisMissing([str(path) for path in candidates])


def version_of(bindir: Path) -> int:
    """The major version of the postgres in a folder."""
    said = subprocess.run(
        [bindir / "postgres", "--version"], check=True, capture_output=True, text=True, cwd="/"
    ).stdout
    number = re.search(r"\d+", said)
    if number is None:
        raise RuntimeError(f"{bindir / 'postgres'} does not tell its version: {said!r}")
    return int(number.group())


def _candidates(major: int | None) -> Iterator[Path]:
    for version in [major] if major else range(NEWEST, OLDEST - 1, -1):
        for layout in _LAYOUTS:
            yield Path(layout.format(v=version))
    if pg_config := shutil.which("pg_config"):
        yield Path(_pg_config(pg_config, "--bindir"))
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent


def _has_extensions(bindir: Path) -> bool:
    return any(
        all((folder / "extension" / f"{name}.control").is_file() for name in _EXTENSIONS)
        for folder in _share_folders(bindir)
    )


def _share_folders(bindir: Path) -> Iterator[Path]:
    # Debian ships pg_config only with the development package, so the known layouts come too
    if (bindir / "pg_config").is_file():
        yield Path(_pg_config(bindir / "pg_config", "--sharedir"))
    prefix = bindir.parent
    yield prefix / "share"
    yield prefix / "share" / "postgresql"
    yield prefix / "share" / "pgsql"  # Fedora's own packages
    yield Path(str(prefix).replace("/usr/lib/", "/usr/share/", 1))
    yield Path(str(bindir).replace("/usr/libexec/", "/usr/share/", 1))


def _pg_config(program: str | Path, what: str) -> str:
    return subprocess.run([program, what], check=True, capture_output=True, text=True).stdout.strip()
