"""Intake: numbers, the owner of the day, corrected places, photos, and keys of repeated requests."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_APPENDED = ("incident_correction", "incident_photo")


def upgrade() -> None:
    op.execute(_COLUMNS)
    op.execute(_BACKFILL)
    op.execute(_FINISHED)
    op.execute(_TABLES)
    # the trigger of 0005 runs for updates only: a default is cheaper for a million new rows
    op.execute("drop trigger note_touch on yiwang.incident")
    op.execute(
        "alter table yiwang.incident alter column touched set default (pg_current_xact_id())::text::bigint"
    )
    op.execute(
        "create trigger note_touch before update on yiwang.incident"
        " for each row execute function yiwang.note_touch()"
    )
    op.execute(_APPEND_ONLY)
    for table in _APPENDED:
        op.execute(
            f"create trigger append_only before update or delete or truncate on yiwang.{table}"
            " for each statement execute function yiwang.append_only()"
        )
        op.execute(f"grant select, insert on yiwang.{table} to {_APP}")
    op.execute(f"grant update (due_at, description, address, grid_code) on yiwang.incident to {_APP}")
    op.execute(f"grant select, insert, update (last) on yiwang.incident_counter to {_APP}")
    op.execute(f"grant select, insert, update (reply) on yiwang.incident_key to {_APP}")


def downgrade() -> None:
    for table in ("incident_key", "incident_counter", *_APPENDED):
        op.execute(f"drop table yiwang.{table}")
    op.execute("drop function yiwang.append_only()")
    op.execute("drop trigger note_touch on yiwang.incident")
    op.execute("alter table yiwang.incident alter column touched set default 0")
    op.execute(
        "create trigger note_touch before insert or update on yiwang.incident"
        " for each row execute function yiwang.note_touch()"
    )
    op.execute(
        "alter table yiwang.incident drop column number, drop column recorded_at, drop column recorded_by,"
        " drop column description, drop column address, drop column due_at, drop column grid_code,"
        " drop column building_code, drop column leader_code, drop column lead_code"
    )


_COLUMNS = """
alter table yiwang.incident
    add column number text collate "C",
    add column recorded_at timestamp with time zone not null default clock_timestamp(),
    add column recorded_by text not null default '',
    add column description text not null default '',
    add column address text not null default '',
    add column due_at timestamp with time zone,
    add column grid_code text collate "C",
    add column building_code text collate "C",
    add column leader_code text collate "C",
    add column lead_code text collate "C"
"""
_BACKFILL = """
update yiwang.incident i set number = n.number, grid_code = n.grid
from (
    select i.id, coalesce(h.code, g.code) as grid,
        to_char(now() at time zone d.timezone, 'YYYYMMDD') || '-'
            || lpad(o.place::text, greatest(6, length(o.place::text)), '0') as number
    from yiwang.incident i
    join (select id, row_number() over (partition by district_id order by id) as place
          from yiwang.incident) o on o.id = i.id
    join yiwang.district d on d.id = i.district_id
    left join yiwang.grid_version v on v.id = i.grid_version_id
    left join yiwang.grid g on g.id = v.grid_id
    left join lateral (
        select t.code from yiwang.incident_handover m join yiwang.grid t on t.id = m.to_grid_id
        where m.incident_id = i.id order by m.id desc limit 1
    ) h on true
) n where n.id = i.id
"""
_FINISHED = """
alter table yiwang.incident alter column number set not null,
    add constraint uq_incident_district_id_number unique (district_id, number);
create index ix_incident_grid_code on yiwang.incident (grid_code)
"""
_TABLES = """
create table yiwang.incident_counter (
    district_id bigint not null,
    day date not null,
    last bigint not null,
    constraint pk_incident_counter primary key (district_id, day),
    constraint fk_incident_counter_district_id foreign key (district_id) references yiwang.district (id)
);
insert into yiwang.incident_counter (district_id, day, last)
select i.district_id, (now() at time zone d.timezone)::date, count(*)
from yiwang.incident i join yiwang.district d on d.id = i.district_id group by 1, 2;
create table yiwang.incident_correction (
    incident_id bigint not null,
    from_geom geometry(point, 4326) not null,
    geom geometry(point, 4326) not null,
    accuracy_m double precision,
    grid_version_id bigint,
    building_code text collate "C",
    leader_code text collate "C",
    lead_code text collate "C",
    reason text not null,
    made_by text not null,
    made_at timestamp with time zone not null default clock_timestamp(),
    id bigint generated always as identity,
    constraint pk_incident_correction primary key (id),
    constraint fk_incident_correction_incident_id foreign key (incident_id) references yiwang.incident (id),
    constraint fk_incident_correction_grid_version_id foreign key (grid_version_id)
        references yiwang.grid_version (id)
);
create index ix_incident_correction_incident_id on yiwang.incident_correction (incident_id);
create table yiwang.incident_photo (
    incident_id bigint not null,
    place integer not null,
    content bytea not null,
    width integer not null,
    height integer not null,
    sha256 text not null,
    made_by text not null,
    made_at timestamp with time zone not null default clock_timestamp(),
    id bigint generated always as identity,
    constraint pk_incident_photo primary key (id),
    constraint fk_incident_photo_incident_id foreign key (incident_id) references yiwang.incident (id),
    constraint uq_incident_photo_incident_id_place unique (incident_id, place),
    constraint uq_incident_photo_incident_id_sha256 unique (incident_id, sha256),
    constraint ck_incident_photo_place check (place between 1 and 5)
);
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
_APPEND_ONLY = """
create function yiwang.append_only() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are added only', tg_table_name using errcode = 'restrict_violation';
end
$$
"""
