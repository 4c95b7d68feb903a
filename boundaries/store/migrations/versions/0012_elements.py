"""Elements and their kinds (人地事物组织)."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_APP = "yiwang_app"


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0012_elements.sql").read_text(encoding="utf-8"))
    op.execute(
        "create trigger only_close_recorded before update on yiwang.element"
        " for each row execute function yiwang.only_close_recorded()"
    )
    op.execute(
        "create trigger never_deleted before delete or truncate on yiwang.element"
        " for each statement execute function yiwang.never_deleted()"
    )
    op.execute(f"grant select, insert, update (recorded) on yiwang.element to {_APP}")
    op.execute(f"grant select, insert, update on yiwang.element_kind to {_APP}")


def downgrade() -> None:
    op.execute("drop table yiwang.element")
    op.execute("drop table yiwang.element_kind")
