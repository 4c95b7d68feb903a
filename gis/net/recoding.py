"""The same ground under other codes, in another community: no border moves, no bit changes."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from gis.net.refusals import CodeTaken, NothingThere, UnknownGrid
from gis.net.stacking import host_of

if TYPE_CHECKING:
    from gis.net.net import Net


def require_recodable(net: "Net", codes: Mapping[str, str]) -> None:
    """Every grid is there and free, every new code is nobody's, stacked grids go with their hosts.

    Raises NothingThere, UnknownGrid, Locked, CodeTaken.
    """
    if not codes:
        raise NothingThere("at least one grid is needed")
    for code in codes:
        if code not in net.stacks:
            net.face(code)
    net.require_free(codes)
    taken = sorted(new for new in codes.values() if new in net.faces or new in net.stacks)
    if taken or len(set(codes.values())) != len(codes):
        raise CodeTaken("a new code is the code of another grid", grids=taken)
    left = sorted(set(stacked_on(net, codes)) - codes.keys())
    if left:
        raise UnknownGrid(f"stacked grid {left[0]} has to go with its host", grids=left)


def stacked_on(net: "Net", grids: Collection[str]) -> list[str]:
    """The stacked grids whose host is one of the grids, ascending."""
    return sorted(code for code, each in net.stacks.items() if host_of(net, each.building) in grids)
