"""The whole answer about a point or a building, built by PostgreSQL alone: slow and obvious, from the tables.

It knows nothing of snapshots, kept pieces and indexes. Of `why` and `warnings` it gives keys and facts; the
words for them are looked up where they are compared (`sameness`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.oracles.answers import people, places, words

_TABLES = (
    *("area_version", "grid_version", "building_version", "building_grid", "building_part", "part_grid"),
    *("address", "party_version", "leave", "caretaking", "line_area", "line_matter", "compound", "element"),
    *("feature", "duty"),
)

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

_SELECT = f"""
select jsonb_build_object(
    'status', coalesce((select how from start), case when exists (select from own_parts) then 'needs_part'
        when not exists (select from head)
            or (asked.matter is not null and not exists (select from led)) then 'vacant' else 'owned' end),
    'grid', (select shown from grid),
    'areas', (select coalesce(jsonb_agg(jsonb_build_object('level', level, 'code', code, 'name', name,
        'kind', kind) order by rank), '[]') from upwards),
    'building', (select jsonb_build_object('code', code, 'name', name, 'use', use, 'floors', floors,
        'households', households, 'address', address, 'compound', compound_code,
        'compound_name', compound_name, 'part', (select code from parts where code = asked.part),
        'part_name', (select name from parts where code = asked.part), 'grid', grid, 'because', because)
        from house),
    'ground_grid', (select covering.shown from covering, grid where covering.code <> grid.code
        and covering.code is distinct from grid.host),
    'micro', (select jsonb_build_object('code', coalesce(nullif(details->>'micro', ''), shown->>'place'),
        'leader', shown) from serving where role = 'micro' and place_kind in ('part', 'building')
        order by rank limit 1),
    'feature', (select jsonb_build_object('code', code, 'kind', kind, 'name', name,
        'leader', (select shown from serving where role = 'leader' and place_kind = 'feature'
            order by party collate "C" limit 1),
        'lead', (select shown from of_road)) from road),
    'owner', jsonb_build_object(
        'leader', (select shown from head),
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
        'property_tier', (select shown from tier),
        'others', (select coalesce(jsonb_agg(shown order by array_position(
            array['committee', 'police', 'branch'], role), rank, party collate "C"), '[]') from serving
            where role in ('committee', 'police', 'branch'))),
    'call', (select coalesce(jsonb_agg(jsonb_build_object('party', party, 'kind', shown->'kind',
        'name', shown->'name', 'post', shown->'post', 'phone', shown->'phone', 'role', because,
        'because', because) order by turn), '[]') from calls),
    'acting', (select jsonb_build_object('party', name, 'code', code, 'area', ward, 'review', review_on,
        'overdue', overdue, 'reason', coalesce(nullif(reason, ''), '代管'), 'since', since,
        'leader', (select shown from serving s where s.rank = acting.rank and role = 'leader'),
        'desk', (select shown from serving s where s.rank = acting.rank and role = 'desk'
            order by party collate "C" limit 1)) from acting),
    'by_matter', case when exists (select from places) then (select coalesce(jsonb_object_agg(m.code,
        jsonb_build_object('name', m.name, 'limit_hours', m.limit_hours, 'lead', l.shown,
            'by_matter', l.ancestor)), '{{}}')
        from yiwang.matter m left join leads l on l.matter = m.code
        where asked.matter is null or m.code = asked.matter) else '{{}}' end,
    'match', jsonb_build_object('via', (select via from start),
        'metres_to_border', (select metres from border),
        'neighbour', (select code from neighbour)),
    'suggestion', (select jsonb_build_object('grid', shown, 'metres', away, 'leader', (select m.shown
            from manned m where role = 'leader' and place_kind = 'grid' and place_code = nearest.code))
        from nearest where (select how from start) <> 'not_yet_in_force'),
    'candidates', (select coalesce(jsonb_agg(jsonb_build_object('kind', 'part', 'building', building,
        'part', code, 'name', name) || case when stacked then jsonb_build_object('grid', grid) else '{{}}' end
        order by code collate "C"), '[]') from own_parts),
    'why', (select coalesce(jsonb_agg(jsonb_build_object('key', key, 'facts', facts) order by turn), '[]')
        from said),
    'warnings', (select coalesce(jsonb_agg(jsonb_build_object('key', key, 'facts', facts)
        order by turn, rank), '[]') from warned),
    'net_version', (select number from versions),
    'last_updated', (select max(stamp) from changes where stamp <= cast(:known as timestamptz)),
    'next_change_at', (select min(instant) from (
        select instant from changes union all select next from versions union all
        select (local::date + days + clock) at time zone 'Asia/Shanghai'
        from shifts, lateral (values (start), (stop)) c (clock), lateral (values (0), (1)) d (days)
        union all
        select (review_on + 1)::timestamp at time zone 'Asia/Shanghai' from yiwang.caretaking v
        where {places.as_of("v")}
    ) each where instant > asked.at)
) from asked
"""

_WHOLE = text(
    "with recursive "
    + ", ".join(
        (
            *(places.ASKED, places.GROUND, places.STANDING, places.CHAIN),
            *(people.POSTS, people.LEADS, people.CALLS),
            *(words.OWN_PARTS, words.WHY, words.WARNINGS, _CHANGES),
        )
    )
    + _SELECT
)


def whole_answer(
    session: Session,
    lonlat: tuple[float, float] | None,
    *,
    at: datetime,
    known_at: datetime,
    srid: int,
    matter: str | None = None,
    building: str | None = None,
    part: str | None = None,
) -> dict[str, Any]:
    """What the register's tables say of a point (WGS 84), or of a building in force and a part of it."""
    lon, lat = lonlat or (None, None)
    facts = {"lon": lon, "lat": lat, "at": at, "known": known_at, "srid": srid, "matter": matter}
    asked = {"building": building, "part": part}
    found: dict[str, Any] = session.execute(_WHOLE, facts | asked).scalar_one()
    return found
