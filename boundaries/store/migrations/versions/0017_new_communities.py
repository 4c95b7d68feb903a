"""Plans that found a community (社区居委会增设)."""

from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _kinds("'grids', 'boundary', 'community'")


def downgrade() -> None:
    # 'not valid': such plans stay in the register, as nothing is ever deleted from it
    _kinds("'grids', 'boundary'", " not valid")


def _kinds(kinds: str, how: str = "") -> None:
    op.execute("alter table yiwang.plan drop constraint ck_plan_kind")
    op.execute(f"alter table yiwang.plan add constraint ck_plan_kind check (kind in ({kinds})){how}")
