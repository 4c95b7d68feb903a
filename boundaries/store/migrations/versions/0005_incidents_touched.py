"""Which transaction last touched an incident, so that counts kept in memory can catch up."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table yiwang.incident add column touched bigint not null default 0")
    op.execute(
        "create function yiwang.note_touch() returns trigger language plpgsql as $$"
        " begin new.touched := pg_current_xact_id()::text::bigint; return new; end $$"
    )
    op.execute(
        "create trigger note_touch before insert or update on yiwang.incident"
        " for each row execute function yiwang.note_touch()"
    )
    op.execute("create index ix_incident_touched on yiwang.incident (touched)")


def downgrade() -> None:
    op.execute("drop trigger note_touch on yiwang.incident")
    op.execute("drop function yiwang.note_touch()")
    op.execute("alter table yiwang.incident drop column touched")
