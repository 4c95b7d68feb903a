"""`kill -9` during publications: the old net or the new one, nothing acknowledged lost, no mixed answer."""

import os
from dataclasses import asdict
from pathlib import Path

import pytest

from tests import figures
from tests.api.kills import Toll, campaign


def test_a_few_kills_during_publication_lose_nothing(register_home: Path) -> None:
    _require(campaign(register_home, kills=2, seed=1), 2, of_postgres=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [2, 3, 4, 5])  # two hundred in four parts, for several workers
def test_two_hundred_kills_during_publication_lose_nothing(register_home: Path, seed: int) -> None:
    within_s = float(os.environ.get("SOAK_WITHIN_S", "inf"))  # a shorter campaign says how many it was
    toll = campaign(register_home, kills=50, seed=seed, within_s=within_s)
    figures.keep(f"publication-kills-{seed}", **asdict(toll))
    whole = within_s == float("inf")
    _require(toll, 50 if whole else toll.kills, of_postgres=37 if whole else toll.of_postgres)
    assert toll.unanswered >= 0.8 * toll.kills
    if whole:
        assert toll.after_commit >= 5
        assert toll.came_through >= 1


def _require(toll: Toll, kills: int, *, of_postgres: int) -> None:
    assert toll.faults == []
    assert (toll.kills, toll.of_postgres) == (kills, of_postgres)
    assert toll.reads > kills
