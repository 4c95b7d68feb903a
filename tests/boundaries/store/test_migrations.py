"""Migrations go up and down, and what they make is what the tables say."""

import concurrent.futures
import json
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.store import clock, migrate, repeats
from boundaries.store.addresses import sqlalchemy_url
from boundaries.store.repeats import KeyReused
from boundaries.store.tables import SCHEMA, Base
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn

# everything that a table is made of, as PostgreSQL itself prints it
_ANATOMY = """
select 'column', c.relname, a.attname,
    concat_ws(' ', format_type(a.atttypid, a.atttypmod), l.collname,
        case when a.attnotnull then 'not null' end, a.attidentity, a.attgenerated,
        pg_get_expr(d.adbin, d.adrelid))
from pg_class c join pg_attribute a on a.attrelid = c.oid
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    left join pg_collation l on l.oid = a.attcollation
where c.relnamespace = 'yiwang'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    and c.relname <> 'alembic_version'
union all
select 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid)
from pg_class c join pg_constraint k on k.conrelid = c.oid
where c.relnamespace = 'yiwang'::regnamespace and c.relname <> 'alembic_version'
union all
select 'index', tablename, indexname, indexdef from pg_indexes
where schemaname = 'yiwang' and tablename <> 'alembic_version'
order by 1, 2, 3
"""


def anatomy(url: str) -> list[tuple[str, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(_ANATOMY).fetchall()


@pytest.fixture
def database_of_the_tables(empty_database: str) -> str:
    engine = create_engine(sqlalchemy_url(empty_database), poolclass=NullPool)
    with engine.begin() as connection:
        for extension in ("postgis", "btree_gist"):
            connection.execute(text(f"create extension {extension}"))
        connection.execute(text(f"create schema {SCHEMA}"))
        Base.metadata.create_all(connection)
    return empty_database


def test_migrations_make_what_the_tables_say(owner_url: str, database_of_the_tables: str) -> None:
    migrated = anatomy(owner_url)
    assert len(migrated) > 200
    assert migrated == anatomy(database_of_the_tables)


def test_alembic_would_generate_nothing(owner_url: str) -> None:
    engine = create_engine(
        sqlalchemy_url(owner_url), poolclass=NullPool, connect_args={"options": "-c search_path=public"}
    )
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
        "include_object": lambda _, name, kind, *rest: (kind, name) != ("table", "alembic_version"),
        "compare_type": True,
        "compare_server_default": True,
    }
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_up_down_up_gives_the_same_database(empty_database: str) -> None:
    assert migrate.current(empty_database) is None
    migrate.upgrade(empty_database)
    first = anatomy(empty_database)
    assert migrate.current(empty_database) == migrate.head()
    migrate.downgrade(empty_database, "base")
    assert migrate.current(empty_database) is None
    assert anatomy(empty_database) == []
    with psycopg.connect(empty_database) as connection:
        left = connection.execute(
            "select proname from pg_proc where pronamespace = 'yiwang'::regnamespace"
        ).fetchall()
    assert left == []
    migrate.upgrade(empty_database)
    assert anatomy(empty_database) == first


def _lived_in(url: str) -> None:
    """A register in which people have worked: a net published twice, buildings, duties, a plan."""
    with Session(create_engine(sqlalchemy_url(url), poolclass=NullPool)) as session, session.begin():
        town = drawn.town(session)
        plan = drawn.draft(session, town.district, ("name", {"grid": drawn.A1, "name": "北"}))
        drawn.approve(session, town.district, plan)
        drawn.publish(session, town.district, plan)


def _rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select tablename::text from pg_tables"
            " where schemaname = 'yiwang' and tablename <> 'alembic_version'"
        ).fetchall()
        found = {}
        for (table,) in tables:
            query = sql.SQL("select to_jsonb(t) from {} t").format(sql.Identifier(SCHEMA, table))
            found[table] = [row[0] for row in connection.execute(query).fetchall()]
    return found


def _in_common(rows: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[str]:
    """The rows as text, of the columns that both have, in order."""
    columns = set(rows[0]) & set(other[0]) if rows and other else set()
    return sorted(json.dumps({name: row[name] for name in sorted(columns)}) for row in rows)


def _answers(url: str) -> list[Any]:
    with Session(create_engine(sqlalchemy_url(url), poolclass=NullPool)) as session:
        held = snapshot.build(session, towns.DISTRICT, at=towns.YEAR, known_at=clock.horizon(session))
        return [held.answer_point(towns.at(east, 6.5)) for east in range(1, 30, 3)]


def test_a_register_that_was_worked_in_comes_up_from_every_revision_with_all_its_rows(
    empty_database: str,
) -> None:
    migrate.upgrade(empty_database)
    _lived_in(empty_database)
    answers = _answers(empty_database)
    assert any(answer["status"] == "owned" for answer in answers)
    script = ScriptDirectory.from_config(migrate._config())
    newest, *older = [each.revision for each in script.walk_revisions()]
    for revision in older:
        migrate.downgrade(empty_database, revision)
    for revision in [*reversed(older[:-1]), newest]:
        before = _rows(empty_database)
        assert len(before["grid_version"]) > len(towns.GRIDS)
        migrate.upgrade(empty_database, revision)
        after = _rows(empty_database)
        for table in before.keys() & after.keys():
            assert _in_common(before[table], after[table]) == _in_common(after[table], before[table]), (
                revision,
                table,
            )
    assert migrate.current(empty_database) == migrate.head()
    assert _answers(empty_database) == answers


def test_a_key_of_an_incident_is_kept_over_the_change_of_its_table(empty_database: str) -> None:
    migrate.upgrade(empty_database, "0022")
    with psycopg.connect(empty_database) as connection:
        connection.execute(
            "with d as (insert into yiwang.district (code, name, metric_crs, code_scheme)"
            " values ('d', 'd', 4547, 'free') returning id)"
            " insert into yiwang.incident_key (district_id, actor, key, digest, reply)"
            " select id, 'worker', 'k-1', 'of before', '{\"added\": 1}' from d"
        )
    migrate.upgrade(empty_database)
    engine = create_engine(sqlalchemy_url(empty_database), poolclass=NullPool)
    with Session(engine) as session:
        with pytest.raises(KeyReused):  # made in another way: nothing is written twice
            repeats.claim(session, actor="worker", key="k-1", digest="of now")
        kept = repeats.claim(session, actor="worker", key="k-1", digest="of before")
    assert kept is not None and (kept.status, kept.body) == (201, b'{"added": 1}')


def test_eight_migrations_at_once_make_one(empty_database: str) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(migrate.upgrade, [empty_database] * 8))
    assert migrate.current(empty_database) == migrate.head()
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("select count(*) from yiwang.register_clock").fetchone() == (1,)


def test_database_of_a_newer_release_is_refused_and_left_alone(empty_database: str) -> None:
    migrate.upgrade(empty_database)
    before = anatomy(empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("update yiwang.alembic_version set version_num = '9999'")
    for move in (migrate.upgrade, lambda url: migrate.downgrade(url, "base")):
        with pytest.raises(migrate.UnknownRevision) as refused:
            move(empty_database)
        assert refused.value.revision == "9999"
    assert anatomy(empty_database) == before
