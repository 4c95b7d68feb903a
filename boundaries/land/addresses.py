"""Addresses: the texts by which people call a building."""

import re
import unicodedata
from datetime import datetime

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store import bulk
from boundaries.store.bulk import Tally
from boundaries.store.tables import Address, Building, District

ADDRESS_KINDS = ("standard", "old", "poi", "nickname", "derived")

_IGNORED = re.compile(r"[\s,，、。.·;；:：()（）【】\[\]\"'“”‘’_]+")
_DASHES = re.compile("[‐‑‒–—―－~～]")


def normalised(text: str) -> str:
    """An address as it is compared: full-width folded, lower case, no spaces or punctuation.

    A dash stays, as one sort of dash: 1-2 is not 12.
    """
    return _IGNORED.sub("", _DASHES.sub("-", unicodedata.normalize("NFKC", text))).casefold()


def put(
    session: Session, district: District, frame: pd.DataFrame, *, valid_from: datetime, stamp: datetime
) -> Tally:
    """Write addresses from `valid_from` on; the same text may name several buildings.

    frame: building_code, text; optional part_code, kind (standard, old, poi, nickname, derived), source.
    Raises UnknownCode, DuplicateCode (same building, part, text and kind), ValueNotAllowed.
    """
    rows = intake.intake(
        frame,
        "address",
        required=("building_code", "text"),
        defaults={"part_code": None, "kind": "standard", "source": ""},
    )
    intake.refuse_others(rows, "address", "kind", ADDRESS_KINDS)
    key = ["building_code", "part_code", "text", "kind"]
    intake.refuse_duplicates(rows, "address", key)
    versions = pd.DataFrame(
        {
            "building_id": intake.resolve(
                rows, "building", "building_code", intake.ids_by_code(session, Building, district)
            ),
            "part_code": rows["part_code"],
            "text": rows["text"],
            "kind": rows["kind"],
            "source": rows["source"],
        }
    )
    return bulk.put(
        session,
        Address,
        versions,
        key=("building_id", "part_code", "text", "kind"),
        valid_from=valid_from,
        stamp=stamp,
    )


def keep_alias(
    session: Session, district: District, text: str, *, building: str, part: str | None, stamp: datetime
) -> Tally:
    """From `stamp` on, `text` is a nickname of the building or its part. Raises UnknownCode."""
    frame = pd.DataFrame(
        [
            {
                "building_code": building,
                "part_code": part,
                "text": text,
                "kind": "nickname",
                "source": "confirmed",
            }
        ]
    )
    return put(session, district, frame, valid_from=stamp, stamp=stamp)
