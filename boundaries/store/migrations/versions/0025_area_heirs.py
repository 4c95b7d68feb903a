"""Who stands for a community that a plan ended: accounts and keys that were confined to it follow."""

from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_TABLE = """
create table yiwang.area_heir (
    area_id bigint not null,
    heir_id bigint not null,
    at timestamp with time zone not null,
    id bigint generated always as identity,
    constraint pk_area_heir primary key (id),
    constraint fk_area_heir_area_id foreign key (area_id) references yiwang.area (id),
    constraint fk_area_heir_heir_id foreign key (heir_id) references yiwang.area (id),
    constraint uq_area_heir_area_id_at unique (area_id, at)
)
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute(
        "create trigger append_only before update or delete or truncate on yiwang.area_heir"
        " for each statement execute function yiwang.append_only()"
    )
    op.execute("select yiwang.audit_table('area_heir')")
    op.execute(f"grant select, insert on yiwang.area_heir to {_APP}")


def downgrade() -> None:
    op.execute("drop table yiwang.area_heir")
