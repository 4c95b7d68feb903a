"""Who answers at a place and whom to call, as common table expressions."""

from tests.oracles.answers.places import as_of

POSTS = f"""
posts as (
    select case when d.area_id is not null then 'area' when d.grid_id is not null then 'grid'
            when d.part_code is not null then 'part' when d.building_id is not null then 'building'
            when d.compound_code is not null then 'compound' else 'feature' end as kind,
        coalesce(a.code, g.code, b.code || coalesce('/' || d.part_code, ''), d.compound_code,
            d.feature_code) as code,
        d.role::text as role, d.matter_code as matter, d.party_id, d.shift, d.details,
        lower(d.valid) as since, upper(d.valid) as until
    from yiwang.duty d left join yiwang.area a on a.id = d.area_id left join yiwang.grid g on g.id = d.grid_id
    left join yiwang.building b on b.id = d.building_id where {as_of("d")}
    union all
    select 'line', l.code || '/' || v.code, 'lead', m.matter_code, v.party_id, '', '{{}}', lower(v.valid),
        upper(v.valid)
    from yiwang.line_area v join yiwang.line l on l.id = v.line_id
    join yiwang.line_matter m on m.line_id = l.id
    where v.party_id is not null and {as_of("v")} and {as_of("m")}
), shifts as (
    select shift, coalesce(found[1], '1')::int as first_day,
        coalesce(found[2], found[1], '7')::int as last_day,
        found[3]::time as start, found[4]::time as stop
    from (select distinct shift, regexp_match(shift,
        '^(?:([1-7])(?:-([1-7]))? )?(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)$') as found from posts) each
    where shift <> ''
), running as (
    select shift from shifts, asked where case when start < stop
        then extract(isodow from local) between first_day and last_day
            and local::time >= start and local::time < stop
        else (extract(isodow from local) between first_day and last_day and local::time >= start)
            or (extract(isodow from local - interval '1 day') between first_day and last_day
                and local::time < stop) end
    union all select ''
), away as (
    select v.party_id, v.reason from yiwang.leave v where {as_of("v")}
), manned as materialized (
    select s.kind as place_kind, s.code as place_code, s.role, s.matter as of_matter, s.details,
        p.code as party, coalesce(w.name, p.code) as name,
        case when w.party_id is null then 'person' else p.kind::text end as party_kind,
        coalesce(w.post, '') as post, away.party_id is not null as is_away,
        s.role = 'leader' or s.shift in (select shift from running) as on_shift,
        jsonb_build_object('code', p.code,
            'kind', case when w.party_id is null then 'person' else p.kind::text end,
            'name', coalesce(w.name, p.code), 'post', coalesce(w.post, ''), 'phone', coalesce(w.phone, ''),
            'role', s.role, 'place', s.code, 'place_kind', s.kind, 'shift', s.shift,
            'source', coalesce(s.details->>'source', ''), 'time', coalesce(s.details->>'time', ''),
            'away', away.reason, 'contract_until', nullif(s.details->>'contract_until', ''),
            'valid', jsonb_build_array(s.since, s.until)) as shown
    from posts s join yiwang.party p on p.id = s.party_id left join away on away.party_id = p.id
    left join yiwang.party_version w on w.party_id = p.id and {as_of("w")}
), serving as materialized (
    select places.rank, manned.* from manned
    join places on places.kind = manned.place_kind and places.code = manned.place_code
), head as (
    select s.* from serving s, grid
    where s.role = 'leader' and (s.place_kind = 'grid' or s.rank = (select rank from acting))
    order by s.rank, s.party collate "C" limit 1
)"""

# The matter decides first, then the place; a ruling beats every lead, and in public space a feature's lead.
LEADS = """
ancestry (matter, ancestor, depth) as (
    select code, code, 0 from yiwang.matter
    union all
    select l.matter, m.parent_code, depth + 1 from ancestry l
    join yiwang.matter m on m.code = l.ancestor where m.parent_code is not null
), lineage as (
    select * from ancestry
    union select code, '*', 99 from yiwang.matter
        where code not in (select matter from ancestry where ancestor = '*')
    union select '*', '*', 0
), leads as (
    select distinct on (l.matter) l.matter, s.*, l.ancestor, l.depth
    from lineage l left join yiwang.matter m on m.code = l.matter
    join serving s on s.of_matter = l.ancestor and s.role in ('lead', 'ruling')
    order by l.matter, s.role = 'ruling' desc,
        (s.role = 'lead' and coalesce(m.public_space, false) and s.place_kind = 'feature') desc,
        l.depth, s.rank
), led as (
    select leads.* from leads, asked where leads.matter = asked.matter
), of_road as (
    select s.shown from lineage l join serving s on s.of_matter = l.ancestor and s.place_kind = 'feature'
        and s.role in ('lead', 'ruling'), asked
    where l.matter = coalesce(asked.matter, '*') order by s.role = 'ruling' desc, l.depth limit 1
), across as (
    select distinct on (b.code) b.*, s.party, s.party_kind, s.post, s.name as party_name
    from beside b cross join asked join lineage l on l.matter = asked.matter
    join yiwang.matter m on m.code = asked.matter and m.public_space
    join manned s on s.of_matter = l.ancestor and s.role in ('lead', 'ruling')
    join lateral (
        select rank from places where kind = s.place_kind and code = s.place_code
            and case when b.code = (select code from road) then (kind, code) <> ('feature', b.code)
                else kind <> 'feature' end
        union all
        select -1 where (s.place_kind, s.place_code) = ('feature', b.code)
            and b.code is distinct from (select code from road)
    ) p on true
    order by b.code, s.role = 'ruling' desc, (s.role = 'lead' and s.place_kind = 'feature') desc,
        l.depth, p.rank
), helping as (
    select s.party, s.shown, row_number() over (order by l.depth, s.rank, s.party collate "C") as turn
    from lineage l join serving s on s.of_matter = l.ancestor and s.role = 'co', asked
    where l.matter = coalesce(asked.matter, '*')
), helpers as (
    select (array_agg(shown order by turn))[1] as shown, max(turn) as turn from helping group by party
), tier as (
    select s.* from serving s join upwards u on u.rank = s.rank, asked, setting
    where s.role = 'property' and exists (select from lineage l
            where l.matter = asked.matter and l.ancestor = property_matter)
        and array_position(array['community', 'street', 'district', 'city'], u.level) >=
            coalesce(array_position(array['community', 'street', 'district', 'city'], (
                select property_tiers->>l.ancestor from lineage l
                where l.matter = asked.matter and property_tiers ? l.ancestor order by l.depth limit 1)), 1)
    order by s.rank, s.party collate "C" limit 1
)"""

CALLS = """
known_steps (party, because, step, rank, turn) as (
    select party, case role when 'staff' then 'on duty' else role end,
        array_position(array['staff', 'micro', 'deputy', 'leader'], role) * 10, rank, 0
    from serving where rank <= 5 and on_shift and not is_away
        and role in ('staff', 'micro', 'deputy', 'leader') and (role, place_kind) <> ('leader', 'feature')
    union all
    select party, 'feature leader', case when exists (
            select from yiwang.matter m, asked where m.code = asked.matter and m.public_space)
        then 35 else 45 end, rank, 0
    from serving where role = 'leader' and place_kind = 'feature' and not is_away
    union all
    select s.party, u.level || ' desk', 50, s.rank, 0 from serving s join upwards u on u.rank = s.rank
    where s.role = 'desk' and s.on_shift and not s.is_away
    union all
    select s.party, 'caretaker ' || s.role, 50, s.rank, array_position(array['leader', 'desk'], s.role)
    from serving s join acting on acting.rank = s.rank
    where s.role in ('leader', 'desk') and s.on_shift and not s.is_away
    union all
    select party, 'line lead', 0, 0, 0 from led where place_kind = 'line' and not is_away
), steps (party, because, turn) as (
    select party, because, row_number() over (order by step, rank, turn, party collate "C") from (
        select * from known_steps
        union all
        select party, 'property tier', -1, 0, 0 from tier
        where not is_away and exists (select from known_steps)
    ) s
), calls as (
    select distinct on (steps.party) steps.*, s.shown from steps join serving s using (party)
    where not exists (select from start where how = 'not_yet_in_force') order by steps.party, turn
)"""
