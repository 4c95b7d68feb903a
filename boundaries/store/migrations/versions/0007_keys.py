"""Keys by which other systems ask."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_APP = "yiwang_app"


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute(f"grant select, insert, update (revoked_at) on yiwang.api_key to {_APP}")


def downgrade() -> None:
    op.execute("drop table yiwang.api_key")


_TABLE = """
create table yiwang.api_key (
    code text collate "C" not null,
    name text not null,
    role text not null,
    secret_hash text not null,
    datum text,
    area_id bigint,
    per_minute integer not null,
    made_by text not null,
    made_at timestamp with time zone not null default now(),
    expires_at timestamp with time zone not null,
    revoked_at timestamp with time zone,
    id bigint generated always as identity,
    constraint pk_api_key primary key (id),
    constraint uq_api_key_code unique (code),
    constraint uq_api_key_name unique (name),
    constraint ck_api_key_role check (role in ('reader', 'worker', 'clerk', 'dispatcher', 'planner')),
    constraint ck_api_key_datum check (datum in ('wgs84', 'cgcs2000', 'gcj02', 'bd09')),
    constraint ck_api_key_per_minute check (per_minute > 0),
    constraint ck_api_key_expires check (expires_at > made_at),
    constraint fk_api_key_area_id foreign key (area_id) references yiwang.area (id)
)
"""
