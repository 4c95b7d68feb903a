"""Districts, net versions, areas and grids in the register."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import areas, districts, grids, versions
from boundaries.land.refusals import (
    CodeRetired,
    DistrictExists,
    DuplicateCode,
    FixedValueChanged,
    ForeignCommunity,
    InvalidShape,
    MissingColumn,
    NetVersionNotRising,
    NotACommunity,
    NotAwareInstant,
    UnknownCode,
    UnknownDistrict,
    ValueNotAllowed,
    WrongParent,
)
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.tables import NetVersion
from gis.frames import MetricFrame
from tests.boundaries import towns
from tests.boundaries.towns import YEAR, A, Town

MAY = datetime(2026, 5, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def founded(database: Database) -> Town:
    with database.transaction() as session:
        return towns.found(session)


def next_version(session: Session, town: Town, effective_from: datetime) -> tuple[NetVersion, datetime]:
    stamp = clock.stamp(session)
    version = versions.open_version(
        session, town.district, effective_from=effective_from, stamp=stamp, cause="plan", made_by="test"
    )
    return version, stamp


def test_a_district_is_created_once_and_the_same_again_is_the_same(session: Session) -> None:
    first = districts.create(session, code="140502", name="城区", metric_crs=4547)
    assert districts.create(session, code="140502", name="城区", metric_crs=4547).id == first.id
    with pytest.raises(DistrictExists):
        districts.create(session, code="140502", name="城区", metric_crs=4546)
    assert districts.codes(session) == ["140502"]


def test_an_unknown_district_is_refused(session: Session) -> None:
    with pytest.raises(UnknownDistrict) as refusal:
        districts.get(session, "999999")
    assert refusal.value.value == "999999"


def test_a_net_version_must_take_effect_after_the_last(session: Session, town: Town) -> None:
    with pytest.raises(NetVersionNotRising) as refusal:
        next_version(session, town, YEAR)
    assert refusal.value.latest == YEAR
    version, _ = next_version(session, town, YEAR + timedelta(microseconds=1))
    assert version.number == 2
    with pytest.raises(NotAwareInstant):
        next_version(session, town, datetime(2027, 1, 1))


def test_the_same_areas_again_change_nothing(session: Session, town: Town) -> None:
    stamp = clock.stamp(session)
    tally = areas.put(session, town.district, towns.area_frame(), valid_from=YEAR, stamp=stamp)
    assert (tally.added, tally.changed, tally.unchanged) == (0, 0, 7)


def test_a_renamed_area_keeps_its_old_name_before(session: Session, town: Town) -> None:
    frame = towns.area_frame().query("code == @A").assign(name="新社区")
    stamp = clock.stamp(session)
    tally = areas.put(session, town.district, frame, valid_from=MAY, stamp=stamp)
    assert tally.changed == 1
    names = session.execute(
        text(
            "select v.name, lower(v.valid), upper(v.valid) from yiwang.area_version v join yiwang.area a"
            " on a.id = v.area_id where a.code = :code and upper_inf(v.recorded) order by 2"
        ),
        {"code": A},
    ).all()
    assert [tuple(row) for row in names] == [("笔峰寺社区", YEAR, MAY), ("新社区", MAY, None)]


@pytest.mark.parametrize(
    ("row", "refusal", "facts"),
    [
        ({"parent_code": "nowhere"}, UnknownCode, {"kind": "area", "value": "nowhere", "row": 0}),
        ({"parent_code": A}, WrongParent, {"level": "community", "parent_level": "community"}),
        ({"code": A, "level": "street", "parent_code": "140502"}, FixedValueChanged, {"before": "community"}),
        ({"level": "village"}, ValueNotAllowed, {"column": "level", "value": "village"}),
    ],
)
def test_an_area_that_does_not_fit_is_refused_with_its_facts(
    session: Session, town: Town, row: dict[str, str], refusal: type[Exception], facts: dict[str, object]
) -> None:
    new = {"code": "140502001009", "name": "新", "level": "community", "parent_code": "140502001", **row}
    with pytest.raises(refusal) as raised:
        areas.put(session, town.district, pd.DataFrame([new]), valid_from=MAY, stamp=clock.stamp(session))
    for name, value in facts.items():
        assert getattr(raised.value, name) == value


def test_grids_are_kept_on_the_lattice_with_their_metric_area(session: Session, town: Town) -> None:
    odd = towns.grid_frame([f"{A}001"])
    odd.geometry = [shapely.box(112.8000000004, 35.505, 112.8050000004, 35.51)]
    version, stamp = next_version(session, town, MAY)
    grids.put(session, town.district, odd, version=version, stamp=stamp)
    wkb, area_m2 = session.execute(
        text(
            "select st_asbinary(v.geom), v.area_m2 from yiwang.grid_version v join yiwang.grid g"
            " on g.id = v.grid_id where g.code = :code and v.valid @> cast(:at as timestamptz)"
            " and upper_inf(v.recorded)"
        ),
        {"code": f"{A}001", "at": MAY},
    ).one()
    stored = shapely.from_wkb(bytes(wkb))
    assert stored.geom_type == "MultiPolygon"
    assert stored.bounds == (112.8, 35.505, 112.805, 35.51)
    assert area_m2 == pytest.approx(float(MetricFrame(4547).area_m2([stored])[0]))
    assert area_m2 == pytest.approx(453.6 * 554.8, rel=0.002)  # 0.005° east × 0.005° north at 35.5°


def test_unchanged_grids_keep_the_version_that_made_them(session: Session, town: Town) -> None:
    version, stamp = next_version(session, town, MAY)
    frame = towns.grid_frame()
    frame.loc[frame["code"] == f"{A}002", "name"] = "新名"
    tally = grids.put(session, town.district, frame, version=version, stamp=stamp)
    assert (tally.added, tally.changed, tally.unchanged) == (0, 1, 6)
    numbers = session.execute(
        text(
            "select g.code, n.number from yiwang.grid g join yiwang.grid_version v on v.grid_id = g.id"
            " join yiwang.net_version n on n.id = v.net_version_id"
            " where upper_inf(v.recorded) and upper_inf(v.valid) order by g.code"
        )
    ).all()
    assert [number for _, number in numbers] == [1, 2, 1, 1, 1, 1, 1]


def test_a_retired_grid_code_is_never_given_again(session: Session, town: Town) -> None:
    version, stamp = next_version(session, town, MAY)
    assert grids.retire(session, town.district, [f"{A}004"], version=version, stamp=stamp) == 1
    again, stamp = next_version(session, town, JUNE)
    with pytest.raises(CodeRetired) as refusal:
        grids.put(session, town.district, towns.grid_frame([f"{A}004"]), version=again, stamp=stamp)
    assert (refusal.value.value, refusal.value.retired_at) == (f"{A}004", MAY)


def test_retiring_an_unknown_grid_is_refused(session: Session, town: Town) -> None:
    version, stamp = next_version(session, town, MAY)
    with pytest.raises(UnknownCode):
        grids.retire(session, town.district, ["nothing"], version=version, stamp=stamp)


def test_a_grid_in_a_community_of_another_district_is_refused(session: Session, town: Town) -> None:
    stamp = clock.stamp(session)
    other = districts.create(session, code="140503", name="别处", metric_crs=4547)
    version = versions.open_version(
        session, other, effective_from=MAY, stamp=stamp, cause="import", made_by="test"
    )
    with pytest.raises(ForeignCommunity) as refusal:
        grids.put(session, other, towns.grid_frame([f"{A}001"]), version=version, stamp=stamp)
    assert (refusal.value.value, refusal.value.district) == (A, "140502")


BOWTIE = shapely.Polygon([(112.8, 35.5), (112.81, 35.51), (112.81, 35.5), (112.8, 35.51)])


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (BOWTIE, "Self-intersection"),
        (shapely.Point(112.8, 35.5), "not a polygon"),
        (shapely.Polygon(), "empty"),
        (None, "no geometry"),
        (shapely.box(500_000, 3_930_000, 500_100, 3_930_100), "not lon/lat in degrees"),
        (shapely.box(112.8, 35.5, 112.8 + 2e-10, 35.51), "Too few points"),  # nothing left on the lattice
    ],
)
def test_a_shape_that_the_register_cannot_hold_is_refused_with_its_row(
    session: Session, town: Town, geometry: object, reason: str
) -> None:
    frame = towns.grid_frame([f"{A}001", f"{A}002"]).set_index(pd.Index([10, 11]))
    frame = pd.DataFrame(frame).assign(geometry=[frame.geometry.iloc[0], geometry])
    version, stamp = next_version(session, town, MAY)
    with pytest.raises(InvalidShape) as refusal:
        grids.put(session, town.district, frame, version=version, stamp=stamp)
    assert (refusal.value.value, refusal.value.row) == (f"{A}002", 11)
    assert reason in refusal.value.reason


def test_a_frame_in_a_projected_crs_is_refused(session: Session, town: Town) -> None:
    version, stamp = next_version(session, town, MAY)
    with pytest.raises(InvalidShape, match="not lon/lat"):
        grids.put(session, town.district, towns.grid_frame().to_crs(4547), version=version, stamp=stamp)


def test_grids_that_do_not_fit_are_refused(session: Session, town: Town) -> None:
    version, stamp = next_version(session, town, MAY)
    frame = towns.grid_frame([f"{A}001"])

    def put(changed: pd.DataFrame) -> None:
        grids.put(session, town.district, changed, version=version, stamp=stamp)

    with pytest.raises(UnknownCode) as unknown:
        put(frame.assign(community_code="140502001999"))
    assert (unknown.value.kind, unknown.value.value, unknown.value.row) == ("area", "140502001999", 0)
    with pytest.raises(NotACommunity) as street:
        put(frame.assign(community_code="140502001"))
    assert street.value.level == "street"
    with pytest.raises(DuplicateCode) as twice:
        put(pd.concat([frame, frame], ignore_index=True))
    assert (twice.value.row, twice.value.first_row) == (1, 0)
    with pytest.raises(ValueNotAllowed):
        put(frame.assign(kind="圆形"))
    with pytest.raises(MissingColumn) as missing:
        put(frame.drop(columns="community_code"))
    assert missing.value.column == "community_code"
    with pytest.raises(InvalidShape, match="only a 立体 grid has a host"):
        put(frame.assign(host_code=f"{A}002"))
    with pytest.raises(InvalidShape, match="a 立体 grid has no ground"):
        put(frame.assign(kind="立体", host_code=f"{A}002"))


def test_a_stacked_grid_has_a_host_and_no_ground(session: Session, town: Town) -> None:
    version, stamp = next_version(session, town, MAY)
    stacked = pd.DataFrame(
        [{"code": f"{A}801", "community_code": A, "kind": "立体", "host_code": f"{A}001", "geometry": None}]
    )
    assert grids.put(session, town.district, stacked, version=version, stamp=stamp).added == 1
    with pytest.raises(InvalidShape, match="needs a host"):
        grids.put(
            session,
            town.district,
            stacked.assign(code=f"{A}802", host_code=None),
            version=version,
            stamp=stamp,
        )
