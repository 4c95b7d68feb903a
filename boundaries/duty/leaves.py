"""Leave: a person is away for a time. The duty stays; whoever stands in is called."""

from datetime import datetime

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import District, Leave, Party


def put(session: Session, district: District, frame: pd.DataFrame, *, stamp: datetime) -> Tally:
    """Write who is away and when.

    frame: party_code, valid_from, valid_to (aware; when the person is back); optional reason.
    Raises UnknownCode, MissingValue, SaidTwice, EmptyPeriod.
    """
    rows = intake.intake(
        frame, "leave", required=("party_code", "valid_from", "valid_to"), defaults={"reason": ""}
    )
    resolved = pd.DataFrame(
        {
            "party_id": intake.resolve(
                rows, "party", "party_code", intake.ids_by_code(session, Party, district)
            ),
            "reason": rows["reason"],
            "valid_from": rows["valid_from"],
            "valid_to": rows["valid_to"],
        },
        index=rows.index,
    )
    return bulk.put(session, Leave, resolved, key=("party_id",), stamp=stamp)


def end(
    session: Session, district: District, party_code: str, *, valid_from: datetime, stamp: datetime
) -> int:
    """The person is back earlier, at `valid_from`. Returns how many periods ended. Raises UnknownCode."""
    frame = pd.DataFrame({"party_code": [party_code]}, dtype=object)
    party = intake.resolve(frame, "party", "party_code", intake.ids_by_code(session, Party, district)).iloc[0]
    return bulk.retire(session, Leave, Leave.party_id == int(party), stamp=stamp, valid_from=valid_from)
