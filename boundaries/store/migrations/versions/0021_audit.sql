create table yiwang.audit_event (
    made_at timestamp with time zone not null default clock_timestamp(),
    kind text not null,
    actor text not null,
    via text not null,
    origin text not null,
    request_id text not null,
    login text not null default session_user,
    about text not null,
    operation text not null,
    count bigint not null,
    details jsonb not null,
    id bigint generated always as identity,
    constraint pk_audit_event primary key (id),
    constraint ck_audit_event_kind check (kind in ('write', 'read'))
);
create table yiwang.audit_pending (
    event_id bigint not null,
    constraint pk_audit_pending primary key (event_id)
);
create table yiwang.audit_link (
    place bigint not null,
    event_id bigint not null,
    hash text not null,
    chained_at timestamp with time zone not null default clock_timestamp(),
    constraint pk_audit_link primary key (place),
    constraint uq_audit_link_event_id unique (event_id)
);
create table yiwang.audit_journal (
    code text not null,
    taken bigint not null,
    constraint pk_audit_journal primary key (code)
);

-- every event waits to be chained, whoever wrote it
create function yiwang.audit_queue() returns trigger language plpgsql as $$
begin
    insert into yiwang.audit_pending select id from queued;
    return null;
end
$$;
create trigger queue after insert on yiwang.audit_event referencing new table as queued
    for each statement execute function yiwang.audit_queue();

-- secrets and long values (shapes, photos) are told by their digest
create function yiwang.audit_value(name text, value jsonb) returns jsonb language sql immutable as $$
    select case when name in ('password_hash', 'secret_hash') or length(value::text) > 2000
        then jsonb_build_object('sha256', encode(sha256(convert_to(value::text, 'UTF8')), 'hex'),
            'length', length(value::text))
        else value end
$$;
create function yiwang.audit_row(given jsonb) returns jsonb language sql immutable as $$
    select coalesce(jsonb_object_agg(key, yiwang.audit_value(key, value)), '{}') from jsonb_each(given)
$$;

-- One event for each statement and thousand rows. More than a hundred rows that are added, or closed in
-- a table that keeps them for good (the first argument), are told by the first and last id: the rows stand,
-- and whatever changes or removes one later tells what it was.
create function yiwang.audit_write() returns trigger language plpgsql
    security definer set search_path = yiwang, public, pg_temp as $$
declare
    kept constant boolean := tg_argv[0] = 'kept';
    told constant jsonb := coalesce(nullif(current_setting('yiwang.acting', true), ''), '{}')::jsonb;
    changed bigint;
    first_id bigint;
    last_id bigint;
begin
    if tg_op = 'DELETE' then
        select count(*) into changed from before_rows;
    else
        select count(*) into changed from after_rows;
    end if;
    if changed = 0 then
        return null;
    end if;
    if changed > 100 and (tg_op = 'INSERT' or (kept and tg_op = 'UPDATE')) then
        select min(id), max(id) into first_id, last_id from after_rows;
        insert into audit_event (kind, actor, via, origin, request_id, about, operation, count, details)
        values ('write', coalesce(told->>'actor', ''), coalesce(told->>'via', ''),
            coalesce(told->>'origin', ''), coalesce(told->>'request_id', ''), tg_table_name, lower(tg_op),
            changed, jsonb_build_object('first_id', first_id, 'last_id', last_id));
        return null;
    end if;
    if tg_op = 'INSERT' then
        insert into audit_event (kind, actor, via, origin, request_id, about, operation, count, details)
        select 'write', coalesce(told->>'actor', ''), coalesce(told->>'via', ''),
            coalesce(told->>'origin', ''), coalesce(told->>'request_id', ''), tg_table_name, 'insert',
            count(*), jsonb_build_object('rows', jsonb_agg(jsonb_build_object('after', row) order by place))
        from (select row_number() over () as place, audit_row(to_jsonb(r)) as row from after_rows r) a
        group by (place - 1) / 1000 order by (place - 1) / 1000;
    elsif tg_op = 'DELETE' then
        insert into audit_event (kind, actor, via, origin, request_id, about, operation, count, details)
        select 'write', coalesce(told->>'actor', ''), coalesce(told->>'via', ''),
            coalesce(told->>'origin', ''), coalesce(told->>'request_id', ''), tg_table_name, 'delete',
            count(*), jsonb_build_object('rows', jsonb_agg(jsonb_build_object('before', row) order by place))
        from (select row_number() over () as place, audit_row(to_jsonb(r)) as row from before_rows r) a
        group by (place - 1) / 1000 order by (place - 1) / 1000;
    else
        -- both sets are in the order in which the rows were changed
        insert into audit_event (kind, actor, via, origin, request_id, about, operation, count, details)
        select 'write', coalesce(told->>'actor', ''), coalesce(told->>'via', ''),
            coalesce(told->>'origin', ''), coalesce(told->>'request_id', ''), tg_table_name, 'update',
            count(*), jsonb_build_object('rows', jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                'id', o.row->'id', 'code', o.row->'code', 'name', o.row->'name', 'number', o.row->'number'))
                || jsonb_build_object('before', d.before, 'after', d.after) order by place))
        from (select row_number() over () as place, to_jsonb(r) as row from before_rows r) o
        join (select row_number() over () as place, to_jsonb(r) as row from after_rows r) n using (place)
        cross join lateral (
            select jsonb_object_agg(b.key, audit_value(b.key, b.value)) as before,
                jsonb_object_agg(b.key, audit_value(b.key, n.row->b.key)) as after
            from jsonb_each(o.row) b
            where b.value is distinct from n.row->b.key and b.key <> 'touched'
        ) d
        where d.before is not null
        group by (place - 1) / 1000 order by (place - 1) / 1000;
    end if;
    return null;
end
$$;

-- for the migrations that add a table: select yiwang.audit_table('name')
create function yiwang.audit_table(name text) returns void language plpgsql as $$
declare
    -- rows with a recorded period are closed and followed, never changed
    manner constant text := case when exists (select from information_schema.columns
            where table_schema = 'yiwang' and table_name = name and column_name = 'recorded')
            or name in ('incident_event', 'incident_correction', 'incident_photo', 'visit')
        then 'kept' else 'mutable' end;
begin
    execute format('create trigger audit_insert after insert on yiwang.%I referencing new table as after_rows'
        ' for each statement execute function yiwang.audit_write(%L)', name, manner);
    execute format('create trigger audit_update after update on yiwang.%I'
        ' referencing old table as before_rows new table as after_rows'
        ' for each statement execute function yiwang.audit_write(%L)', name, manner);
    execute format('create trigger audit_delete after delete on yiwang.%I referencing old table as before_rows'
        ' for each statement execute function yiwang.audit_write(%L)', name, manner);
end
$$;
