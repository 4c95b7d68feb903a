"""The sheet of duties row by row: its columns, a duty as a row of texts, and a row as a duty again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from boundaries.duty.places import areas_above
from boundaries.duty.records import DutyRecord, PlaceKey
from boundaries.duty.refusals import UnreadableWorkbook
from boundaries.duty.snapshot import Snapshot
from boundaries.store.tables import EXCLUSIVE_ROLES

SHEET = "责任"
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
REQUIRED = ("party_code", "role", "place_kind", "place_code")
EDITABLE = ("shift", "source", "time", "micro", "contract_until", "valid_to")


def standing(snapshot: Snapshot, area: str | None) -> list[DutyRecord]:
    """The duties in force, of one area and below it or of all."""
    return [
        duty
        for place, found in snapshot.duties.by_place.items()
        if area is None or area in areas_above(snapshot, place)
        for duty in found
    ]


def shown(duty: DutyRecord, snapshot: Snapshot) -> dict[str, str]:
    """A duty as the texts of its row."""
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


def read_row(
    row: "pd.Series[Any]", number: int, valid_from: datetime, snapshot: Snapshot, area: str | None
) -> dict[str, Any]:
    """A row of texts as `duties.put` takes it. Raises UnreadableWorkbook, also for a place outside `area`."""
    for name in REQUIRED:
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
    if area is not None and area not in areas_above(snapshot, _place_of(told)):
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


def key(duty: DutyRecord) -> tuple[str, ...]:
    """What makes a row the row of this duty: place, role, matter, and the party where several may hold it."""
    return _key(duty.place, duty.role, duty.matter, duty.party)


def key_of(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The key of a row that was read."""
    return _key(_place_of(told), told["role"], told["matter_code"], told["party_code"])


def _key(place: PlaceKey, role: str, matter: str, party: str) -> tuple[str, ...]:
    return (*place, role, matter) if role in EXCLUSIVE_ROLES else (*place, role, matter, party)


def _place_of(told: Mapping[str, Any]) -> PlaceKey:
    kind, code = told["place_kind"], told["place_code"]
    return kind, f"{code}/{told['part_code']}" if kind == "part" else code
