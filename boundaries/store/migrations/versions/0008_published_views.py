"""The published views: what outside software may read, and a role that may read nothing else."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_READER = "yiwang_ogc"


def upgrade() -> None:
    # the role belongs to the whole server: another database may have made it, even just now
    op.execute(
        f"""
        do $$ begin
            if not exists (select from pg_roles where rolname = '{_READER}') then
                create role {_READER} nologin;
            end if;
        exception when duplicate_object or unique_violation then null;
        end $$
        """
    )
    op.execute(
        f"""
        do $$ begin
            if not pg_has_role('{_APP}', '{_READER}', 'member') then
                grant {_READER} to {_APP};
            end if;
        exception when unique_violation then null;
        end $$
        """
    )
    op.execute("create schema ogc")
    op.execute(Path(__file__).with_name("0008_published_views.sql").read_text(encoding="utf-8"))
    op.execute(f"grant usage on schema ogc to {_READER}")
    op.execute(f"grant select on all tables in schema ogc to {_READER}")


def downgrade() -> None:
    op.execute("drop schema ogc cascade")
    # the role may serve other databases, so it stays
