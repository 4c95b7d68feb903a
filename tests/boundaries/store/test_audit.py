"""The audit: every write leaves its before and after, and the chain shows whoever touches it."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store import acting, audit
from boundaries.store.database import Database
from boundaries.store.tables import Base

# counters, keys of repeated requests, signs of life of jobs; and the audit itself
NOT_AUDITED = {
    "register_clock",
    "incident_counter",
    "job",
    "request_key",
    "change",
    "change_pending",
    "webhook",
}


def chain(session: Session) -> int:
    done = 0
    while found := audit.append(session, limit=7):
        done += found
    return done


def write(session: Session, name: str) -> None:
    session.execute(
        text(
            "insert into yiwang.account (name, role, password_hash) values (:name, 'reader', 'secret-hash')"
        ),
        {"name": name},
    )


@pytest.fixture
def tamper(owner_url: str) -> Callable[[str], None]:
    """As the owner of the tables with triggers off, the strongest there is."""

    def run(statement: str) -> None:
        with psycopg.connect(owner_url) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(statement)  # type: ignore[arg-type]

    return run


def test_every_table_is_audited_for_every_change(owner_url: str) -> None:
    with psycopg.connect(owner_url) as connection:
        found = connection.execute(
            "select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where t.tgname like 'audit\\_%'"
        ).fetchall()
    wanted = {
        (table.name, f"audit_{operation}")
        for table in Base.metadata.sorted_tables
        if table.name not in NOT_AUDITED and not table.name.startswith("audit_")
        for operation in ("insert", "update", "delete")
    }
    assert wanted - set(found) == set(), "a migration forgot: select yiwang.audit_table('…')"


def test_a_change_tells_who_before_and_after_and_no_secret(session: Session) -> None:
    session.execute(
        text("select set_config('yiwang.acting', :told, true)"),
        {"told": acting.Acting("anna", "basic", "10.1.2.3", "request-1").as_setting()},
    )
    write(session, "new")
    session.execute(
        text("update yiwang.account set role = 'clerk', password_hash = 'other' where name = 'new'")
    )
    session.execute(text("delete from yiwang.account where name = 'new'"))
    gone, changed, made = audit.page(session, audit.Wanted(actor="anna", about="account"))
    assert [event.operation for event in (made, changed, gone)] == ["insert", "update", "delete"]
    assert (changed.via, changed.origin, changed.request_id) == ("basic", "10.1.2.3", "request-1")
    (row,) = changed.details["rows"]
    assert (row["name"], row["before"]["role"], row["after"]["role"]) == ("new", "reader", "clerk")
    assert set(row["before"]) == {"role", "password_hash"}
    assert made.details["rows"][0]["after"]["name"] == gone.details["rows"][0]["before"]["name"] == "new"
    assert "secret-hash" not in str([made.details, changed.details, gone.details])


def test_a_change_of_many_rows_tells_each(session: Session) -> None:
    for number in range(1205):
        session.execute(
            text("insert into yiwang.account (name, role, password_hash) values (:name, 'reader', '')"),
            {"name": f"many-{number}"},
        )
    session.execute(text("update yiwang.account set role = 'worker' where name like 'many-%'"))
    events = audit.page(session, audit.Wanted(about="account"), limit=2)
    rows = [row for event in events for row in event.details["rows"]]
    assert sum(event.count for event in events) == len({row["name"] for row in rows}) == 1205
    assert {(row["before"]["role"], row["after"]["role"]) for row in rows} == {("reader", "worker")}


def test_the_application_may_add_and_nothing_else(database: Database) -> None:
    for statement in (
        "update yiwang.audit_event set actor = 'x'",
        "delete from yiwang.audit_event",
        "truncate yiwang.audit_event",
        "update yiwang.audit_link set hash = 'x'",
        "delete from yiwang.audit_link",
        "alter table yiwang.account disable trigger audit_insert",
    ):
        with pytest.raises(pg.InsufficientPrivilege), database.connect() as connection:
            connection.execute(statement)  # type: ignore[arg-type]


def test_not_even_the_owner_alters_an_event(owner_url: str) -> None:
    for table in ("audit_event", "audit_link"):
        with pytest.raises(pg.RestrictViolation), psycopg.connect(owner_url) as connection:
            connection.execute(f"delete from yiwang.{table}")  # type: ignore[arg-type]


def test_a_late_commit_is_chained_late_and_nothing_is_passed_over(database: Database) -> None:
    with database.transaction() as early:
        write(early, "early")  # takes its number first …
        with database.transaction() as late:
            write(late, "late")
        with database.transaction() as session:
            chain(session)  # … and is not to be seen yet
    with database.transaction() as session:
        assert chain(session) == 1
        found = audit.verify(session)
        latest = max(audit.page(session, audit.Wanted(about="account")), key=lambda event: event.place or 0)
    assert found.findings == ()
    assert latest.details["rows"][0]["after"]["name"] == "early"


def test_eight_appenders_make_one_chain(database: Database) -> None:
    def work(worker: int) -> None:
        for number in range(20):
            with database.transaction() as session:
                write(session, f"worker-{worker}-{number}")
            with database.transaction() as session:
                audit.append(session)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.transaction() as session:
        chain(session)
        found = audit.verify(session)
        assert session.scalar(text("select count(*) from yiwang.audit_event")) == found.head.place >= 160
    assert found.findings == ()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("update yiwang.audit_event set actor = 'nobody' where id = (select min(id) from yiwang.audit_event)",
         "altered"),
        ("delete from yiwang.audit_event where id = (select min(id) from yiwang.audit_event)", "removed"),
        ("delete from yiwang.audit_link where place = 2", "link-missing"),
        ("delete from yiwang.audit_link where place = (select max(place) from yiwang.audit_link)",
         "head-differs"),
        ("delete from yiwang.audit_pending", "unlinked"),
        # two links, then two events, change places
        ("update yiwang.audit_link set event_id = -event_id where place in (1, 2);"
         " update yiwang.audit_link l set event_id = (select -o.event_id from yiwang.audit_link o"
         " where o.place = 3 - l.place) where place = 1;"
         " update yiwang.audit_link l set event_id = (select min(e.id) from yiwang.audit_event e"
         " where not exists (select from yiwang.audit_link k where k.event_id = e.id)) where place = 2",
         "altered"),
        ("update yiwang.audit_event e set made_at = o.made_at, details = o.details, about = o.about"
         " from yiwang.audit_event o where (e.id, o.id) in (select l.event_id, k.event_id"
         " from yiwang.audit_link l join yiwang.audit_link k on l.place + k.place = 3)", "altered"),
    ],
)  # fmt: skip
def test_what_is_removed_or_altered_is_found(
    statement: str, what: str, database: Database, owner_url: str, tamper: Callable[[str], None]
) -> None:
    with database.transaction() as session:
        write(session, f"victim of {statement}")
    with database.transaction() as session:
        chain(session)
        head = audit.verify(session).head
    with database.transaction() as session:
        write(session, f"waits during {statement}")
    with psycopg.connect(owner_url) as keeper:
        for table in ("audit_event", "audit_link", "audit_pending"):
            keeper.execute(f"create temp table {table} as table yiwang.{table}")  # type: ignore[arg-type]
        keeper.commit()
        try:
            tamper(statement)
            with database.transaction() as session:
                assert what in {finding.what for finding in audit.verify(session, head=head).findings}
        finally:
            keeper.execute("set session_replication_role = replica")
            keeper.execute("truncate yiwang.audit_event, yiwang.audit_link, yiwang.audit_pending")
            keeper.execute(
                "insert into yiwang.audit_event (made_at, kind, actor, via, origin, request_id, login, about,"
                " operation, count, details, id) overriding system value table pg_temp.audit_event"
            )
            for table in ("audit_link", "audit_pending"):
                keeper.execute(f"insert into yiwang.{table} table pg_temp.{table}")  # type: ignore[arg-type]
            keeper.commit()
    with database.transaction() as session:
        assert audit.verify(session, head=head).findings == ()


def test_many_rows_added_at_once_are_told_by_their_ids(session: Session) -> None:
    ids = session.scalars(
        text(
            "insert into yiwang.account (name, role, password_hash)"
            " select 'bulk-' || n, 'reader', '' from generate_series(1, 101) n returning id"
        )
    ).all()
    (event,) = audit.page(session, audit.Wanted(about="account"), limit=1)
    assert (event.operation, event.count) == ("insert", 101)
    assert event.details == {"first_id": min(ids), "last_id": max(ids)}
    session.execute(text("delete from yiwang.account where name like 'bulk-%'"))
    (event,) = audit.page(session, audit.Wanted(about="account"), limit=1)
    assert {row["before"]["id"] for row in event.details["rows"]} == set(ids)  # nothing is lost by it


def test_many_changed_rows_are_told_as_few_are_and_a_shape_where_it_changed(owner_url: str) -> None:
    change = """
        update yiwang.shaped set "A name" = 'new', other = null,
            geom = case id % 3 when 0 then st_makepoint(id, 9) when 1 then null else geom end where id"""
    back = (
        "update yiwang.shaped set \"A name\" = 'old', geom = st_makepoint(id, 8),"
        " other = case when id > 90 then st_makepoint(7, 7) end"
    )
    with psycopg.connect(owner_url) as connection:

        def changed_by(*statements: str) -> list[dict[str, Any]]:
            connection.execute(back)
            connection.execute("select set_config('yiwang.acting', '{\"actor\": \"shaper\"}', true)")
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]
            connection.execute("select set_config('yiwang.acting', '', true)")
            events = connection.execute(
                "select details->'rows' from yiwang.audit_event"
                " where about = 'shaped' and operation = 'update' and actor = 'shaper' order by id"
            ).fetchall()
            rows = [row for (told,) in events for row in told]
            return sorted(rows[-101:], key=lambda row: row["id"])

        connection.execute(
            'create table yiwang.shaped (id bigint, code text, "A name" text, geom geometry, other geometry)'
        )
        connection.execute("select yiwang.audit_table('shaped')")
        connection.execute("insert into yiwang.shaped select n, 'c' || n, '' from generate_series(1, 101) n")
        one_by_one = changed_by(f"{change} <= 50", f"{change} > 50")
        both = changed_by(f"{change} > 0")
        connection.rollback()
    assert len(one_by_one) == 101
    assert both == one_by_one
    assert one_by_one[1] == {
        "id": 2, "code": "c2", "before": {"A name": "old"}, "after": {"A name": "new"},
    }  # fmt: skip
    assert one_by_one[2]["after"]["geom"] == {"type": "Point", "coordinates": [3, 9]}
    assert one_by_one[99]["before"]["geom"]["coordinates"] == [100, 8]
    assert one_by_one[99]["after"]["geom"] is None
    assert one_by_one[98]["before"]["other"]["coordinates"] == [7, 7]
