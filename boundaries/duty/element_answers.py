"""What is told about elements: each with the department of its matter and the person on its ground."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from boundaries.duty.bound_elements import BoundElement
from boundaries.duty.linenets import places_at
from boundaries.duty.records import DutyRecord, ElementKindRecord

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

_UNKNOWN = "thing"

Lack = Literal["in-no-grid", "no-lead", "no-person"]


def kind_of(snapshot: "Snapshot", bound: BoundElement) -> ElementKindRecord:
    """The kind of an element. One whose kind is missing is a thing under no matter."""
    code = bound.element.kind
    return snapshot.element_kinds.get(code) or ElementKindRecord(code, _UNKNOWN, code, "", {}, False)


def is_sensitive(snapshot: "Snapshot", kind: ElementKindRecord) -> bool:
    """Whether elements of a kind are shown only to those who see persons there: by itself or its matter."""
    matter = snapshot.matters.get(kind.matter)
    return kind.sensitive or (matter is not None and matter.sensitive)


def department_of(snapshot: "Snapshot", bound: BoundElement) -> DutyRecord | None:
    """The duty that leads the matter of the element's kind where the element is."""
    grid = snapshot.grids.get(bound.grid or "")
    above = snapshot.fragments.upwards(grid.community).places if grid is not None else ()
    element = bound.element
    lines = places_at(snapshot, element.lon, element.lat) if snapshot.lines else ()
    within = [place for place in bound.near if place[0] != "grid"]
    own = [place for place in bound.near if place[0] == "grid"]
    leads = snapshot.duties.leads_at([*within, *lines, *own, *(place for _, place in above)])
    return leads.get(kind_of(snapshot, bound).matter)


def person_of(snapshot: "Snapshot", bound: BoundElement) -> DutyRecord | None:
    """Who answers for the element on its ground: the grid's leader, else the head of the community that
    takes care of the area, else the first of the staff.
    """
    grid = snapshot.grids.get(bound.grid or "")
    if grid is None:
        return None
    duties, place = snapshot.duties, ("grid", grid.code)
    leader = next(duties.at([place], "leader"), None)
    acting = snapshot.fragments.upwards(grid.community).acting
    if leader is None and acting is not None:
        leader = next(duties.at([("area", acting[1].code)], "leader"), None)
    return leader or next(duties.at(bound.near, "staff"), None)


def areas_of(snapshot: "Snapshot", bound: BoundElement) -> list[str]:
    """The codes of the areas in which an element lies, lowest first; empty where no grid covers it."""
    grid = snapshot.grids.get(bound.grid or "")
    return snapshot.area_codes(grid.community) if grid is not None else []


def missing(snapshot: "Snapshot", bound: BoundElement) -> list[Lack]:
    """What an element lacks; empty where nothing."""
    if bound.grid is None:
        return ["in-no-grid"]
    lacks: list[Lack] = []
    if department_of(snapshot, bound) is None:
        lacks.append("no-lead")
    if person_of(snapshot, bound) is None:
        lacks.append("no-person")
    return lacks


def told(snapshot: "Snapshot", bound: BoundElement) -> dict[str, Any]:
    """One element as it is shown; lon, lat in WGS 84."""
    element, kind = bound.element, kind_of(snapshot, bound)
    department, person = department_of(snapshot, bound), person_of(snapshot, bound)
    party = snapshot.fragments.party
    return {
        "code": element.code,
        "kind": element.kind,
        "kind_name": kind.name,
        "category": kind.category,
        "name": element.name,
        "count": element.counted,
        "matter": kind.matter or None,
        "fields": element.fields,
        "source": element.source,
        "lon": element.lon,
        "lat": element.lat,
        "building": bound.building,
        "compound": bound.compound,
        "feature": bound.feature,
        "grid": bound.grid,
        "department": party(department) if department is not None else None,
        "person": party(person) if person is not None else None,
    }


def counted(snapshot: "Snapshot", elements: Iterable[BoundElement]) -> list[dict[str, Any]]:
    """How many of each kind, and of groups of people how many people; by category and kind."""
    number: Counter[str] = Counter()
    people: Counter[str] = Counter()
    kinds: dict[str, ElementKindRecord] = {}
    for bound in elements:
        kind = kinds.setdefault(bound.element.kind, kind_of(snapshot, bound))
        number[kind.code] += 1
        if kind.category == "people":
            people[kind.code] += bound.element.counted or 0
    ordered: Sequence[ElementKindRecord] = sorted(kinds.values(), key=lambda each: (each.category, each.code))
    return [
        {
            "kind": kind.code,
            "name": kind.name,
            "category": kind.category,
            "elements": number[kind.code],
            "people": people[kind.code] if kind.category == "people" else None,
        }
        for kind in ordered
    ]
