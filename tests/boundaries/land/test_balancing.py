"""Which grids a balance may change, and that nothing else moves."""

import geopandas as gpd
import pytest
import shapely
from sqlalchemy.orm import Session

from boundaries.land import buildings, plans
from boundaries.land.balancing import changing, net_of, read_ground
from boundaries.land.plans import drawing_of
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.tables import Plan
from gis.net import EditRefused, Net
from gis.net.face import Shape, assemble, chain_sum
from gis.partition import propose
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, B1, PLANNER
from tests.boundaries.towns import A, Town


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    """The drawn town with houses in the north of A: 8 of 30 households in A001, 8 of 10 in A002."""
    with database.transaction() as session:
        founded = drawn.town(session)
        rows = [
            {
                "code": f"N{x}-{y}",
                "geometry": towns.box(x + 0.3, y + 0.3, x + 0.7, y + 0.7),
                "households": 30 if x < 5 else 10,
            }
            for x in (0, 2, 3, 4, 5, 6, 7, 8)
            for y in (5, 9)
        ]
        stamp = clock.stamp(session)
        frame = gpd.GeoDataFrame(rows, crs=4326)
        buildings.put(session, founded.district, frame, valid_from=towns.YEAR, stamp=stamp)
        buildings.assign(session, founded.district, valid_from=towns.YEAR, stamp=stamp)
        return founded


@pytest.fixture
def plan(session: Session, town: Town) -> Plan:
    return plans.create(session, town.district, title="均衡", scope=A, by=PLANNER)


def wkb(net: Net) -> dict[str, bytes]:
    return {code: shapely.to_wkb(face.shape) for code, face in net.faces.items()}


def together(net: Net, codes: list[str]) -> Shape:
    outline = assemble(chain_sum(*(net.faces[code].edges for code in codes)))
    assert outline is not None
    return outline


def vertices(shape: shapely.Geometry) -> list[tuple[float, float]]:
    return [(x, y) for x, y in shapely.get_coordinates(shape).tolist()]


def test_chosen_grids_are_balanced_on_their_own_ground_and_undone_in_one_step(
    session: Session, town: Town, plan: Plan
) -> None:
    ground = read_ground(session, town.district, A, plan=plan.code, chosen=[A2, A1])
    assert ground.grids == (A1, A2)
    before = drawing_of(session, town.district, plan).net
    proposal = propose(
        ground.outline, ground.buildings, ground.weight, ground.barriers,
        metric_crs=ground.metric_crs, grids=2, present=ground.present, names=["balance"],
    ).made[0]  # fmt: skip
    # 8 × 30 and 8 × 10 households beside H1 and H2, of whom nobody is known: 160 each
    assert proposal.partition.figures.grids["households"].tolist() == [160, 160]
    polygons = [shapely.geometry.mapping(shape) for shape in proposal.partition.polygons]
    done = plans.edit(
        session, town.district, plan.code, "balance", {"grids": list(ground.grids), "polygons": polygons},
        seen=plan.version, by=PLANNER,
    )  # fmt: skip
    assert set(done.edit.changed) == {A1, A2}
    after = drawing_of(session, town.district, plan).net
    assert plan.applied == 1

    # the outline of both has its vertices with their bits and in their order; more stand on it only where a
    # border ends, at most 0.1 mm from the edge, and the neighbour has the same one
    old, new = together(before, [A1, A2]), together(after, [A1, A2])
    kept = [vertex for vertex in vertices(new)[:-1] if vertex in set(vertices(old))]
    turned = vertices(old)[:-1]
    at = turned.index(kept[0])
    assert kept == turned[at:] + turned[:at]
    assert shapely.hausdorff_distance(old, new) < 1.5e-9
    for code in (A3, A4, B1):
        assert [v for v in vertices(after.faces[code].shape) if v not in set(vertices(new))] == [
            v for v in vertices(before.faces[code].shape) if v not in set(vertices(new))
        ]

    plans.undo(session, town.district, plan.code, seen=plan.version, by=PLANNER)
    assert wkb(drawing_of(session, town.district, plan).net) == wkb(before)


def test_locked_grids_are_no_part_of_the_ground(session: Session, town: Town) -> None:
    ground = read_ground(session, town.district, A, locked=[A3, A1])
    assert ground.grids == (A2, A4)
    net = net_of(session, town.district, None)
    assert ground.outline.equals(shapely.union(net.faces[A2].shape, net.faces[A4].shape))
    assert "H1" not in ground.codes and "H4" in ground.codes


@pytest.mark.parametrize(
    ("chosen", "locked", "code", "grids"),
    [
        ([A1, B1], [], "across-communities", [B1]),
        ([A1, A4], [], "not-adjacent", [A4]),  # a corner is no border
        ([A1, A2], [A2], "locked", [A2]),
        ([A1], [], "nothing-there", [A1]),
        ([], [], "nothing-there", []),
    ],
)
def test_what_cannot_be_balanced_is_refused_with_the_grids(
    session: Session, town: Town, chosen: list[str], locked: list[str], code: str, grids: list[str]
) -> None:
    net = net_of(session, town.district, None)
    with pytest.raises(EditRefused) as refused:
        changing(net, A, chosen=chosen, locked=locked)
    assert (refused.value.code, refused.value.facts["grids"]) == (code, grids)
    assert refused.value.place is not None or code == "nothing-there"


def test_a_community_without_grids_or_with_all_of_them_locked_is_refused(
    session: Session, town: Town
) -> None:
    net = net_of(session, town.district, None)
    with pytest.raises(UnknownCode):
        changing(net, "140502001999")
    with pytest.raises(EditRefused, match="locked"):
        changing(net, A, locked=[A1, A2, A3, A4])
    with pytest.raises(EditRefused, match="no grid"):
        changing(net, A, chosen=[A1, "nowhere"])
    assert changing(net, A) == (A1, A2, A3, A4)
