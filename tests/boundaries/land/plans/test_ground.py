"""The ground of a net version shares with that of another what both have, and is what a fresh read gives."""

import pytest
import shapely
from sqlalchemy.orm import Session

from boundaries.land import buildings, versions
from boundaries.land.plans import ground as grounds
from boundaries.land.plans.ground import Ground, ground_of
from boundaries.store import clock
from tests.boundaries import towns
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, B1, approve, draft, line, publish
from tests.boundaries.towns import Town

SPLIT = ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5))})


def _now(session: Session, town: Town) -> Ground:
    version = versions.latest(session, town.district)
    assert version is not None
    return ground_of(session, town.district, version)


def _published(session: Session, town: Town, *edits: tuple[str, dict[str, object]]) -> None:
    plan = draft(session, town.district, *edits)
    approve(session, town.district, plan)
    publish(session, town.district, plan)


def _afresh(session: Session, town: Town, monkeypatch: pytest.MonkeyPatch) -> Ground:
    with monkeypatch.context() as patched:
        patched.setattr(grounds, "_shelf", type(grounds._shelf)())
        return _now(session, town)


def _bits(ground: Ground) -> dict[str, bytes]:
    return {code: shapely.to_wkb(face.shape) for code, face in ground.net.faces.items()}


def test_after_a_publication_only_what_it_changed_is_new(session: Session, town: Town) -> None:
    before = _now(session, town)
    _published(session, town, ("name", {"grid": A3, "name": "新"}), SPLIT)
    after = _now(session, town)
    assert after.version.number == before.version.number + 1
    assert after.net.buildings is before.net.buildings
    assert after.net.faces[A4] is before.net.faces[A4]
    assert after.net.faces[B1] is before.net.faces[B1]
    assert after.net.faces[A3] is before.net.faces[A3]  # another name, the same ground
    assert after.facts[A3].name == "新" and before.facts[A3].name != "新"
    assert after.net.faces[A1] is not before.net.faces[A1]


def test_what_is_shared_is_bit_for_bit_what_a_fresh_process_reads(
    session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _now(session, town)
    for edits in (
        (SPLIT,),
        (("merge", {"grids": [A3, A4], "keep": A4}),),
        (("name", {"grid": A2, "name": "x"}),),
    ):
        _published(session, town, *edits)
        shared, fresh = _now(session, town), _afresh(session, town, monkeypatch)
        assert list(shared.net.faces) == list(fresh.net.faces)
        assert _bits(shared) == _bits(fresh)
        assert (shared.facts.keys(), shared.buildings) == (fresh.facts.keys(), fresh.buildings)
        assert shared.net.communities == fresh.net.communities


def test_another_building_makes_all_buildings_new(session: Session, town: Town) -> None:
    before = _now(session, town)
    frame = towns.building_frame()
    frame["households"] = 7
    buildings.put(session, town.district, frame, valid_from=towns.YEAR, stamp=clock.stamp(session))
    after = _now(session, town)
    assert after.net.buildings is not before.net.buildings
    assert set(after.net.buildings.households.tolist()) == {7}
    assert after.net.faces[A1] is before.net.faces[A1]
