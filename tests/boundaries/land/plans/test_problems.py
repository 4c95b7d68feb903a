"""Every kind of problem, each found where it was drawn and nowhere else."""

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import areas, buildings, compounds, grids, plans, versions
from boundaries.store import clock
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A3, A4, draft, line, square
from tests.boundaries.towns import A, Town

A5 = f"{A}005"


def _found(session: Session, town: Town, *edits: tuple[str, dict[str, object]]) -> set[tuple[str, str]]:
    plan = draft(session, town.district, *edits)
    return {(each.code, each.grid) for each in plans.diff(session, town.district, plan).problems}


def _settle(town: Town, session: Session, **settings: object) -> None:
    town.district.settings = {**town.district.settings, "plans": settings}
    session.flush()


def test_a_sound_edit_has_nothing_but_a_vacant_post(session: Session, town: Town) -> None:
    split = ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5)), "keep": "right"})
    assert _found(session, town, split) == {("vacant-leader", A5)}


def test_size_width_and_pieces_are_told(session: Session, town: Town) -> None:
    _settle(town, session, smallest_m2=1e6, narrowest_m=5.0)
    strip = ("carve", {"polygon": square(0, 8.8, 5, 8.83)})  # 3 m wide: leaves A001 in two pieces
    found = _found(session, town, (strip[0], {**strip[1], "accept_pieces": True}))
    assert {("too-narrow", A5), ("disconnected", A1), ("too-small", A5)} <= found
    assert not any(code == "sliver" for code, _ in found)


def test_a_piece_that_is_a_sliver_is_told_with_its_place(session: Session, town: Town) -> None:
    plan = draft(
        session,
        town.district,
        ("carve", {"polygon": square(0, 9.9, 5, 9.97), "accept_pieces": True}),
    )
    problems = plans.diff(session, town.district, plan).problems
    sliver = next(each for each in problems if each.code == "sliver")
    assert (sliver.grid, sliver.unit) == (A1, "m")
    assert sliver.size is not None and sliver.size < 5
    assert sliver.place is not None and sliver.place[1] > towns.at(0, 9.96)[1]


def test_bands_are_settings_by_area_and_kind(session: Session, town: Town) -> None:
    frame = towns.building_frame()
    frame["households"] = 40
    stamp = clock.stamp(session)
    buildings.put(session, town.district, frame, valid_from=towns.YEAR, stamp=stamp)
    split = ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5)), "keep": "right"})
    _settle(town, session, bands={"140502001": [100, 200]})
    assert ("under-the-band", A1) in _found(session, town, split)
    _settle(town, session, bands={"140502001": [100, 200], A: [10, 20]})  # the nearest counts
    assert ("over-the-band", A1) in _found(session, town, split)
    _settle(town, session, bands={"140502001": [100, 200], A: None})
    assert not any("band" in code for code, _ in _found(session, town, split))
    _settle(town, session, bands={A: None, "专属": [60, 90]})
    campus = ("carve", {"polygon": square(0.5, 5.5, 3, 7.5), "kind": "专属"})
    assert "under-the-band" in {code for code, _ in _found(session, town, campus)}


def test_a_compound_in_two_grids_and_a_grid_beyond_its_community_are_told(
    session: Session, town: Town
) -> None:
    stamp = clock.stamp(session)
    yard = gpd.GeoDataFrame({"code": ["Y1"], "name": ["花园"]}, geometry=[towns.box(0.5, 7, 2, 8)], crs=4326)
    compounds.put(session, town.district, yard, valid_from=towns.YEAR, stamp=stamp)
    split = ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5))})
    assert ("crosses-compound", A1) in _found(session, town, split)
    frame = towns.area_frame()
    frame["geometry"] = [
        towns.box(0, 0, 10, 8) if code == A else shape
        for code, shape in zip(frame["code"], frame["geometry"], strict=True)
    ]
    areas.put(session, town.district, frame, valid_from=towns.YEAR, stamp=stamp)
    # the imported outline never fitted the net: no news of this plan
    assert ("crosses-community", A1) not in _found(session, town, split)


def test_bare_land_in_the_middle_is_a_gap_that_blocks(session: Session, town: Town) -> None:
    stamp = clock.stamp(session)
    version = versions.open_version(
        session, town.district, effective_from=stamp, stamp=stamp, cause="import", made_by="t"
    )
    frame = towns.grid_frame()
    hole = towns.box(2, 2, 3, 3)
    frame.geometry = [
        shape.difference(hole) if code == A3 else shape
        for code, shape in zip(frame["code"], frame.geometry, strict=True)
    ]
    grids.put(session, town.district, frame, version=version, stamp=stamp)
    plan = draft(session, town.district, ("merge", {"grids": [A3, A4], "keep": A4}))
    gap = next(each for each in plans.diff(session, town.district, plan).problems if each.code == "gap")
    assert (gap.grid, gap.blocks) == (A4, True)
    assert gap.size == pytest.approx(90.7 * 111, rel=0.01)
    assert gap.place is not None and towns.at(2, 2)[0] < gap.place[0] < towns.at(3, 3)[0]


def test_a_building_that_a_former_border_cuts_is_told(session: Session, town: Town) -> None:
    """No edit cuts a building, but one that was built across a former border is cut when that returns."""
    before = clock.stamp(session)
    merged = draft(session, town.district, ("merge", {"grids": [A3, A4], "keep": A4}))
    drawn.approve(session, town.district, merged)
    drawn.publish(session, town.district, merged)
    stamp = clock.stamp(session)
    frame = gpd.GeoDataFrame(
        {"code": ["H9"], "name": ["新楼"]}, geometry=[towns.box(4.6, 4, 5.6, 4.5)], crs=4326
    )
    frame = gpd.GeoDataFrame(pd.concat([towns.building_frame(), frame]), crs=4326)
    buildings.put(session, town.district, frame, valid_from=towns.YEAR, stamp=stamp)
    session.execute(
        text(
            "insert into yiwang.building_grid (building_id, grid_id, because, valid, recorded)"
            " select b.id, g.id, 'within', tstzrange(:since, null), tstzrange(:stamp, null)"
            " from yiwang.building b, yiwang.grid g where b.code = 'H9' and g.code = :grid"
        ),
        {"since": towns.YEAR, "stamp": stamp, "grid": A4},
    )
    back = plans.restore(session, town.district, to=before, title="回", scope=A, by=drawn.PLANNER)
    cut = [
        each
        for each in plans.diff(session, town.district, back).problems
        if each.code == "splits-building" and "H9" in each.detail
    ]
    assert len(cut) == 1
