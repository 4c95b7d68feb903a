"""The keys of incidents are kept with those of every other request.

Their digests were made in another way: one that comes again across this change is answered 409, and nothing
is written twice.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_MOVED = """
insert into yiwang.request_key (actor, key, digest, status, headers, body, made_at)
select actor, key, digest, 201, '{"content-type": "application/json"}',
    convert_to(coalesce(reply, '{}')::text, 'UTF8'), made_at
from yiwang.incident_key on conflict do nothing
"""
_TABLE = """
create table yiwang.incident_key (
    district_id bigint not null,
    actor text not null,
    key text not null,
    digest text not null,
    reply jsonb,
    made_at timestamp with time zone not null default clock_timestamp(),
    id bigint generated always as identity,
    constraint pk_incident_key primary key (id),
    constraint fk_incident_key_district_id foreign key (district_id) references yiwang.district (id),
    constraint uq_incident_key_district_id_actor_key unique (district_id, actor, key)
)
"""


def upgrade() -> None:
    op.execute(_MOVED)
    op.execute("drop table yiwang.incident_key")


def downgrade() -> None:
    op.execute(_TABLE)
    op.execute(f"grant select, insert, update (reply) on yiwang.incident_key to {_APP}")
