"""Fills printed maps and boards from the snapshot, with persons as the asker may see them."""

from collections.abc import Sequence
from typing import Any

import shapely

from api.access import User
from api.answering import leader_of_grid, visible
from api.held import Published
from boundaries.duty.snapshot import Snapshot
from boundaries.land.atlas import Place
from boundaries.land.siding import sides_of
from gis.sides import sides_text
from web_map.printed import Board, MapSheet, Tile
from web_map.printed.map_sheet import Size
from web_map.printed.words import Lang

_INVENTED = ("演示数据：地形、楼栋与人员均为虚构", "Demo data: ground, buildings and people are invented")
_VERSION = ("网格版本 {}", "Net version {}")


def map_of(
    held: Published, area: Place, user: User, *, title: str, approval: str, size: Size, lang: Lang
) -> MapSheet:
    """The grids in force below an area, with their leaders."""
    snapshot = held.snapshot
    tiles = [
        Tile(
            grid.code,
            grid.name,
            grid.geometry,
            grid.figures.households,
            leader_of_grid(snapshot, grid.code, user, [above.code for above in held.atlas.above(grid)]),
        )
        for grid in grids_below(held, area)
        if grid.geometry is not None
    ]
    outline = area.geometry or (shapely.union_all([tile.shape for tile in tiles]) if tiles else None)
    return MapSheet(
        title=title or area.name,
        under=_chain(held, area) or area.name,
        tiles=tiles,
        outline=outline,
        approval=approval,
        notes=notes_of(snapshot, lang),
        size=size,
        lang=lang,
    )


def board_of(held: Published, grid: Place, user: User, *, address: str, lang: Lang) -> Board:
    """The board of one grid. address: what its code opens."""
    snapshot = held.snapshot
    answer: Any = visible(snapshot.answer_grid(grid.code, lang=lang), user)
    owner = answer["owner"] or {}
    sides = sides_of(snapshot, grid.code)
    leader = owner.get("leader")
    return Board(
        code=grid.code,
        name=grid.name,
        chain=_chain(held, grid),
        shape=grid.geometry,
        neighbours=_beside(held, grid),
        sides="" if sides is None else sides_text(sides),
        leader=None if leader is None else _called(leader),
        staff=[_called(each) for each in owner.get("staff", ())],
        desks=[_called(each) for each in answer["call"] if each.get("kind") == "organisation"],
        address=address,
        note="　".join(notes_of(snapshot, lang)),
        lang=lang,
    )


def grids_below(held: Published, area: Place) -> list[Place]:
    """The grids of an area and of every area below it, in the order of their codes."""
    atlas, found, open_ = held.atlas, [], [area.code]
    while open_:
        for code in atlas.children.get(open_.pop(), ()):
            if code in atlas.grids:
                found.append(atlas.grids[code])
            else:
                open_.append(code)
    return sorted(found, key=lambda grid: grid.code)


def notes_of(snapshot: Snapshot, lang: Lang) -> Sequence[str]:
    """What a reader of the paper must know: the net version, and whether the ground is invented."""
    english = lang == "en"
    notes = [_VERSION[english].format(snapshot.net_version)]
    return [*notes, _INVENTED[english]] if snapshot.district.ground == "invented" else notes


def _chain(held: Published, place: Place) -> str:
    return " · ".join(area.name for area in reversed(held.atlas.above(place)) if area.level != "city")


def _called(party: dict[str, Any]) -> tuple[str, str]:
    return party["name"], party.get("phone") or ""


def _beside(held: Published, grid: Place) -> list[shapely.Geometry]:
    if grid.geometry is None:
        return []
    near = held.snapshot.ground_tree.query(grid.geometry, predicate="intersects")
    return [
        held.snapshot.shapes[i] for i in sorted(near.tolist()) if held.snapshot.ground[i].code != grid.code
    ]
