"""How each kind of change is told: one statement a kind, which numbers what one write changed.

Parameters: `ref` a row, `refs` rows, `stamp` all that was recorded at that instant; `before` is the
microsecond before it. A thing that the register did not hold before has changed no owner.
"""

from sqlalchemy import text

_NEXT = "insert into yiwang.change (number, district_id, kind, about, place_kind, place_code, at, details)"
_NUMBERED = "(select coalesce(max(number), 0) from yiwang.change) + row_number() over (order by {})"
_BEFORE = "(cast(:stamp as timestamptz) - interval '1 microsecond')"
_KNOWN = f"(r.recorded @> {_BEFORE} or r.recorded @> cast(:stamp as timestamptz))"
_WAS_IS = f"r.recorded @> {_BEFORE} as was, r.recorded @> cast(:stamp as timestamptz) as stands"

_PUBLICATION = text(f"""{_NEXT}
select {_NUMBERED.format("v.id")}, v.district_id, 'publication', v.number::text, 'area', d.code,
    v.recorded_at,
    jsonb_build_object('net_version', v.number, 'effective_from', v.effective_from, 'cause', v.cause)
from yiwang.net_version v join yiwang.district d on d.id = v.district_id where v.id = :ref""")

_INCIDENT = text(f"""{_NEXT}
select {_NUMBERED.format("e.id")}, i.district_id, 'incident', i.number,
    case when i.grid_code is null then 'area' else 'grid' end, coalesce(i.grid_code, d.code), e.made_at,
    jsonb_build_object('step', e.step, 'place', e.place, 'state', e.state, 'level', e.level,
        'party', e.party_code, 'due_at', e.due_at, 'matter', i.matter_code)
from yiwang.incident_event e join yiwang.incident i on i.id = e.incident_id
    join yiwang.district d on d.id = i.district_id where e.id = :ref""")

# its steps may have led it on before it is told: the first of them says where it began
_INTAKE = text(f"""{_NEXT}
select {_NUMBERED.format("i.id")}, i.district_id, 'incident', i.number,
    case when i.grid_code is null then 'area' else 'grid' end, coalesce(i.grid_code, d.code), i.recorded_at,
    jsonb_build_object('step', 'report', 'place', 0, 'state', coalesce(e.source, i.state),
        'matter', i.matter_code, 'source', i.source, 'happened_at', i.happened_at)
from yiwang.incident i join yiwang.district d on d.id = i.district_id
    left join yiwang.incident_event e on e.incident_id = i.id and e.place = 1
where i.id = any(cast(:refs as bigint[]))""")

# grids of buildings before and after, at every instant at which a period begins or ends
_OWNED = f"""stood as (
    select r.building_id, r.grid_id, r.because, r.valid, {_WAS_IS}
    from touched t join yiwang.building_grid r using (building_id) where {_KNOWN}
), built as (
    select r.building_id, r.valid, {_WAS_IS}
    from touched t join yiwang.building_version r using (building_id) where {_KNOWN}
), instants as (
    select building_id, lower(valid) as at from stood
    union select building_id, upper(valid) from stood where not upper_inf(valid)
    union select building_id, upper(valid) from built where not upper_inf(valid)
), owned as (
    select p.building_id, p.at, case when ob.was then o.grid_id end as old,
        case when nb.stands then n.grid_id end as new, case when nb.stands then n.because end as because
    from instants p
    left join stood o on o.building_id = p.building_id and o.was and o.valid @> p.at
    left join built ob on ob.building_id = p.building_id and ob.was and ob.valid @> p.at
    left join stood n on n.building_id = p.building_id and n.stands and n.valid @> p.at
    left join built nb on nb.building_id = p.building_id and nb.stands and nb.valid @> p.at
)"""
_KNOWN_BEFORE = """exists (select from yiwang.building_grid k
        where k.building_id = c.building_id and lower(k.recorded) < :stamp)"""
_COMMUNITIES = f"""left join yiwang.grid og on og.id = c.old left join yiwang.grid ng on ng.id = c.new
    left join yiwang.grid_version ov on ov.grid_id = c.old and ov.valid @> c.at and ov.recorded @> {_BEFORE}
    left join yiwang.grid_version nv on nv.grid_id = c.new and nv.valid @> c.at
        and nv.recorded @> cast(:stamp as timestamptz)
    left join yiwang.area oc on oc.id = ov.community_id left join yiwang.area nc on nc.id = nv.community_id"""
_MOVED = """'from_grid', og.code, 'to_grid', ng.code, 'from', c.at,
        'from_community', oc.code, 'to_community', nc.code"""

_BUILDING = text(f"""{_NEXT}
with touched as (
    select building_id from yiwang.building_grid where lower(recorded) = :stamp or upper(recorded) = :stamp
    union select building_id from yiwang.building_version where upper(recorded) = :stamp
), {_OWNED}, changed as (
    select *, lag(old) over earlier as old_earlier, lag(new) over earlier as new_earlier
    from owned window earlier as (partition by building_id order by at)
)
select {_NUMBERED.format('b.code collate "C", c.at')}, b.district_id, 'building', b.code, 'grid',
    coalesce(ng.code, og.code), :stamp, jsonb_build_object({_MOVED}, 'because', c.because)
from changed c join yiwang.building b on b.id = c.building_id {_COMMUNITIES}
where c.old is distinct from c.new and (c.old, c.new) is distinct from (c.old_earlier, c.new_earlier)
    and {_KNOWN_BEFORE}""")

# a part without a grid of its own is its building's: that it goes with the building is told of that
_PART = text(f"""{_NEXT}
with parts as (
    select distinct building_id, part_code from yiwang.part_grid
    where lower(recorded) = :stamp or upper(recorded) = :stamp
), touched as (select distinct building_id from parts), {_OWNED}, apart as (
    select r.building_id, r.part_code, r.grid_id, r.valid, {_WAS_IS}
    from parts t join yiwang.part_grid r using (building_id, part_code) where {_KNOWN}
), turns as (
    select building_id, part_code, lower(valid) as at from apart
    union select building_id, part_code, upper(valid) from apart where not upper_inf(valid)
), housed as (
    select t.*, case when ob.building_id is not null then coalesce(oa.grid_id, o.grid_id) end as old,
        case when nb.building_id is not null then coalesce(na.grid_id, n.grid_id) end as new,
        oa.grid_id is distinct from na.grid_id as turned
    from turns t
    left join built ob on ob.building_id = t.building_id and ob.was and ob.valid @> t.at
    left join built nb on nb.building_id = t.building_id and nb.stands and nb.valid @> t.at
    left join stood o on o.building_id = t.building_id and o.was and o.valid @> t.at
    left join stood n on n.building_id = t.building_id and n.stands and n.valid @> t.at
    left join apart oa on oa.building_id = t.building_id and oa.part_code = t.part_code
        and oa.was and oa.valid @> t.at
    left join apart na on na.building_id = t.building_id and na.part_code = t.part_code
        and na.stands and na.valid @> t.at
), changed as (
    select *, lag(old) over earlier as old_earlier, lag(new) over earlier as new_earlier
    from housed window earlier as (partition by building_id, part_code order by at)
)
select {_NUMBERED.format('b.code collate "C", c.part_code collate "C", c.at')}, b.district_id, 'part',
    b.code || '/' || c.part_code, 'grid', coalesce(ng.code, og.code), :stamp, jsonb_build_object({_MOVED})
from changed c join yiwang.building b on b.id = c.building_id {_COMMUNITIES}
where c.turned and c.old is distinct from c.new
    and (c.old, c.new) is distinct from (c.old_earlier, c.new_earlier) and {_KNOWN_BEFORE}""")

_DUTY = text(f"""{_NEXT}
select {_NUMBERED.format('place_kind, place_code collate "C", role, matter_code, party')}, district_id,
    'duty',
    place_kind || ' ' || place_code, place_kind, place_code, :stamp,
    jsonb_build_object('role', role, 'matter', matter_code, 'party', party,
        'before', coalesce(before, '[]'), 'after', coalesce(after, '[]'))
from (
    select district_id, role, matter_code, party, place_kind, place_code,
        jsonb_agg(jsonb_build_array(lower(valid), upper(valid)) order by lower(valid))
            filter (where upper(recorded) = :stamp) as before,
        jsonb_agg(jsonb_build_array(lower(valid), upper(valid)) order by lower(valid))
            filter (where lower(recorded) = :stamp) as after
    from (
        select u.district_id, u.role, u.matter_code, p.code as party, u.valid, u.recorded,
            case when a.id is not null then 'area' when g.id is not null then 'grid'
                when u.part_code is not null then 'part' when b.id is not null then 'building'
                when u.compound_code is not null then 'compound' else 'feature' end as place_kind,
            coalesce(a.code, g.code, b.code || '/' || u.part_code, b.code, u.compound_code, u.feature_code)
                as place_code
        from yiwang.duty u join yiwang.party p on p.id = u.party_id
            left join yiwang.area a on a.id = u.area_id left join yiwang.grid g on g.id = u.grid_id
            left join yiwang.building b on b.id = u.building_id
        where lower(u.recorded) = :stamp or upper(u.recorded) = :stamp
    ) touched
    group by district_id, role, matter_code, party, place_kind, place_code
) told where before is distinct from after""")

TOLD = {
    "publication": _PUBLICATION,
    "incident": _INCIDENT,
    "intake": _INTAKE,
    "building": _BUILDING,
    "part": _PART,
    "duty": _DUTY,
}
"""The statement of each kind of `change_pending`."""
