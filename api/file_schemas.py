"""Reports on files: what an import found, and how a net would be mended."""

from typing import Any

from api.schemas import Bounds, Geometry, Out


class RefusedRowOut(Out):
    """A row that cannot be imported, as the user counts it, and why."""

    row: int
    field: str
    value: str
    code: str
    reason: str
    facts: dict[str, Any]
    lon: float | None
    lat: float | None


class FindingOut(Out):
    """Something about the file or many of its rows."""

    code: str
    message: str
    blocks: bool
    rows: list[int]
    facts: dict[str, Any]


class CoverageFaultOut(Out):
    """One place where the net of a file is torn."""

    kind: str
    codes: list[str]
    area_m2: float | None
    length_m: float | None
    width_m: float | None
    lon: float | None
    lat: float | None
    shape: Geometry | None


class ImportRowsOut(Out):
    """How many rows."""

    read: int
    accepted: int
    refused: int
    duplicate: int


class CoverageOut(Out):
    """Where the net of a file is torn."""

    counts: dict[str, int]
    faults: list[CoverageFaultOut]


class ImportReportOut(Out):
    """The report of a dry run, or of what was imported."""

    kind: str
    file: str
    sha256: str
    format: str
    layer: str | None
    encoding: str | None
    frame: str | None
    mapping: dict[str, str]
    rows: ImportRowsOut
    refused: list[RefusedRowOut]
    findings: list[FindingOut]
    coverage: CoverageOut
    tally: dict[str, int]
    net_version: int | None
    may_commit: bool
    reasons_to_stop: list[str]
    committed: bool


class RepairFaultOut(Out):
    """A fault of a net and what becomes of it. choice: it can be left; goes_to: who gets the ground."""

    number: int
    kind: str
    polygons: list[str]
    area_m2: float | None
    width_m: float | None
    choice: bool
    mended: bool
    goes_to: str | None
    bounds: Bounds | None
    geometry: Geometry | None


class RepairChangeOut(Out):
    """What mending does to one polygon."""

    polygon: str
    gained_m2: float
    lost_m2: float
    before: Geometry | None
    after: Geometry | None


class RepairOut(Out):
    """How a net would be mended."""

    polygons: int
    counts: dict[str, int]
    remaining: dict[str, int]
    is_sound: bool
    vanished: list[str]
    faults: list[RepairFaultOut]
    untold: int
    changes: list[RepairChangeOut]
