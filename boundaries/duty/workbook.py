"""Duties as an Excel workbook, there and back: pre-filled, with dropdowns; codes and phones are text.

On the way back every row is compared with what stands: the difference is shown row by row, and nothing is
written unless it is asked for. Row numbers are those of Excel; the header is row 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from sqlalchemy.orm import Session

from boundaries.duty import duties, parties
from boundaries.duty.places import areas_above
from boundaries.duty.records import DutyRecord
from boundaries.duty.refusals import RowRule, UnreadableWorkbook
from boundaries.duty.snapshot import Snapshot
from boundaries.land.importing.reading.archive import DAMAGED
from boundaries.store.errors import Refusal
from boundaries.store.tables import EXCLUSIVE_ROLES, ROLES, District

SHEET, LISTS = "责任", "选项"
MAX_ROWS = 200_000
MOST_UNPACKED = 256 * 2**20
_MOST_REFUSED = 100  # by the register; then it is enough
_SPARE_ROWS = 500  # below the last one, with dropdowns too
COLUMNS: Mapping[str, str] = {
    "party_code": "责任主体编码",
    "party_name": "姓名或单位",
    "phone": "电话",
    "role": "角色",
    "matter_code": "事项",
    "place_kind": "地点类型",
    "place_code": "地点编码",
    "part_code": "单元",
    "shift": "班次",
    "source": "来源",
    "time": "全职兼职",
    "micro": "微网格",
    "contract_until": "合同到期",
    "valid_from": "生效",
    "valid_to": "失效",
}
_REQUIRED = ("party_code", "role", "place_kind", "place_code")
_EDITABLE = ("shift", "source", "time", "micro", "contract_until", "valid_to")
SOURCES = ("专职", "党员", "居民代表", "楼栋长", "志愿者", "物业人员", "社区工作者", "民警")


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


def export(snapshot: Snapshot, *, area: str | None = None) -> bytes:
    """The duties in force, of one area and below it or of all, as an .xlsx file."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet.append(list(COLUMNS.values()))
    for row in _rows(snapshot, area):
        sheet.append([row[name] or None for name in COLUMNS])
    for column, name in enumerate(COLUMNS, 1):
        letter = get_column_letter(column)
        sheet[f"{letter}1"].font = Font(bold=True)
        sheet.column_dimensions[letter].width = 22 if name in ("place_code", "valid_from", "valid_to") else 14
    last = sheet.max_row + _SPARE_ROWS
    for cells in sheet.iter_rows(min_row=2, max_row=last, max_col=len(COLUMNS)):
        for cell in cells:
            cell.number_format = "@"  # a code or phone typed here stays text
            if cell.value is not None:
                cell.data_type = "s"  # "=1+1" is a text like any other
    sheet.freeze_panes = "A2"
    _dropdowns(book, sheet, snapshot, last)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes) -> pd.DataFrame:
    """The rows of a workbook as texts, indexed by their Excel row; empty rows are left out.

    Raises UnreadableWorkbook for no workbook, no sheet 责任, or a column that is missing.
    """
    try:
        lines = _lines(data)
    except DAMAGED as error:
        raise UnreadableWorkbook(reason=f"not an .xlsx workbook: {error}", rule="no-workbook") from error
    head = [str(value or "").strip() for value in (lines[0] if lines else ())]
    for name in (*_REQUIRED, "valid_from"):
        if COLUMNS[name] not in head:
            raise UnreadableWorkbook(
                reason="this column is missing", rule="column-missing", field=COLUMNS[name], row=1
            )
    where = {name: head.index(title) for name, title in COLUMNS.items() if title in head}
    rows: dict[int, dict[str, str]] = {}
    for number, line in enumerate(lines[1:], 2):
        if number > MAX_ROWS:
            raise UnreadableWorkbook(
                reason=f"more than {MAX_ROWS} rows",
                rule="too-many-rows",
                row=number,
                field=COLUMNS["role"],
                value=str(MAX_ROWS),
            )
        texts = {name: _text(line[at]) if at < len(line) else "" for name, at in where.items()}
        if any(texts.values()):
            rows[number] = {name: texts.get(name, "") for name in COLUMNS}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS), dtype=object)


def _lines(data: bytes) -> list[tuple[Any, ...]]:
    """The lines of the sheet 责任, one more than it may have at most. Raises what DAMAGED lists."""
    with ZipFile(BytesIO(data)) as packed:
        unpacked = sum(member.file_size for member in packed.infolist())
    if unpacked > MOST_UNPACKED:  # no member gives more than it announces
        raise UnreadableWorkbook(reason=f"it would unpack to {unpacked:,} bytes", rule="too-large")
    book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    if SHEET not in book.sheetnames:
        raise UnreadableWorkbook(reason=f"there is no sheet {SHEET}", rule="no-sheet", value=SHEET)
    return list(islice(book[SHEET].iter_rows(values_only=True), MAX_ROWS + 1))


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
    standing = {_key(duty): duty for duty in _standing(snapshot, area)}
    changes: list[RowChange] = []
    refused: list[dict[str, Any]] = []
    wanted: dict[int, dict[str, Any]] = {}
    renamed: dict[str, dict[str, Any]] = {}
    named: set[tuple[str, ...]] = set()
    unchanged = 0
    for number, row in rows.iterrows():
        try:
            told = _row(row, int(str(number)), valid_from, snapshot, area)
        except Refusal as refusal:
            refused.append(refusal_row(refusal, int(str(number))))
            continue
        _note_party(snapshot, row, int(str(number)), renamed, changes, refused)
        key = _key_of(told)
        named.add(key)
        before = standing.get(key)
        change = _change(told, before, row, snapshot, int(str(number)))
        if change is None:
            unchanged += 1
            continue
        if change.action == "changed" and "valid_from" in change.fields:
            reason = "a duty that stands keeps its beginning: end it, and add a new one"
            refused.append(_refused(int(str(number)), "valid_from", "fixed", reason, "beginning-stays"))
            continue
        changes.append(change)
        told["valid_from"] = valid_from if change.action == "changed" else told["valid_from"]
        wanted[int(str(number))] = told
    missing = [duty for key, duty in standing.items() if key not in named]
    changes += [RowChange(None, "missing", duty.party, duty.role, "/".join(duty.place)) for duty in missing]
    ended = missing if end_missing else []
    refused += _write_what_can_be(session, district, wanted, renamed, ended, valid_from, stamp)
    refused.sort(key=lambda line: line["row"] or 0)
    return Difference(changes, refused, unchanged, committed=commit and not refused)


def refusal_row(refusal: Refusal, row: int | None) -> dict[str, Any]:
    """A refusal as a line of the report: Excel's row, the column's title, a stable code and the reason.

    `facts`: what the reason says, as values.
    """
    facts = vars(refusal)
    name = facts.get("field") or facts.get("column") or _FIELD_OF.get(str(facts.get("kind")), "")
    at = facts.get("row")
    return {
        "row": int(at) if isinstance(at, (int, np.integer)) else row,
        "field": COLUMNS.get(str(name), str(name)),
        "code": getattr(refusal, "code", type(refusal).__name__),
        "reason": str(refusal),
        "facts": {
            key: value.item() if isinstance(value, np.generic) else value
            for key, value in facts.items()
            if key not in ("row", "field", "reason") and not key.startswith("_")
        },
    }


def _refused(row: int, column: str, code: str, reason: str, rule: RowRule, **facts: Any) -> dict[str, Any]:
    told = {"rule": rule, **facts}
    return {"row": row, "field": COLUMNS[column], "code": code, "reason": reason, "facts": told}


_FIELD_OF = {
    "party": "party_code",
    "matter": "matter_code",
    "part": "part_code",
    **dict.fromkeys(("area", "grid", "building", "compound", "feature"), "place_code"),
}


def _write_what_can_be(
    session: Session,
    district: District,
    wanted: Mapping[int, dict[str, Any]],
    renamed: Mapping[str, dict[str, Any]],
    ended: Sequence[DutyRecord],
    valid_from: datetime,
    stamp: datetime,
) -> list[dict[str, Any]]:
    """Write all rows; what the register refuses is left out and the rest tried again: each is told."""
    left = dict(wanted)
    refused: list[dict[str, Any]] = []
    while len(refused) < _MOST_REFUSED:
        trial = session.begin_nested()
        found = _write(session, district, left, renamed, ended, valid_from, stamp)
        if not found:
            trial.commit()
            break
        trial.rollback()
        session.expire_all()
        refused += found
        if left.pop(found[0]["row"], None) is None:
            break
    return refused


def _write(
    session: Session,
    district: District,
    wanted: Mapping[int, dict[str, Any]],
    renamed: Mapping[str, dict[str, Any]],
    ended: Sequence[DutyRecord],
    valid_from: datetime,
    stamp: datetime,
) -> list[dict[str, Any]]:
    try:
        if renamed:
            frame = pd.DataFrame.from_dict(
                {each["row"]: each for each in renamed.values()}, orient="index"
            ).drop(columns="row")
            parties.put(session, district, frame, valid_from=valid_from, stamp=stamp)
        for duty in ended:
            kind, code = duty.place
            building, _, part = code.partition("/")
            duties.end(
                session,
                district,
                place_kind=kind,
                place_code=building if kind == "part" else code,
                part_code=part or None,
                role=duty.role,
                matter_code=duty.matter,
                party_code=duty.party,
                valid_from=valid_from,
                stamp=stamp,
            )
        if wanted:
            frame = pd.DataFrame.from_dict(dict(wanted), orient="index").astype(object)
            duties.put(session, district, frame.where(frame.notna(), None), stamp=stamp)
    except Refusal as refusal:
        return [refusal_row(refusal, None)]
    return []


def _row(
    row: "pd.Series[Any]", number: int, valid_from: datetime, snapshot: Snapshot, area: str | None
) -> dict[str, Any]:
    for name in _REQUIRED:
        if not row[name]:
            raise UnreadableWorkbook(reason="empty", rule="empty-cell", field=COLUMNS[name], row=number)
    told: dict[str, Any] = {
        name: row[name] or None for name in COLUMNS if name not in ("party_name", "phone")
    }
    told["matter_code"] = told["matter_code"] or "*"
    told["shift"] = told["shift"] or ""
    told["valid_from"] = _instant(row["valid_from"], "valid_from", number, snapshot) or valid_from
    told["valid_to"] = _instant(row["valid_to"], "valid_to", number, snapshot)
    told["details"] = None
    place = (
        told["place_code"] if told["place_kind"] != "part" else f"{told['place_code']}/{told['part_code']}"
    )
    if area is not None and area not in areas_above(snapshot, (told["place_kind"], place)):
        raise UnreadableWorkbook(
            reason=f"not in {area}", rule="outside-area", field=COLUMNS["place_code"], row=number, value=area
        )
    return told


def _instant(value: str, name: str, number: int, snapshot: Snapshot) -> datetime | None:
    """An ISO instant; a day or local time without a zone is of the district."""
    if not value:
        return None
    try:
        read_ = datetime.fromisoformat(value.replace("/", "-"))
    except ValueError:
        raise UnreadableWorkbook(
            reason=f"{value!r} is no day like 2026-05-01",
            rule="no-day",
            field=COLUMNS[name],
            row=number,
            value=value,
        ) from None
    return read_ if read_.tzinfo is not None else read_.replace(tzinfo=snapshot.zone)


def _note_party(
    snapshot: Snapshot,
    row: "pd.Series[Any]",
    number: int,
    renamed: dict[str, dict[str, Any]],
    changes: list[RowChange],
    refused: list[dict[str, Any]],
) -> None:
    """A name or phone that differs from the register's is a change of the party, the same in every row."""
    party = snapshot.parties.get(row["party_code"])
    if party is None or not (row["party_name"] or row["phone"]):
        return
    after = {"name": row["party_name"] or party.name, "phone": row["phone"] or party.phone}
    before = {"name": party.name, "phone": party.phone}
    known = renamed.get(party.code)
    if known is not None and (known["name"], known["phone"]) != (after["name"], after["phone"]):
        reason = f"row {known['row']} says otherwise about {party.code}"
        facts = {"other_row": known["row"], "party": party.code}
        refused.append(_refused(number, "phone", "said-twice", reason, "party-said-twice", **facts))
    elif known is None and after != before:
        renamed[party.code] = {
            "code": party.code, "kind": party.kind, "post": party.post, "row": number, **after
        }  # fmt: skip
        told = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
        changes.append(RowChange(number, "party", party.code, "", "", told))


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
    shown = _shown(before, snapshot)
    fields = {name: (shown[name], row[name]) for name in _EDITABLE if shown[name] != row[name]}
    if row["valid_from"] and row["valid_from"] != shown["valid_from"]:
        fields["valid_from"] = (shown["valid_from"], row["valid_from"])
    return RowChange(number, "changed", before.party, before.role, place, fields) if fields else None


def _shown(duty: DutyRecord, snapshot: Snapshot) -> dict[str, str]:
    kind, code = duty.place
    building, _, part = code.partition("/")
    party = snapshot.parties.get(duty.party)
    return {
        "party_code": duty.party,
        "party_name": party.name if party is not None else "",
        "phone": party.phone if party is not None else "",
        "role": duty.role,
        "matter_code": duty.matter,
        "place_kind": kind,
        "place_code": building if kind == "part" else code,
        "part_code": part if kind == "part" else "",
        "shift": duty.shift,
        "source": duty.source,
        "time": duty.time,
        "micro": duty.micro,
        "contract_until": duty.contract_until,
        "valid_from": snapshot.fragments.iso(duty.since) or "",
        "valid_to": snapshot.fragments.iso(duty.until) or "",
    }


def _standing(snapshot: Snapshot, area: str | None) -> list[DutyRecord]:
    return [
        duty
        for place, found in snapshot.duties.by_place.items()
        if area is None or area in areas_above(snapshot, place)
        for duty in found
    ]


def _rows(snapshot: Snapshot, area: str | None) -> list[dict[str, str]]:
    rows = [_shown(duty, snapshot) for duty in _standing(snapshot, area)]
    return sorted(rows, key=lambda row: (row["place_kind"], row["place_code"], row["part_code"], row["role"],
                                         row["matter_code"], row["party_code"]))  # fmt: skip


def _key(duty: DutyRecord) -> tuple[str, ...]:
    key = (duty.place[0], duty.place[1], duty.role, duty.matter)
    return key if duty.role in EXCLUSIVE_ROLES else (*key, duty.party)


def _key_of(told: Mapping[str, Any]) -> tuple[str, ...]:
    code = f"{told['place_code']}/{told['part_code']}" if told["place_kind"] == "part" else told["place_code"]
    key = (told["place_kind"], code, told["role"], told["matter_code"])
    return key if told["role"] in EXCLUSIVE_ROLES else (*key, told["party_code"])


def _dropdowns(book: Workbook, sheet: Any, snapshot: Snapshot, last: int) -> None:
    """Lists of what may be chosen, on a sheet of their own; a party or source may also be typed."""
    lists = book.create_sheet(LISTS)
    choices: dict[str, Sequence[str]] = {
        "role": ROLES,
        "place_kind": duties.PLACE_KINDS,
        "time": [time for time in duties.TIMES if time],
        "matter_code": list(snapshot.matters),
        "party_code": list(snapshot.parties),
        "source": SOURCES,
    }
    for column, (name, values) in enumerate(choices.items(), 1):
        letter = get_column_letter(column)
        for number, value in enumerate([COLUMNS[name], *values], 1):
            cell = lists.cell(number, column, value)
            cell.number_format, cell.data_type = "@", "s"
        rule = DataValidation(
            type="list", formula1=f"'{LISTS}'!${letter}$2:${letter}${len(values) + 1}", allow_blank=True
        )
        rule.showErrorMessage = name not in ("party_code", "source")
        rule.error = f"{COLUMNS[name]}: 请从列表中选择"
        mine = get_column_letter(list(COLUMNS).index(name) + 1)
        rule.add(f"{mine}2:{mine}{last}")
        sheet.add_data_validation(rule)
    lists.sheet_state = "hidden"


def _text(value: Any) -> str:
    """A cell as text: numbers without a fraction lose Excel's `.0`, dates are ISO."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
