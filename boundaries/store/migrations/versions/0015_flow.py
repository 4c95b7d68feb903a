"""The flow of incidents: their state, and the log of every step; visits."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_APP = "yiwang_app"


def upgrade() -> None:
    op.execute(_COLUMNS)
    op.execute("update yiwang.incident set state = 'closed' where resolved_at is not null")
    op.execute(_TABLE)
    op.execute(_VISIT)
    # grid versions are never deleted (a trigger), and a check for each of a million rows costs seconds
    op.execute("alter table yiwang.incident drop constraint fk_incident_grid_version_id")
    op.execute("drop index yiwang.ix_incident_touched")
    op.execute("create index ix_incident_touched on yiwang.incident using brin (touched)")
    for table in ("visit", "incident_event"):
        op.execute(f"grant select, insert on yiwang.{table} to {_APP}")
    op.execute(
        "create trigger append_only before update or delete or truncate on yiwang.visit"
        " for each statement execute function yiwang.append_only()"
    )
    op.execute(
        "create trigger append_only before update or delete or truncate on yiwang.incident_event"
        " for each statement execute function yiwang.append_only()"
    )
    op.execute(
        f"grant update (state, party_code, level, step_since, step_due_at) on yiwang.incident to {_APP}"
    )


def downgrade() -> None:
    op.execute("drop table yiwang.visit, yiwang.incident_event")
    op.execute("drop index yiwang.ix_incident_touched")
    op.execute("create index ix_incident_touched on yiwang.incident (touched)")
    op.execute(
        "alter table yiwang.incident add constraint fk_incident_grid_version_id"
        " foreign key (grid_version_id) references yiwang.grid_version (id)"
    )
    op.execute(
        "alter table yiwang.incident drop column state, drop column party_code, drop column level,"
        " drop column step_since, drop column step_due_at"
    )


_COLUMNS = """
alter table yiwang.incident
    add column state text not null default 'collected',
    add column party_code text collate "C",
    add column level text not null default 'grid',
    add column step_since timestamp with time zone,
    add column step_due_at timestamp with time zone
"""
_TABLE = """
create table yiwang.incident_event (
    incident_id bigint not null,
    place integer not null,
    step text not null,
    source text not null,
    state text not null,
    made_at timestamp with time zone not null,
    made_by text not null,
    party_code text collate "C",
    level text not null,
    due_at timestamp with time zone,
    left_since timestamp with time zone not null,
    left_due_at timestamp with time zone,
    reason text not null,
    details jsonb not null,
    id bigint generated always as identity,
    constraint pk_incident_event primary key (id),
    constraint uq_incident_event_incident_id_place unique (incident_id, place),
    constraint fk_incident_event_incident_id foreign key (incident_id) references yiwang.incident (id)
)
"""
_VISIT = """
create table yiwang.visit (
    district_id bigint not null,
    kind text not null,
    grid_code text collate "C" not null,
    building_code text collate "C",
    party_code text collate "C",
    geom geometry(point, 4326) not null,
    note text not null,
    visited_at timestamp with time zone not null,
    made_by text not null,
    made_at timestamp with time zone not null default clock_timestamp(),
    id bigint generated always as identity,
    constraint pk_visit primary key (id),
    constraint ck_visit_kind check (kind in ('走访', '巡查')),
    constraint fk_visit_district_id foreign key (district_id) references yiwang.district (id)
);
create index ix_visit_district_id_grid_code_visited_at on yiwang.visit (district_id, grid_code, visited_at)
"""
