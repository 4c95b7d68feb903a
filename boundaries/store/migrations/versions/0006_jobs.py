"""Jobs: the queue of work that takes longer than a request."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_APP = "yiwang_app"


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0006_jobs.sql").read_text(encoding="utf-8"))
    op.execute(
        "grant select, insert, update (state, progress, interim, result, problem, attempts, cancel, beat_at,"
        f" ended_at) on yiwang.job to {_APP}"
    )


def downgrade() -> None:
    op.execute("drop table yiwang.job")
