"""Rows drawn into a plan: ground first, then 专属 groups, 立体 grids, 微网格 and leaders."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land import balancing
from boundaries.land.plan_tables.rows import KINDS, Fault, Row, meant_kind, pieces_of, same_part
from boundaries.land.plans import drafting, keeping, micros, stacks
from boundaries.land.plans import drawing as drawings
from boundaries.land.plans.drawing import Drawing
from boundaries.land.plans.steps import Actor
from boundaries.store.errors import Refusal
from boundaries.store.tables import Area, District, Plan, PlanEdit
from gis.allotment import Allotment, Houses, allot, match_rows
from gis.net import EditRefused
from gis.partition import PartitionRefused

_HOST_KEEPS = ("", "宿主", "host")  # in the column of the grid: the parts stay with the grid below
_NEEDED: dict[str, tuple[str, ...]] = {
    "综合": ("grid",),
    "专属": ("grid", "group"),
    "立体": ("buildings", "parts"),
    "微网格": ("grid", "micro", "buildings"),
}
_NAMES = """
select b.code, v.name, coalesce(c.name, '') from yiwang.building b
join yiwang.building_version v on v.building_id = b.id and upper_inf(v.recorded) and v.valid @> now()
left join lateral (select name from yiwang.compound c where c.district_id = b.district_id
  and c.code = v.compound_code and upper_inf(c.recorded) and c.valid @> now() limit 1) c on true
where b.district_id = :district and b.code = any(:codes)"""
_PARTIES = """
select distinct p.code from yiwang.party p left join yiwang.party_version v on v.party_id = p.id
  and upper_inf(v.recorded) and v.valid @> now()
where p.district_id = :district and (p.code = :named or v.name = :named)"""


@dataclass(frozen=True)
class Tabled:
    """What a table became: the edits, what was left out on request, buildings that stand in no row."""

    plan: Plan
    edits: tuple[PlanEdit, ...]
    unused: tuple[Fault, ...]
    unlisted: tuple[str, ...]


class TableRefused(Refusal):
    """Rows of a table that cannot be drawn; the plan is as it was. rows: row, field, value and reason."""

    code: ClassVar[str] = "plan-table"

    def __init__(self, *, rows: Sequence[Fault]) -> None:
        self.rows = [fault.told() for fault in rows]
        first = rows[0]
        more = f"; {len(rows) - 1} more" if len(rows) > 1 else ""
        super().__init__(f"row {first.row}: {first.field} {first.value!r}: {first.reason}{more}")


def draw(
    session: Session,
    district: District,
    code: str,
    rows: Sequence[Row],
    *,
    seen: int | None,
    by: Actor,
    community: str | None = None,
    skip_unused: bool = False,
) -> Tabled:
    """Draw the rows into a draft: first ground, then 专属 groups, 立体 grids, 微网格 and leaders.

    community: whose ground the rows of buildings divide; without it the plan's scope. skip_unused: draw what
    can be drawn of the lists of buildings, and tell the rest.
    Raises TableRefused with every row at fault, and what `plans.edit` raises of the plan itself.
    """
    plan = keeping.open_for(session, district, code, "edit", seen=seen, by=by)
    table = _Table(session, district, plan, by, skip_unused)
    sorted_out = table.sorted_out(rows)
    if sorted_out["ground"]:
        scope = session.get_one(Area, plan.scope_id)
        table.divide(sorted_out["ground"], community or scope.code)
    for row in sorted_out["专属"]:
        table.group(row)
    table.stack(sorted_out["立体"])
    table.list_(sorted_out["微网格"])
    table.lead(sorted_out["led"])
    if table.faults:
        raise TableRefused(rows=sorted(table.faults, key=lambda fault: fault.row))
    return Tabled(plan, tuple(table.edits), tuple(table.unused), table.unlisted)


class _Table:
    """The rows on their way into one plan; faults are gathered, so that all are told at once."""

    def __init__(
        self, session: Session, district: District, plan: Plan, by: Actor, skip_unused: bool
    ) -> None:
        self.session, self.district, self.plan, self.by = session, district, plan, by
        self.skip_unused = skip_unused
        self.edits: list[PlanEdit] = []
        self.faults: list[Fault] = []
        self.unused: list[Fault] = []
        self.unlisted: tuple[str, ...] = ()
        self.named: dict[str, str] = {}  # grids that this table made, by the name it gave them
        self._houses: tuple[Houses, tuple[str, ...]] | None = None

    def sorted_out(self, rows: Sequence[Row]) -> dict[str, list[Row]]:
        """The rows by what they ask for."""
        out: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            kind = row.kind or meant_kind(row)
            if kind not in KINDS:
                self._fault(row, "kind", f"none of {', '.join(KINDS)}")
                continue
            lacking = [name for name in _NEEDED[kind] if not getattr(row, name)]
            for name in lacking:
                self._fault(row, name, f"is needed for {kind}")
            if lacking:
                continue
            ground = kind in ("综合", "专属") and bool(row.buildings)
            out["ground"] += [row] if ground else []
            out[kind] += [row] if kind != "综合" else []
            out["led"] += [row] if row.party and kind != "微网格" else []
            if kind == "综合" and not row.buildings and not row.party:
                self._fault(row, "buildings", "is needed: the row asks for nothing")
        return out

    def divide(self, rows: Sequence[Row], community: str) -> None:
        """Give a community's ground to the grids of these rows, by their buildings."""
        ground = balancing.read_ground(self.session, self.district, community, plan=self.plan.code)
        names, compounds = self._names(ground.codes)
        match = match_rows([(row.grid, row.buildings) for row in rows], names, compounds, ground.codes)
        for one in match.unmatched:
            self._unused(Fault(rows[one.row].number, "buildings", one.text, one.reason))
        first = {row.grid: row for row in reversed(rows)}
        try:
            made = allot(
                match,
                ground.outline,
                ground.buildings,
                ground.barriers.geometry,
                metric_crs=ground.metric_crs,
            )
        except PartitionRefused as refused:
            self._fault(rows[0], "buildings", str(refused))
            return
        self._require_ground(made, first)
        self.unlisted = tuple(ground.codes[at] for at in made.unlisted)
        if self.faults:
            return
        polygons = [shapely.geometry.mapping(shape) for shape in made.polygons]
        asked = {"grids": list(ground.grids), "polygons": polygons}
        done = self._edit(rows[0], "grid", "balance", asked)
        if done is None:
            return
        for grid, new in zip(made.grids, done.parameters["new_codes"], strict=True):
            self.named[grid] = new
            if grid not in ground.grids and self._drawing().facts_of(new).name != grid:
                self._edit(first[grid], "grid", "name", {"grid": new, "name": grid})

    def group(self, row: Row) -> None:
        """Make a grid a tile of a 专属 group."""
        if (grid := self._grid(row, "grid")) is not None:
            asked = {"grid": grid, "kind": "专属", "group": row.group}
            self._edit(row, "group", "designate", asked)

    def stack(self, rows: Sequence[Row]) -> None:
        """立体 grids, building by building; each of its parts must stand in one row."""
        of_building: dict[str, list[tuple[Row, list[str]]]] = defaultdict(list)
        for row in rows:
            for building in self._buildings(row, one=True):
                known = stacks.parts_of(self.session, self.district, building)
                if not known:
                    self._fault(row, "buildings", f"no parts of {building} are known: import them first")
                elif self._hosted(row, building):
                    of_building[building].append((row, self._parts(row, building, known)))
        for building, held in of_building.items():
            self._stack_one(building, held)

    def list_(self, rows: Sequence[Row]) -> None:
        """微网格: all rows of one grid and code are one list."""
        lists: dict[tuple[str, str], list[tuple[Row, list[str]]]] = defaultdict(list)
        for row in rows:
            if (grid := self._grid(row, "grid")) is None:
                continue
            places = []
            for building in self._buildings(row, one=bool(row.parts)):
                known = stacks.parts_of(self.session, self.district, building) if row.parts else {}
                parts = self._parts(row, building, known) if row.parts else []
                places += [f"{building}/{part}" for part in parts] if row.parts else [building]
            lists[grid, row.micro].append((row, places))
        for (grid, micro), held in lists.items():
            leaders = {row.party for row, _ in held if row.party}
            row = held[0][0]
            if len(leaders) != 1:
                self._fault(row, "party", "one leader is needed for the whole list")
                continue
            party = self._party(next(each for each, _ in held if each.party))
            if party is None:
                continue
            every = sorted({place for _, places in held for place in places})
            self._edit(
                row,
                "buildings",
                "micro",
                {"grid": grid, "micro": micro, "buildings": every, "party": party},
            )

    def lead(self, rows: Sequence[Row]) -> None:
        """Leaders that the table names for its grids."""
        for row in rows:
            grid, party = self._grid(row, "grid"), self._party(row)
            if grid is not None and party is not None:
                self._edit(row, "party", "appoint", {"grid": grid, "party": party})

    def _stack_one(self, building: str, held: Sequence[tuple[Row, list[str]]]) -> None:
        taken: dict[str, str] = {}
        parts_of: dict[str, list[str]] = defaultdict(list)
        kept: list[str] = []
        for row, parts in held:
            for part in parts:
                if part in taken:
                    self._fault(row, "parts", f"part {part} of {building} stands in two rows")
                taken[part] = row.grid
            (kept if row.grid in _HOST_KEEPS else parts_of[row.grid]).extend(parts)
        first = held[0][0]
        known = stacks.parts_of(self.session, self.district, building)
        if missing := sorted(known.keys() - taken.keys()):
            self._fault(first, "parts", f"parts {', '.join(missing)} of {building} stand in no row")
        if not parts_of:
            self._fault(first, "grid", f"no part of {building} is given to a grid")
        if self.faults:
            return
        grids = [{"parts": parts, "name": name} for name, parts in parts_of.items()]
        asked = {"building": building, "grids": grids, "kept_by_host": kept}
        if (done := self._edit(first, "parts", "stack", asked)) is not None:
            self.named |= dict(zip(parts_of, done.parameters["new_codes"], strict=True))

    def _require_ground(self, made: Allotment, first: dict[str, Row]) -> None:
        for at in made.empty:
            self._fault(first[made.grids[at]], "buildings", "none of them is known: the grid has no ground")
        for at in made.in_pieces:
            pieces = len(getattr(made.polygons.iloc[at], "geoms", ()))
            reason = f"they lie apart: the grid would have {pieces} pieces"
            self._fault(first[made.grids[at]], "buildings", reason)

    def _hosted(self, row: Row, building: str) -> bool:
        """Whether the building lies in the grid that the row names as its host, if it names any."""
        if not row.host:
            return True
        host, home = self._grid(row, "host"), None
        try:
            home = micros.grid_of(self._drawing(), building)
        except EditRefused as refused:
            self._fault(row, "buildings", str(refused))
        if host is not None and home is not None and host != home:
            self._fault(row, "host", f"{building} lies in {home}")
        return host is not None and host == home

    def _buildings(self, row: Row, *, one: bool) -> list[str]:
        """Codes of the buildings of a row that lie in the plan's scope. one: there must be exactly one."""
        houses, codes = self._known()
        taken, left = houses.meant(row.buildings)
        for piece, reason in left:
            self.faults.append(Fault(row.number, "buildings", piece, reason))
        if one and len(taken) > 1:
            self._fault(row, "buildings", "parts belong to one building")
            return []
        return [codes[at] for at, _ in taken]

    def _parts(self, row: Row, building: str, known: Iterable[str]) -> list[str]:
        out = []
        for piece in pieces_of(row.parts):
            found = [part for part in known if part == piece] or [
                part for part in known if same_part(part, piece)
            ]
            if len(found) == 1:
                out.append(found[0])
            else:
                has = f"{building} has {', '.join(sorted(known))}"
                self.faults.append(Fault(row.number, "parts", piece, has if not found else f"several: {has}"))
        return out

    def _grid(self, row: Row, field: str) -> str | None:
        """The code of the grid that a cell names by code or name."""
        named, drawing = getattr(row, field), self._drawing()
        if drawing.is_there(named):
            return str(named)
        if named in self.named:
            return self.named[named]
        every = [*drawing.net.faces, *drawing.net.stacks]
        found = [
            code for code in every if code not in drawing.net.locked and drawing.facts_of(code).name == named
        ]
        if len(found) == 1:
            return found[0]
        self._fault(row, field, f"{len(found)} grids have this name" if found else "no such grid")
        return None

    def _party(self, row: Row) -> str | None:
        asked = {"district": self.district.id, "named": row.party}
        found = self.session.execute(text(_PARTIES), asked).scalars().all()
        if row.party in found:
            return row.party
        if len(found) == 1:
            return str(found[0])
        self._fault(row, "party", f"{len(found)} have this name: give the code" if found else "nobody")
        return None

    def _known(self) -> tuple[Houses, tuple[str, ...]]:
        if self._houses is None:
            drawing = self._drawing()
            net = drawing.net
            at = {
                int(position)
                for code, face in net.faces.items()
                if code not in net.locked
                for position in net.buildings.inside(face.shape)
            }
            codes = tuple(drawing.ground.buildings[position] for position in sorted(at))
            self._houses = Houses(*self._names(codes), codes), codes
        return self._houses

    def _names(self, codes: Sequence[str]) -> tuple[list[str], list[str]]:
        """Names and compounds of buildings, in the order of their codes; '' where they have none."""
        asked = {"district": self.district.id, "codes": list(codes)}
        found = {row[0]: row for row in self.session.execute(text(_NAMES), asked)}
        return (
            [found[code][1] if code in found else "" for code in codes],
            [found[code][2] if code in found else "" for code in codes],
        )

    def _drawing(self) -> Drawing:
        return drawings.drawing_of(self.session, self.district, self.plan)

    def _edit(self, row: Row, field: str, operation: str, asked: dict[str, Any]) -> PlanEdit | None:
        """One edit of the plan; its refusal is a fault of the row."""
        if self.faults:
            return None  # nothing of it will stand
        try:
            done = drafting.edit(
                self.session, self.district, self.plan.code, operation, asked, seen=None, by=self.by
            )
        except EditRefused as refused:
            self._fault(row, field, str(refused))
            return None
        self.edits.append(done.edit)
        return done.edit

    def _unused(self, fault: Fault) -> None:
        (self.unused if self.skip_unused else self.faults).append(fault)

    def _fault(self, row: Row, field: str, reason: str) -> None:
        self.faults.append(Fault(row.number, field, str(getattr(row, field)), reason))
