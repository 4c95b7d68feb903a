"""Plans: changes to the net that are drawn, reviewed, approved and published in one instant."""

from boundaries.land.plans.diff import Diff, diff
from boundaries.land.plans.drafting import (
    Edited,
    all_edits,
    context_of,
    create,
    edit,
    events,
    every,
    find,
    preview,
    rebase,
    redo,
    undo,
)
from boundaries.land.plans.drawing import Drawing, applied_edits, drawing_of
from boundaries.land.plans.problems import bands_of
from boundaries.land.plans.publishing import publish, step
from boundaries.land.plans.steps import Actor

__all__ = [
    "Actor",
    "Diff",
    "Drawing",
    "Edited",
    "all_edits",
    "applied_edits",
    "bands_of",
    "context_of",
    "create",
    "diff",
    "drawing_of",
    "edit",
    "events",
    "every",
    "find",
    "preview",
    "publish",
    "rebase",
    "redo",
    "step",
    "undo",
]
