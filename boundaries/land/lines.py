"""Lines: a department's own net, kept as it is until it is merged into the one net.

While a department keeps its net, its matters go by it: whoever answers in the area of the line leads there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.refusals import UnknownCode
from boundaries.store import bulk
from boundaries.store.bitemporal import as_of
from boundaries.store.bulk import Tally
from boundaries.store.tables import District, Line, LineArea, LineMatter, Matter, Party, PartyVersion


def put(
    session: Session,
    district: District,
    line_code: str,
    line_name: str,
    frame: pd.DataFrame,
    *,
    valid_from: datetime,
    stamp: datetime,
) -> Tally:
    """Write the areas of one line from `valid_from` on. They may overlap and leave gaps.

    frame: code, geometry (lon/lat polygon); optional name, source, party_code (who answers in the area for
    the line's matters). Raises DuplicateCode, InvalidShape, UnknownCode for a party.
    """
    rows = intake.intake(
        frame, "line area", required=("code",), defaults={"name": "", "source": "", "party_code": None}
    )
    intake.refuse_duplicates(rows, "line area", ["code"])
    shapes = intake.polygons(frame, "line area")
    line = session.scalar(select(Line).where(Line.district_id == district.id, Line.code == line_code))
    if line is None:
        line = Line(district_id=district.id, code=line_code, name=line_name)
        session.add(line)
        session.flush()
    versions = pd.DataFrame(
        {
            "line_id": line.id,
            "code": rows["code"],
            "name": rows["name"],
            "geom": shapes,
            "source": rows["source"],
            "party_id": intake.resolve(
                rows, "party", "party_code", intake.ids_by_code(session, Party, district), optional=True
            ),
        }
    )
    return bulk.put(session, LineArea, versions, key=("line_id", "code"), valid_from=valid_from, stamp=stamp)


def put_matters(
    session: Session,
    district: District,
    line_code: str,
    matters: Sequence[str],
    *,
    valid_from: datetime,
    stamp: datetime,
) -> Tally:
    """From `valid_from` on exactly these matters go by the line; none: it is merged, and is asked no more.

    A matter that went by another line goes by this one from then on. Raises UnknownCode for a line or a
    matter.
    """
    line = get(session, district, line_code)
    wanted = list(dict.fromkeys(matters))
    known = set(session.scalars(select(Matter.code).where(Matter.district_id == district.id)))
    for code in wanted:
        if code not in known:
            raise UnknownCode(kind="matter", value=code)
    frame = pd.DataFrame({"district_id": district.id, "line_id": line.id, "matter_code": wanted})
    return bulk.put(
        session,
        LineMatter,
        frame,
        key=("district_id", "matter_code"),
        valid_from=valid_from,
        stamp=stamp,
        retire_within=LineMatter.line_id == line.id,
    )


def get(session: Session, district: District, code: str) -> Line:
    """The line with this code. Raises UnknownCode."""
    line = session.scalar(select(Line).where(Line.district_id == district.id, Line.code == code))
    if line is None:
        raise UnknownCode(kind="line", value=code)
    return line


def listed(
    session: Session, district: District, at: datetime | None = None, known_at: datetime | None = None
) -> list[dict[str, Any]]:
    """Every line by code: code, name, how many areas it has at an instant, and the matters that go by it."""
    areas = (
        select(LineArea.line_id, func.count().label("areas"))
        .where(as_of(LineArea, at, known_at))
        .group_by(LineArea.line_id)
        .subquery()
    )
    matters = (
        select(LineMatter.line_id, func.array_agg(LineMatter.matter_code).label("matters"))
        .where(as_of(LineMatter, at, known_at))
        .group_by(LineMatter.line_id)
        .subquery()
    )
    rows = session.execute(
        select(Line.code, Line.name, areas.c.areas, matters.c.matters)
        .outerjoin(areas, areas.c.line_id == Line.id)
        .outerjoin(matters, matters.c.line_id == Line.id)
        .where(Line.district_id == district.id)
        .order_by(Line.code)
    )
    return [
        {"code": row[0], "name": row[1], "areas": row[2] or 0, "matters": sorted(row[3] or [])}
        for row in rows
    ]


def area(
    session: Session,
    line: Line,
    code: str,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """One area of a line at an instant: code, name, source and its party (None: nobody is named).

    Raises UnknownCode for an area that the line does not have then.
    """
    row = session.execute(
        select(LineArea.name, LineArea.source, Party.code, Party.kind, PartyVersion)
        .outerjoin(Party, Party.id == LineArea.party_id)
        .outerjoin(PartyVersion, (PartyVersion.party_id == Party.id) & as_of(PartyVersion, at, known_at))
        .where(LineArea.line_id == line.id, LineArea.code == code, as_of(LineArea, at, known_at))
    ).one_or_none()
    if row is None:
        raise UnknownCode(kind="line area", value=f"{line.code}/{code}")
    name, source, party, kind, version = row
    told = None
    if party is not None:
        named = (version.name, version.post, version.phone) if version is not None else (party, "", "")
        told = dict(zip(("code", "kind", "name", "post", "phone"), (party, kind, *named), strict=True))
    return {"code": code, "name": name, "source": source, "party": told}
