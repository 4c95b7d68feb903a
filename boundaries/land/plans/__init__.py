"""Plans: changes to the net that are drawn, reviewed, approved and published in one instant."""

from boundaries.land.plans.checklist import Check, Checklist, checklist
from boundaries.land.plans.diff import diff
from boundaries.land.plans.difference import Diff
from boundaries.land.plans.dossier import Dossier, dossier
from boundaries.land.plans.drafting import (
    Edited,
    create,
    edit,
    preview,
    rebase,
    redo,
    set_guide,
    undo,
)
from boundaries.land.plans.drawing import Drawing, applied_edits, drawing_of
from boundaries.land.plans.keeping import all_edits, context_of, events, every, find
from boundaries.land.plans.limits import bands_of
from boundaries.land.plans.live import Live, live_of
from boundaries.land.plans.notifying import NoticeRow, notices
from boundaries.land.plans.papers import Filing, comment, comments, file, filings, settle, unfiled
from boundaries.land.plans.publishing import publish, step
from boundaries.land.plans.reverting import restore, revert
from boundaries.land.plans.scopes import areas_above
from boundaries.land.plans.steps import Actor
from boundaries.land.plans.workload import workload

__all__ = [
    "Actor",
    "Check",
    "Checklist",
    "Diff",
    "Dossier",
    "Drawing",
    "Edited",
    "Filing",
    "Live",
    "NoticeRow",
    "all_edits",
    "applied_edits",
    "areas_above",
    "bands_of",
    "checklist",
    "comment",
    "comments",
    "context_of",
    "create",
    "diff",
    "dossier",
    "drawing_of",
    "edit",
    "events",
    "every",
    "file",
    "filings",
    "find",
    "live_of",
    "notices",
    "preview",
    "publish",
    "rebase",
    "redo",
    "restore",
    "revert",
    "set_guide",
    "settle",
    "step",
    "undo",
    "unfiled",
    "workload",
]
