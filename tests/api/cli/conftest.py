"""What every test of a command stands on."""

import pytest

from boundaries.store.addresses import APP_ROLE, libpq_url, sqlalchemy_url
from boundaries.store.database import Database


@pytest.fixture
def reached(owner_url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The module's own database, which the commands reach as the application's role."""
    address = sqlalchemy_url(owner_url)
    if not address.password:
        address = address.set(username=APP_ROLE)
    monkeypatch.setenv("YIWANG_DATABASE_URL", libpq_url(address))
    monkeypatch.setenv("YIWANG_ADMIN_DATABASE_URL", owner_url)
    return database
