"""PostgreSQL with PostGIS is found wherever the systems put it, and its absence is one sentence."""

from pathlib import Path

import pytest

from boundaries.store.cluster import PostgisMissing, binaries, find_binaries

# programs, share folder: as Debian 12, RHEL 9 with PGDG, Fedora, Homebrew and Postgres.app lay them out
LAYOUTS = {
    "debian": ("usr/lib/postgresql/{v}/bin", "usr/share/postgresql/{v}"),
    "rhel": ("usr/pgsql-{v}/bin", "usr/pgsql-{v}/share"),
    "fedora": ("usr/pgsql-{v}/bin", "usr/pgsql-{v}/share/pgsql"),
    "homebrew": ("opt/homebrew/opt/postgresql@{v}/bin", "opt/homebrew/opt/postgresql@{v}/share/postgresql"),
    "homebrew-intel": ("usr/local/opt/postgresql@{v}/bin", "usr/local/opt/postgresql@{v}/share/postgresql"),
    "postgres-app": (
        "Applications/Postgres.app/Contents/Versions/{v}/bin",
        "Applications/Postgres.app/Contents/Versions/{v}/share/postgresql",
    ),
}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root folder of its own, in which alone is looked."""
    monkeypatch.setattr(binaries, "_LAYOUTS", tuple(f"{tmp_path}{each}" for each in binaries._LAYOUTS))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    return tmp_path


def lay_out(
    root: Path, layout: str, version: int, extensions: tuple[str, ...] = ("postgis", "btree_gist")
) -> Path:
    programs, share = (root / folder.format(v=version) for folder in LAYOUTS[layout])
    programs.mkdir(parents=True)
    for name in ("postgres", "initdb", "pg_ctl"):
        (programs / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}.4'\n")
        (programs / name).chmod(0o755)
    (share / "extension").mkdir(parents=True)
    for extension in extensions:
        (share / "extension" / f"{extension}.control").touch()
    return programs


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_is_known(elsewhere: Path, layout: str) -> None:
    programs = lay_out(elsewhere, layout, 16)
    assert find_binaries() == programs


def test_newest_that_has_the_extensions_wins(elsewhere: Path) -> None:
    lay_out(elsewhere, "debian", 15)
    sixteen = lay_out(elsewhere, "debian", 16)
    lay_out(elsewhere, "debian", 17, extensions=("btree_gist",))
    lay_out(elsewhere, "rhel", 18, extensions=("postgis",))  # without the contrib package
    assert find_binaries() == sixteen


def test_cluster_made_by_an_older_release_gets_that_release(elsewhere: Path) -> None:
    fifteen = lay_out(elsewhere, "debian", 15)
    lay_out(elsewhere, "debian", 17)
    assert find_binaries(major=15) == fifteen
    with pytest.raises(PostgisMissing):
        find_binaries(major=16)


def test_release_that_is_too_old_is_not_taken(elsewhere: Path) -> None:
    named = lay_out(elsewhere, "debian", 14)
    with pytest.raises(PostgisMissing):
        find_binaries(named)


def test_program_on_the_path_is_found(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = elsewhere / "custom"
    programs = lay_out(root, "rhel", 16)
    monkeypatch.setenv("PATH", str(programs))
    assert find_binaries() == programs


def test_absence_is_one_clear_sentence(elsewhere: Path) -> None:
    with pytest.raises(PostgisMissing) as missing:
        find_binaries()
    message = str(missing.value)
    assert "apt-get install postgresql-15 postgresql-15-postgis-3" in message
    assert "YIWANG_DATABASE_URL" in message
    assert "\n" not in message
    assert message.count(". ") == 0


def test_this_machine_has_it() -> None:
    assert (find_binaries() / "postgres").is_file()
