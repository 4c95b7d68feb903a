"""`kill -9` during intake, imports, edits and jobs: nothing acknowledged lost, nothing half-done visible."""

import os
from pathlib import Path

import pytest

from tests import figures
from tests.api.write_kills import Campaign, Toll


def test_a_few_kills_during_writes_lose_nothing(cluster_home: Path) -> None:
    campaign = Campaign(cluster_home, seed=3)
    _require(campaign.run({"intake": 2, "import": 1, "edit": 1}, workers=1), 5)


@pytest.mark.soak
def test_two_hundred_kills_during_writes_lose_nothing(cluster_home: Path) -> None:
    within_s = float(os.environ.get("SOAK_WITHIN_S", "inf"))  # a shorter campaign says how many it was
    campaign = Campaign(cluster_home, seed=4)
    toll = campaign.toll
    try:
        campaign.run({"intake": 70, "import": 60, "edit": 50}, workers=20, within_s=within_s)
    finally:
        figures.keep("write-kills", **toll.figures())
    _require(toll, 200 if within_s == float("inf") else toll.killed)
    assert toll.unanswered + toll.workers_unfinished >= 0.8 * toll.killed


def _require(toll: Toll, kills: int) -> None:
    assert toll.faults == []
    assert toll.killed == kills
    assert (toll.lookups_failed, toll.half_seen) == (0, 0)
    assert toll.lookups > kills
