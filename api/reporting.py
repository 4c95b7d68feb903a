"""Fills a report from the snapshot and the incidents, with the same figures as `/v1/density` gives."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import numpy as np
import shapely

from api.incidents_held import Happened
from boundaries.affairs import gathering, series, surfaces
from boundaries.affairs.question import Question, choose
from boundaries.affairs.series import Frames
from boundaries.duty.snapshot import Snapshot
from gis.density import class_breaks
from gis.hotspots import Neighbours
from web_map.report import Cell, ReportData, Row, read_assets, render, render_pdf, render_png
from web_map.report.data import Lang

_UNITS = {
    "count": ("件", "incidents"),
    "km2": ("件/km²", "incidents per km²"),
    "households": ("件/千户", "incidents per 1,000 households"),
    "smoothed": ("件/千户（平滑）", "incidents per 1,000 households, smoothed"),
}
_KINDS = {"hot": ("热", "hot"), "cold": ("冷", "cold")}
_HOT_ZH = "{name}（{kind}）：实际 {count}，预期 {expected}"
_TOP = 12


def report_of(
    snapshot: Snapshot,
    happened: Happened,
    question: Question,
    beside: Neighbours,
    *,
    made_on: date,
    veiled: bool = False,
    points: bool = False,
    lang: Lang = "zh",
) -> ReportData:
    """veiled: counts of one and two are not told. points: the heat may be as fine as the points are."""
    in_english = lang == "en"
    whole = series.frames(snapshot, happened.columns, replace(question, bucket="none"), happened.places)
    months = series.frames(snapshot, happened.columns, replace(question, bucket="month"), happened.places)
    hexagons = series.frames(
        snapshot, happened.columns, replace(question, unit="h3", size=9, rate="count"), happened.places
    )
    if veiled:
        whole, months, hexagons = map(series.masked, (whole, months, hexagons))
    chosen = choose(snapshot, happened.columns, question, happened.places)
    heat = surfaces.surface_frames(
        snapshot, happened.columns, replace(question, bucket="none"), happened.places, coarse=not points
    )
    unit = _UNITS[question.rate][in_english]
    area = snapshot.areas.get(question.area or snapshot.district.code)
    matter = snapshot.matters.get(question.matter or "*")
    return ReportData(
        title=("Incident density: " if in_english else "事件密度报告：")
        + (area.name if area else snapshot.district.name),
        area=area.name if area else snapshot.district.name,
        period=f"{question.first.isoformat()} – {question.last.isoformat()}",
        matter=matter.name if matter else "*",
        total=0 if veiled and len(chosen) < series.MASK_BELOW else len(chosen),
        grids=_grids(snapshot, whole, unit),
        breaks=whole.breaks.tolist(),
        unit=unit,
        hexagons=_cells(hexagons),
        hexagon_breaks=class_breaks(hexagons.values).tolist(),
        heat=_heat(heat),
        heat_breaks=heat.breaks.tolist(),
        heat_above=heat.above,
        series=[
            (start.strftime("%Y-%m"), float(np.nansum(counts)))
            for start, counts in zip(months.buckets, months.counts, strict=True)
        ],
        top=_top(whole),
        matters=[] if veiled else _matters(snapshot, happened, chosen),
        hotspots=[] if veiled else _hot(snapshot, happened, question, beside, in_english),
        notes=_notes(snapshot, whole, made_on, veiled, heat.coarse, in_english),
        lang=lang,
    )


def write_report(data: ReportData, form: Literal["html", "pdf", "png"]) -> bytes:
    """The report as a file. Raises AssetsMissing for HTML."""
    if form == "pdf":
        return render_pdf(data)
    return render_png(data) if form == "png" else render(data, read_assets()).encode()


def _grids(snapshot: Snapshot, found: Frames, unit: str) -> list[Cell]:
    cells = []
    for code, name, value, count in zip(
        found.codes, found.names, found.values[0].tolist(), found.counts[0].tolist(), strict=True
    ):
        shape = snapshot.shapes[snapshot.position[code]]
        # half a metre is less than the width of a line on any screen
        drawn = shapely.simplify(shape, 5e-6)
        label = (
            "…"
            if count != count
            else f"{count:g}" + (f" · {_figure(value)} {unit}" if value == value else "")
        )
        geometry: dict[str, Any] = shapely.geometry.mapping(shapely.set_precision(drawn, 1e-6))
        cells.append(Cell(code, name, geometry, None if value != value else value, label))
    return cells


def _figure(value: float) -> str:
    """Three figures that matter, never as a power of ten."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _cells(found: Frames) -> list[Cell]:
    shapes = [] if found.shapes is None else found.shapes.tolist()
    return [
        Cell(code, "", shapely.geometry.mapping(shape), None if value != value else value, f"{value:g}")
        for code, shape, value in zip(found.codes, shapes, found.values[0].tolist(), strict=True)
    ]


def _heat(found: surfaces.SurfaceFrames) -> list[Cell]:
    return [
        Cell(
            f"{facts['class']}",
            "",
            each["geometry"],
            facts["to"],
            f"{_figure(facts['from'])} – {_figure(facts['to'])}",
        )
        for each in surfaces.features(found)
        for facts in (each["properties"],)
    ]


def _top(found: Frames) -> list[Row]:
    values = np.where(np.isnan(found.values[0]), -1, found.values[0])
    order = np.argsort(-values, kind="stable")[:_TOP]
    return [
        Row(
            found.codes[at],
            found.names[at],
            "…" if np.isnan(found.counts[0, at]) else f"{found.counts[0, at]:,.0f}",
            _figure(values[at]),
        )
        for at in order.tolist()
        if values[at] > 0
    ]


def _matters(snapshot: Snapshot, happened: Happened, chosen: Any) -> list[tuple[str, float]]:
    counted = Counter(happened.columns.matter[chosen].tolist())
    return [
        (snapshot.matters[code].name if code in snapshot.matters else code, float(count))
        for code, count in ((happened.columns.matters[at], n) for at, n in counted.most_common(10))
    ]


def _hot(
    snapshot: Snapshot, happened: Happened, question: Question, beside: Neighbours, in_english: bool
) -> list[str]:
    rows = gathering.gathered(snapshot, happened.columns, question, happened.places, beside)[:10]
    template = "{name} ({kind}): {count}, expected {expected}" if in_english else _HOT_ZH
    return [
        template.format(
            **{**row, "kind": _KINDS[row["kind"]][in_english], "name": row["name"] or row["grid"]}
        )
        for row in rows
    ]


def _notes(
    snapshot: Snapshot, found: Frames, made_on: date, veiled: bool, coarse: bool, in_english: bool
) -> list[str]:
    told = (
        (True, "网格图版本 {version}，制作日期 {day}。", "Net version {version}, made on {day}."),
        (found.uncounted > 0, "{strays:,} 件不在任何网格内。", "{strays:,} incidents lie in no grid."),
        (snapshot.district.ground == "invented", "地面为虚构，仅供演示。", "The ground is invented."),
        (
            coarse,
            "热力由 250 米方格的件数计算，少于 3 件的方格不计。",
            "The heat is made of squares of 250 m; those with fewer than three are left out.",
        ),
        (veiled, "少于 3 件的数字不予显示。", "Counts of one and two are not told."),
    )
    facts = {"version": snapshot.net_version, "day": made_on, "strays": found.uncounted}
    return [(english if in_english else chinese).format(**facts) for holds, chinese, english in told if holds]
