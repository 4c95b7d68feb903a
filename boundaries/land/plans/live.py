"""The live index of an open plan: which grid is where, and its figures, kept while the plan is drawn.

One rtree for each plan, moved from one state of its drawing to the next by the faces that differ. It is a
cache of this process, never truth: whoever asks brings the drawing, and gets that drawing's answer.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import shapely
from rtree.index import Index
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from boundaries.land.plans.drawing import Drawing
from boundaries.store.tables import Plan
from gis.net import Face, Figures

_KEPT = 16


class Live:
    """Grids of one plan by place, with figures. For many threads."""

    def __init__(self, drawing: Drawing) -> None:
        self._lock = threading.Lock()
        self._drawing = drawing
        self._numbers: dict[str, int] = {code: at for at, code in enumerate(drawing.net.faces)}
        self._codes: dict[int, str] = {at: code for code, at in self._numbers.items()}
        faces = drawing.net.faces
        boxes = ((at, faces[code].shape.bounds, None) for code, at in self._numbers.items())
        self._index = Index(boxes) if faces else Index()
        self._figures: dict[str, Figures] = {}

    def grid_at(self, drawing: Drawing, lon: float, lat: float) -> str | None:
        """The grid of the drawing that covers a place (degrees WGS 84), the lowest code on a border."""
        point = shapely.Point(lon, lat)
        with self._lock:
            self._move_to(drawing)
            near = [self._codes[at] for at in self._index.intersection((lon, lat, lon, lat))]
        return min((code for code in near if drawing.net.faces[code].shape.covers(point)), default=None)

    def figures(self, drawing: Drawing, codes: Sequence[str]) -> dict[str, Figures]:
        """Figures of grids of the drawing; only those of changed grids are counted again."""
        with self._lock:
            self._move_to(drawing)
            missing = [code for code in codes if code not in self._figures]
            if missing:  # with those around them, so that what lies on a border counts once
                around = {code for each in missing for code in self._near(drawing.net.faces.get(each))}
                found = drawing.net.figures(sorted(around | set(missing)))
                self._figures |= {code: found[code] for code in missing}
            return {code: self._figures[code] for code in codes}

    def _near(self, face: Face | None) -> list[str]:
        return [] if face is None else [self._codes[at] for at in self._index.intersection(face.shape.bounds)]

    def _move_to(self, drawing: Drawing) -> None:
        """Take over another state of the same plan."""
        if drawing is self._drawing:
            return
        before, after = self._drawing.net, drawing.net
        for code in [code for code, face in before.faces.items() if after.faces.get(code) is not face]:
            self._index.delete(self._numbers[code], before.faces[code].shape.bounds)
            self._figures.pop(code, None)
        for code in [code for code, face in after.faces.items() if before.faces.get(code) is not face]:
            at = self._numbers.setdefault(code, len(self._numbers))
            self._codes[at] = code
            self._index.insert(at, after.faces[code].shape.bounds)
        for code in [*drawing.restacked(), *drawing.changed_hosts(), *self._drawing.changed_hosts()]:
            self._figures.pop(code, None)
        if before.buildings is not after.buildings:
            self._figures.clear()
        self._drawing = drawing


class _Shelf:
    """The live indexes of the plans that were asked last, by database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_engine: WeakKeyDictionary[Engine, OrderedDict[int, Live]] = WeakKeyDictionary()

    def get(self, engine: Engine, plan: int, drawing: Drawing) -> Live:
        with self._lock:
            kept = self._by_engine.setdefault(engine, OrderedDict())
            if plan not in kept:
                kept[plan] = Live(drawing)
            kept.move_to_end(plan)
            while len(kept) > _KEPT:
                kept.popitem(last=False)
            return kept[plan]


_shelf = _Shelf()


def live_of(session: Session, plan: Plan, drawing: Drawing) -> Live:
    """The live index of a plan, at this state of its drawing."""
    return _shelf.get(session.get_bind().engine, plan.id, drawing)
