"""A feature may have a leader of its own: 路长 of a road, 河长 of a river reach."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _limit("role <> 'leader' or grid_id is not null or area_id is not null or feature_code is not null")


def downgrade() -> None:
    # 'not valid': leaders of features stay in the register, as nothing is ever deleted from it
    _limit("role <> 'leader' or grid_id is not null or area_id is not null", " not valid")


def _limit(rule: str, how: str = "") -> None:
    op.execute("alter table yiwang.duty drop constraint ck_duty_leader_place")
    op.execute(f"alter table yiwang.duty add constraint ck_duty_leader_place check ({rule}){how}")
