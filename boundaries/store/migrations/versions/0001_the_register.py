"""The register: extensions, tables, the rule that nothing is overwritten, and the app's rights."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_BITEMPORAL = (
    "address",
    "area_version",
    "building_grid",
    "building_part",
    "building_version",
    "compound",
    "duty",
    "feature",
    "grid_version",
    "line_area",
    "party_version",
)
# what the app may do beyond reading and, where `insert` stands, adding
_RIGHTS = {
    "account": "insert, update, delete",
    "area": "insert",
    "building": "insert",
    "district": "insert, update",
    "grid": "insert",
    "import_mapping": "insert, update, delete",
    "import_run": "insert",
    # the grid version of the day is never rewritten
    "incident": "insert, update (source, matter_code, happened_at, resolved_at, accuracy_m, geom)",
    "line": "insert, update (name)",
    "matter": "insert, update, delete",
    "matter_alias": "insert, update, delete",
    "net_version": "insert",
    "party": "insert",
    "register_clock": "update (last_recorded, revision)",
} | dict.fromkeys(_BITEMPORAL, "insert, update (recorded)")

_ONLY_CLOSE = """
create function yiwang.only_close_recorded() returns trigger language plpgsql as $$
begin
    if new.valid is distinct from old.valid
        or lower(new.recorded) is distinct from lower(old.recorded)
        or not upper_inf(old.recorded)
        or upper_inf(new.recorded)
    then
        raise exception 'a row of % is never overwritten: only its open recorded period may be closed',
            tg_table_name using errcode = 'restrict_violation';
    end if;
    return new;
end
$$
"""
_NEVER_DELETED = """
create function yiwang.never_deleted() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never deleted', tg_table_name using errcode = 'restrict_violation';
end
$$
"""


def upgrade() -> None:
    # in public, whatever the migrating role's search path says: other schemas use them too
    op.execute("create extension if not exists postgis with schema public")
    op.execute("create extension if not exists btree_gist with schema public")
    op.execute(Path(__file__).with_name("0001_tables.sql").read_text(encoding="utf-8"))
    op.execute("insert into yiwang.register_clock values (1, '1970-01-01 00:00:00+00', 0)")
    _guard()
    _grant()


def downgrade() -> None:
    for table in reversed(_tables()):
        op.execute(f"drop table yiwang.{table}")
    op.execute("drop function yiwang.only_close_recorded(), yiwang.never_deleted()")
    op.execute(f"revoke all on schema yiwang from {_APP}")
    # the role and the extensions may serve other databases or schemas, so they stay


def _guard() -> None:
    op.execute(_ONLY_CLOSE)
    op.execute(_NEVER_DELETED)
    for table in _BITEMPORAL:
        op.execute(
            f"create trigger only_close_recorded before update on yiwang.{table}"
            " for each row execute function yiwang.only_close_recorded()"
        )
        op.execute(
            f"create trigger never_deleted before delete or truncate on yiwang.{table}"
            " for each statement execute function yiwang.never_deleted()"
        )


def _grant() -> None:
    # the role belongs to the whole server: another database may have made it, even just now
    op.execute(
        f"""
        do $$ begin
            if not exists (select from pg_roles where rolname = '{_APP}') then
                create role {_APP} login;
            end if;
        exception when duplicate_object or unique_violation then null;
        end $$
        """
    )
    op.execute(f"grant usage on schema yiwang to {_APP}")
    for table in (*_tables(), "alembic_version"):
        op.execute(f"grant select on yiwang.{table} to {_APP}")
    for table, rights in _RIGHTS.items():
        op.execute(f"grant {rights} on yiwang.{table} to {_APP}")


def _tables() -> list[str]:
    sql = Path(__file__).with_name("0001_tables.sql").read_text(encoding="utf-8")
    return [line.split()[2].split(".")[1] for line in sql.splitlines() if line.startswith("CREATE TABLE")]
