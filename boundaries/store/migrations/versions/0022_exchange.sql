create table yiwang.request_key (
    actor text not null,
    key text not null,
    digest text not null,
    status integer,
    headers jsonb,
    body bytea,
    made_at timestamp with time zone not null default clock_timestamp(),
    constraint pk_request_key primary key (actor, key)
);
create index ix_request_key_made_at on yiwang.request_key (made_at);

create table yiwang.change (
    number bigint not null,
    district_id bigint not null,
    kind text not null,
    about text collate "C" not null,
    place_kind text not null,
    place_code text collate "C" not null,
    at timestamp with time zone not null,
    details jsonb not null,
    constraint pk_change primary key (number),
    constraint fk_change_district_id foreign key (district_id) references yiwang.district (id),
    constraint ck_change_kind check (kind in ('publication', 'building', 'duty', 'incident'))
);
create table yiwang.change_pending (
    kind text not null,
    ref bigint,
    stamp timestamp with time zone,
    id bigint generated always as identity,
    constraint pk_change_pending primary key (id)
);
create table yiwang.webhook (
    name text not null,
    delivered bigint not null,
    failures bigint not null default 0,
    said text not null default '',
    at timestamp with time zone not null default clock_timestamp(),
    constraint pk_webhook primary key (name)
);

-- What is to be told of a write, in its transaction; it is worked out when that is committed.
create function yiwang.note_change() returns trigger language plpgsql
    security definer set search_path = yiwang, public, pg_temp as $$
begin
    if tg_table_name in ('net_version', 'incident_event') then
        insert into change_pending (kind, ref)
        select case tg_table_name when 'net_version' then 'publication' else 'incident' end, id
        from changed order by id;
    elsif tg_op = 'INSERT' then
        insert into change_pending (kind, stamp)
        select distinct case tg_table_name when 'duty' then 'duty' else 'building' end, lower(recorded)
        from changed;
    else
        insert into change_pending (kind, stamp) select distinct 'duty', upper(recorded) from changed;
    end if;
    return null;
end
$$;
create trigger note_change after insert on yiwang.net_version referencing new table as changed
    for each statement execute function yiwang.note_change();
create trigger note_change after insert on yiwang.incident_event referencing new table as changed
    for each statement execute function yiwang.note_change();
create trigger note_change after insert on yiwang.building_grid referencing new table as changed
    for each statement execute function yiwang.note_change();
create trigger note_change after insert on yiwang.duty referencing new table as changed
    for each statement execute function yiwang.note_change();
create trigger note_closed after update on yiwang.duty referencing new table as changed
    for each statement execute function yiwang.note_change();
