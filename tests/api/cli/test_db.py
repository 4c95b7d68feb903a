"""`yiwang db` and `yiwang account`, on a database of the test's own."""

import pytest
from typer.testing import CliRunner

from api.cli import app
from boundaries.store import migrate

RUN = CliRunner()


@pytest.fixture
def configured(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings name an empty database."""
    monkeypatch.setenv("YIWANG_DATABASE_URL", empty_database)
    return empty_database


def test_the_register_goes_up_and_down(configured: str) -> None:
    assert RUN.invoke(app, ["db", "current"]).output.strip() == "none"
    up = RUN.invoke(app, ["db", "upgrade"])
    assert up.exit_code == 0 and migrate.head() in up.output
    assert RUN.invoke(app, ["db", "current"]).output.strip() == migrate.head()
    refused = RUN.invoke(app, ["db", "downgrade", "base"], input="n\n")
    assert refused.exit_code == 1
    assert migrate.current(configured) == migrate.head()
    assert RUN.invoke(app, ["db", "downgrade", "base", "--yes"]).exit_code == 0
    assert migrate.current(configured) is None


def test_accounts_are_added_listed_and_removed(configured: str) -> None:
    added = RUN.invoke(app, ["account", "add", "li", "--role", "clerk"], input="long enough\nlong enough\n")
    assert added.exit_code == 0, added.output
    assert "long enough" not in added.output
    assert RUN.invoke(app, ["account", "list"]).output == "li\tclerk\t-\t-\t-\n"
    assert RUN.invoke(app, ["account", "remove", "li"]).exit_code == 0
    assert RUN.invoke(app, ["account", "remove", "li"]).exit_code == 1
    short = RUN.invoke(app, ["account", "add", "li"], input="short\nshort\n")
    assert short.exit_code == 1 and "8 characters" in short.output
