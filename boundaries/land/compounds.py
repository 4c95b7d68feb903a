"""Compounds: walled neighbourhoods (小区)."""

from datetime import datetime

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import Compound, District


def put(
    session: Session, district: District, frame: pd.DataFrame, *, valid_from: datetime, stamp: datetime
) -> Tally:
    """Write compounds as they are from `valid_from` on.

    frame: code, name; optional geometry (lon/lat polygon). Raises DuplicateCode, InvalidShape.
    """
    rows = intake.intake(frame, "compound", required=("code", "name"))
    intake.refuse_duplicates(rows, "compound", ["code"])
    versions = pd.DataFrame(
        {
            "district_id": district.id,
            "code": rows["code"],
            "name": rows["name"],
            "geom": intake.polygons(frame, "compound", optional=True),
        }
    )
    return bulk.put(
        session, Compound, versions, key=("district_id", "code"), valid_from=valid_from, stamp=stamp
    )
