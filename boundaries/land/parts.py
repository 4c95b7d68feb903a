"""Parts of buildings: 单元 and ranges of floors."""

from datetime import datetime

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import Building, BuildingPart, District


def put(
    session: Session, district: District, frame: pd.DataFrame, *, valid_from: datetime, stamp: datetime
) -> Tally:
    """Write parts as they are from `valid_from` on.

    frame: building_code, code (unique within its building); optional name, households.
    Raises UnknownCode for a building that the register does not have, DuplicateCode.
    """
    rows = intake.intake(
        frame, "part", required=("building_code", "code"), defaults={"name": "", "households": None}
    )
    intake.refuse_duplicates(rows, "part", ["building_code", "code"])
    versions = pd.DataFrame(
        {
            "building_id": intake.resolve(
                rows, "building", "building_code", intake.ids_by_code(session, Building, district)
            ),
            "code": rows["code"],
            "name": rows["name"],
            "households": intake.whole_numbers(rows, "part", "households"),
        }
    )
    return bulk.put(
        session, BuildingPart, versions, key=("building_id", "code"), valid_from=valid_from, stamp=stamp
    )
