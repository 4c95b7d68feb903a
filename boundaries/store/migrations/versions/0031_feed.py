"""The feed tells more: incidents that were taken in, buildings that ended, parts that changed owner; and a
webhook says since when it fails."""

from pathlib import Path

from alembic import op

revision = "0031"
down_revision = "0027"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_KINDS = "check (kind in ('publication', 'building', {}'duty', 'incident'))"


def upgrade() -> None:
    _allow("'part', ")
    op.execute("alter table yiwang.change_pending add refs bigint[]")
    op.execute("alter table yiwang.webhook add status integer, add failing_since timestamp with time zone")
    op.execute(f"grant update (status, failing_since) on yiwang.webhook to {_APP}")
    op.execute(Path(__file__).with_name("0031_feed.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    for trigger, table in (
        ("note_change", "incident"),
        ("note_change", "part_grid"),
        ("note_closed", "part_grid"),
        ("note_closed", "building_grid"),
        ("note_closed", "building_version"),
    ):
        op.execute(f"drop trigger {trigger} on yiwang.{table}")
    op.execute("delete from yiwang.change_pending where kind in ('intake', 'part')")
    op.execute("alter table yiwang.change_pending drop refs")
    op.execute("alter table yiwang.webhook drop status, drop failing_since")
    op.execute("alter table yiwang.change disable trigger append_only")
    op.execute("delete from yiwang.change where kind = 'part'")
    op.execute("alter table yiwang.change enable trigger append_only")
    _allow("")


def _allow(more: str) -> None:
    op.execute("alter table yiwang.change drop constraint ck_change_kind")
    op.execute(f"alter table yiwang.change add constraint ck_change_kind {_KINDS.format(more)}")
