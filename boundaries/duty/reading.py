"""Reading one instant of the register into plain tuples.

Every bitemporal table is read at the same `known_at`, so the tables fit together even while somebody
writes between two of these queries.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, LiteralString, NamedTuple, TypeVar

from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import records
from boundaries.store.staging import raw_connection

T = TypeVar("T")

# The alias v is the version; %(at)s and %(known_at)s are the two instants.
_AS_OF = " v.valid @> %(at)s::timestamptz and v.recorded @> %(known_at)s::timestamptz "

_AREAS = f"""
select a.code, a.level, v.name, v.kind, v.provisional, p.code, m.code, st_asbinary(v.outline),
       lower(v.valid), upper(v.valid)
from yiwang.area a join yiwang.area_version v on v.area_id = a.id
left join yiwang.area p on p.id = v.parent_id left join yiwang.area m on m.id = v.administered_by_id
where a.district_id = %(district)s and {_AS_OF} order by a.code"""

_GRIDS = f"""
select g.code, v.name, v.kind, a.code, v.group_code, h.code, v.area_m2, lower(v.valid), upper(v.valid),
       n.number, upper(v.valid) is not null and exists (
           select from yiwang.grid_version w where w.grid_id = v.grid_id and w.noded
           and lower(w.valid) = upper(v.valid) and w.recorded @> %(known_at)s::timestamptz),
       st_asbinary(v.geom)
from yiwang.grid g join yiwang.grid_version v on v.grid_id = g.id
join yiwang.area a on a.id = v.community_id join yiwang.net_version n on n.id = v.net_version_id
left join yiwang.grid h on h.id = v.host_id
where g.district_id = %(district)s and {_AS_OF} order by g.code"""

# Of each grid that has no version at the instant: the next one ahead, else the last one.
_OTHER_GRIDS = """
select distinct on (g.code) g.code, v.name, v.kind, a.code, lower(v.valid), upper(v.valid),
       st_asbinary(v.geom)
from yiwang.grid g join yiwang.grid_version v on v.grid_id = g.id
join yiwang.area a on a.id = v.community_id
where g.district_id = %(district)s and v.recorded @> %(known_at)s::timestamptz
  and not exists (select from yiwang.grid_version w where w.grid_id = g.id
                  and w.valid @> %(at)s::timestamptz and w.recorded @> %(known_at)s::timestamptz)
order by g.code, lower(v.valid) > %(at)s::timestamptz desc,
         case when lower(v.valid) > %(at)s::timestamptz then lower(v.valid) end, upper(v.valid) desc"""

_BUILDINGS = f"""
select b.code, v.name, v.use, v.floors, v.households, v.residents, v.counts_source, v.compound_code,
       o.grid, o.because, st_asbinary(v.geom), st_asbinary(v.entrance)
from yiwang.building b join yiwang.building_version v on v.building_id = b.id
left join (select v.building_id, g.code as grid, v.because from yiwang.building_grid v
           join yiwang.grid g on g.id = v.grid_id where {_AS_OF}) o on o.building_id = b.id
where b.district_id = %(district)s and {_AS_OF} order by b.code"""

_GONE_BUILDINGS = """
select b.code, max(coalesce(upper(v.valid), 'infinity')) from yiwang.building b
join yiwang.building_version v on v.building_id = b.id
where b.district_id = %(district)s and v.recorded @> %(known_at)s::timestamptz
group by b.code having max(coalesce(upper(v.valid), 'infinity')) <= %(at)s::timestamptz"""

_PARTS = f"""
select b.code, v.code, v.name, v.households from yiwang.building b
join yiwang.building_part v on v.building_id = b.id
where b.district_id = %(district)s and {_AS_OF} order by b.code, v.code"""

_PART_GRIDS = f"""
select b.code || '/' || v.part_code, g.code from yiwang.building b
join yiwang.part_grid v on v.building_id = b.id join yiwang.grid g on g.id = v.grid_id
where b.district_id = %(district)s and {_AS_OF} order by 1"""

_ADDRESSES = f"""
select b.code, v.part_code, v.text, v.kind from yiwang.building b
join yiwang.address v on v.building_id = b.id
where b.district_id = %(district)s and {_AS_OF} order by b.code, v.part_code nulls first, v.text, v.kind"""

_COMPOUNDS = f"""
select v.code, v.name, st_asbinary(v.geom) from yiwang.compound v
where v.district_id = %(district)s and {_AS_OF} order by v.code"""

_FEATURES = f"""
select v.code, v.kind, v.name, v.properties, st_asbinary(v.geom) from yiwang.feature v
where v.district_id = %(district)s and {_AS_OF} order by v.code"""

_ELEMENTS = f"""
select v.code, v.kind_code, v.name, v.count, v.building_code, v.fields, v.source, st_x(v.geom), st_y(v.geom)
from yiwang.element v where v.district_id = %(district)s and {_AS_OF} order by v.code"""

_ELEMENT_KINDS = """
select code, category, name, matter_code, fields, sensitive from yiwang.element_kind
where district_id = %(district)s order by code"""

_PARTIES = f"""
select p.code, p.kind, v.name, v.post, v.phone from yiwang.party p
join yiwang.party_version v on v.party_id = p.id
where p.district_id = %(district)s and {_AS_OF} order by p.code"""

_MATTERS = """
select code, parent_code, name, limit_hours, public_space, sensitive from yiwang.matter
where district_id = %(district)s order by code"""

_DUTIES = f"""
select case when v.area_id is not null then 'area' when v.grid_id is not null then 'grid'
            when v.part_code is not null then 'part' when v.building_id is not null then 'building'
            when v.compound_code is not null then 'compound' else 'feature' end,
       coalesce(a.code, g.code, b.code || coalesce('/' || v.part_code, ''), v.compound_code, v.feature_code),
       v.role, v.matter_code, p.code, v.shift, lower(v.valid), upper(v.valid),
       coalesce(v.details->>'source', ''), coalesce(v.details->>'time', ''),
       coalesce(v.details->>'micro', ''), coalesce(v.details->>'contract_until', '')
from yiwang.duty v join yiwang.party p on p.id = v.party_id
left join yiwang.area a on a.id = v.area_id left join yiwang.grid g on g.id = v.grid_id
left join yiwang.building b on b.id = v.building_id
where v.district_id = %(district)s and {_AS_OF}"""

_LEAVE = f"""
select p.code, v.reason from yiwang.leave v join yiwang.party p on p.id = v.party_id
where p.district_id = %(district)s and {_AS_OF} order by p.code"""

_CARETAKING = f"""
select a.code, c.code, v.review_on, v.reason, lower(v.valid) from yiwang.caretaking v
join yiwang.area a on a.id = v.area_id join yiwang.area c on c.id = v.caretaker_id
where a.district_id = %(district)s and {_AS_OF} order by a.code"""

_LINES = f"""
select l.code, l.name, array_agg(v.matter_code order by v.matter_code)
from yiwang.line l join yiwang.line_matter v on v.line_id = l.id
where l.district_id = %(district)s and {_AS_OF} group by l.code, l.name order by l.code"""

_LINE_AREAS = f"""
select l.code, v.code, v.name, p.code, lower(v.valid), upper(v.valid), st_asbinary(v.geom)
from yiwang.line l join yiwang.line_area v on v.line_id = l.id left join yiwang.party p on p.id = v.party_id
where l.district_id = %(district)s and {_AS_OF} and exists (
    select from yiwang.line_matter m where m.line_id = l.id
    and m.valid @> %(at)s::timestamptz and m.recorded @> %(known_at)s::timestamptz)
order by l.code, v.code"""

_VERSIONED = (
    ("area_version", "area_id", "area"),
    ("grid_version", "grid_id", "grid"),
    ("building_version", "building_id", "building"),
    ("building_grid", "building_id", "building"),
    ("building_part", "building_id", "building"),
    ("part_grid", "building_id", "building"),
    ("address", "building_id", "building"),
    ("party_version", "party_id", "party"),
    ("leave", "party_id", "party"),
    ("caretaking", "area_id", "area"),
    ("line_area", "line_id", "line"),
    ("line_matter", None, None),
    ("compound", None, None),
    ("element", None, None),
    ("feature", None, None),
    ("duty", None, None),
)


_CHANGES: LiteralString = """
select min(lower(v.valid)) filter (where lower(v.valid) > %(at)s and v.recorded @> %(known_at)s::timestamptz),
       min(upper(v.valid)) filter (where upper(v.valid) > %(at)s and v.recorded @> %(known_at)s::timestamptz),
       max(lower(v.recorded)) filter (where lower(v.recorded) <= %(known_at)s),
       max(upper(v.recorded)) filter (where upper(v.recorded) <= %(known_at)s),
       max(lower(v.valid))
           filter (where lower(v.valid) <= %(at)s and v.recorded @> %(known_at)s::timestamptz),
       max(upper(v.valid))
           filter (where upper(v.valid) <= %(at)s and v.recorded @> %(known_at)s::timestamptz)"""
_SOURCE: LiteralString = " from {table} v where v.district_id = %(district)s"
_SOURCE_BY_IDENTITY: LiteralString = (
    " from {table} v join {identity} i on i.id = v.{key} where i.district_id = %(district)s"
)


class Changes(NamedTuple):
    """Of one table: the next start or end of a row after `at`, the last write up to `known_at`, and the
    last start or end of a row up to `at`."""

    ahead: datetime | None
    written: datetime | None
    passed: datetime | None

    def since(self, at: datetime, known_at: datetime) -> bool:
        """Whether the table may say something else than it did at an earlier instant, known then."""
        return (self.written is not None and self.written > known_at) or (
            self.passed is not None and self.passed > at
        )


class Reader:
    """One district at one instant, as known at another."""

    def __init__(self, session: Session, district: int, at: datetime, known_at: datetime) -> None:
        self._session = session
        self._facts = {"district": district, "at": at, "known_at": known_at}

    def areas(self) -> list[records.AreaRecord]:
        return self._read(_AREAS, records.AreaRecord._make)

    def grids(self) -> tuple[list[records.GridRecord], list[bytes | None]]:
        """The grids in force by code, and their shapes (WKB; None for a 立体 grid)."""
        rows = self._read(_GRIDS, tuple)
        return [records.GridRecord._make(row[:-1]) for row in rows], [row[-1] for row in rows]

    def other_grids(self) -> list[records.OtherGrid]:
        return self._read(_OTHER_GRIDS, records.OtherGrid._make)

    def buildings(self) -> list[records.BuildingRecord]:
        return self._read(_BUILDINGS, records.BuildingRecord._make)

    def gone_buildings(self) -> list[tuple[str, datetime]]:
        return self._read(_GONE_BUILDINGS, tuple)

    def parts(self) -> list[records.PartRecord]:
        return self._read(_PARTS, records.PartRecord._make)

    def part_grids(self) -> list[tuple[str, str]]:
        """Parts, as `building code/part code`, and the 立体 grids that they belong to."""
        return self._read(_PART_GRIDS, tuple)

    def addresses(self) -> list[records.AddressRecord]:
        return self._read(_ADDRESSES, records.AddressRecord._make)

    def compounds(self) -> list[records.CompoundRecord]:
        return self._read(_COMPOUNDS, records.CompoundRecord._make)

    def features(self) -> list[records.FeatureRecord]:
        return self._read(_FEATURES, records.FeatureRecord._make)

    def elements(self) -> list[records.ElementRecord]:
        return self._read(_ELEMENTS, records.ElementRecord._make)

    def element_kinds(self) -> list[records.ElementKindRecord]:
        return self._read(_ELEMENT_KINDS, records.ElementKindRecord._make)

    def parties(self) -> list[records.PartyRecord]:
        return self._read(_PARTIES, records.PartyRecord._make)

    def matters(self) -> list[records.MatterRecord]:
        return self._read(_MATTERS, records.MatterRecord._make)

    def duties(self) -> list[records.DutyRecord]:
        rows = self._read(_DUTIES, tuple)
        return [records.DutyRecord((row[0], row[1]), *row[2:]) for row in rows]

    def leave(self) -> list[tuple[str, str]]:
        """Codes of the parties that are away, and why."""
        return self._read(_LEAVE, tuple)

    def lines(self) -> list[records.LineRecord]:
        """The lines by which some matters go, and these matters."""
        return [records.LineRecord(code, name, tuple(of)) for code, name, of in self._read(_LINES, tuple)]

    def line_areas(self) -> list[records.LineAreaRecord]:
        """The areas of these lines, by line and code."""
        return self._read(_LINE_AREAS, records.LineAreaRecord._make)

    def caretaking(self) -> list[records.CaretakingRecord]:
        return self._read(_CARETAKING, records.CaretakingRecord._make)

    def changes(self) -> dict[str, "Changes"]:
        """By table: when rows of the district start, end and were written, seen from the two instants."""
        found: dict[str, Changes] = {}
        for table, key, identity in _VERSIONED:
            source = _SOURCE if identity is None else _SOURCE_BY_IDENTITY
            query = sql.SQL(_CHANGES + source).format(
                table=sql.Identifier("yiwang", table),
                key=sql.Identifier(key or "id"),
                identity=sql.Identifier("yiwang", identity or table),
            )
            start, end, *stamps = self._read(query, tuple)[0]
            found[table] = Changes(
                ahead=min((instant for instant in (start, end) if instant is not None), default=None),
                written=max((instant for instant in stamps[:2] if instant is not None), default=None),
                passed=max((instant for instant in stamps[2:] if instant is not None), default=None),
            )
        return found

    def net_version(self) -> tuple[int | None, datetime | None]:
        """The net version in force, and when the next one takes effect."""
        rows = self._read(
            "select max(number) filter (where effective_from <= %(at)s::timestamptz),"
            " min(effective_from) filter (where effective_from > %(at)s::timestamptz)"
            " from yiwang.net_version where district_id = %(district)s"
            " and recorded_at <= %(known_at)s::timestamptz",
            tuple,
        )
        return rows[0]

    def _read(self, query: LiteralString | sql.Composed, make: Callable[[Any], T]) -> list[T]:
        # Straight through the driver, in binary: half the time of rows that pass through the ORM.
        with raw_connection(self._session).cursor(binary=True) as cursor:
            cursor.execute(query, self._facts)
            return list(map(make, cursor.fetchall()))


def database_now(session: Session) -> datetime:
    """The server's clock."""
    now = session.scalar(text("select clock_timestamp()"))
    assert isinstance(now, datetime)
    return now
