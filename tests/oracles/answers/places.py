"""What lies at a place, as common table expressions: grids, building, road, line areas, areas above.

Asked is a point (`:lon`, `:lat`), or a building (`:building`) with one of its parts (`:part`).
"""

_IN_FORCE = "{0}.valid @> cast(:at as timestamptz) and {0}.recorded @> cast(:known as timestamptz)"


def as_of(alias: str) -> str:
    """The condition that a version holds at the instant asked for, as known then."""
    return _IN_FORCE.format(alias)


ASKED = f"""
asked as (
    select place.geom, st_transform(place.geom, :srid) as metres, cast(:at as timestamptz) as at,
        cast(:at as timestamptz) at time zone 'Asia/Shanghai' as local, cast(:matter as text) as matter,
        cast(:building as text) as building, cast(:part as text) as part
    from (select coalesce((select coalesce(v.entrance, st_pointonsurface(v.geom))
            from yiwang.building_version v join yiwang.building b on b.id = v.building_id
            where b.code = cast(:building as text) and {as_of("v")}),
        st_setsrid(st_makepoint(cast(:lon as float), cast(:lat as float)), 4326)) as geom) place
), setting as (
    select name, coalesce((settings->>'near_border_m')::float, 5) as near_border_m,
        coalesce((settings->>'suggest_within_m')::float, 200) as suggest_within_m,
        coalesce((settings->>'change_notice_h')::float, 48) as change_notice_h,
        coalesce(settings->>'property_matter', '27') as property_matter,
        coalesce(settings->'property_tiers', '{{}}') as property_tiers
    from yiwang.district
)"""

# A building's own grid, and the 立体 grid of the part that was named, come before the ground.
GROUND = f"""
every_grid as (
    select g.id, g.code, v.name, v.kind, a.id as community_id, a.code as community, v.group_code,
        h.code as host, v.area_m2, lower(v.valid) as since, upper(v.valid) as until, v.geom,
        st_transform(st_segmentize(v.geom, 0.001), :srid) as metric,
        jsonb_build_object('code', g.code, 'name', v.name, 'kind', v.kind, 'community', a.code,
            'host', h.code, 'group', v.group_code, 'area_m2', v.area_m2,
            'valid', jsonb_build_array(lower(v.valid), upper(v.valid))) as shown,
        exists (select from yiwang.grid_version w where w.grid_id = v.grid_id and w.noded
            and lower(w.valid) = upper(v.valid) and w.recorded @> cast(:known as timestamptz)) as noded_next
    from yiwang.grid_version v join yiwang.grid g on g.id = v.grid_id
    join yiwang.area a on a.id = v.community_id left join yiwang.grid h on h.id = v.host_id
    where {as_of("v")}
), ground as (
    select * from every_grid where geom is not null
), covering as (
    select ground.* from ground, asked where st_covers(ground.geom, asked.geom)
    order by code collate "C" limit 1
), house as (
    select b.id, b.code, v.name, v.use, v.floors, v.households, v.compound_code,
        (select min(d.text collate "C") from yiwang.address d where d.building_id = b.id
            and d.kind = 'standard' and d.part_code is null and {as_of("d")}) as address,
        (select c.name from yiwang.compound c
            where c.code = v.compound_code and {as_of("c")}) as compound_name,
        (select g.code from yiwang.building_grid o join yiwang.grid g on g.id = o.grid_id
            where o.building_id = b.id and {as_of("o")}) as grid,
        (select o.because from yiwang.building_grid o
            where o.building_id = b.id and {as_of("o")}) as because
    from yiwang.building_version v join yiwang.building b on b.id = v.building_id, asked
    where {as_of("v")} and case when asked.building is null then st_covers(v.geom, asked.geom)
        else b.code = asked.building end
    order by b.code collate "C" limit 1
), parts as (
    select p.code, p.name, g.code as grid
    from house join yiwang.building_part p on p.building_id = house.id and {as_of("p")}
    left join yiwang.part_grid o on o.building_id = house.id and o.part_code = p.code and {as_of("o")}
    left join yiwang.grid g on g.id = o.grid_id
), own (code, because) as (
    select e.code, first.because from (
        select parts.grid, 'stacked' as because, 1 as choice from parts, asked where parts.code = asked.part
        union all
        select house.grid, house.because, 2 from house, asked where asked.building is not null
    ) first join every_grid e on e.code = first.grid order by choice limit 1
), grid as (
    select * from every_grid
    where code = coalesce((select code from own), (select code from covering))
), foot as (
    select st_closestpoint(st_boundary(grid.metric), asked.metres) as geom from grid, asked
    where asked.building is null
), neighbour as (
    select o.code, o.name from ground o, foot, grid
    where o.code <> grid.code and st_dwithin(o.metric, foot.geom, 0.01)
    order by floor(st_distance(o.metric, foot.geom) / 1e-4), o.code collate "C" limit 1
), border as (
    select st_distance(st_boundary(grid.metric), asked.metres) as metres from grid, asked
    where asked.building is null
), nearest as (
    select g.*, st_distance(g.metric, asked.metres) as away from ground g, asked, setting
    where not exists (select from grid) and st_dwithin(g.metric, asked.metres, suggest_within_m)
    order by floor(st_distance(g.metric, asked.metres) / 1e-4), code collate "C" limit 1
), versions as (
    select max(number) filter (where effective_from <= asked.at) as number,
        min(effective_from) filter (where effective_from > asked.at) as next
    from yiwang.net_version, asked where recorded_at <= cast(:known as timestamptz)
)"""

# On a building's or part's question no road and no footprint is looked for; lines are, at its door.
STANDING = f"""
roads as (
    select f.code, f.kind, f.name, st_dimension(f.geom) = 2 as is_wide,
        st_transform(st_segmentize(f.geom, 0.001), :srid) as metric,
        case when st_dimension(f.geom) = 2 then 0
            else least(coalesce((f.properties->>'width_m')::float, 10), 200) / 2 end as reach
    from yiwang.feature f, asked where asked.building is null and {as_of("f")}
), road as (
    select f.code, f.kind, f.name from roads f, asked where st_distance(f.metric, asked.metres) <= f.reach
    order by st_distance(f.metric, asked.metres), f.code collate "C" limit 1
), beside as (
    select f.* from (select f.code, f.name, case
            when f.is_wide then st_distance(st_boundary(f.metric), asked.metres)
            else abs(st_distance(f.metric, asked.metres) - f.reach) end as away
        from roads f, asked) f, setting
    where away < near_border_m
), in_line as (
    select distinct on (l.code collate "C") l.code as line, v.code as area
    from yiwang.line l join yiwang.line_area v on v.line_id = l.id, asked
    where st_covers(v.geom, asked.geom) and {as_of("v")} and exists (
        select from yiwang.line_matter m where m.line_id = l.id and {as_of("m")})
    order by l.code collate "C", v.code collate "C"
)"""

# Where the chain of areas begins: the grid's community; without a grid the area whose outline covers the
# point, the community of a grid nearby, the district. `how` is then the status. A caretaker stands
# behind its ward.
CHAIN = f"""
start (area_id, how, via) as (
    select community_id, null, case when asked.building is null then 'grid' else 'building' end
    from grid, asked
    union all
    (select a.id, first.how, first.via from (
        select code, 'not_yet_in_force' as how, 'none' as via, 1 as choice from yiwang.district, versions
        where versions.number is null and versions.next is not null and not exists (select from ground)
        union all
        (select a.code, 'fallback', 'area', 2
        from yiwang.area_version v join yiwang.area a on a.id = v.area_id, asked
        where st_covers(v.outline, asked.geom) and {as_of("v")}
        order by array_position(array['community', 'street', 'district', 'city'], a.level::text),
            a.code collate "C" limit 1)
        union all
        select community, 'fallback', 'nearest', 3 from nearest
        union all
        select code, 'outside', 'none', 4 from yiwang.district
    ) first left join yiwang.area a on a.code = first.code
    where not exists (select from grid) order by first.choice limit 1)
), upwards (id, code, level, name, kind, by_id, parent_id, rank) as (
    select a.id, a.code, a.level::text, v.name, v.kind, v.administered_by_id, v.parent_id, 10::numeric
    from start join yiwang.area a on a.id = start.area_id join yiwang.area_version v on v.area_id = a.id
    where {as_of("v")}
    union all
    select a.id, a.code, a.level::text, v.name, v.kind, v.administered_by_id, v.parent_id, rank + 1
    from upwards u join yiwang.area a on a.id = u.parent_id join yiwang.area_version v on v.area_id = a.id
    where {as_of("v")}
), acting as (
    select k.code, w.name, u.rank + 0.5 as rank, u.code as ward, u.name as ward_name, v.review_on, v.reason,
        lower(v.valid) as since, asked.local::date > v.review_on as overdue
    from upwards u join yiwang.caretaking v on v.area_id = u.id and {as_of("v")}
    join yiwang.area k on k.id = v.caretaker_id
    join yiwang.area_version w on w.area_id = k.id and {as_of("w")}, asked
    order by u.rank desc limit 1
), places (kind, code, rank) as (
    select 'part', house.code || '/' || parts.code, 0 from house, parts, asked where parts.code = asked.part
    union all select 'building', code, 1 from house
    union all select 'compound', compound_code, 2 from house where compound_code is not null
    union all select 'feature', code, 3 from road
    union all select 'line', line || '/' || area, 4 from in_line
    union all select 'grid', code, 5 from grid
    union all select 'area', code, rank from upwards
    union all select 'area', code, rank from acting
)"""
