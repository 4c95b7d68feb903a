"""The same answer built by PostGIS: one query that gives the members of an answer as JSON."""

from typing import Any, LiteralString

import psycopg

# Now, as known now. Places by nearness: building, compound, feature, department's net, grid, then the areas
# upwards.
QUERY: LiteralString = """
with recursive pt as (select st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326) as geom),
grid as (
    select g.id, g.code, v.name, v.kind, v.community_id, v.area_m2, lower(v.valid) as since, v.geom
    from pt, yiwang.grid_version v join yiwang.grid g on g.id = v.grid_id
    where v.geom && pt.geom and st_covers(v.geom, pt.geom) and v.valid @> now() and upper_inf(v.recorded)
    order by g.code collate "C" limit 1
), across as (
    select st_closestpoint(st_boundary(grid.geom), pt.geom) as foot from grid, pt
), neighbour as (
    select g.code from across, grid, yiwang.grid_version v join yiwang.grid g on g.id = v.grid_id
    where st_dwithin(v.geom, across.foot, 1e-7) and v.grid_id <> grid.id
      and v.valid @> now() and upper_inf(v.recorded)
    order by g.code collate "C" limit 1
), house as (
    select b.id, b.code, v.name, v.use, v.floors, v.households, v.compound_code,
           (select min(a.text collate "C") from yiwang.address a where a.building_id = b.id
              and a.kind = 'standard' and a.part_code is null and a.valid @> now()
              and upper_inf(a.recorded)) as address,
           (select c.name from yiwang.compound c where c.code = v.compound_code
              and c.valid @> now() and upper_inf(c.recorded) limit 1) as compound_name
    from pt, yiwang.building_version v join yiwang.building b on b.id = v.building_id
    where v.geom && pt.geom and st_covers(v.geom, pt.geom) and v.valid @> now() and upper_inf(v.recorded)
    order by b.code collate "C" limit 1
), feature as (
    select f.code, f.kind, f.name from pt, yiwang.feature f
    where f.geom && st_expand(pt.geom, 0.001)
      and st_distance(f.geom::geography, pt.geom::geography) <= case when st_dimension(f.geom) = 2 then 0
          else coalesce((f.properties->>'width_m')::float, 10) / 2 end
      and f.valid @> now() and upper_inf(f.recorded)
    order by st_distance(f.geom::geography, pt.geom::geography), f.code collate "C" limit 1
), upwards (id, code, level, name, kind, parent_id, rank) as (
    select a.id, a.code, a.level, v.name, v.kind, v.parent_id, 10 from grid
    join yiwang.area a on a.id = grid.community_id join yiwang.area_version v on v.area_id = a.id
    where v.valid @> now() and upper_inf(v.recorded)
    union all
    select a.id, a.code, a.level, v.name, v.kind, v.parent_id, rank + 1 from upwards u
    join yiwang.area a on a.id = u.parent_id join yiwang.area_version v on v.area_id = a.id
    where v.valid @> now() and upper_inf(v.recorded)
), net as (
    select distinct on (v.line_id) v.line_id, v.code, v.party_id, v.valid from pt, yiwang.line_area v
    where v.geom && pt.geom and st_covers(v.geom, pt.geom) and v.valid @> now() and upper_inf(v.recorded)
    order by v.line_id, v.code collate "C"
), places (place, rank) as (
    select 'building:' || id, 1 from house
    union all select 'compound:' || (select id from yiwang.district) || '/' || compound_code, 2 from house
    union all select 'feature:' || (select id from yiwang.district) || '/' || code, 3 from feature
    union all select 'grid:' || id, 4 from grid
    union all select 'area:' || id, rank from upwards
), posts as (
    select places.rank, d.place, d.role, d.matter_code, d.party_id, d.shift, d.details, d.valid
    from places join yiwang.duty d using (place) where d.valid @> now() and upper_inf(d.recorded)
    union all
    select 3.5, 'line:' || net.line_id || '/' || net.code, 'lead', m.matter_code, net.party_id, '', '{}',
           net.valid
    from net join yiwang.line_matter m using (line_id)
    where net.party_id is not null and m.valid @> now() and upper_inf(m.recorded)
), serving as materialized (
    select p.code, p.kind, w.name, w.post, w.phone, d.role, d.matter_code, d.place, d.shift,
           d.details->>'source' as source, lower(d.valid) as since, upper(d.valid) as until, d.rank
    from posts d join yiwang.party p on p.id = d.party_id
    left join yiwang.party_version w on w.party_id = p.id and w.valid @> now() and upper_inf(w.recorded)
), lineage (matter, ancestor, depth) as (
    select code, code, 0 from yiwang.matter
    union all
    select l.matter, m.parent_code, depth + 1 from lineage l
    join yiwang.matter m on m.code = l.ancestor where m.parent_code is not null
), leads as (
    select distinct on (l.matter) l.matter, s.matter_code as by_matter,
           to_jsonb(s) - 'rank' as party
    from lineage l join yiwang.matter m on m.code = l.matter
    join serving s on s.matter_code = l.ancestor and s.role in ('lead', 'ruling')
    order by l.matter, s.role = 'ruling' desc, (m.public_space and s.rank = 3) desc, l.depth, s.rank
)
select jsonb_build_object(
    'grid', (select to_jsonb(grid) - 'geom' - 'id' from grid),
    'areas', (select jsonb_agg(to_jsonb(u) - 'id' - 'parent_id' order by rank) from upwards u),
    'building', (select to_jsonb(house) - 'id' from house),
    'feature', (select to_jsonb(feature) from feature),
    'owner', (select jsonb_agg(to_jsonb(s) order by rank, role, code) from serving s
              where role not in ('lead', 'ruling', 'co')),
    'by_matter', (select jsonb_object_agg(m.code, jsonb_build_object('name', m.name,
        'limit_hours', m.limit_hours, 'lead', l.party, 'by_matter', l.by_matter))
        from yiwang.matter m left join leads l on l.matter = m.code),
    'match', jsonb_build_object('neighbour', (select code from neighbour), 'metres_to_border',
        (select st_distance(across.foot::geography, pt.geom::geography) from across, pt)),
    'net_version', (select max(number) from yiwang.net_version where effective_from <= now())
)::text
"""


def answer_by_sql(connection: psycopg.Connection, lon: float, lat: float) -> str:
    """The answer about a point in WGS 84, as JSON text."""
    row: Any = connection.execute(QUERY, {"lon": lon, "lat": lat}).fetchone()
    return str(row[0])
