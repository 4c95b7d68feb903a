"""Rows of a table of which some are refused: every check says which row, field, value and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.land.importing.causes import Cause
from boundaries.land.importing.report import Finding, ImportReport, RefusedRow

_SHOWN = 60


class Sieve:
    """Collects refusals and notes by position, reports them by the user's row numbers."""

    def __init__(self, rows: NDArray[np.int64], report: ImportReport) -> None:
        self._rows = rows
        self._report = report
        self._notes: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self.bad = np.zeros(len(rows), dtype=bool)

    def refuse(
        self,
        position: int,
        field: str,
        value: Any,
        code: Cause,
        reason: str,
        facts: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Refuse one row; a row may be refused for several reasons. facts: what `reason` says, as values."""
        self.bad[position] = True
        text = "" if value is None else str(value)
        shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
        self._report.refused.append(
            RefusedRow(int(self._rows[position]), field, shown, code, reason, facts=dict(facts))
        )

    def note(self, position: int, code: str, message: str) -> None:
        """Remark on one row; equal remarks become one finding."""
        self._notes[code, message].append(int(self._rows[position]))

    def note_file(self, code: str, message: str) -> None:
        """Remark on the file as a whole."""
        self._report.findings.append(Finding(code, message))

    def row(self, position: int) -> int:
        """The row as the user counts it."""
        return int(self._rows[position])

    def place(self, places: Mapping[int, tuple[float, float]]) -> None:
        """Say where refused rows are. places: lon, lat by position; rows without one keep none."""
        by_row = {int(self._rows[position]): at for position, at in places.items()}
        self._report.refused = [
            replace(refused, lon=at[0], lat=at[1]) if (at := by_row.get(refused.row)) else refused
            for refused in self._report.refused
        ]

    def finish(self) -> None:
        """Put notes and counts into the report, refusals in the order of the file."""
        for (code, message), rows in self._notes.items():
            self._report.findings.append(Finding(code, f"{len(rows)} rows: {message}", rows=tuple(rows[:20])))
        self._notes.clear()
        self._report.refused.sort(key=lambda refused: refused.row)
        self._report.rows_read = len(self._rows)
        self._report.rows_accepted = int((~self.bad).sum())

    def refuse_duplicates(self, frame: pd.DataFrame, unique: Iterable[str], columns: dict[str, str]) -> None:
        """Refuse every row that repeats the `unique` fields of an earlier sound row."""
        key = [name for name in unique if name in frame]
        sound = frame.loc[~self.bad, key]
        again = sound.duplicated(keep="first")
        if not again.any():
            return
        first: dict[tuple[Any, ...], int] = {}
        for position, values in zip(sound.index, sound.itertuples(index=False, name=None), strict=True):
            earlier = first.setdefault(values, int(position))
            if earlier != position:
                value = " / ".join(str(one) for one in values if one is not None)
                self.refuse(
                    int(position),
                    columns.get(key[0], key[0]),
                    value,
                    "duplicate-code",
                    f"row {self.row(earlier)} has it too; several parts of one shape belong into one"
                    " multi-part feature",
                    {"row": self.row(earlier)},
                )
