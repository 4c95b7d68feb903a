"""The figures of the page as lines and as a page of the documents."""

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_KEPT = "## What costs"
"""From this heading on the page is written by hand and stays."""


class Used(NamedTuple):
    """Processor milliseconds."""

    browser_ms: float
    server_ms: float


NOTHING = Used(0.0, 0.0)


@dataclass
class Taken:
    """One figure, taken again and again: the page's and the bare map's milliseconds by the clock."""

    name: str
    target_ms: float
    what: str
    request: str | None = None
    cold_ms: float | None = None
    page_ms: list[float] = field(default_factory=list)
    bare_ms: list[float] = field(default_factory=list)
    request_ms: list[float] = field(default_factory=list)
    page_cpu_ms: list[float] = field(default_factory=list)
    bare_cpu_ms: list[float] = field(default_factory=list)
    server_cpu_ms: list[float] = field(default_factory=list)

    def add(self, *, page: bool, took_ms: float, used: Used, request_ms: float | None = None) -> None:
        """One more, of the page or of the bare map."""
        (self.page_ms if page else self.bare_ms).append(took_ms)
        (self.page_cpu_ms if page else self.bare_cpu_ms).append(used.browser_ms)
        if page:
            self.server_cpu_ms.append(used.server_ms)
            if request_ms is not None:
                self.request_ms.append(request_ms)

    def row(self) -> tuple[str, ...]:
        """The cells of its row."""
        page, bare = statistics.median(self.page_ms), statistics.median(self.bare_ms)
        worst = sorted(self.page_ms)[-1 - len(self.page_ms) // 20]
        return (
            self.what,
            f"{self.target_ms:,.0f}",
            f"**{page:,.0f}**",
            f"{worst:,.0f}",
            f"{bare:,.0f}",
            f"{page / bare:.2f}",
            f"{statistics.median(self.request_ms):,.0f}" if self.request_ms else "",
            f"{statistics.median(self.page_cpu_ms):,.0f} / {statistics.median(self.bare_cpu_ms):,.0f}",
            f"{statistics.mean(self.server_cpu_ms):,.0f}",
            str(len(self.page_ms)),
        )


HEADS = (
    "what", "target", "median", "95 of 100", "bare map", "ratio", "of it the request",
    "processor, browser: page / bare map", "processor, server", "times",
)  # fmt: skip


def show(taken: Taken) -> str:
    """One line."""
    first = "" if taken.cold_ms is None else f", the first after the start {taken.cold_ms:,.0f} ms"
    cells = "; ".join(f"{head} {cell}" for head, cell in zip(HEADS[1:], taken.row()[1:], strict=True) if cell)
    return f"{taken.name}: {cells}{first}"


def write(target: Path, taken: Sequence[Taken], size: str, about: str) -> None:
    """The page of the documents; what stands from `What costs` on is kept."""
    old = target.read_text("utf-8") if target.exists() else ""
    kept = old[old.index(_KEPT) :] if _KEPT in old else ""
    rows = [HEADS, ("---",) * len(HEADS), *(each.row() for each in taken)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    cold = next((each.cold_ms for each in taken if each.cold_ms is not None), 0.0)
    target.write_text(
        "# How fast the page is\n\n"
        f"`./run bench page` writes this table: {size}, invented, on the real server with its"
        " private PostGIS;"
        " Debian's Chromium, 1440 × 900, software rendering; milliseconds by the clock from the event to the"
        " frame that shows what came of it, medians. The bare map is MapLibre alone in the same browser, with"
        " the same tiles, the same style, the same size and view, and the same change of its data or colours;"
        " page and bare map by turns. Processor time is that of all of Chromium's processes, or of the"
        f" application without PostgreSQL.\n\n{about} at the start, {os.getloadavg()[0]:.1f} at the end.\n\n"
        f"{table}\n\n"
        f"The first map after the start of the server, whose tiles nobody has asked for before:"
        f" {cold:,.0f} ms.\n\n" + kept,
        "utf-8",
    )
