"""What a workbook would change, row by row: each is compared with what stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.duty.records import DutyRecord
from boundaries.duty.snapshot import Snapshot
from boundaries.duty.workbook import rows as sheet
from boundaries.duty.workbook.writing import refusal_row, refused_row, write_what_can_be
from boundaries.store.errors import Refusal
from boundaries.store.tables import District


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row would do. action: new, changed, replaces, missing, party. fields: before and after."""

    row: int | None
    action: str
    party: str
    role: str
    place: str
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """What a workbook would change, row by row; `unchanged` rows say what stands already."""

    changes: Sequence[RowChange]
    refused: Sequence[dict[str, Any]]
    unchanged: int
    committed: bool = False

    @property
    def may_commit(self) -> bool:
        """Whether every row can be written."""
        return not self.refused


def compare(
    session: Session,
    district: District,
    snapshot: Snapshot,
    rows: pd.DataFrame,
    *,
    valid_from: datetime,
    stamp: datetime,
    area: str | None = None,
    end_missing: bool = False,
    commit: bool = False,
) -> Difference:
    """What the rows would change from `valid_from` on; with `commit` and no refusal, it is written.

    area: the rows are those of an export of this area: a place outside it is refused, and a duty of it
    that no row names is `missing`, which ends it only with end_missing. snapshot: of now.
    The caller commits, or rolls back after a dry run.
    """
    standing = {sheet.key(duty): duty for duty in sheet.standing(snapshot, area)}
    taken = _Taken(snapshot, valid_from, area, standing)
    for number, row in rows.iterrows():
        taken.take(int(str(number)), row)
    missing = [duty for key, duty in standing.items() if key not in taken.named]
    changes = taken.changes + [
        RowChange(None, "missing", duty.party, duty.role, "/".join(duty.place)) for duty in missing
    ]
    ended = missing if end_missing else []
    refused = taken.refused + write_what_can_be(
        session, district, taken.wanted, taken.renamed, ended, valid_from, stamp
    )
    refused.sort(key=lambda line: line["row"] or 0)
    return Difference(changes, refused, taken.unchanged, committed=commit and not refused)


@dataclass
class _Taken:
    """The rows so far. standing: duties by the key of their row.

    wanted: duties to be put, and renamed: parties, the first by row, the second by code. named: keys of
    the rows that could be read.
    """

    snapshot: Snapshot
    valid_from: datetime
    area: str | None
    standing: Mapping[tuple[str, ...], DutyRecord]
    changes: list[RowChange] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    wanted: dict[int, dict[str, Any]] = field(default_factory=dict)
    renamed: dict[str, dict[str, Any]] = field(default_factory=dict)
    named: set[tuple[str, ...]] = field(default_factory=set)
    unchanged: int = 0

    def take(self, number: int, row: "pd.Series[Any]") -> None:
        """Compare one row with what stands."""
        try:
            told = sheet.read_row(row, number, self.valid_from, self.snapshot, self.area)
        except Refusal as refusal:
            self.refused.append(refusal_row(refusal, number))
            return
        self._note_party(number, row)
        key = sheet.key_of(told)
        self.named.add(key)
        change = _change(told, self.standing.get(key), row, self.snapshot, number)
        if change is None:
            self.unchanged += 1
            return
        if change.action == "changed" and "valid_from" in change.fields:
            reason = "a duty that stands keeps its beginning: end it, and add a new one"
            self.refused.append(refused_row(number, "valid_from", "fixed", reason, "beginning-stays"))
            return
        self.changes.append(change)
        if change.action == "changed":
            told["valid_from"] = self.valid_from
        self.wanted[number] = told

    def _note_party(self, number: int, row: "pd.Series[Any]") -> None:
        """A name or phone that differs from the register's changes the party, the same in every row."""
        party = self.snapshot.parties.get(row["party_code"])
        if party is None or not (row["party_name"] or row["phone"]):
            return
        after = {"name": row["party_name"] or party.name, "phone": row["phone"] or party.phone}
        before = {"name": party.name, "phone": party.phone}
        known = self.renamed.get(party.code)
        if known is not None and (known["name"], known["phone"]) != (after["name"], after["phone"]):
            reason = f"row {known['row']} says otherwise about {party.code}"
            facts = {"other_row": known["row"], "party": party.code}
            self.refused.append(
                refused_row(number, "phone", "said-twice", reason, "party-said-twice", **facts)
            )
        elif known is None and after != before:
            self.renamed[party.code] = {
                "code": party.code, "kind": party.kind, "post": party.post, "row": number, **after
            }  # fmt: skip
            told = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
            self.changes.append(RowChange(number, "party", party.code, "", "", told))


def _change(
    told: Mapping[str, Any], before: DutyRecord | None, row: "pd.Series[Any]", snapshot: Snapshot, number: int
) -> RowChange | None:
    place = f"{told['place_kind']}/{told['place_code']}" + (
        f"/{told['part_code']}" if told["part_code"] else ""
    )
    if before is None:
        return RowChange(number, "new", told["party_code"], told["role"], place)
    if before.party != told["party_code"]:
        fields = {"party_code": (before.party, told["party_code"])}
        return RowChange(number, "replaces", told["party_code"], told["role"], place, fields)
    shown = sheet.shown(before, snapshot)
    fields = {name: (shown[name], row[name]) for name in sheet.EDITABLE if shown[name] != row[name]}
    if row["valid_from"] and row["valid_from"] != shown["valid_from"]:
        fields["valid_from"] = (shown["valid_from"], row["valid_from"])
    return RowChange(number, "changed", before.party, before.role, place, fields) if fields else None
