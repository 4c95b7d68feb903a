"""Why, and the warnings, as common table expressions: which are said, in which order, with which facts."""

from tests.oracles.answers.places import as_of

# Parts of the building that have a grid or somebody of their own, while none was named.
OWN_PARTS = """
own_parts as (
    select house.code as building, parts.code, parts.name, coalesce(parts.grid, grid.code) as grid,
        exists (select from parts where grid is not null) as stacked
    from parts, house, grid, asked
    where asked.part is null and (exists (select from parts where grid is not null)
        or exists (select from posts where kind = 'part' and posts.code = house.code || '/' || parts.code))
)"""

WHY = """
said (turn, key, facts) as (
    select 1, 'point_in_building', jsonb_build_object('building', house.code, 'building_name', house.name)
    from house, asked where asked.building is null
    union all
    select 2, 'point_in_grid', jsonb_build_object('grid', grid.code, 'grid_name', grid.name)
    from grid, asked where asked.building is null
    union all
    select 2, 'building_to_grid', jsonb_build_object('building', house.code, 'building_name', house.name,
        'grid', grid.code, 'grid_name', grid.name, 'because', coalesce((select because from own), 'ground'))
    from house, grid, asked where asked.building is not null
    union all
    select 3, 'on_feature', jsonb_build_object('feature', coalesce(nullif(road.name, ''), road.code),
        'kind', road.kind)
    from road, asked join yiwang.matter m on m.code = asked.matter and m.public_space
    union all
    select 4, 'grid_in_areas', jsonb_build_object('areas',
        (select string_agg(name, ' → ' order by rank) from upwards))
    from grid where exists (select from upwards)
    union all
    select 5, case when place_kind = 'grid' then 'grid_to_leader' else 'grid_to_caretaker' end,
        jsonb_build_object('party', name) || case when place_kind = 'grid' then '{}'
            else jsonb_build_object('caretaker', (select name from acting)) end
    from head
    union all
    select 6, case when place_kind = 'line' then 'matter_by_line' when role = 'ruling' then 'matter_ruled'
            else 'matter_to_department' end,
        jsonb_build_object('line', coalesce((select l.name from yiwang.line l
                where place_kind = 'line' and l.code = split_part(place_code, '/', 1)), ''),
            'matter', led.matter, 'matter_name', m.name, 'party', led.name, 'by_matter', led.ancestor,
            'place_kind', place_kind, 'place', place_code)
    from led join yiwang.matter m on m.code = led.matter
    union all
    select 7, 'property_to_tier', jsonb_build_object('party', name, 'place', place_code) from tier
)"""

WARNINGS = f"""
by_line as (
    select l.depth, n.code, n.name from asked join lineage l on l.matter = asked.matter
    join yiwang.line_matter m on m.matter_code = l.ancestor and {as_of("m")}
    join yiwang.line n on n.id = m.line_id
    where exists (select from yiwang.line_area v where v.line_id = n.id and {as_of("v")})
    order by l.depth, n.code collate "C" limit 1
), warned (turn, rank, key, facts) as (
    select 1, 0, 'building_not_assigned', jsonb_build_object('building', asked.building)
    from asked where asked.building is not null and not exists (select from own)
    union all
    select 2, 0, 'near_border', jsonb_build_object('metres', border.metres, 'grid', grid.code,
        'grid_name', grid.name, 'neighbour', neighbour.code, 'neighbour_name', neighbour.name)
    from grid, neighbour, border, setting where border.metres < near_border_m
    union all
    select 3, 0, 'building_in_other_grid', jsonb_build_object('building', house.code, 'grid', house.grid)
    from house, grid, asked where asked.building is null and house.grid <> grid.code
    union all
    select 4, 0, 'not_yet_in_force', jsonb_build_object('since', versions.next)
    from versions, start where how = 'not_yet_in_force'
    union all
    select 5, 0, 'nearest_grid_suggested', jsonb_build_object('grid', code, 'metres', away)
    from nearest, start where how <> 'not_yet_in_force'
    union all
    select 6, 0, 'outside_district', jsonb_build_object('district', name) from setting, start
    where how = 'outside'
    union all
    select 7, 0, 'chain_upwards', jsonb_build_object('area', name) from upwards, start
    where how <> 'not_yet_in_force' and rank = 10
    union all
    select 8, 0, 'cut_building', jsonb_build_object('building', asked.building, 'grid', own.code,
        'because', own.because)
    from own, asked where own.because in ('entrance', 'larger part')
    union all
    select 9, 0, 'ground_in_other_grid', jsonb_build_object('grid', covering.code) from covering, grid
    where covering.code <> grid.code and covering.code is distinct from grid.host
    union all
    (select 10, 0, 'near_feature', jsonb_build_object('metres', across.away,
        'feature', coalesce(nullif(across.name, ''), across.code), 'feature_code', across.code,
        'first', case when led.party_kind <> 'person' then led.name
            else coalesce(nullif(led.post, ''), left(led.name, 1) || '**') end,
        'other', case when across.party_kind <> 'person' then across.party_name
            else coalesce(nullif(across.post, ''), left(across.party_name, 1) || '**') end)
    from across, led where across.party <> led.party order by across.away, across.code collate "C" limit 1)
    union all
    select 11, 0, 'away', jsonb_build_object('party', name) from head where is_away
    union all
    select 12, 0, 'line_leaves_out', jsonb_build_object('matter', asked.matter,
        'line', coalesce(nullif(by_line.name, ''), by_line.code))
    from asked, by_line where not exists (select from led where led.role = 'ruling'
        or led.depth < by_line.depth
        or led.place_kind in ('part', 'building', 'compound', 'feature', 'line'))
    union all
    select 13, 0, 'no_leader', jsonb_build_object('grid', grid.code) from grid
    where not exists (select from head where place_kind = 'grid')
    union all
    select 14, 0, 'no_department', jsonb_build_object('matter', asked.matter) from asked, grid
    where asked.matter is not null and not exists (select from led)
    union all
    select 15, 0, 'part_needed', '{{}}' where exists (select from own_parts)
    union all
    select 16, 0, case when overdue then 'caretaker_overdue' else 'caretaker' end,
        jsonb_build_object('area', ward_name, 'caretaker', name, 'review', review_on)
    from acting
    union all
    select 17, 0, 'net_changes', jsonb_build_object('grid', grid.code, 'since', grid.until)
    from grid, asked, setting
    where not noded_next and until - asked.at <= make_interval(hours => 1) * change_notice_h
    union all
    select 18, rank, 'no_street_desk', jsonb_build_object('street', u.name) from upwards u
    where level = 'street' and not exists (select from serving s where s.rank = u.rank and s.role = 'desk')
    union all
    select 18, u.rank + 0.1, 'administered_elsewhere', jsonb_build_object('area', u.name, 'by', v.name)
    from upwards u join yiwang.area_version v on v.area_id = u.by_id and {as_of("v")}
)"""
