"""The feed of changes: numbered by one appender after their transactions are committed.

A number is given to what can be seen, and never to anything before it: who has read up to a number has
missed nothing, however long a transaction took. The order is that of the writes; what a write followed
stands before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.store.tables import Change

_LOCK = 0x79697761_00000004  # see clock: 4 numbers the changes
_WAITING = text(
    "select kind, ref, stamp from yiwang.change_pending"
    " group by kind, ref, stamp order by min(id) limit :limit"
)
_NEXT = "insert into yiwang.change (number, district_id, kind, about, place_kind, place_code, at, details)"
_NUMBERED = "(select coalesce(max(number), 0) from yiwang.change) + row_number() over (order by {})"
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
# a building that was not there before has changed no owner
_BUILDING = text(f"""{_NEXT}
select {_NUMBERED.format('b.code collate "C", lower(n.valid)')}, b.district_id, 'building', b.code, 'grid',
    g.code, :stamp,
    jsonb_build_object('from_grid', og.code, 'to_grid', g.code, 'from', lower(n.valid), 'because', n.because)
from yiwang.building_grid n
    join yiwang.building b on b.id = n.building_id join yiwang.grid g on g.id = n.grid_id
    left join yiwang.building_grid o on o.building_id = n.building_id
        and o.recorded @> (cast(:stamp as timestamptz) - interval '1 microsecond')
        and o.valid @> lower(n.valid)
    left join yiwang.grid og on og.id = o.grid_id
where lower(n.recorded) = :stamp and o.grid_id is distinct from n.grid_id
    and exists (select from yiwang.building_grid p
        where p.building_id = n.building_id and lower(p.recorded) < :stamp)""")
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
_TOLD = {"publication": _PUBLICATION, "incident": _INCIDENT, "building": _BUILDING, "duty": _DUTY}


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One change as it is told."""

    number: int
    kind: str
    about: str
    place: tuple[str, str]
    at: datetime
    details: dict[str, Any]


def append(session: Session, *, limit: int = 1000) -> int:
    """Number the changes of at most `limit` committed writes; returns of how many.

    0 also where another process is at it: it holds the lock until its transaction ends.
    """
    if not session.scalar(text("select pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
        return 0
    waiting = session.execute(_WAITING, {"limit": limit}).all()
    for kind, ref, stamp in waiting:
        session.execute(_TOLD[kind], {"ref": ref} if stamp is None else {"stamp": stamp})
        session.execute(
            text(
                "delete from yiwang.change_pending where kind = :kind"
                " and ref is not distinct from :ref and stamp is not distinct from :stamp"
            ),
            {"kind": kind, "ref": ref, "stamp": stamp},
        )
    return len(waiting)


def after(
    session: Session,
    district_id: int,
    since: int,
    *,
    limit: int = 1000,
    kinds: Sequence[str] | None = None,
) -> list[ChangeRecord]:
    """The changes of a district that follow number `since`, in order."""
    query = (
        select(Change)
        .where(Change.number > since, Change.district_id == district_id)
        .order_by(Change.number)
        .limit(limit)
    )
    if kinds is not None:
        query = query.where(Change.kind.in_(kinds))
    return [
        ChangeRecord(
            number=row.number,
            kind=row.kind,
            about=row.about,
            place=(row.place_kind, row.place_code),
            at=row.at,
            details=row.details,
        )
        for row in session.scalars(query)
    ]


def last(session: Session) -> int:
    """The highest number that was given."""
    return int(session.scalar(text("select coalesce(max(number), 0) from yiwang.change")) or 0)
