"""Parties: persons in office and organisations. Residents are never stored by name."""

from datetime import datetime

import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.duty.refusals import NothingToEnd, PartyHasDuties
from boundaries.land import intake
from boundaries.land.refusals import FixedValueChanged, UnknownCode
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import District, Party, PartyVersion

PARTY_KINDS = ("person", "organisation")


def put(
    session: Session, district: District, frame: pd.DataFrame, *, valid_from: datetime, stamp: datetime
) -> Tally:
    """Write parties as they are from `valid_from` on.

    frame: code, kind (person or organisation), name; optional post, phone (of work).
    Raises DuplicateCode, ValueNotAllowed, FixedValueChanged, CodeRetired.
    """
    rows = intake.intake(
        frame, "party", required=("code", "kind", "name"), defaults={"post": "", "phone": ""}
    )
    intake.refuse_duplicates(rows, "party", ["code"])
    intake.refuse_others(rows, "party", "kind", PARTY_KINDS)
    _refuse_changed_kind(session, district, rows)
    ids = intake.identify(session, Party, district, rows, fixed=("kind",))
    intake.refuse_retired(
        session, PartyVersion, PartyVersion.party_id, ids[rows["code"].tolist()], "party", valid_from
    )
    versions = pd.DataFrame(
        {
            "party_id": rows["code"].map(ids),
            "name": rows["name"],
            "post": rows["post"],
            "phone": rows["phone"].astype(str),
        }
    )
    return bulk.put(session, PartyVersion, versions, key=("party_id",), valid_from=valid_from, stamp=stamp)


def end(session: Session, district: District, code: str, *, valid_from: datetime, stamp: datetime) -> None:
    """The party leaves office or ceases at `valid_from`.

    Raises UnknownCode, and PartyHasDuties while it has duties then or later.
    """
    ids = intake.ids_by_code(session, Party, district)
    if code not in ids.index:
        raise UnknownCode(kind="party", value=code)
    party = int(ids[code])
    live = session.scalar(
        text(
            "select count(*) from (select valid, recorded from yiwang.duty where party_id = :party"
            " union all select valid, recorded from yiwang.line_area where party_id = :party) held"
            " where upper_inf(recorded) and (upper_inf(valid) or upper(valid) > :since)"
        ),
        {"party": party, "since": valid_from},
    )
    if live:
        raise PartyHasDuties(value=code, duties=int(live))
    if not bulk.retire(
        session, PartyVersion, PartyVersion.party_id == party, stamp=stamp, valid_from=valid_from
    ):
        raise NothingToEnd(what="term", value=code)


def _refuse_changed_kind(session: Session, district: District, rows: pd.DataFrame) -> None:
    found = session.execute(select(Party.code, Party.kind).where(Party.district_id == district.id)).all()
    before = rows["code"].map({row[0]: row[1] for row in found})
    changed = before.notna() & (before != rows["kind"])
    if changed.any():
        row = rows.index[changed][0]
        raise FixedValueChanged(
            kind="party",
            value=rows.loc[row, "code"],
            column="kind",
            before=before.loc[row],
            after=rows.loc[row, "kind"],
            row=row,
        )
