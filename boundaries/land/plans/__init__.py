"""Plans: changes to the net that are drawn, reviewed, approved and published in one instant."""

from boundaries.land.plans.drafting import Edited, create, edit, every, find, rebase, redo, undo
from boundaries.land.plans.drawing import Drawing, drawing_of
from boundaries.land.plans.steps import Actor

__all__ = [
    "Actor",
    "Drawing",
    "Edited",
    "create",
    "drawing_of",
    "edit",
    "every",
    "find",
    "rebase",
    "redo",
    "undo",
]
