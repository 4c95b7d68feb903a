"""Counts from the columns in memory equal a recount in SQL, whatever happens to the incidents meanwhile."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs import asking, corrections, flow, gathering, incidents, series
from boundaries.affairs.columns import IncidentColumns, caught_up, grid_codes, read
from boundaries.affairs.entitled import Actor
from boundaries.affairs.limits import Limits
from boundaries.affairs.places import Places
from boundaries.affairs.question import Question
from boundaries.affairs.steps import ENDED, STEPS, possible
from boundaries.duty import snapshot as snapshots
from boundaries.duty.snapshot import Snapshot
from boundaries.land import districts
from boundaries.store import clock
from boundaries.store.database import Database
from tests.boundaries import towns

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 2, 1), date(2026, 8, 31)
MATTERS = ("0101", "0102", "1101")
WHOLE = Question("grid", "count", FIRST, LAST, bucket="month")
KEEPERS = frozenset({"W"})


def _actor(step: str) -> Actor:
    """Somebody who may take the step: of the district's centre and of the grid, another for each step."""
    return Actor(step, "W", "district", is_centre=True)


@pytest.fixture(scope="module")
def snapshot(database: Database) -> Snapshot:
    """The town with its first net."""
    with database.transaction() as session:
        towns.found(session)
    with database.transaction() as session:
        return snapshots.build(session, towns.DISTRICT)


class Walk:
    """Random changes to incidents, each in a transaction of its own."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.chance = random.Random(seed)
        self.seed = seed
        self.sent = 0

    def row(self, ref: str) -> dict[str, object]:
        # thousandths with a half: never on a border of the drawing
        east, north = self.chance.randrange(-2, 32) + 0.5, self.chance.randrange(0, 10) + 0.5
        lon, lat = towns.at(east, north)
        happened = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=self.chance.randrange(200 * 1440))
        resolved = happened + timedelta(hours=5) if self.chance.random() < 0.3 else None
        return {
            "external_ref": ref,
            "source": "12345",
            "matter_code": self.chance.choice(MATTERS),
            "happened_at": happened,
            "resolved_at": resolved,
            "lon": lon,
            "lat": lat,
        }

    def send(self) -> None:
        """New ones, late ones among them, and old ones with another place, time, matter or end."""
        fresh = [self.row(f"{self.seed}-{self.sent + k}") for k in range(self.chance.randrange(4))]
        known = self.chance.sample(range(self.sent), min(self.sent, self.chance.randrange(3)))
        self.sent += len(fresh)
        rows = fresh + [self.row(f"{self.seed}-{k}") for k in known]
        if rows:
            with self.database.transaction() as session:
                place = districts.get(session, towns.DISTRICT)
                incidents.put(session, place, pd.DataFrame(rows), stamp=clock.stamp(session))

    def move(self) -> None:
        with self.database.transaction() as session:
            stamp = clock.hold(session)
            if (incident := self.one(session)) is not None:
                row = self.row("")
                corrections.correct(
                    session,
                    districts.get(session, towns.DISTRICT),
                    incident,
                    (float(str(row["lon"])), float(str(row["lat"]))),
                    accuracy_m=None,
                    reason="x",
                    by="test",
                    stamp=stamp,
                )

    def step(self, name: str | None = None) -> None:
        with self.database.transaction() as session:
            self.take(session, name)

    def take(self, session: Session, name: str | None = None) -> int | None:
        """Any step that is possible, or this one; void and merge are as likely as all others together."""
        incident = self.one(session, is_open=True)
        if incident is None:
            return None
        steps = [
            each for each in possible(incident.state) if each not in ("raise", "lower", "extend", "resume")
        ]
        wanted = name or self.chance.choice(["void", "merge", self.chance.choice(steps)])
        into = self.one(session, is_open=True)
        if wanted not in steps or (wanted == "merge" and (into is None or into.id == incident.id)):
            return None
        given = flow.Given(wanted, "x", "D1" if wanted in ("dispatch", "reassign", "rule") else None)
        if STEPS[wanted].needs and "into" in STEPS[wanted].needs:
            given = replace(given, into=into)
        if wanted == "reassign":
            given = replace(given, party=f"D{self.chance.random()}")
        limits = Limits.of(ZONE, {})
        now = datetime.now(UTC)
        flow.take(
            session,
            incident,
            given,
            limits=limits,
            lineage=[],
            limit_hours=8,
            actor=_actor(given.step),
            keepers=KEEPERS,
            now=now,
        )
        return incident.id

    def one(self, session: Session, *, is_open: bool = False) -> asking.IncidentRecord | None:
        place = districts.get(session, towns.DISTRICT)
        found = asking.page(session, place, asking.Wanted(), limit=10_000)
        found = [each for each in found if not is_open or each.state not in ENDED]
        return self.chance.choice(found) if found else None


def recounted(session: Session, matter: str = "") -> Counter[tuple[str, str]]:
    """(grid, month) of everything that counts, by a query that knows nothing of the columns."""
    rows = session.execute(
        text(
            "select g.code, to_char(i.happened_at at time zone 'Asia/Shanghai', 'YYYY-MM-01'), count(*)"
            " from yiwang.incident i join yiwang.grid_version v on st_covers(v.geom, i.geom)"
            " and upper_inf(v.recorded) join yiwang.grid g on g.id = v.grid_id"
            " where i.state not in ('void', 'merged') and i.matter_code like :matter || '%'"
            " and (i.happened_at at time zone 'Asia/Shanghai')::date between :first and :last group by 1, 2"
        ),
        {"matter": matter, "first": FIRST, "last": LAST},
    )
    return Counter({(row[0], row[1]): row[2] for row in rows})


def told(found: series.Frames) -> Counter[tuple[str, str]]:
    return Counter(
        {
            (code, bucket.isoformat()): int(found.counts[b, c])
            for b, bucket in enumerate(found.buckets)
            for c, code in enumerate(found.codes)
            if found.counts[b, c]
        }
    )


def check(session: Session, snapshot: Snapshot, columns: IncidentColumns) -> None:
    fresh, _ = read(session, snapshot.district.id, snapshot.zone)
    for name in ("ids", "lonlat", "happened_s", "resolved_s", "grid_version", "counts"):
        assert np.array_equal(getattr(columns, name), getattr(fresh, name)), name
    assert [columns.matters[at] for at in columns.matter] == [fresh.matters[at] for at in fresh.matter]
    places = Places.of(snapshot, columns, grid_codes(session, snapshot.district.id))
    assert told(series.frames(snapshot, columns, WHOLE, places)) == recounted(session)
    part = replace(WHOLE, matter="01")
    assert told(series.frames(snapshot, columns, part, places)) == recounted(session, "01")
    held = session.scalar(text("select count(*) from yiwang.incident where state not in ('void', 'merged')"))
    for unit, size in (("h3", 9), ("square", 250)):
        cells = series.frames(
            snapshot,
            columns,
            replace(WHOLE, unit=unit, size=size, first=date(2025, 1, 1), last=date(2027, 1, 1)),
            places,
        )
        assert int(cells.counts.sum()) + cells.uncounted == held


@pytest.mark.parametrize("seed", range(3))
def test_counts_in_memory_equal_a_recount_after_any_change(
    database: Database, snapshot: Snapshot, seed: int
) -> None:
    walk = Walk(database, seed)
    with database.transaction() as session:
        state = read(session, snapshot.district.id, snapshot.zone)
    for turn in range(25):
        for _ in range(walk.chance.randrange(1, 4)):
            walk.chance.choice([walk.send, walk.send, walk.move, walk.step, walk.step])()
        with database.transaction() as session:
            state = caught_up(session, *state)
            if turn % 4 == 0 or turn == 24:
                check(session, snapshot, state[0])
    with database.transaction() as session:
        check(session, snapshot, state[0])
        states = dict(session.execute(text("select state, count(*) from yiwang.incident group by 1")).all())
    assert states["void"] > 0 and states["merged"] > 0  # the walk went there


def test_what_a_slow_transaction_voids_is_seen_when_it_commits(
    database: Database, snapshot: Snapshot
) -> None:
    walk = Walk(database, 99)
    while walk.sent < 6:
        walk.send()
    with database.transaction() as session:
        state = read(session, snapshot.district.id, snapshot.zone)
    with database.transaction() as slow:
        slow_id = None
        while slow_id is None:
            slow_id = walk.take(slow, "void")
        with database.transaction() as session:
            incident = session.execute(
                text("select number from yiwang.incident where state = 'collected' and id <> :id limit 1"),
                {"id": slow_id},
            ).scalar_one()
            record = asking.get(session, districts.get(session, towns.DISTRICT), incident)
            flow.take(
                session,
                record,
                flow.Given("void", "x"),
                limits=Limits.of(ZONE, {}),
                lineage=[],
                limit_hours=None,
                actor=_actor("other"),
                keepers=KEEPERS,
                now=datetime.now(UTC),
            )
        with database.transaction() as session:
            state = caught_up(session, *state)
            at = np.searchsorted(state[0].ids, [slow_id, record.id])
            assert state[0].counts[at].tolist() == [True, False]
    with database.transaction() as session:
        state = caught_up(session, *state)
        check(session, snapshot, state[0])
    assert not state[0].counts[np.searchsorted(state[0].ids, slow_id)]


def test_void_and_merged_ones_are_no_part_of_hot_spots_and_warnings(
    database: Database, snapshot: Snapshot
) -> None:
    with database.transaction() as session:
        columns, _ = read(session, snapshot.district.id, snapshot.zone)
        codes = grid_codes(session, snapshot.district.id)
    n = 400
    lonlat = np.array([towns.at(2.5, 7.5)] * n)
    base = int(datetime(2026, 8, 30, 4, tzinfo=UTC).timestamp())
    crowd = replace(
        columns,
        ids=np.arange(1, n + 1),
        lonlat=lonlat,
        happened_s=np.full(n, base),
        resolved_s=np.full(n, np.iinfo(np.int64).min),
        matter=np.zeros(n, dtype=np.int32),
        matters=("0102",),
        grid_version=np.zeros(n, dtype=np.int64),
        counts=np.ones(n, dtype=bool),
    )
    gone = replace(crowd, counts=np.zeros(n, dtype=bool))
    for one, expected in ((crowd, True), (gone, False)):
        places = Places.of(snapshot, one, codes)
        warned = gathering.warned(snapshot, one, places, until=LAST, exclude=frozenset())
        assert bool(warned) == expected
        assert bool(series.frames(snapshot, one, WHOLE, places).counts.sum()) == expected
