"""A module's town is founded once; each test has it in a session whose writes are gone after the test."""

import pytest
from sqlalchemy.orm import Session

from boundaries.store.tables import District, NetVersion
from tests.boundaries.towns import Town


@pytest.fixture
def town(session: Session, founded: Town) -> Town:
    """What the module has founded, as the test's session reads it."""
    return Town(
        session.get_one(District, founded.district.id), session.get_one(NetVersion, founded.version.id)
    )
