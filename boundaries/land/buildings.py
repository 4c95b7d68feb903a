"""Buildings: footprints, uses and counts. Which grid each belongs to stands in `assignment`."""

from datetime import datetime

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.land.assignment import Assignment, assign, override
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import Building, BuildingVersion, District

__all__ = ["Assignment", "assign", "override", "put"]


def put(
    session: Session, district: District, frame: pd.DataFrame, *, valid_from: datetime, stamp: datetime
) -> Tally:
    """Write buildings as they are from `valid_from` on; the same frame again changes nothing.

    frame: code, geometry (footprint, lon/lat); optional name, use, floors, households, residents,
    counts_source ("estimated" where it is a guess), compound_code, entrance (Point or None).
    Raises DuplicateCode, CodeRetired, InvalidShape, MissingColumn, MissingValue.
    """
    rows = intake.intake(
        frame,
        "building",
        required=("code",),
        defaults={
            "name": "",
            "use": "",
            "floors": None,
            "households": None,
            "residents": None,
            "counts_source": "",
            "compound_code": None,
        },
    )
    intake.refuse_duplicates(rows, "building", ["code"])
    shapes = intake.polygons(frame, "building")
    entrances = intake.points(frame, "building", "entrance")

    ids = intake.identify(session, Building, district, rows)
    intake.refuse_retired(
        session,
        BuildingVersion,
        BuildingVersion.building_id,
        ids[rows["code"].tolist()],
        "building",
        valid_from,
    )
    versions = pd.DataFrame(
        {
            "building_id": rows["code"].map(ids),
            "compound_code": rows["compound_code"],
            "name": rows["name"],
            "use": rows["use"],
            "floors": intake.whole_numbers(rows, "building", "floors"),
            "households": intake.whole_numbers(rows, "building", "households"),
            "residents": intake.whole_numbers(rows, "building", "residents"),
            "counts_source": rows["counts_source"],
            "geom": shapes,
            "entrance": entrances,
        }
    )
    return bulk.put(
        session, BuildingVersion, versions, key=("building_id",), valid_from=valid_from, stamp=stamp
    )
