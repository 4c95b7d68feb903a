"""Remarks on plans, filing records, notices of publications, handed-over incidents."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_RIGHTS = {
    "plan_comment": "insert, update (settled_by, settled_at)",
    "plan_filing": "insert",
    "notice": "insert",
    "incident_handover": "insert",
}


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0004_papers.sql").read_text(encoding="utf-8"))
    for table, rights in _RIGHTS.items():
        op.execute(f"grant select on yiwang.{table} to {_APP}")
        op.execute(f"grant {rights} on yiwang.{table} to {_APP}")


def downgrade() -> None:
    for table in reversed(_RIGHTS):
        op.execute(f"drop table yiwang.{table}")
