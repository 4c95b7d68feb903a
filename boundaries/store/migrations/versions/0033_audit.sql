-- As before, with one difference: of many rows that are changed, a shape becomes JSON only where it changed.
create or replace function yiwang.audit_write() returns trigger language plpgsql
    security definer set search_path = yiwang, public, pg_temp as $$
declare
    kept constant boolean := tg_argv[0] = 'kept';
    told constant jsonb := coalesce(nullif(current_setting('yiwang.acting', true), ''), '{}')::jsonb;
    changed bigint;
    first_id bigint;
    last_id bigint;
    members text;
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
        return null;
    end if;
    if tg_op = 'DELETE' then
        insert into audit_event (kind, actor, via, origin, request_id, about, operation, count, details)
        select 'write', coalesce(told->>'actor', ''), coalesce(told->>'via', ''),
            coalesce(told->>'origin', ''), coalesce(told->>'request_id', ''), tg_table_name, 'delete',
            count(*), jsonb_build_object('rows', jsonb_agg(jsonb_build_object('before', row) order by place))
        from (select row_number() over () as place, audit_row(to_jsonb(r)) as row from before_rows r) a
        group by (place - 1) / 1000 order by (place - 1) / 1000;
        return null;
    end if;
    if changed > 100 then  -- so many rows pay for a statement that is planned anew
        select string_agg(format(case when a.atttypid = 'geometry'::regtype
                then 'case when o.%1$I is distinct from n.%1$I then {side}.%1$I end as %1$I'
                else '{side}.%1$I' end, a.attname), ', ' order by a.attnum)
        into members from pg_attribute a
        where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped
        having bool_or(a.atttypid = 'geometry'::regtype);
    end if;
    if members is null then{changes of every member};
    else
        execute format($changes${changes where a shape is told only if it changed}$changes$,
            replace(members, '{side}', 'o'), replace(members, '{side}', 'n')) using told, tg_table_name;
    end if;
    return null;
end
$$;
