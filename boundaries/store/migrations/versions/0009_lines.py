"""Lines with parties and matters, and their crosswalk to the grids."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_BITEMPORAL = ("line_matter", "crosswalk")


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0009_lines.sql").read_text(encoding="utf-8"))
    for table in _BITEMPORAL:
        op.execute(
            f"create trigger only_close_recorded before update on yiwang.{table}"
            " for each row execute function yiwang.only_close_recorded()"
        )
        op.execute(
            f"create trigger never_deleted before delete or truncate on yiwang.{table}"
            " for each statement execute function yiwang.never_deleted()"
        )
        op.execute(f"grant select, insert, update (recorded) on yiwang.{table} to {_APP}")


def downgrade() -> None:
    for table in reversed(_BITEMPORAL):
        op.execute(f"drop table yiwang.{table}")
    op.execute("alter table yiwang.line_area drop column party_id")
