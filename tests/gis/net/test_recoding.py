"""Whole grids under other codes in another community."""

import pytest

from gis.net import Buildings, Part
from gis.net.refusals import CodeTaken, Locked, NothingThere, UnknownGrid
from tests.gis.net.test_edits import four, square, wkb


def test_the_ground_keeps_every_bit_and_undoing_gives_the_same_net() -> None:
    net = four(communities=dict.fromkeys(("n1", "n2", "n3", "n4"), "c"))
    change = net.recode({"n1": "x1", "n3": "x2"}, community="x")
    assert change.changed == ("n1", "n3", "x1", "x2") and change.noded == ()
    assert wkb(change.net) == {
        "x1": wkb(net)["n1"], "x2": wkb(net)["n3"], "n2": wkb(net)["n2"], "n4": wkb(net)["n4"],
    }  # fmt: skip
    assert [change.net.community(code) for code in ("x1", "x2", "n2", "n1")] == ["x", "x", "c", ""]
    back = change.net.restore(change.inverse)
    assert wkb(back.net) == wkb(net) and dict(back.net.communities) == dict(net.communities)


def test_stacked_grids_go_with_their_host() -> None:
    buildings = Buildings.of([square(0.2, 0.2, 0.2)], [10])
    net = four(buildings=buildings).stack(0, {"1": Part(10, 1, 1)}, {"s1": ["1"]}).net
    with pytest.raises(UnknownGrid, match="s1 has to go with its host"):
        net.recode({"n1": "x1"}, community="x")
    made = net.recode({"n1": "x1", "s1": "x2"}, community="x")
    assert set(made.net.stacks) == {"x2"} and made.net.community("x2") == "x"
    assert made.net.restore(made.inverse).net.stacks == net.stacks


def test_what_cannot_be_recoded_is_refused() -> None:
    net = four(locked=frozenset({"n4"}))
    for refused, codes in (
        (NothingThere, {}),
        (UnknownGrid, {"n9": "x1"}),
        (Locked, {"n4": "x1"}),
        (CodeTaken, {"n1": "n2"}),
        (CodeTaken, {"n1": "x1", "n2": "x1"}),
    ):
        with pytest.raises(refused):
            net.recode(codes, community="x")
