"""Every place of the demo district has somebody who answers, or says that the post is vacant."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely

from boundaries import demo
from boundaries.duty import matters, snapshot
from boundaries.duty.snapshot import Snapshot
from boundaries.store.database import Database
from gis.synthetic import small_town


@pytest.fixture(scope="module")
def small(database: Database) -> Snapshot:
    classes = matters.national()
    with database.transaction() as session:
        town = small_town(0, n_incidents=0, matters=classes)
        demo.put(session, town, classes)
        return snapshot.build(session, town.code).warm()


def points(held: Snapshot, count: int) -> Iterator[list[float]]:
    rng = np.random.default_rng(5)
    west, south, east, north = shapely.total_bounds(held.shapes)
    found = 0
    while found < count:
        some = rng.uniform((west, south), (east, north), (4 * count, 2))
        for point in some[held.locate(some) >= 0][: count - found].tolist():
            found += 1
            yield point


def complete(held: Snapshot, answer: Any) -> bool:
    """Whether the answer is whole; True if it has a leader, False if it states the vacancy."""
    where = answer["query"]
    assert answer["grid"] is not None, where
    assert len(answer["owner"]["staff"]) >= 1, where
    assert all(lead["lead"] is not None for lead in answer["by_matter"].values()), where
    assert set(answer["by_matter"]) == set(held.matters), where
    assert answer["call"], where
    grid = ("grid", answer["grid"]["code"])
    leaders = [duty for duty in held.duties.by_place.get(grid, ()) if duty.role == "leader"]
    assert len(leaders) <= 1, where
    warned = "no_leader" in {warning["code"] for warning in answer["warnings"]}
    assert warned is not bool(leaders), where
    if answer["owner"]["leader"] is None:
        assert answer["status"] in ("vacant", "needs_part", "ambiguous"), where
    return bool(leaders)


def ask_all(held: Snapshot, count: int) -> tuple[int, int, int]:
    """Answers in full, stated vacancies, and texts that name several places."""
    led = vacant = several = 0
    for point in points(held, count):
        whole = complete(held, held.answer_point(point))
        led, vacant = led + whole, vacant + (not whole)
    rng = np.random.default_rng(6)
    for position in rng.integers(len(held.addresses), size=count):
        answer = held.answer_address(held.addresses[int(position)].text)
        if answer["status"] == "ambiguous":
            assert len(answer["candidates"]) >= 2
            several += 1
            continue
        whole = complete(held, answer)
        led, vacant = led + whole, vacant + (not whole)
    return led, vacant, several


def test_every_place_of_a_small_town_has_an_answer_in_full_or_a_stated_vacancy(small: Snapshot) -> None:
    led, vacant, several = ask_all(small, 400)
    assert led + vacant + several == 800
    assert led > 600
    assert small.caretaking or len(small.areas) < 6


@pytest.mark.soak
def test_ten_thousand_points_and_addresses_of_the_demo_district(database: Database) -> None:
    demo.build(database)
    with database.transaction() as session:
        held = snapshot.build(session, demo.DISTRICT).warm()
    led, vacant, several = ask_all(held, 10_000)
    print(f"{led} in full, {vacant} state the vacancy, {several} texts name several places")
    assert led + vacant + several == 20_000
    assert led > 18_000
    assert len(held.caretaking) == demo.WARDS
