"""The link by which the first administrator of a register comes in."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_TABLE = """
create table yiwang.first_link (
    id integer not null,
    secret_hash text not null,
    made_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    used_at timestamp with time zone,
    constraint pk_first_link primary key (id),
    constraint ck_first_link_one_row check (id = 1),
    constraint ck_first_link_expires check (expires_at > made_at)
)
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute(f"grant select, insert, update on yiwang.first_link to {_APP}")
    op.execute("select yiwang.audit_table('first_link')")


def downgrade() -> None:
    op.execute("drop table yiwang.first_link")
