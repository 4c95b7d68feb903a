"""Incidents as a table of any length, and figures of them as one; what everybody may have is less."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from boundaries.affairs import asking
from boundaries.affairs.asking import IncidentRecord
from boundaries.affairs.question import Unit
from boundaries.affairs.series import Frames
from boundaries.duty.places import areas_above
from boundaries.export import add_layer, write_table
from boundaries.store.tables import District

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

_TEXT, _WHEN = pa.string(), pa.timestamp("s", tz="UTC")
_FOR_ALL: tuple[tuple[str, pa.DataType], ...] = (
    *(("number", _TEXT), ("source", _TEXT), ("matter", _TEXT), ("matter_name", _TEXT)),
    *(("happened_at", _WHEN), ("resolved_at", _WHEN), ("due_at", _WHEN)),
    *(("state", _TEXT), ("level", _TEXT), ("department", _TEXT)),
    *(("grid", _TEXT), ("net_version", pa.int64()), ("grid_now", _TEXT)),
    *(("community", _TEXT), ("street", _TEXT)),
)
_FOR_THE_AREA: tuple[tuple[str, pa.DataType], ...] = (
    *(("external_ref", _TEXT), ("party", _TEXT), ("leader", _TEXT), ("step_due_at", _WHEN)),
    *(("building", _TEXT), ("address", _TEXT), ("description", _TEXT)),
    *(("recorded_at", _WHEN), ("recorded_by", _TEXT)),
    *(("lon", pa.float64()), ("lat", pa.float64()), ("accuracy_m", pa.float64())),
    ("geometry", pa.binary()),
)
_INSTANTS = ("happened_at", "resolved_at", "due_at", "step_due_at", "recorded_at")


def incident_rows(
    session: Session, district: District, snapshot: "Snapshot", wanted: asking.Wanted, *, whole: bool
) -> pa.RecordBatchReader:
    """The incidents that are wanted, void and merged ones too, the first written first.

    whole: with place (lon, lat and geometry, WGS 84), words, building and persons: for roles of the area.
    Without it they are missing, and so is every incident of a sensitive matter. Instants are in the
    district's time zone. Read batch by batch while the session's transaction lasts.
    """
    if not whole:
        hidden = [code for code, matter in snapshot.matters.items() if matter.sensitive]
        wanted = replace(wanted, not_matters=sorted({*wanted.not_matters, *hidden}))
    zone = pa.timestamp("s", tz=str(snapshot.zone))
    columns = (*_FOR_ALL, *_FOR_THE_AREA) if whole else _FOR_ALL
    schema = pa.schema([(name, zone if kind == _WHEN else kind) for name, kind in columns])
    shown = _Shown(snapshot, whole)

    def batches() -> Iterator[pa.RecordBatch]:
        for part in asking.stream(session, district, wanted):
            yield shown.batch(part, schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


class _Shown:
    """Records as columns, with the names and areas of the snapshot."""

    def __init__(self, snapshot: "Snapshot", whole: bool) -> None:
        self._snapshot = snapshot
        self._whole = whole
        self._areas: dict[str | None, tuple[str | None, str | None]] = {None: (None, None)}

    def batch(self, part: Sequence[IncidentRecord], schema: pa.Schema) -> pa.RecordBatch:
        known: dict[str, Any] = dict(zip(IncidentRecord._fields, zip(*part, strict=True), strict=True))
        places = [self._area(code) for code in known["grid_now"]]
        matters = self._snapshot.matters
        known |= {
            "matter_name": [matters[code].name if code in matters else None for code in known["matter"]],
            "department": [self._told(code) for code in known["lead"]],
            "community": [place[0] for place in places],
            "street": [place[1] for place in places],
        }
        if self._whole:
            known["geometry"] = shapely.to_wkb(shapely.points(known["lon"], known["lat"])).tolist()
        for name in _INSTANTS:
            known[name] = [None if instant is None else _second(instant) for instant in known[name]]
        return pa.RecordBatch.from_arrays(
            [pa.array(list(known[field.name]), field.type) for field in schema], schema=schema
        )

    def _told(self, code: str | None) -> str | None:
        """A lead party; of a person only roles of the area hear."""
        party = self._snapshot.parties.get(code or "")
        return code if self._whole or (party is not None and party.kind != "person") else None

    def _area(self, grid: str | None) -> tuple[str | None, str | None]:
        """Community and street of a grid, of a retired one too."""
        if grid not in self._areas:
            assert grid is not None
            areas = self._snapshot.areas
            above = areas_above(self._snapshot, ("grid", grid))
            found = [
                next((code for code in above if code in areas and areas[code].level == level), None)
                for level in ("community", "street")
            ]
            self._areas[grid] = (found[0], found[1])
        return self._areas[grid]


def _second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def write_figures(snapshot: "Snapshot", found: Frames, unit: Unit, target: Path, form: str) -> int:
    """Counts and rates as a table, one row a cell and bucket; the number of rows.

    A GeoPackage has the shapes too: in the same layer (`density`) where there is one bucket, else the cells
    in one layer and their values in another. Raises UnknownExport, TooManyForSheet.
    """
    rows = figure_rows(found)
    if form != "gpkg":
        return write_table(
            pa.Table.from_pandas(rows, preserve_index=False).to_reader(), target, form, layer="density"
        )
    shapes = shapes_of(snapshot, found, unit)
    if len(found.buckets) == 1:
        _write_shapes(rows, shapes, target, "density")
    else:
        _write_shapes(rows[["code", "name"]].iloc[: len(found.codes)], shapes, target, "cells")
        add_layer(rows.drop(columns="name"), target, "values")
    return len(rows)


def figure_rows(found: Frames) -> pd.DataFrame:
    """code, name, bucket (its first day), count, value, masked: then count and value are missing."""
    buckets, cells = found.counts.shape
    return pd.DataFrame(
        {
            "code": np.tile(np.array(found.codes, dtype=object), buckets),
            "name": np.tile(np.array(found.names, dtype=object), buckets),
            "bucket": np.repeat([bucket.isoformat() for bucket in found.buckets], cells),
            "count": pd.array(found.counts.ravel(), dtype="Float64").astype("Int64"),
            "value": np.round(found.values.ravel(), 6),
            "masked": np.isnan(found.counts).ravel(),
        }
    ).astype({"code": "string", "name": "string", "bucket": "string"})  # also where there is no row


def shapes_of(snapshot: "Snapshot", found: Frames, unit: Unit) -> NDArray[np.object_]:
    """The shape of each cell, lon/lat; None of a grid that is gone and of an area without ground."""
    if found.shapes is not None:
        return found.shapes
    shapes = np.full(len(found.codes), None, dtype=object)
    if unit == "grid":
        for row, code in enumerate(found.codes):
            at = snapshot.position.get(code)
            shapes[row] = None if at is None else snapshot.shapes[at]
    else:
        inside: dict[str, list[int]] = {}
        for at, grid in enumerate(snapshot.ground):
            for code in snapshot.area_codes(grid.community):
                inside.setdefault(code, []).append(at)
        for row, code in enumerate(found.codes):
            if code in inside:
                shapes[row] = shapely.union_all(snapshot.shapes[inside[code]])
    return shapes


def _write_shapes(rows: pd.DataFrame, shapes: NDArray[np.object_], target: Path, layer: str) -> None:
    drawn = np.array(
        [
            None
            if shape is None
            else shapely.multipolygons([shape])
            if shape.geom_type == "Polygon"
            else shape
            for shape in shapes
        ],
        dtype=object,
    )
    table = pa.Table.from_pandas(rows, preserve_index=False)
    write_table(
        table.append_column("geometry", pa.array(shapely.to_wkb(drawn).tolist(), pa.binary())).to_reader(),
        target,
        "gpkg",
        layer=layer,
        kind="MultiPolygon",
    )
