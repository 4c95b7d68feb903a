"""`kill -9` during publications: the old net or the new one, nothing acknowledged lost, no mixed answer."""

from pathlib import Path

import pytest

from tests.api.kills import Toll, campaign


def test_a_few_kills_during_publication_lose_nothing(cluster_home: Path) -> None:
    _require(campaign(cluster_home, kills=2, seed=1), 2, of_postgres=1)


@pytest.mark.soak
def test_two_hundred_kills_during_publication_lose_nothing(cluster_home: Path) -> None:
    toll = campaign(cluster_home, kills=200, seed=2)
    print(toll)
    _require(toll, 200, of_postgres=150)
    assert toll.unanswered >= 160


def _require(toll: Toll, kills: int, *, of_postgres: int) -> None:
    assert toll.faults == []
    assert (toll.kills, toll.of_postgres) == (kills, of_postgres)
    assert toll.reads > kills
