"""From a file to rows that may be written, and a report about all the others."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from boundaries.affairs import element_rows
from boundaries.land.importing import cover, mapping, parents, shapes
from boundaries.land.importing.cells import fields_of
from boundaries.land.importing.errors import FileTooLarge, UnknownField, UnreadableFile
from boundaries.land.importing.frame import to_lonlat
from boundaries.land.importing.kinds import Kind, kind_named
from boundaries.land.importing.known import Known
from boundaries.land.importing.reading import Limits, Table, read, read_apart
from boundaries.land.importing.report import ImportReport
from boundaries.land.importing.request import Request
from boundaries.land.importing.sieve import Sieve
from boundaries.store.tables import District
from gis.coverage import CoverageReport

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps of it are done, and how many there are."""

_CHUNK = 1 << 20
_STEPS = 5


@dataclass
class Examined:
    """A file that was read and checked. frame: the sound rows, in the columns of the kind's `put`."""

    kind: Kind
    columns: tuple[str, ...]
    frame: pd.DataFrame
    report: ImportReport
    coverage: CoverageReport | None = None


def examine(
    session: Session, district: District, path: Path, request: Request, on_progress: Progress | None = None
) -> Examined:
    """Read a file and check every row against the register; nothing is written.

    Raises UnreadableFile and its kinds, FrameNotStated, UnknownFrame, MappingIncomplete, UnknownField,
    UnknownKind: a file about which nothing can be said row by row.
    """
    say = on_progress or _silent
    kind = kind_named(request.kind)
    say("reading", 0, _STEPS)
    table = _read(path, request)
    report = _begun(kind, path, table, request)
    known = Known.of(session, district)
    sieve = Sieve(table.rows, report)
    for position, (value, reason) in table.broken.items():
        sieve.refuse(position, "row", value, "unreadable-row", reason)
    used = _mapping(session, district, kind, table, request)
    report.mapping = used

    say(f"checking the values of {len(table):,} rows", 1, _STEPS)
    frame = fields_of(
        kind, table, used, request.constants, district=district, known=known, sieve=sieve, derivable=()
    )
    if kind.shape != "none":
        say(f"checking the shapes of {len(table):,} rows", 2, _STEPS)
        _add_shapes(frame, kind, table, used, district, request, report, sieve)
    if kind.name == "elements":
        element_rows.complete(session, district, frame, table, used, known, sieve)
    _check_references(frame, kind, district, known, sieve)
    sieve.refuse_duplicates(frame, kind.unique, used)
    say("checking the net", 3, _STEPS)
    _place(frame, sieve)
    sieve.finish()
    sound = frame[~sieve.bad].reset_index(drop=True)
    coverage = _check_coverage(session, district, kind, sound, report, request)
    say("checked", 4, _STEPS)
    return Examined(kind, table.columns, sound, report, coverage)


def _read(path: Path, request: Request) -> Table:
    reading = read_apart if request.apart else read
    table = reading(path, layer=request.layer, encoding=request.encoding, limits=request.limits)
    if not len(table):
        raise UnreadableFile(path.name, "there are no rows in it")
    return table


def _begun(kind: Kind, path: Path, table: Table, request: Request) -> ImportReport:
    return ImportReport(
        kind.name,
        path.name,
        sha256_of(path),
        table.format,
        table.layer,
        table.encoding,
        findings=list(table.findings),
        skip_refused=request.skip_refused,
    )


def _place(frame: pd.DataFrame, sieve: Sieve) -> None:
    """Say where the refused rows are that have a shape."""
    if "geometry" in frame:
        bad = np.flatnonzero(sieve.bad)
        placed = {int(position): shapes.place_of(frame["geometry"][position]) for position in bad}
        sieve.place({position: at for position, at in placed.items() if at is not None})


def sha256_of(path: Path) -> str:
    """The digest of a file, or of all files of a folder in the order of their names."""
    digest = hashlib.sha256()
    for member in sorted(path.iterdir()) if path.is_dir() else [path]:
        if member.is_file():
            with member.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
    return digest.hexdigest()


def _mapping(
    session: Session, district: District, kind: Kind, table: Table, request: Request
) -> dict[str, str]:
    for name, value in request.constants.items():
        if kind.field(name) is None:
            fields = ", ".join(field.name for field in kind.fields)
            raise UnknownField(name, value, f"{kind.name} have the fields {fields}")
    return mapping.choose(
        kind,
        table.columns,
        stated=request.mapping,
        kept=mapping.kept(session, district, kind, table.columns),
        derivable=tuple(request.constants),
    )


def _add_shapes(
    frame: pd.DataFrame,
    kind: Kind,
    table: Table,
    used: dict[str, str],
    district: District,
    request: Request,
    report: ImportReport,
    sieve: Sieve,
) -> None:
    """Put lon/lat shapes into the frame's column `geometry`, and refuse rows whose shape will not do."""
    frame["geometry"] = pd.Series([None] * len(frame), dtype=object)
    given = shapes.of_table(table, used, sieve.refuse)
    wanted = pd.Series(kind.shape_needed, index=frame.index)
    if kind.name == "grids":
        wanted = frame["kind"] != "立体" if "kind" in frame else ~wanted
    missing = np.ones(len(frame), dtype=bool) if given is None else shapely.is_missing(given)
    for position in np.flatnonzero(missing & wanted.to_numpy(dtype=bool) & ~sieve.bad):
        sieve.refuse(int(position), "geometry", None, "missing-shape", "the row has no shape")
    if given is None or missing.all():
        return
    _refuse_endless(report.file, given, request.limits)
    given = shapes.refuse_before_framing(given, kind.shape, request.limits, sieve.refuse)
    framed = to_lonlat(
        given, table.crs, request.frame, metric_crs=district.metric_crs, by_definition=table.by_definition
    )
    report.frame = framed.text
    report.findings += framed.findings
    if not framed.usable:
        return
    for position in np.flatnonzero(framed.outside):
        at = "{:.4f}, {:.4f}".format(*shapely.get_coordinates(framed.shapes[position])[0])
        sieve.refuse(
            int(position), "geometry", at, "outside-region", "it lies far outside the district's region"
        )
    shapes.refuse_invalid(framed.shapes, sieve.refuse)
    frame["geometry"] = pd.Series(list(framed.shapes), dtype=object)
    if "entrance_lon" in frame and "entrance_lat" in frame:
        entrances = shapes.points(frame, "entrance_lon", "entrance_lat", sieve.refuse)
        turned = to_lonlat(entrances, table.crs, request.frame, metric_crs=district.metric_crs)
        frame["entrance"] = pd.Series(list(turned.shapes), dtype=object)


def _refuse_endless(file: str, given: shapes.Shapes, limits: Limits) -> None:
    vertices = int(shapely.get_num_coordinates(given).sum())
    if vertices > limits.vertices:
        raise FileTooLarge(
            file, f"{vertices:,} vertices in all; at most {limits.vertices:,}", hint="import it in parts"
        )


def _check_references(
    frame: pd.DataFrame, kind: Kind, district: District, known: Known, sieve: Sieve
) -> None:
    if kind.name == "areas":
        parents.areas(frame, district.code_scheme, known, sieve)
    elif kind.name == "grids":
        parents.grids(frame, district.code_scheme, known, sieve)
        if "host_code" in frame:
            parents.reference(frame, "host_code", "grid", {*known.grids, *frame["code"]}, sieve)
    elif kind.name == "addresses":
        parents.reference(frame, "building_code", "building", known.buildings, sieve)
    elif kind.name == "leaders":
        parents.reference(frame, "grid_code", "grid", known.grids, sieve)
        parents.one_leader(frame, sieve)
    elif kind.name == "incidents" and "matter_code" in frame:
        parents.reference(frame, "matter_code", "matter", known.matters, sieve)
    elif kind.name == "buildings" and "compound_code" in frame:
        strange = frame["compound_code"].notna() & ~frame["compound_code"].isin(list(known.compounds))
        for position in np.flatnonzero(strange):
            sieve.note(int(position), "unknown-compound", "the compound is not in the register (yet)")


def _check_coverage(
    session: Session,
    district: District,
    kind: Kind,
    frame: pd.DataFrame,
    report: ImportReport,
    request: Request,
) -> CoverageReport | None:
    settled = not any(finding.blocks for finding in report.findings)
    if "geometry" not in frame or frame.empty or not settled:
        return None
    if kind.name == "grids":
        return cover.check_grids(session, district, frame, report, accept=request.accept_faults)
    if kind.name == "areas":
        return _by_level(district, frame, report)
    return cover.check_alone(district, frame, report) if kind.name == "lines" else None


def _by_level(district: District, frame: pd.DataFrame, report: ImportReport) -> CoverageReport | None:
    """Streets lie over communities by nature: only areas of one level, the lowest, are a net."""
    for level in ("community", "street", "district", "city"):
        same = frame[frame["level"] == level]
        if len(same):
            return cover.check_alone(district, same, report)
    return None


def _silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""
