"""For other systems: keys of repeated requests, the feed of changes, and where it is sent."""

from pathlib import Path

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_APP = "yiwang_app"


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0022_exchange.sql").read_text(encoding="utf-8"))
    op.execute(
        "create trigger append_only before update or delete or truncate on yiwang.change"
        " for each statement execute function yiwang.append_only()"
    )
    op.execute(
        f"grant select, insert, delete, update (status, headers, body) on yiwang.request_key to {_APP}"
    )
    op.execute(f"grant select, insert on yiwang.change to {_APP}")
    op.execute(f"grant select, insert, delete on yiwang.change_pending to {_APP}")
    op.execute(f"grant select, insert, update (delivered, failures, said, at) on yiwang.webhook to {_APP}")


def downgrade() -> None:
    op.execute("drop function yiwang.note_change() cascade")
    op.execute("drop table yiwang.webhook, yiwang.change, yiwang.change_pending, yiwang.request_key")
