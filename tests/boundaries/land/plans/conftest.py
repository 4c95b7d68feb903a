"""The town of most modules."""

import pytest

from boundaries.store.database import Database
from tests.boundaries.land.plans import drawn
from tests.boundaries.towns import Town


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        return drawn.town(session)
