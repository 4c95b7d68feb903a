"""What an import found: one value for the terminal, the API and the register."""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_ROWS_IN_TEXT = 20
_ROWS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that cannot be imported.

    row: as the user counts it (a sheet's or text file's line, a layer's n-th feature); field and value
    as in the file; code: stable kebab-case; reason: one sentence; facts: what it says, as values for JSON,
    `rule` being which of several reasons the code has. lon, lat: where its shape is, in degrees
    of WGS 84, at the fault itself where its border is broken; None where it has no shape.
    """

    row: int
    field: str
    value: str
    code: str
    reason: str
    lon: float | None = None
    lat: float | None = None
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the file or many of its rows. rows: the first few, () where it is the whole file.

    facts: what the message says, as values for JSON.
    """

    code: str
    message: str
    blocks: bool = False
    rows: tuple[int, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CoverageFault:
    """One place where the net is torn. kind: overlap, gap, …; codes: the areas or grids concerned.

    lon, lat: a point of it; None where it has no shape that could be pointed at. shape: GeoJSON in lon/lat,
    WGS 84, with as many corners as a picture needs; None where it has none or the report is full.
    """

    kind: str
    codes: tuple[str, ...]
    area_m2: float | None
    length_m: float | None
    width_m: float | None
    lon: float | None
    lat: float | None
    shape: Mapping[str, Any] | None = None


@dataclass
class ImportReport:
    """The result of a dry run, and after a commit what was done."""

    kind: str
    file: str
    sha256: str
    format: str
    layer: str | None = None
    encoding: str | None = None
    frame: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    rows_read: int = 0
    rows_accepted: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    coverage: list[CoverageFault] = field(default_factory=list)
    coverage_counts: dict[str, int] = field(default_factory=dict)
    tally: dict[str, int] = field(default_factory=dict)  # added, changed, unchanged, retired
    net_version: int | None = None
    skip_refused: bool = False
    committed: bool = False

    @property
    def rows_refused(self) -> int:
        """Rows with at least one fault."""
        return len({row.row for row in self.refused})

    @property
    def duplicates(self) -> list[RefusedRow]:
        """The refused rows whose code or content stands in the file twice."""
        return [row for row in self.refused if row.code == "duplicate-code"]

    @property
    def reasons_to_stop(self) -> list[str]:
        """Why a commit is refused; empty where it may go ahead."""
        reasons = [finding.message for finding in self.findings if finding.blocks]
        if self.refused and not self.skip_refused:
            reasons.append(
                f"{self.rows_refused} of {self.rows_read} rows are refused (--skip-refused leaves them)"
            )
        if not self.rows_accepted and not reasons:
            reasons.append("no row is left to import")
        return reasons

    @property
    def may_commit(self) -> bool:
        """Whether nothing stands against the commit."""
        return not self.reasons_to_stop

    def add(
        self, code: str, message: str, *, blocks: bool = False, rows: tuple[int, ...] = (), **facts: Any
    ) -> None:
        """Note a finding."""
        self.findings.append(Finding(code, message, blocks, rows[:_ROWS_IN_TEXT], facts))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; at most 1,000 refused rows and faults each, with their full counts."""
        return {
            "kind": self.kind,
            "file": self.file,
            "sha256": self.sha256,
            "format": self.format,
            "layer": self.layer,
            "encoding": self.encoding,
            "frame": self.frame,
            "mapping": dict(self.mapping),
            "rows": {
                "read": self.rows_read,
                "accepted": self.rows_accepted,
                "refused": self.rows_refused,
                "duplicate": len(self.duplicates),
            },
            "refused": [dataclasses.asdict(row) for row in self.refused[:_ROWS_KEPT]],
            "findings": [dataclasses.asdict(finding) for finding in self.findings],
            "coverage": {
                "counts": dict(self.coverage_counts),
                "faults": [dataclasses.asdict(fault) for fault in self.coverage[:_ROWS_KEPT]],
            },
            "tally": dict(self.tally),
            "net_version": self.net_version,
            "may_commit": self.may_commit,
            "reasons_to_stop": self.reasons_to_stop,
            "committed": self.committed,
        }

    def to_text(self) -> str:
        """The report as a person reads it, most important last."""
        lines = [
            f"{self.file}: {self.kind} from {self.format}" + (f", layer {self.layer}" if self.layer else "")
        ]
        about = [self.encoding and f"text in {self.encoding}", self.frame and f"coordinates in {self.frame}"]
        lines += ["  " + ", ".join(part for part in about if part)] if any(about) else []
        if self.mapping:
            lines.append(
                "  columns: " + ", ".join(f"{name} ← {column}" for name, column in self.mapping.items())
            )
        lines.append(
            f"rows: {self.rows_read} read, {self.rows_accepted} accepted, {self.rows_refused} refused"
            + (f" ({len(self.duplicates)} duplicates)" if self.duplicates else "")
        )
        for refused in self.refused[:_ROWS_IN_TEXT]:
            lines.append(f"  row {refused.row}, {refused.field} “{refused.value}”: {refused.reason}")
        if len(self.refused) > _ROWS_IN_TEXT:
            more = Counter(row.code for row in self.refused[_ROWS_IN_TEXT:])
            lines.append(
                "  and more: " + ", ".join(f"{count} × {code}" for code, count in more.most_common())
            )
        for finding in self.findings:
            where = f" (rows {', '.join(map(str, finding.rows))})" if finding.rows else ""
            lines.append(f"{'stop' if finding.blocks else 'note'}: {finding.message}{where}")
        if self.coverage_counts:
            lines.append("coverage: " + ", ".join(f"{n} {kind}" for kind, n in self.coverage_counts.items()))
            lines += [f"  {_fault_text(fault)}" for fault in self.coverage[:_ROWS_IN_TEXT]]
        if self.tally:
            lines.append("register: " + ", ".join(f"{count} {what}" for what, count in self.tally.items()))
        lines.append(self._last_line())
        return "\n".join(lines)

    def _last_line(self) -> str:
        if self.committed:
            version = f" as net version {self.net_version}" if self.net_version else ""
            return (
                f"imported{version}"
                if _changed(self.tally)
                else "nothing changed: all of it was there already"
            )
        if self.may_commit:
            return "dry run, nothing was written; --commit imports it"
        return "nothing was written, and cannot be before this is settled: " + "; ".join(self.reasons_to_stop)


def _changed(tally: dict[str, int]) -> bool:
    return any(count for what, count in tally.items() if what != "unchanged")


def _fault_text(fault: CoverageFault) -> str:
    figures = [
        f"{fault.area_m2:.2f} m²" if fault.area_m2 is not None else "",
        f"{fault.length_m:.1f} m long" if fault.length_m is not None else "",
        f"{fault.width_m:.2f} m wide" if fault.width_m is not None else "",
    ]
    size = ", ".join(figure for figure in figures if figure)
    at = "" if fault.lon is None or fault.lat is None else f" at {fault.lon:.6f}, {fault.lat:.6f}"
    return f"{fault.kind} {'/'.join(fault.codes)}: {size}{at}"
