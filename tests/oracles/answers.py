"""The whole answer about a point, built by PostgreSQL alone: the slow and obvious way, from the tables.

It knows nothing of snapshots, kept pieces and indexes. What it leaves out is words (`why`, `warnings`),
parts of buildings with `candidates`, caretaking, and the tiers to which complaints about property go.
"""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

LEFT_OUT = ("query", "why", "warnings", "candidates", "acting", "ground_grid", "stale")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_IN_FORCE = "{0}.valid @> cast(:at as timestamptz) and {0}.recorded @> cast(:known as timestamptz)"
_TABLES = (
    *("area_version", "grid_version", "building_version", "building_grid", "building_part", "part_grid"),
    *("address", "party_version", "leave", "caretaking", "line_area", "line_matter", "compound", "element"),
    *("feature", "duty"),
)


def _as_of(alias: str) -> str:
    return _IN_FORCE.format(alias)


_POINT = """
asked as (
    select st_setsrid(st_makepoint(:lon, :lat), 4326) as geom,
        st_transform(st_setsrid(st_makepoint(:lon, :lat), 4326), :srid) as metres,
        cast(:at as timestamptz) as at, cast(:at as timestamptz) at time zone 'Asia/Shanghai' as local,
        cast(:matter as text) as matter
)"""

_GROUND = f"""
ground as (
    select g.id, g.code, v.name, v.kind, a.id as community_id, a.code as community, v.group_code,
        h.code as host, v.area_m2, lower(v.valid) as since, upper(v.valid) as until, v.geom,
        st_transform(st_segmentize(v.geom, 0.001), :srid) as metric
    from yiwang.grid_version v join yiwang.grid g on g.id = v.grid_id
    join yiwang.area a on a.id = v.community_id left join yiwang.grid h on h.id = v.host_id
    where v.geom is not null and {_as_of("v")}
), grid as (
    select ground.* from ground, asked where st_covers(ground.geom, asked.geom)
    order by code collate "C" limit 1
), foot as (
    select st_closestpoint(st_boundary(grid.metric), asked.metres) as geom from grid, asked
), neighbour as (
    select o.code from ground o, foot, grid
    where o.code <> grid.code and st_dwithin(o.metric, foot.geom, 0.01)
    order by floor(st_distance(o.metric, foot.geom) / 1e-4), o.code collate "C" limit 1
), nearest as (
    select g.*, st_distance(g.metric, asked.metres) as away from ground g, asked
    where not exists (select from grid) and st_dwithin(g.metric, asked.metres, 200)
    order by away, code collate "C" limit 1
), versions as (
    select max(number) filter (where effective_from <= asked.at) as number,
        min(effective_from) filter (where effective_from > asked.at) as next
    from yiwang.net_version, asked where recorded_at <= cast(:known as timestamptz)
)"""

_STANDING = f"""
house as (
    select b.id, b.code, v.name, v.use, v.floors, v.households, v.compound_code,
        (select min(d.text collate "C") from yiwang.address d where d.building_id = b.id
            and d.kind = 'standard' and d.part_code is null and {_as_of("d")}) as address,
        (select c.name from yiwang.compound c
            where c.code = v.compound_code and {_as_of("c")}) as compound_name,
        (select g.code from yiwang.building_grid o join yiwang.grid g on g.id = o.grid_id
            where o.building_id = b.id and {_as_of("o")}) as grid,
        (select o.because from yiwang.building_grid o
            where o.building_id = b.id and {_as_of("o")}) as because
    from yiwang.building_version v join yiwang.building b on b.id = v.building_id, asked
    where st_covers(v.geom, asked.geom) and {_as_of("v")} order by b.code collate "C" limit 1
), road as (
    select f.code, f.kind, f.name from (
        select f.*, st_distance(st_transform(st_segmentize(f.geom, 0.001), :srid), asked.metres) as away,
            case when st_dimension(f.geom) = 2 then 0
                else least(coalesce((f.properties->>'width_m')::float, 10), 200) / 2 end as reach
        from yiwang.feature f, asked where {_as_of("f")}
    ) f where f.away <= f.reach order by f.away, f.code collate "C" limit 1
), in_line as (
    select distinct on (l.code collate "C") l.code as line, v.code as area
    from yiwang.line l join yiwang.line_area v on v.line_id = l.id, asked
    where st_covers(v.geom, asked.geom) and {_as_of("v")} and exists (
        select from yiwang.line_matter m where m.line_id = l.id and {_as_of("m")})
    order by l.code collate "C", v.code collate "C"
)"""

# Where the chain of areas begins: the grid's community; without a grid the area whose outline covers the
# point, the community of a grid nearby, the district. `how` is then the status.
_CHAIN = f"""
start (area_id, how, via) as (
    select community_id, null, 'grid' from grid
    union all
    (select a.id, first.how, first.via from (
        select code, 'not_yet_in_force' as how, 'none' as via, 1 as choice from yiwang.district, versions
        where versions.number is null and versions.next is not null and not exists (select from ground)
        union all
        (select a.code, 'fallback', 'area', 2
        from yiwang.area_version v join yiwang.area a on a.id = v.area_id, asked
        where st_covers(v.outline, asked.geom) and {_as_of("v")}
        order by array_position(array['community', 'street', 'district', 'city'], a.level::text),
            a.code collate "C" limit 1)
        union all
        select community, 'fallback', 'nearest', 3 from nearest
        union all
        select code, 'outside', 'none', 4 from yiwang.district
    ) first left join yiwang.area a on a.code = first.code
    where not exists (select from grid) order by first.choice limit 1)
), upwards (id, code, level, name, kind, parent_id, rank) as (
    select a.id, a.code, a.level::text, v.name, v.kind, v.parent_id, 10
    from start join yiwang.area a on a.id = start.area_id join yiwang.area_version v on v.area_id = a.id
    where {_as_of("v")}
    union all
    select a.id, a.code, a.level::text, v.name, v.kind, v.parent_id, rank + 1
    from upwards u join yiwang.area a on a.id = u.parent_id join yiwang.area_version v on v.area_id = a.id
    where {_as_of("v")}
), places (kind, code, rank) as (
    select 'building', code, 1 from house
    union all select 'compound', compound_code, 2 from house where compound_code is not null
    union all select 'feature', code, 3 from road
    union all select 'line', line || '/' || area, 4 from in_line
    union all select 'grid', code, 5 from grid
    union all select 'area', code, rank from upwards
)"""

_POSTS = f"""
posts as (
    select case when d.area_id is not null then 'area' when d.grid_id is not null then 'grid'
            when d.building_id is not null then 'building' when d.compound_code is not null then 'compound'
            else 'feature' end as kind,
        coalesce(a.code, g.code, b.code, d.compound_code, d.feature_code) as code, d.role::text as role,
        d.matter_code as matter, d.party_id, d.shift, d.details, lower(d.valid) as since,
        upper(d.valid) as until
    from yiwang.duty d left join yiwang.area a on a.id = d.area_id left join yiwang.grid g on g.id = d.grid_id
    left join yiwang.building b on b.id = d.building_id where d.part_code is null and {_as_of("d")}
    union all
    select 'line', l.code || '/' || v.code, 'lead', m.matter_code, v.party_id, '', '{{}}', lower(v.valid),
        upper(v.valid)
    from yiwang.line_area v join yiwang.line l on l.id = v.line_id
    join yiwang.line_matter m on m.line_id = l.id
    where v.party_id is not null and {_as_of("v")} and {_as_of("m")}
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
    select v.party_id, v.reason from yiwang.leave v where {_as_of("v")}
), serving as materialized (
    select places.rank, s.kind as place_kind, s.role, s.matter as of_matter, s.details, s.party_id,
        p.code as party,
        away.party_id is not null as is_away,
        s.role = 'leader' or s.shift in (select shift from running) as on_shift,
        jsonb_build_object('code', p.code,
            'kind', case when w.party_id is null then 'person' else p.kind::text end,
            'name', coalesce(w.name, p.code), 'post', coalesce(w.post, ''), 'phone', coalesce(w.phone, ''),
            'role', s.role, 'place', s.code, 'place_kind', s.kind, 'shift', s.shift,
            'source', coalesce(s.details->>'source', ''), 'time', coalesce(s.details->>'time', ''),
            'away', away.reason, 'contract_until', nullif(s.details->>'contract_until', ''),
            'valid', jsonb_build_array(s.since, s.until)) as shown
    from posts s join places using (kind, code) join yiwang.party p on p.id = s.party_id
    left join away on away.party_id = p.id
    left join yiwang.party_version w on w.party_id = p.id and {_as_of("w")}
)"""

# The matter decides first, then the place; a ruling beats every lead, and in public space a feature's lead.
_LEADS = """
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
    select distinct on (l.matter) l.matter, s.*, l.ancestor
    from lineage l left join yiwang.matter m on m.code = l.matter
    join serving s on s.of_matter = l.ancestor and s.role in ('lead', 'ruling')
    order by l.matter, s.role = 'ruling' desc,
        (s.role = 'lead' and coalesce(m.public_space, false) and s.place_kind = 'feature') desc,
        l.depth, s.rank
), of_road as (
    select s.shown from lineage l join serving s on s.of_matter = l.ancestor and s.place_kind = 'feature'
        and s.role in ('lead', 'ruling'), asked
    where l.matter = coalesce(asked.matter, '*') order by s.role = 'ruling' desc, l.depth limit 1
), helping as (
    select s.party, s.shown, row_number() over (order by l.depth, s.rank, s.party collate "C") as turn
    from lineage l join serving s on s.of_matter = l.ancestor and s.role = 'co', asked
    where l.matter = coalesce(asked.matter, '*')
), helpers as (
    select (array_agg(shown order by turn))[1] as shown, max(turn) as turn from helping group by party
)"""

_CALLS = """
steps (party, because, turn) as (
    select party, s.because, row_number() over (order by step, rank, party collate "C") from (
        select party, rank, case role when 'staff' then 'on duty' else role end as because,
            array_position(array['staff', 'micro', 'deputy', 'leader'], role) * 10 as step
        from serving where rank <= 5 and on_shift and not is_away
            and role in ('staff', 'micro', 'deputy', 'leader') and (role, place_kind) <> ('leader', 'feature')
        union all
        select party, rank, 'feature leader', case when exists (
                select from yiwang.matter m, asked where m.code = asked.matter and m.public_space)
            then 35 else 45 end
        from serving where role = 'leader' and place_kind = 'feature' and not is_away
        union all
        select s.party, s.rank, u.level || ' desk', 50 from serving s join upwards u on u.rank = s.rank
        where s.role = 'desk' and s.on_shift and not s.is_away
        union all
        select l.party, 0, 'line lead', 0 from leads l, asked
        where l.matter = asked.matter and l.place_kind = 'line' and not l.is_away
    ) s
), calls as (
    select distinct on (steps.party) steps.*, s.shown from steps join serving s using (party)
    where not exists (select from start where how = 'not_yet_in_force') order by steps.party, turn
)"""

_CHANGES = (
    "changes (instant, stamp) as ("
    + " union all ".join(
        f"select x.instant, x.stamp from yiwang.{table} v, lateral (values"
        f" (case when v.recorded @> cast(:known as timestamptz) then lower(v.valid) end, lower(v.recorded)),"
        f" (case when v.recorded @> cast(:known as timestamptz) then upper(v.valid) end, upper(v.recorded))"
        ") x (instant, stamp)"
        for table in _TABLES
    )
    + ")"
)

_SELECT = """
select jsonb_build_object(
    'status', coalesce((select how from start), case when not exists (
            select from serving where role = 'leader' and place_kind = 'grid')
        or (asked.matter is not null and not exists (select from leads where leads.matter = asked.matter))
        then 'vacant' else 'owned' end),
    'grid', (select jsonb_build_object('code', code, 'name', name, 'kind', kind, 'community', community,
        'host', host, 'group', group_code, 'area_m2', area_m2, 'valid', jsonb_build_array(since, until))
        from grid),
    'areas', (select coalesce(jsonb_agg(jsonb_build_object('level', level, 'code', code, 'name', name,
        'kind', kind) order by rank), '[]') from upwards),
    'building', (select jsonb_build_object('code', code, 'name', name, 'use', use, 'floors', floors,
        'households', households, 'address', address, 'compound', compound_code,
        'compound_name', compound_name, 'part', null, 'part_name', null, 'grid', grid, 'because', because)
        from house),
    'micro', (select jsonb_build_object('code', coalesce(nullif(details->>'micro', ''), shown->>'place'),
        'leader', shown) from serving where role = 'micro' and place_kind = 'building'),
    'feature', (select jsonb_build_object('code', code, 'kind', kind, 'name', name,
        'leader', (select shown from serving where role = 'leader' and place_kind = 'feature'
            order by party collate "C" limit 1),
        'lead', (select shown from of_road)) from road),
    'owner', jsonb_build_object(
        'leader', (select shown from serving where role = 'leader' and place_kind = 'grid'),
        'deputies', (select coalesce(jsonb_agg(shown order by rank, party collate "C"), '[]') from serving
            where role = 'deputy' and rank <= 5),
        'staff', (select coalesce(jsonb_agg(shown order by rank, party collate "C"), '[]') from serving
            where role = 'staff' and rank <= 5),
        'department', (select shown from leads where leads.matter = coalesce(asked.matter, '*')),
        'supporting', (select coalesce(jsonb_agg(shown order by turn), '[]') from helpers),
        'property', (select shown from serving where role = 'property'
            order by rank, party collate "C" limit 1),
        'property_tiers', (select coalesce(jsonb_agg(shown order by rank, party collate "C"), '[]')
            from serving where role = 'property' and place_kind = 'area'),
        'property_tier', null,
        'others', (select coalesce(jsonb_agg(shown order by array_position(
            array['committee', 'police', 'branch'], role), rank, party collate "C"), '[]') from serving
            where role in ('committee', 'police', 'branch'))),
    'call', (select coalesce(jsonb_agg(jsonb_build_object('party', party, 'kind', shown->'kind',
        'name', shown->'name', 'post', shown->'post', 'phone', shown->'phone', 'role', because)
        order by turn), '[]') from calls),
    'by_matter', case when exists (select from places) then (select coalesce(jsonb_object_agg(m.code,
        jsonb_build_object('name', m.name, 'limit_hours', m.limit_hours, 'lead', l.shown,
            'by_matter', l.ancestor)), '{}')
        from yiwang.matter m left join leads l on l.matter = m.code
        where asked.matter is null or m.code = asked.matter) else '{}' end,
    'match', jsonb_build_object('via', (select via from start),
        'metres_to_border', (select st_distance(st_boundary(grid.metric), asked.metres) from grid),
        'neighbour', (select code from neighbour)),
    'suggestion', (select jsonb_build_object('grid', code, 'metres', away) from nearest
        where (select how from start) <> 'not_yet_in_force'),
    'net_version', (select number from versions),
    'last_updated', (select max(stamp) from changes where stamp <= cast(:known as timestamptz)),
    'next_change_at', (select min(instant) from (
        select instant from changes union all select next from versions union all
        select (local::date + days + clock) at time zone 'Asia/Shanghai'
        from shifts, lateral (values (start), (stop)) c (clock), lateral (values (0), (1)) d (days)
    ) each where instant > asked.at)
) from asked
"""

_WHOLE = text(
    "with recursive "
    + ", ".join((_POINT, _GROUND, _STANDING, _CHAIN, _POSTS, _LEADS, _CALLS, _CHANGES))
    + _SELECT
)


def whole_answer(
    session: Session,
    lonlat: tuple[float, float],
    *,
    at: datetime,
    known_at: datetime,
    srid: int,
    matter: str | None = None,
) -> dict[str, Any]:
    """What the register's tables say of a point (WGS 84), without the members that are LEFT_OUT."""
    facts = {"lon": lonlat[0], "lat": lonlat[1], "at": at, "known": known_at, "srid": srid, "matter": matter}
    found: dict[str, Any] = session.execute(_WHOLE, facts).scalar_one()
    return found


def assert_same(ours: dict[str, Any], theirs: dict[str, Any], told: object = None) -> None:
    """The whole of an answer, as it went out, is what SQL gives. Measures may differ by their rounding."""
    ours = {name: _plain(value) for name, value in ours.items() if name not in LEFT_OUT}
    theirs = {name: _plain(value) for name, value in theirs.items()}
    for call in ours["call"]:
        del call["because"]  # words
    for place, member, off in (("grid", "area_m2", 0.051), ("match", "metres_to_border", 0.0051)):
        given = [(each[place] or {}).pop(member, None) for each in (ours, theirs)]
        assert (given[0] is None) == (given[1] is None), (member, given, told)
        assert given[0] is None or abs(given[0] - given[1]) <= off, (member, given, told)
    nearest = ours.pop("suggestion"), theirs.pop("suggestion")
    assert (nearest[0] is None) == (nearest[1] is None), (nearest, told)
    if nearest[0] is not None:
        assert nearest[0]["grid"]["code"] == nearest[1]["grid"], (nearest, told)
        assert abs(nearest[0]["metres"] - nearest[1]["metres"]) <= 0.051, (nearest, told)
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert value == theirs[name], (name, value, theirs[name], told)


def _plain(value: Any) -> Any:
    """A copy in which instants are instants, however they were written."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return datetime.fromisoformat(value)
    return value
