"""Mending a file's net: a preview of every fault with what a repair would do, and the mended file."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import geopandas as gpd
import msgspec
import numpy as np
import shapely
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.access import Planner
from api.context import Context_
from api.files import MEDIA, attachment
from api.net_files import read_net, write_net
from api.routes.answers import as_json, refusals
from api.uploads import LayerForm, Upload, received, request_body
from boundaries.land.importing import FileTooLarge
from boundaries.land.importing.kinds import GRIDS
from boundaries.land.importing.reading import Limits
from gis.coverage import RepairReport, proposals, repair_coverage
from gis.coverage.proposing import Proposal, ground_of
from gis.coverage.report import KINDS

router = APIRouter(prefix="/v1/net", tags=["checking"])
# A preview answers while somebody waits; larger nets go through `yiwang net repair`.
LIMITS = Limits(
    file_bytes=64 << 20,
    unpacked_bytes=512 << 20,
    json_bytes=64 << 20,
    rows=20_000,
    vertices=2_000_000,
    memory_bytes=2 << 30,
    seconds=60,
)
MOST_TOLD = 2000
_MEDIA = {"geojson": "application/geo+json", "gpkg": MEDIA["gpkg"]}


class RepairForm(LayerForm):
    """The parts of the form beside `file`."""

    code: str | None = Field(
        None, description="the column that names the polygons; else a usual one, or the row"
    )
    max_gap_width: float = Field(
        1.0, ge=0, le=100, description="metres: enclosed gaps and rims narrower than this are filled"
    )
    leave: list[int] = Field(
        [],
        max_length=20_000,
        description="numbers of faults that stay as they are, as JSON",
        examples=[[0, 3]],
    )
    save: Literal["geojson", "gpkg"] | None = Field(
        None, description="answer with the mended file, all its columns, in WGS 84, instead of the preview"
    )


async def _received(request: Request, user: Planner) -> AsyncIterator[Upload[RepairForm]]:
    """Only after the sign-in is the body read. Raises UnreadableBody."""
    async with received(request, RepairForm, ("leave",), "leave is a JSON list of numbers") as net:
        yield net


@router.post(
    "/repair",
    response_class=Response,
    responses={
        200: {"description": "the faults with what becomes of them; with `save`, the mended file"},
        **refusals(400, 401, 403, 404, 413, 415, 422),
    },
    openapi_extra=request_body(RepairForm),
)
def repair_net(
    context: Context_, user: Planner, net: Annotated[Upload[RepairForm], Depends(_received)]
) -> Response:
    """Show how a net would be mended: overlaps given to one, thin gaps filled, borders made to match.

    Nothing in the register is read or changed. Faults are numbered; those in `leave` stay as they are.
    """
    held = context.held.published
    polygons, metric = read_net(
        net.path,
        code=net.form.code,
        stated=net.form.stated,
        metric_crs=None if held is None else held.snapshot.district.metric_crs,
        layer=net.form.layer,
        encoding=net.form.encoding,
        limits=LIMITS,
    )
    if int(shapely.get_num_coordinates(polygons.geometry.to_numpy()).sum()) > LIMITS.vertices:
        raise FileTooLarge(
            net.path.name, f"more than {LIMITS.vertices:,} vertices", hint="use yiwang net repair"
        )
    polygons = _by_code(polygons, net.form.code)
    mended, report, faults = _mended(polygons, metric, net.form)
    if net.form.save is not None:
        return _file(mended, net.path, net.form.save)
    return as_json(_told(polygons, mended, report, faults))


def _by_code(polygons: gpd.GeoDataFrame, asked: str | None) -> gpd.GeoDataFrame:
    """Indexed by a usual column of codes, where it names every row."""
    field = GRIDS.field("code")
    assert field is not None
    column = next((name for name in field.names if name in polygons), None)
    if asked is None and column is not None and polygons[column].notna().all():
        polygons.index = polygons[column].astype(str).tolist()
    return polygons


def _mended(
    polygons: gpd.GeoDataFrame, metric: int, form: RepairForm
) -> tuple[gpd.GeoDataFrame, RepairReport, list[Proposal]]:
    repaired = partial(repair_coverage, polygons, metric_crs=metric, max_gap_width=form.max_gap_width)
    mended, report = repaired()
    faults = proposals(report.before, mended)
    left = ground_of(faults, set(form.leave))
    if left:
        mended, report = repaired(leave=left)
        faults = proposals(report.before, mended)
    return mended, report, faults


def _told(
    polygons: gpd.GeoDataFrame, mended: gpd.GeoDataFrame, report: RepairReport, faults: list[Proposal]
) -> dict[str, Any]:
    old, new = polygons.geometry.to_numpy(), mended.geometry.to_numpy()
    return {
        "polygons": report.before.count,
        "counts": {kind: len(getattr(report.before, kind)) for kind in KINDS},
        "remaining": {kind: len(getattr(report.remaining, kind)) for kind in KINDS},
        "is_sound": report.is_sound,
        "vanished": [str(label) for label in report.vanished],
        "faults": [
            {
                "number": number,
                "kind": fault.kind,
                "polygons": [str(label) for label in fault.polygons],
                "area_m2": fault.area_m2,
                "width_m": fault.width_m,
                "choice": fault.has_ground,
                "mended": fault.mended,
                "goes_to": None if fault.goes_to is None else str(fault.goes_to),
                "bounds": None if fault.shape is None else list(fault.shape.bounds),
                "geometry": _geometry(fault.shape),
            }
            for number, fault in enumerate(faults[:MOST_TOLD])
        ],
        "untold": max(0, len(faults) - MOST_TOLD),
        "changes": [
            {
                "polygon": str(change["polygon"]),
                "gained_m2": change["gained_m2"],
                "lost_m2": change["lost_m2"],
                "before": _geometry(old[change["row"]]),
                "after": _geometry(new[change["row"]]),
            }
            for change in report.changes.head(MOST_TOLD).to_dict("records")
        ],
    }


def _geometry(shape: Any) -> msgspec.Raw | None:
    if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    return msgspec.Raw(shapely.to_geojson(shape).encode())


def _file(mended: gpd.GeoDataFrame, source: Path, format: str) -> Response:
    out = source.with_name(f"mended.{format}")
    write_net(mended, out)
    headers = {**attachment(out.name), "Cache-Control": "no-store"}
    return Response(out.read_bytes(), media_type=_MEDIA[format], headers=headers)
