"""What a district set for its affairs, and when: one row a change, added only."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_TABLE = """
create table yiwang.district_term (
    district_id bigint not null,
    part text not null,
    terms jsonb not null,
    made_at timestamp with time zone not null,
    made_by text not null,
    id bigint generated always as identity,
    constraint pk_district_term primary key (id),
    constraint fk_district_term_district_id foreign key (district_id) references yiwang.district (id)
)
"""
# what stood before anybody wrote it down
_STANDING = """
insert into yiwang.district_term (district_id, part, terms, made_at, made_by)
select d.id, p.part, d.settings->p.part, now(), ''
from yiwang.district d cross join (values ('flow'), ('workload')) p (part)
where coalesce(d.settings->p.part, '{}') <> '{}'
order by d.id, p.part
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute("create index ix_district_term_district_id on yiwang.district_term (district_id)")
    op.execute(_STANDING)
    op.execute(
        "create trigger append_only before update or delete or truncate on yiwang.district_term"
        " for each statement execute function yiwang.append_only()"
    )
    op.execute(f"grant select, insert on yiwang.district_term to {_APP}")
    op.execute("select yiwang.audit_table('district_term')")


def downgrade() -> None:
    op.execute("drop table yiwang.district_term")
