"""The app's role owns nothing, and not even the owner overwrites a recorded row."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import text

from boundaries.store.database import Database
from boundaries.store.tables import Base, Bitemporal

BITEMPORAL = sorted(
    mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, Bitemporal)
)
OPEN_ROW = "select 1, 'a', 'a', tstzrange('2020-01-01', null), tstzrange('2020-01-01', null)"


@pytest.fixture(scope="module", autouse=True)
def _one_compound(owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into yiwang.district (code, name, metric_crs, code_scheme)"
            " values ('d', 'd', 4547, 'free')"
        )
        owner.execute(f"insert into yiwang.compound (district_id, code, name, valid, recorded) {OPEN_ROW}")


def refused(run: Callable[[str], object], statement: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        run(statement)


@pytest.fixture
def as_app(database: Database) -> Callable[[str], object]:
    def run(statement: str) -> None:
        with database.connect() as connection:  # psycopg's: commits when it leaves
            connection.execute(statement)  # type: ignore[arg-type]

    return run


@pytest.fixture
def as_owner(owner_url: str) -> Callable[[str], object]:
    def run(statement: str) -> None:
        with psycopg.connect(owner_url) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    return run


def test_app_owns_no_table_and_is_no_superuser(database: Database) -> None:
    with database.transaction() as session:
        assert session.scalar(text("select current_user")) == "yiwang_app"
        assert (
            session.scalar(text("select count(*) from pg_class where relowner = 'yiwang_app'::regrole")) == 0
        )
        assert (
            session.scalar(
                text("select rolsuper or rolcreaterole from pg_roles where rolname = current_user")
            )
            is False
        )


@pytest.mark.parametrize("table", BITEMPORAL)
def test_app_may_not_delete_or_truncate_or_alter_recorded_rows(
    table: str, as_app: Callable[[str], object]
) -> None:
    for statement in (
        f"delete from yiwang.{table}",
        f"truncate yiwang.{table}",
        f"update yiwang.{table} set valid = valid",
        f"update yiwang.{table} set id = default",
        f"alter table yiwang.{table} add column more text",
        f"drop table yiwang.{table}",
        f"alter table yiwang.{table} disable trigger all",
    ):
        refused(as_app, statement, pg.InsufficientPrivilege)


@pytest.mark.parametrize("table", BITEMPORAL)
def test_owner_may_not_delete_or_truncate_recorded_rows(
    table: str, as_owner: Callable[[str], object]
) -> None:
    refused(as_owner, f"delete from yiwang.{table}", pg.RestrictViolation)
    refused(as_owner, f"truncate yiwang.{table} cascade", pg.RestrictViolation)


@pytest.mark.parametrize(
    "change",
    [
        "valid = tstzrange('2021-01-01', null)",
        "recorded = tstzrange('2019-01-01', '2021-01-01')",  # the start is fixed
        "recorded = recorded",  # only closing is allowed
        "valid = tstzrange('2020-01-01', '2021-01-01'), recorded = tstzrange('2020-01-01', '2021-01-01')",
    ],
)
def test_owner_may_not_change_the_periods_of_a_row(change: str, as_owner: Callable[[str], object]) -> None:
    refused(as_owner, f"update yiwang.compound set {change}", pg.RestrictViolation)


def test_closed_row_is_not_closed_again(
    as_app: Callable[[str], object], as_owner: Callable[[str], object]
) -> None:
    as_owner(
        "insert into yiwang.compound (district_id, code, name, valid, recorded)"
        + OPEN_ROW.replace("'a'", "'closed'")
    )
    close = "update yiwang.compound set recorded = tstzrange(lower(recorded), {}) where code = 'closed'"
    as_app(close.format("'2021-01-01'"))
    refused(as_app, close.format("'2022-01-01'"), pg.RestrictViolation)
    refused(as_app, close.format("null"), pg.RestrictViolation)


@pytest.mark.parametrize("table", ["area", "grid", "building", "party", "net_version", "import_run"])
def test_app_may_not_change_or_delete_identities(table: str, as_app: Callable[[str], object]) -> None:
    refused(as_app, f"delete from yiwang.{table}", pg.InsufficientPrivilege)
    refused(as_app, f"update yiwang.{table} set district_id = district_id", pg.InsufficientPrivilege)


def test_grid_version_of_an_incident_is_never_rewritten(as_app: Callable[[str], object]) -> None:
    refused(as_app, "update yiwang.incident set grid_version_id = null", pg.InsufficientPrivilege)
    as_app("update yiwang.incident set resolved_at = now()")
    refused(as_app, "delete from yiwang.incident", pg.InsufficientPrivilege)


def test_app_may_not_move_the_clock_row_or_add_another(as_app: Callable[[str], object]) -> None:
    refused(as_app, "insert into yiwang.register_clock values (2, now(), 1)", pg.InsufficientPrivilege)
    refused(as_app, "delete from yiwang.register_clock", pg.InsufficientPrivilege)
