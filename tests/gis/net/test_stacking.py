"""立体 grids: parts of one building above the ground of a host.

The house stands in n1 and has 60 households: a ground floor with 10 and four floors above, 12 each in two.
"""

import pytest
from shapely.geometry import Polygon

from gis.net import Buildings, EditRefused, Net, Part
from gis.net.refusals import (
    CodeTaken,
    Locked,
    MovedTooFar,
    NoHost,
    NotCurrent,
    NothingThere,
    PartsMissing,
    PartsOverlap,
    UnknownGrid,
)
from tests.gis.net.test_edits import four, line, place, square

HOUSE = square(0.4, 0.4, 0.1)
PARTS = {"1F": Part(10, 1, 1), "2-3F": Part(24, 2, 3), "4-5F": Part(24, 4, 5)}


def net(**kwargs: object) -> Net:
    return four(buildings=Buildings.of([HOUSE, square(5, 5, 0.1)], [60, 7]), **kwargs)


def test_the_host_keeps_the_ground_and_the_households_that_are_left() -> None:
    change = net().stack(0, PARTS, {"s1": ["2-3F"], "s2": ["4-5F"]}, kept_by_host=["1F"])
    assert change.changed == ("n1", "s1", "s2")
    assert {code: f.households for code, f in change.before.items()} == {"n1": 60}
    # 60 − 24 − 24 = 12: the ground floor's 10, and 2 that no part counts
    assert {code: f.households for code, f in change.after.items()} == {"n1": 12, "s1": 24, "s2": 24}
    assert change.after["n1"].area_m2 == change.before["n1"].area_m2
    assert sum(f.households for f in change.net.figures().values()) == 60


def test_the_host_follows_the_building_through_a_later_split() -> None:
    stacked = net().stack(0, PARTS, {"s1": ["2-3F"], "s2": ["4-5F"]}, kept_by_host=["1F"]).net
    later = stacked.split("n1", line((0.3, -1), (0.3, 2)), new_codes=("n1", "east"))
    assert {code: f.households for code, f in later.after.items()} == {"n1": 0, "east": 12}
    assert later.net.restore(later.inverse).net.figures() == stacked.figures()


def test_undoing_a_stack_and_unstacking_both_give_the_households_back() -> None:
    first = net()
    change = first.stack(0, PARTS, {"s1": ["2-3F", "4-5F"]}, kept_by_host=["1F"])
    assert change.net.restore(change.inverse).net.figures() == first.figures()
    removed = change.net.unstack(["s1"])
    assert removed.net.figures() == first.figures()
    assert removed.net.restore(removed.inverse).net.figures() == change.net.figures()
    with pytest.raises(NotCurrent):
        removed.net.restore(change.inverse)


def test_a_stack_is_not_put_back_where_another_grid_took_its_part() -> None:
    first = net().stack(0, PARTS, {"s1": ["2-3F"], "s2": ["4-5F"]}, kept_by_host=["1F"])
    undone = first.net.restore(first.inverse)
    taken = undone.net.stack(0, PARTS, {"t1": ["2-3F"]}, kept_by_host=["1F", "4-5F"])
    with pytest.raises(NotCurrent) as refused:
        taken.net.restore(undone.inverse)
    assert refused.value.facts == {"grid": "t1", "parts": ["2-3F"]}


def test_two_units_side_by_side_share_floors_but_no_ground() -> None:
    west = Polygon([place(0.4, 0.4), place(0.45, 0.4), place(0.45, 0.5), place(0.4, 0.5)])
    east = Polygon([place(0.45, 0.4), place(0.5, 0.4), place(0.5, 0.5), place(0.45, 0.5)])
    parts = {"1单元": Part(30, 1, 5, west), "2单元": Part(30, 1, 5, east)}
    assert net().stack(0, parts, {"s1": ["1单元"], "s2": ["2单元"]}).after["n1"].households == 0
    with pytest.raises(PartsOverlap) as refused:
        net().stack(0, {**parts, "2单元": Part(30, 1, 5)}, {"s1": ["1单元"], "s2": ["2单元"]})
    # half of the house: about 5,000 m² (90.6 m × 111 m / 2)
    assert refused.value.facts["area_m2"] == pytest.approx(5_030, rel=0.02)


ABOVE = {"s1": ["2-3F"], "s2": ["4-5F"]}
REFUSED: list[tuple[type[EditRefused], tuple[object, ...], list[str]]] = [
    (PartsOverlap, (0, PARTS, {"s1": ["2-3F"], "s2": ["2-3F", "4-5F"]}), ["1F"]),
    (PartsOverlap, (0, PARTS, ABOVE), ["1F", "2-3F"]),
    (PartsOverlap, (0, {**PARTS, "5F": Part(1, 5, 5)}, {**ABOVE, "s3": ["5F"]}), ["1F"]),
    (PartsOverlap, (0, {**PARTS, "6F": Part(9, 6, 6)}, {**ABOVE, "s3": ["6F"]}), ["1F"]),
    (PartsMissing, (0, PARTS, ABOVE), []),
    (PartsMissing, (0, PARTS, {**ABOVE, "s3": ["9F"]}), ["1F"]),
    (PartsMissing, (0, {**PARTS, "6F": Part(0, 7, 6)}, {**ABOVE, "s3": ["6F"]}), ["1F"]),
    (PartsMissing, (2, PARTS, ABOVE), ["1F"]),
    (NoHost, (1, PARTS, ABOVE), ["1F"]),
    (NothingThere, (0, PARTS, {}), ["1F"]),
    (NothingThere, (0, PARTS, {"s1": []}), ["1F"]),
    (CodeTaken, (0, PARTS, {"n2": ["2-3F"], "s2": ["4-5F"]}), ["1F"]),
]


@pytest.mark.parametrize(("refusal", "given", "kept"), REFUSED)
def test_parts_that_lap_or_are_missing_are_refused(
    refusal: type[EditRefused], given: tuple[object, ...], kept: list[str]
) -> None:
    with pytest.raises(refusal) as refused:
        net().stack(*given, kept_by_host=kept)  # type: ignore[arg-type]
    assert refused.value.facts


def test_a_stacked_code_is_taken_for_every_other_edit() -> None:
    stacked = net().stack(0, PARTS, ABOVE, kept_by_host=["1F"]).net
    with pytest.raises(CodeTaken):
        stacked.carve(square(0.6, 0.6, 0.2), new_code="s1")
    with pytest.raises(UnknownGrid):
        stacked.unstack(["n1"])
    with pytest.raises(Locked):
        net(locked=["n1"]).stack(0, PARTS, ABOVE, kept_by_host=["1F"])


def test_a_border_that_a_hall_would_lead_far_aside_is_refused_unless_accepted() -> None:
    # the hall reaches from 0.2 to 0.6; the line at 0.5 must go round its eastern end at 0.6, 0.1 units
    # of 907 m: about 91 m, and so is refused at 90 and taken at the usual 100
    hall = Polygon([place(0.2, 0.4), place(0.6, 0.4), place(0.6, 0.6), place(0.2, 0.6)])
    built = four(buildings=Buildings.of([hall], [1]))
    drawn = line((0.5, -1), (0.5, 2))
    with pytest.raises(MovedTooFar) as refused:
        built.split("n1", drawn, new_codes=("n1", "x"), most_moved_m=90.0)
    assert refused.value.facts["moved_m"] == pytest.approx(90.7, abs=0.5)
    assert {point.x for point in refused.value.place.geoms} == {place(0.6, 0)[0]}
    change = built.split("n1", drawn, new_codes=("n1", "x"))
    assert change.moved_m == refused.value.facts["moved_m"]
