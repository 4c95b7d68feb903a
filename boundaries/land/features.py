"""Features: roads, river reaches, parks, squares and railways, with duties of their own."""

from datetime import datetime

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import District, Feature


def put(
    session: Session, district: District, frame: pd.DataFrame, *, valid_from: datetime, stamp: datetime
) -> Tally:
    """Write features as they are from `valid_from` on.

    frame: code, kind, geometry (lon/lat, any type); optional name, properties (a dict; `width_m` is the
    full width of a line feature, used to tell whether a point lies on it).
    Raises DuplicateCode, InvalidShape.
    """
    rows = intake.intake(
        frame, "feature", required=("code", "kind"), defaults={"name": "", "properties": None}
    )
    intake.refuse_duplicates(rows, "feature", ["code"])
    versions = pd.DataFrame(
        {
            "district_id": district.id,
            "code": rows["code"],
            "kind": rows["kind"],
            "name": rows["name"],
            "geom": intake.any_shapes(frame, "feature"),
            "properties": rows["properties"].map(lambda value: value or {}),
        }
    )
    return bulk.put(
        session, Feature, versions, key=("district_id", "code"), valid_from=valid_from, stamp=stamp
    )
