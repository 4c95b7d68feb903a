"""What a plan is drawn against: the lines that its edits snap to."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_APP = "yiwang_app"


def upgrade() -> None:
    op.execute("alter table yiwang.plan add column guide jsonb not null default '{}'")
    op.execute(f"grant update (guide) on yiwang.plan to {_APP}")


def downgrade() -> None:
    op.execute("alter table yiwang.plan drop column guide")
