-- What is to be told of a write, in its transaction; it is worked out when that is committed.
create or replace function yiwang.note_change() returns trigger language plpgsql
    security definer set search_path = yiwang, public, pg_temp as $$
begin
    if tg_table_name in ('net_version', 'incident_event') then
        insert into change_pending (kind, ref)
        select case tg_table_name when 'net_version' then 'publication' else 'incident' end, id
        from changed order by id;
    elsif tg_table_name = 'incident' then
        insert into change_pending (kind, refs)
        select 'intake', array_agg(id order by id) from changed having count(*) > 0;
    else
        insert into change_pending (kind, stamp)
        select distinct
            case tg_table_name when 'duty' then 'duty' when 'part_grid' then 'part' else 'building' end,
            case tg_op when 'INSERT' then lower(recorded) else upper(recorded) end
        from changed where tg_op = 'INSERT' or not upper_inf(recorded);
    end if;
    return null;
end
$$;
create trigger note_change after insert on yiwang.incident referencing new table as changed
    for each statement execute function yiwang.note_change();
create trigger note_change after insert on yiwang.part_grid referencing new table as changed
    for each statement execute function yiwang.note_change();
create trigger note_closed after update on yiwang.part_grid referencing new table as changed
    for each statement execute function yiwang.note_change();
create trigger note_closed after update on yiwang.building_grid referencing new table as changed
    for each statement execute function yiwang.note_change();
create trigger note_closed after update on yiwang.building_version referencing new table as changed
    for each statement execute function yiwang.note_change();
