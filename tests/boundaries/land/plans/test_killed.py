"""The server is killed in the middle of a publication: afterwards the old net is there, or the new one."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from boundaries.land import districts, plans
from boundaries.store.cluster import processes
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from boundaries.store.tables import NetVersion, Plan
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn
from tests.boundaries.land.plans.drawn import A1, A3, A4, APPROVER, PLANNER, REVIEWER, line

MOMENTS = ("checked", "grids", "written")
_WHOLE = """
select (select count(*) from yiwang.net_version), (select count(*) from yiwang.grid_version),
    (select count(*) from yiwang.grid), (select count(*) from yiwang.building_grid),
    (select count(*) from yiwang.duty), (select count(*) from yiwang.grid_lineage),
    (select revision from yiwang.register_clock), (select state from yiwang.plan)
"""


def test_a_server_killed_during_publication_leaves_the_old_net_whole(register_home: Path) -> None:
    database = Database.open(Settings(home=register_home))
    try:
        with database.transaction() as session:
            district = drawn.town(session).district
            plan = plans.create(session, district, title="调整", scope=towns.A, by=PLANNER)
            for operation, parameters in (
                ("split", {"grid": A1, "line": line((-1, 7.5), (5, 7.5)), "keep": "none"}),
                ("merge", {"grids": [A3, A4], "keep": A4}),
            ):
                plans.edit(session, district, plan.code, operation, parameters, seen=None, by=PLANNER)
            for name, actor in (("submit", PLANNER), ("review", REVIEWER), ("approve", APPROVER)):
                plans.step(session, district, plan.code, name, seen=None, by=actor)
        before = _state(database)
        for moment in MOMENTS:
            with pytest.raises(OperationalError):
                _publish(database, register_home, moment)
            assert _state(database) == before  # and every edit that was acknowledged is still there
        _publish(database, register_home, None)
        with database.transaction() as session:
            assert session.scalars(select(NetVersion.number).order_by(NetVersion.number)).all() == [1, 2]
            assert session.scalar(select(Plan.state)) == "published"
            net = plans.drawing_of(
                session,
                districts.get(session, towns.DISTRICT),
                plans.create(
                    session,
                    districts.get(session, towns.DISTRICT),
                    title="后",
                    scope=towns.A,
                    by=PLANNER,
                ),
            ).net
        assert set(net.faces) == (set(towns.GRIDS) - {A1, A3}) | {f"{towns.A}005", f"{towns.A}006"}
    finally:
        database.close()


def _publish(database: Database, home: Path, kill_at: str | None) -> None:
    def kill(moment: str) -> None:
        if moment == kill_at:
            pid = processes.postmaster_pid(home / "data")
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            # a backend outlives its postmaster and may even commit; the next start would end it like this
            processes.end_orphans(home / "data", within_s=20)

    with database.transaction() as session:
        district = districts.get(session, towns.DISTRICT)
        plans.publish(session, district, "P00001", seen=None, by=APPROVER, on_step=kill)


def _state(database: Database) -> tuple[object, ...]:
    with database.transaction() as session:
        return tuple(session.execute(text(_WHOLE)).one())
