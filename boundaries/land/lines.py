"""Lines: a department's own net, kept as it is until it is merged into the one net."""

from datetime import datetime

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import District, Line, LineArea


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

    frame: code, geometry (lon/lat polygon); optional name, source. Raises DuplicateCode, InvalidShape.
    """
    rows = intake.intake(frame, "line area", required=("code",), defaults={"name": "", "source": ""})
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
        }
    )
    return bulk.put(session, LineArea, versions, key=("line_id", "code"), valid_from=valid_from, stamp=stamp)
