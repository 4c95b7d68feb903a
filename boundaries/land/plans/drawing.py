"""A plan as it is drawn: its base with the edits that count, put on one after the other.

An edit is put on a net whose faces are bit for bit those it was made on by exchanging the faces; on any
other net the operation is done again. Drawings are kept per process by their last edit, never as truth.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

import shapely
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from boundaries.land.plans import micros, scopes, stacks
from boundaries.land.plans.founding import Founding
from boundaries.land.plans.ground import GridFacts, Ground, ground_of
from boundaries.land.plans.micros import Micro
from boundaries.land.plans.operations import NewCode, perform
from boundaries.store.tables import District, NetVersion, Plan, PlanEdit
from gis.net import EditRefused, Face, Net, NetChange, Restore
from gis.net.refusals import NotCurrent, PartsMissing
from gis.net.sparing import MOST_MOVED_M
from gis.net.stacking import host_of

_KEPT = 64
_SLACK = 1.01  # a node that a neighbour got meanwhile moves nothing by more


@dataclass(frozen=True, eq=False)
class Drawing:
    """The net of a plan after some edits, and what they say of grids beside their ground.

    changed: grids whose ground an edit changed, retired ones included. parties: the leader that the plan
    names for a grid, None for a post that it vacates.
    """

    ground: Ground
    net: Net
    changed: frozenset[str] = frozenset()
    facts: Mapping[str, GridFacts] = field(default_factory=dict)
    parties: Mapping[str, str | None] = field(default_factory=dict)
    micros: Mapping[tuple[str, str], Micro] = field(default_factory=dict)  # by grid and code
    founded: Mapping[str, Founding] = field(default_factory=dict)
    recoded: Mapping[str, str] = field(default_factory=dict)  # of a grid before its new community

    def facts_of(self, code: str) -> GridFacts:
        """Name and kind of a grid as the plan leaves them."""
        return self.facts.get(code) or self.ground.facts.get(code) or GridFacts("", "综合", None, "plan")

    def touched(self) -> list[str]:
        """Codes whose shape or facts are not those of the base, retired and noded ones included."""
        before, after = self.ground.net.faces, self.net.faces
        codes = {
            *self.facts,
            *(code for code in {*before, *after} if before.get(code) is not after.get(code)),
            *self.ground.net.stacks,
            *self.net.stacks,
        }
        return sorted(code for code in codes if not self._as_it_was(code))

    def is_there(self, code: str) -> bool:
        """Whether the plan leaves such a grid, with ground or stacked."""
        return code in self.net.faces or code in self.net.stacks

    def was_there(self, code: str) -> bool:
        """Whether the base has such a grid, with ground or stacked."""
        return code in self.ground.net.faces or code in self.ground.net.stacks

    def host(self, code: str) -> str | None:
        """The grid below a stacked grid as the plan leaves it; None for a grid with ground."""
        return _host(self.net, code)

    def restacked(self) -> list[str]:
        """Stacked grids that began, ended, or got other parts or another host."""
        before, after = self.ground.net, self.net
        return sorted(
            code
            for code in {*before.stacks, *after.stacks}
            if before.stacks.get(code) != after.stacks.get(code) or _host(before, code) != _host(after, code)
        )

    def changed_hosts(self) -> set[str]:
        """Grids with ground that gave parts to stacked grids, or got some back."""
        hosts = {_host(net, code) for net in (self.ground.net, self.net) for code in self.restacked()}
        return {code for code in hosts if code is not None}

    def _as_it_was(self, code: str) -> bool:
        if code in self.ground.net.stacks or code in self.net.stacks:
            same = self.ground.net.stacks.get(code) == self.net.stacks.get(code)
            same = same and _host(self.ground.net, code) == _host(self.net, code)
            return same and (
                code not in self.net.stacks or self.facts_of(code) == self.ground.facts.get(code)
            )
        before, after = self.ground.net.faces.get(code), self.net.faces.get(code)
        if before is None or after is None:
            return before is after
        same_ground = before is after or wkb(before) == wkb(after)
        return same_ground and self.facts_of(code) == self.ground.facts.get(code)


def _host(net: Net, code: str) -> str | None:
    return host_of(net, net.stacks[code].building) if code in net.stacks else None


@dataclass(frozen=True)
class Conflict:
    """An edit that does not go through on another net."""

    edit: int
    operation: str
    code: str
    detail: str
    facts: Mapping[str, Any]
    place: Mapping[str, Any] | None

    def told(self) -> dict[str, Any]:
        """As a problem document lists it."""
        return dict(vars(self))


def wkb(face: Face | None) -> str | None:
    """A face as text; two are the same if their texts are."""
    return None if face is None else shapely.to_wkb(face.shape, hex=True)


def unlocked(plan: Plan, operation: str) -> bool:
    """Whether an edit may move borders between communities: 区划调整, and taking a founding back."""
    return plan.kind == "boundary" or (plan.kind == "community" and operation == "restore")


def face_of(text: str | None) -> Face | None:
    """The face that `wkb` wrote."""
    return None if text is None else Face(shapely.from_wkb(text))


def blank(session: Session, district: District, plan: Plan, version: NetVersion) -> Drawing:
    """A drawing of this plan on a version, before its first edit; grids outside the scope are locked."""
    ground = ground_of(session, district, version)
    inside = scopes.communities(session, plan.scope_id, version.effective_from)
    locked = frozenset(code for code, community in ground.net.communities.items() if community not in inside)
    return Drawing(ground, replace(ground.net, locked=locked))


def applied_edits(session: Session, plan: Plan) -> Sequence[PlanEdit]:
    """The edits that count, in their order."""
    return session.scalars(
        select(PlanEdit)
        .where(PlanEdit.plan_id == plan.id, PlanEdit.number <= plan.applied)
        .order_by(PlanEdit.number)
    ).all()


def drawing_of(session: Session, district: District, plan: Plan) -> Drawing:
    """The plan as it stands, on its own base."""
    version = session.get_one(NetVersion, plan.base_version_id)
    start = blank(session, district, plan, version)
    numbers = session.execute(
        select(PlanEdit.number, PlanEdit.id)
        .where(PlanEdit.plan_id == plan.id, PlanEdit.number <= plan.applied)
        .order_by(PlanEdit.number)
    ).all()
    keys = [(plan.id, version.id, edit_id) for _, edit_id in numbers]
    engine = session.get_bind().engine
    drawing, done = start, 0
    for position in range(len(keys), 0, -1):
        kept = _shelf.get(engine, keys[position - 1])
        if kept is not None and kept.ground is start.ground:
            drawing, done = kept, position
            break
    if done < len(keys):
        for edit in applied_edits(session, plan)[done:]:
            drawing = put_on(drawing, edit)
        _shelf.put(engine, keys[-1], drawing)
    return drawing


def keep(session: Session, plan: Plan, edit: PlanEdit, drawing: Drawing) -> None:
    """Remember the drawing after an edit that was just made."""
    _shelf.put(session.get_bind().engine, (plan.id, plan.base_version_id, edit.id), drawing)


def put_on(drawing: Drawing, edit: PlanEdit) -> Drawing:
    """The drawing after one edit, by exchanging faces. Raises NotCurrent on another net."""
    net = drawing.net
    if edit.after:
        above = {code for side in (edit.before, edit.after) for code in side if isinstance(side[code], dict)}
        ground = edit.after.keys() - above
        position = drawing.ground.position
        back = Restore(
            before={code: face_of(edit.after[code]) for code in edit.after if code in ground},
            after={code: face_of(edit.before[code]) for code in edit.before if code in ground},
            communities={**net.communities, **edit.communities},
            stacks_before={code: stacks.untold(edit.after[code], position) for code in above},
            stacks_after={code: stacks.untold(edit.before[code], position) for code in above},
        )
        net = net.restore(back).net
    return _told(replace(drawing, net=net, changed=drawing.changed | set(edit.changed)), edit)


def draw(
    drawing: Drawing, edit: PlanEdit, *, new_code: NewCode, unlocked: bool
) -> tuple[Drawing, NetChange | None]:
    """Do an edit's operation on a drawing, and write what it did into the edit. Raises EditRefused."""
    given = edit.parameters
    if edit.operation == "micro":
        micros.require_inside(drawing, given)
    if edit.operation == "stack":
        if given["building"] not in drawing.ground.position:
            raise PartsMissing(f"there is no building {given['building']}", building=given["building"])
        given = {**given, "position": drawing.ground.position[given["building"]]}
    change, parameters = perform(drawing.net, edit.operation, given, new_code=new_code, unlocked=unlocked)
    edit.parameters = {name: value for name, value in parameters.items() if name != "position"}
    if change is None:
        edit.changed, edit.before, edit.after, edit.communities, edit.moved_m = [], {}, {}, {}, 0.0
        return _told(drawing, edit), None
    edit.changed = list(change.changed)
    inverse, codes = change.inverse, drawing.ground.buildings
    edit.before = {code: wkb(face) for code, face in inverse.before.items()}
    edit.after = {code: wkb(face) for code, face in inverse.after.items()}
    edit.before |= {code: stacks.told(each, codes) for code, each in inverse.stacks_before.items()}
    edit.after |= {code: stacks.told(each, codes) for code, each in inverse.stacks_after.items()}
    there = change.net.faces.keys() | change.net.stacks.keys()
    homes = {code: change.net.community(code) for code in change.changed if code in there}
    edit.communities = {
        code: home for code, home in homes.items() if drawing.net.communities.get(code) != home
    }
    edit.moved_m = change.moved_m
    drawn = replace(drawing, net=change.net, changed=drawing.changed | set(change.changed))
    return _told(drawn, edit), change


def replay(
    session: Session, district: District, plan: Plan, version: NetVersion, *, new_code: NewCode
) -> tuple[Drawing, list[Conflict]]:
    """The plan's edits on another version: what came of those that go through, and the others.

    The edits that go through are written anew; the caller refuses if there are conflicts, which rolls
    that back.
    """
    drawing = blank(session, district, plan, version)
    conflicts: list[Conflict] = []
    for edit in applied_edits(session, plan):
        try:
            try:
                drawing = put_on(drawing, edit)
            except NotCurrent:
                edit.parameters = _as_accepted(edit)
                free = unlocked(plan, edit.operation)
                drawing, _ = draw(drawing, edit, new_code=new_code, unlocked=free)
        except EditRefused as refused:
            place = None if refused.place is None else shapely.geometry.mapping(refused.place)
            conflicts.append(
                Conflict(edit.number, edit.operation, refused.code, str(refused), refused.facts, place)
            )
    return drawing, conflicts


def _as_accepted(edit: PlanEdit) -> dict[str, Any]:
    """The parameters of a stored edit: its border may be led aside as far again as it was the first time."""
    if edit.moved_m <= MOST_MOVED_M:
        return edit.parameters
    most = edit.parameters.get("most_moved_m") or 0.0
    return {**edit.parameters, "most_moved_m": max(most, edit.moved_m * _SLACK)}


def _told(drawing: Drawing, edit: PlanEdit) -> Drawing:
    """What an edit says of grids beside their ground."""
    given = edit.parameters
    if edit.operation == "appoint":
        return replace(drawing, parties={**drawing.parties, given["grid"]: given["party"]})
    if edit.operation == "micro":
        micro = Micro(given["grid"], given["micro"], tuple(given["buildings"]), given.get("party"))
        return replace(drawing, micros={**drawing.micros, (micro.grid, micro.code): micro})
    if edit.operation == "found":
        return _founded(drawing, given)
    if edit.operation == "declare":
        made = replace(drawing.founded[given["community"]], declared=given)
        return replace(drawing, founded={**drawing.founded, made.code: made})
    if edit.operation == "restore":
        again = {each["community"]: Founding(**_as_founding(each)) for each in given.get("founded", ())}
        return replace(
            drawing,
            founded={**drawing.founded, **again},
            facts={**drawing.facts, **_former_facts(drawing, given)},
        )
    if edit.operation == "stack":
        stacked = {
            code: GridFacts(str(each.get("name") or ""), "立体", None, "plan")
            for code, each in zip(given["new_codes"], given["grids"], strict=True)
        }
        return replace(drawing, facts={**drawing.facts, **stacked})
    if edit.operation == "name":
        code, named = given["grid"], {"name": given["name"]}
    elif edit.operation == "designate":
        code, named = given["grid"], {"kind": given["kind"], "group_code": given.get("group")}
    elif edit.operation in ("carve", "cover"):
        code = given["new_codes"][0]
        named = {name: given[name] for name in ("name", "kind") if given.get(name)}
        named |= {"group_code": given["group"]} if given.get("group") else {}
    else:
        return drawing
    return replace(drawing, facts={**drawing.facts, code: replace(drawing.facts_of(code), **named)})


def _founded(drawing: Drawing, given: Mapping[str, Any]) -> Drawing:
    """A new community, and what was said of its grids under the codes that they have now."""
    codes = dict(zip(given["recoded"], given["new_codes"], strict=True))
    made = Founding(given["community"], given["name"], given["kind"], given["street"])
    before = {old: codes.get(new, new) for old, new in drawing.recoded.items()}
    return replace(
        drawing,
        founded={**drawing.founded, made.code: made},
        recoded={**before, **codes},
        facts={**drawing.facts, **{new: replace(drawing.facts_of(old)) for old, new in codes.items()}},
        parties={codes.get(grid, grid): party for grid, party in drawing.parties.items()},
        micros={
            (grid, micro.code): replace(micro, grid=grid)
            for micro in drawing.micros.values()
            for grid in (codes.get(micro.grid, micro.grid),)
        },
    )


def _as_founding(given: Mapping[str, Any]) -> dict[str, Any]:
    """What `founding.again` wrote into an edit."""
    return {"code": given["community"]} | {n: given[n] for n in ("name", "kind", "street", "instead_of")}


def _former_facts(drawing: Drawing, given: Mapping[str, Any]) -> dict[str, GridFacts]:
    """Names and kinds of a former net, where they are not those of the drawing."""
    codes = dict(zip(given["returning"], given["new_codes"], strict=True))
    told = {}
    for row in given["grids"]:
        code = codes.get(row["former"], row["former"])
        now = drawing.facts_of(code)
        then = replace(now, name=row["name"], kind=row["kind"], group_code=row["group"])
        if vars(then) != vars(now):
            told[code] = then
    return told


class _Shelf:
    """The last few drawings of each database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_engine: WeakKeyDictionary[Engine, OrderedDict[Any, Drawing]] = WeakKeyDictionary()

    def get(self, engine: Engine, key: Any) -> Drawing | None:
        with self._lock:
            return self._by_engine.get(engine, OrderedDict()).get(key)

    def put(self, engine: Engine, key: Any, drawing: Drawing) -> None:
        with self._lock:
            kept = self._by_engine.setdefault(engine, OrderedDict())
            kept[key] = drawing
            kept.move_to_end(key)
            while len(kept) > _KEPT:
                kept.popitem(last=False)


_shelf = _Shelf()
