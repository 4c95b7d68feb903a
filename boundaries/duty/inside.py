"""Everybody responsible within a drawn area: for an emergency that stops at no border."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import numpy as np
import shapely
from openpyxl import Workbook
from openpyxl.styles import Font

from boundaries.duty.linenets import place_of
from boundaries.duty.owners import call_order
from boundaries.duty.places import district_chain
from boundaries.duty.records import DutyRecord, PlaceKey
from boundaries.duty.refusals import AreaNotPossible
from boundaries.duty.shape import PartyOut
from boundaries.duty.snapshot import Snapshot
from boundaries.duty.wording import Lang, say

MAX_RADIUS_M = 20_000.0
_CIRCLE = 64
_TOUCH_M2 = 0.05
_ROLES = (  # in this order they are listed
    *("staff", "micro", "deputy", "leader", "desk", "police"),
    *("property", "committee", "branch", "lead", "ruling"),
)
COLUMNS = {
    "place_kind": "地点类型",
    "place": "地点编码",
    "place_name": "地点",
    "role_name": "角色",
    "name": "姓名或单位",
    "post": "职务",
    "phone": "电话",
    "on_shift": "当班",
    "households": "户数",
    "source": "来源",
    "party": "编码",
}

ELEMENT_COLUMNS = {
    "code": "要素编码",
    "kind_name": "类别",
    "name": "名称",
    "count": "数量",
    "grid": "网格编码",
    "building": "楼栋编码",
    "department": "牵头部门",
    "person": "责任人",
    "lon": "经度",
    "lat": "纬度",
}


@dataclass(frozen=True)
class Inside:
    """What lies in the area and who answers there; `people` in the order in which to call."""

    grids: Sequence[dict[str, Any]]
    people: Sequence[dict[str, Any]]
    elements: Sequence[Mapping[str, Any]]
    households: int
    residents: int
    buildings: int
    uncovered_m2: float
    net_version: int | None


def circle(snapshot: Snapshot, lon: float, lat: float, radius_m: float) -> shapely.Geometry:
    """A circle around a place in lon/lat WGS 84, radius in metres on the ground. Raises AreaNotPossible."""
    if not 0 < radius_m <= MAX_RADIUS_M:
        raise AreaNotPossible(
            reason=f"a radius is above 0 and at most {MAX_RADIUS_M:.0f} m", field="radius_m"
        )
    middle = shapely.Point(snapshot.frame.points([[lon, lat]])[0])
    ring = shapely.buffer(middle, radius_m, quad_segs=_CIRCLE // 4)
    shape: shapely.Geometry = snapshot.frame.unproject([ring])[0]
    return shape


def inside(
    snapshot: Snapshot,
    shape: shapely.Geometry,
    *,
    lang: Lang = "zh",
    matter: str | None = None,
    elements: Iterable[Mapping[str, Any]] = (),
) -> Inside:
    """Everybody responsible within a polygon in lon/lat WGS 84.

    A grid counts if more than 0.05 m² of it lies inside, a building if any of it does. households are
    those of these buildings. matter: also the department that leads it in each place.
    elements: what else is located, with lon and lat in WGS 84; those inside are given back.
    Raises AreaNotPossible for what is no valid polygon.
    """
    if shapely.get_type_id(shape) not in (3, 6) or shapely.is_empty(shape) or not shapely.is_valid(shape):
        raise AreaNotPossible(reason="not a valid polygon", field="polygon")
    shapely.prepare(shape)
    touched = snapshot.ground_tree.query(shape, predicate="intersects")
    parts = shapely.intersection(snapshot.shapes[np.sort(touched)], shape)
    square_metres = snapshot.frame.area_m2(parts)
    positions = [int(each) for each in np.sort(touched)[square_metres > _TOUCH_M2]]
    codes = {snapshot.ground[position].code for position in positions}
    hit = np.sort(snapshot.building_tree.query(shape, predicate="intersects"))
    buildings = [snapshot.building_list[int(each)] for each in hit]
    codes |= {one.grid for one in buildings if one.grid in snapshot.grids and one.grid is not None}
    grids = {code: snapshot.grids[code] for code in sorted(codes)}

    within: dict[str, int] = {}
    for building in buildings:
        for place in (("grid", building.grid), ("compound", building.compound), ("building", building.code)):
            if place[1] is not None:
                within["/".join((place[0], place[1]))] = within.get("/".join((place[0], place[1])), 0) + (
                    building.households or 0
                )
    places = _places(snapshot, list(grids.values()), buildings, shape)
    people = _people(snapshot, places, within, matter, lang)
    covered = float(square_metres.sum())
    return Inside(
        grids=[
            {
                "code": code,
                "name": grid.name,
                "community": grid.community,
                "households": within.get(f"grid/{code}", 0),
                "areas": [area.code for area in snapshot.fragments.upwards(grid.community).areas],
            }
            for code, grid in grids.items()
        ],
        people=people,
        elements=[
            each for each in elements if shapely.intersects_xy(shape, float(each["lon"]), float(each["lat"]))
        ],
        households=sum(building.households or 0 for building in buildings),
        residents=sum(building.residents or 0 for building in buildings),
        buildings=len(buildings),
        uncovered_m2=max(0.0, round(float(snapshot.frame.area_m2([shape])[0]) - covered, 1)),
        net_version=snapshot.net_version,
    )


def as_csv(found: Inside) -> bytes:
    """UTF-8 with a mark, so that Excel reads it; no cell can be taken for a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS.values())
    for person in found.people:
        writer.writerow([_harmless(_cell(person[name])) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(found: Inside) -> bytes:
    """A sheet of people and one of grids; codes and phones are text cells."""
    book = Workbook()
    people = book.active
    assert people is not None
    _sheet(
        people, "责任人", list(COLUMNS.values()), [[each[name] for name in COLUMNS] for each in found.people]
    )
    grids = [[each["code"], each["name"], each["community"], each["households"]] for each in found.grids]
    _sheet(book.create_sheet(), "网格", ["网格编码", "网格", "社区", "户数"], grids)
    _sheet(
        book.create_sheet(),
        "要素",
        list(ELEMENT_COLUMNS.values()),
        [[_told(each.get(name)) for name in ELEMENT_COLUMNS] for each in found.elements],
    )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_call_list(found: Inside) -> str:
    """One line for each person with a phone, in the order in which to call; nobody twice."""
    lines: list[str] = []
    seen: set[str] = set()
    things = f"，{len(found.elements)} 个要素" if found.elements else ""
    for person in found.people:
        if person["phone"] and person["party"] not in seen:
            seen.add(person["party"])
            mark = "" if person["on_shift"] else "（不当班）"
            lines.append(
                f"{len(lines) + 1}. {person['phone']}  {person['name']}{mark}"
                f"  {person['role_name']}  {person['place_name'] or person['place']}"
            )
    head = (
        f"{len(found.grids)} 个网格，{found.buildings} 栋，{found.households} 户{things}，{len(lines)} 个电话"
    )
    return "\n".join([head, *lines]) + "\n"


def _sheet(sheet: Any, title: str, head: list[str], rows: Iterable[list[Any]]) -> None:
    sheet.title = title
    sheet.append(head)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([value if type(value) is int else _cell(value) for value in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type, cell.number_format = "s", "@"
    sheet.freeze_panes = "A2"


def _told(value: Any) -> Any:
    """A party by its name, anything else as it is."""
    return value["name"] if isinstance(value, dict) else value


def _cell(value: Any) -> str:
    return "是" if value is True else "否" if value is False else "" if value is None else str(value)


def _harmless(value: str) -> str:
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _places(
    snapshot: Snapshot, grids: Sequence[Any], buildings: Sequence[Any], shape: Any
) -> dict[PlaceKey, str]:
    """Every place with duties inside, from the smallest up, and what it is called."""
    found: dict[PlaceKey, str] = {}
    for building in buildings:
        for part in snapshot.parts.get(building.code, ()):
            found["part", f"{building.code}/{part.code}"] = f"{building.name}{part.name}"
        found["building", building.code] = building.name
    for building in buildings:
        if building.compound is not None:
            compound = snapshot.compounds.get(building.compound)
            found["compound", building.compound] = compound.name if compound is not None else ""
    if snapshot.features:
        metric = snapshot.frame.project([shape])[0]
        for position in np.sort(snapshot.feature_tree.query(metric, predicate="intersects")):
            feature = snapshot.features[int(position)]
            found["feature", feature.code] = feature.name
    for code, net in snapshot.lines.items():
        for position in np.flatnonzero(shapely.intersects(net.shapes, shape)):
            area = net.areas[int(position)]
            found[place_of(code, area.code)] = f"{net.record.name}{area.name or area.code}"
    for grid in grids:
        found["grid", grid.code] = grid.name
    ordered: dict[str, dict[PlaceKey, str]] = {}
    for community in dict.fromkeys(grid.community for grid in grids):
        for level, place in snapshot.fragments.upwards(community).places:
            ordered.setdefault(level, {})[place] = snapshot.areas[place[1]].name
    if not grids:
        ordered["district"] = {("area", area.code): area.name for area in district_chain(snapshot)}
    for level in ("community", "caretaker", "street", "district", "city"):
        found |= ordered.get(level, {})
    return found


def _people(
    snapshot: Snapshot,
    places: Mapping[PlaceKey, str],
    within: Mapping[str, int],
    matter: str | None,
    lang: Lang,
) -> list[dict[str, Any]]:
    local = snapshot.at.astimezone(snapshot.zone)
    called = {
        call.duty.party
        for call in call_order(
            snapshot.duties, list(places), [("community", place) for place in places], local
        )
    }
    leads = set()
    if matter is not None:
        leads = {
            id(lead) for lead in (snapshot.duties.leads_at([place]).get(matter) for place in places) if lead
        }
    found: list[tuple[int, int, DutyRecord]] = []
    for order, place in enumerate(places):
        for duty in snapshot.duties.by_place.get(place, ()):
            department = duty.role in ("lead", "ruling")
            if duty.role not in _ROLES or (department and place[0] != "feature" and id(duty) not in leads):
                continue
            found.append((_ROLES.index(duty.role), order, duty))
        by_line = snapshot.duties.leads_at([place]).get(matter) if matter and place[0] == "line" else None
        if by_line is not None:
            found.append((_ROLES.index("lead"), order, by_line))
    found.sort(key=lambda each: each[:2])
    return [
        _person(snapshot.fragments.party(duty), places[duty.place], duty.party in called, within, lang)
        for _, _, duty in found
    ]


def _person(
    party: PartyOut, place_name: str, on_shift: bool, within: Mapping[str, int], lang: Lang
) -> dict[str, Any]:
    return {
        "party": party["code"],
        "kind": party["kind"],
        "name": party["name"],
        "post": party["post"],
        "phone": party["phone"],
        "role": party["role"],
        "role_name": say(f"role {party['role']}", lang),
        "source": party["source"],
        "place_kind": party["place_kind"],
        "place": party["place"],
        "place_name": place_name,
        "on_shift": on_shift or party["role"] not in ("staff", "deputy", "desk"),
        "households": within.get(f"{party['place_kind']}/{party['place']}"),
    }
