"""The audit: every write by triggers, reads by journals, all chained by one appender."""

from pathlib import Path

from alembic import op

revision = "0021"
down_revision = "0017"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
# counters, keys of repeated requests and signs of life say nothing about who changed what
_NOT_AUDITED = ("alembic_version", "register_clock", "incident_counter", "incident_key", "job")
_OURS = ("audit_event", "audit_pending", "audit_link", "audit_journal")


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0021_audit.sql").read_text(encoding="utf-8"))
    skipped = ", ".join(f"'{table}'" for table in (*_NOT_AUDITED, *_OURS))
    op.execute(
        "select yiwang.audit_table(tablename::text) from pg_tables"
        f" where schemaname = 'yiwang' and tablename not in ({skipped})"
    )
    for table in ("audit_event", "audit_link"):
        op.execute(
            f"create trigger append_only before update or delete or truncate on yiwang.{table}"
            " for each statement execute function yiwang.append_only()"
        )
        op.execute(f"grant select, insert on yiwang.{table} to {_APP}")
    op.execute(f"grant select, insert, delete on yiwang.audit_pending to {_APP}")
    op.execute(f"grant select, insert, update (taken) on yiwang.audit_journal to {_APP}")


def downgrade() -> None:
    op.execute("drop function yiwang.audit_write() cascade")
    op.execute("drop function yiwang.audit_table(text)")
    op.execute(f"drop table {', '.join(f'yiwang.{table}' for table in reversed(_OURS))}")
    op.execute("drop function yiwang.audit_queue(), yiwang.audit_row(jsonb), yiwang.audit_value(text, jsonb)")
