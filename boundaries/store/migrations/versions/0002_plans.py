"""Plans of the net: drafts, edits, the steps taken, and the lineage of published grids."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_RIGHTS = {
    "plan": "insert, update (state, base_version_id, published_version_id, version, applied, updated_at)",
    # an edit that was undone gives way to a new one; one that is replayed on a newer net is written anew
    "plan_edit": "insert, update, delete",
    "plan_event": "insert",
    "grid_lineage": "insert",
}


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0002_plans.sql").read_text(encoding="utf-8"))
    for table, rights in _RIGHTS.items():
        op.execute(f"grant select on yiwang.{table} to {_APP}")
        op.execute(f"grant {rights} on yiwang.{table} to {_APP}")


def downgrade() -> None:
    for table in reversed(_RIGHTS):
        op.execute(f"drop table yiwang.{table}")
