"""The difference between two nets as plain values, and the forms in which it is handed on."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import shapely
from openpyxl import Workbook
from shapely.geometry.base import BaseGeometry

from boundaries.land.plans.problems import Problem

_FIGURES = ("area_m2", "households", "buildings", "compactness", "parts")


@dataclass(frozen=True, kw_only=True)
class Diff:
    """What changes between two nets: those of a plan, or any two states, each of an instant or of a plan.

    plan, plan_before: codes of the plans that make the later and the earlier net, None for an instant or
    a plan's own base. base: number of the net version before, of a plan that of its base. kept: grids in
    the net that nothing changes (but perhaps a vertex on a border that stays). incidents: open ones on
    ground that changes hands. shapes: of grids before and after (lon/lat), for maps.
    """

    plan: str | None
    plan_before: str | None = None
    base: int | None
    kept: Sequence[str]
    grids: Sequence[Mapping[str, Any]]
    buildings: Sequence[Mapping[str, Any]]
    duties: Sequence[Mapping[str, Any]]
    incidents: Sequence[Mapping[str, Any]] = ()
    micros: Sequence[Mapping[str, Any]] = ()
    totals: Mapping[str, Any]
    problems: Sequence[Problem] = ()
    shapes: Mapping[str, tuple[BaseGeometry | None, BaseGeometry | None]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As JSON, without shapes."""
        told = {name: value for name, value in vars(self).items() if name != "shapes"}
        return {
            **told,
            "figures": list(self.figures()),
            "problems": [problem.told() for problem in self.problems],
        }

    def without_persons(self) -> "Diff":
        """For those who may not see persons: no posts, and 微网格 without who leads them."""
        return replace(self, duties=(), micros=[{**each, "party": None} for each in self.micros])

    def figures(self) -> Iterator[dict[str, Any]]:
        """One row for each grid that changes: its figures before and after."""
        for grid in self.grids:
            row = {"code": grid["code"], "name": grid["name"], "change": grid["change"]}
            for name in _FIGURES:
                for side in ("before", "after"):
                    value = (grid[side] or {}).get(name)
                    if value is not None or name in _FIGURES[:2]:
                        row[f"{name}_{side}"] = value
            yield row

    def to_csv(self) -> str:
        """One row for each grid before and after that share ground, then one for each building that moves."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["what", "code", "from", "to", "change", "area_m2", "area_share", "households"])
        for grid in self.grids:
            for parent in grid["parents"] or [{}]:
                writer.writerow(
                    [
                        "grid",
                        grid["code"],
                        cell(parent.get("code")),
                        "" if grid["change"] == "retired" else grid["code"],
                        grid["change"],
                        round(parent.get("area_m2", 0.0), 2),
                        round(parent.get("area_share", 0.0), 6),
                        parent.get("households", 0),
                    ]
                )
        for moved in self.buildings:
            writer.writerow(
                ["building", cell(moved["code"]), cell(moved["from"]), cell(moved["to"]), "moved", "", "",
                 moved["households"]]
            )  # fmt: skip
        for post in self.duties:
            change = "handed over" if post["to"] and post["from"] else "given" if post["to"] else "ended"
            writer.writerow(
                [post["role"], cell(post["party"]), cell(post["from"]), cell(post["to"]), change, "", "", ""]
            )
        for micro in self.micros:
            for side, change in (("joins", "joined"), ("leaves", "left")):
                for place in micro[side]:
                    writer.writerow(["micro", cell(place), "", cell(micro["micro"]), change, "", "", ""])
        for each in self.incidents:
            code = cell(each["ref"] or each["id"])
            writer.writerow(
                ["incident", code, cell(each["from"]), cell(each["to"]), each["policy"], "", "", ""]
            )
        return out.getvalue()

    def to_xlsx(self) -> bytes:
        """A workbook: totals, figures, lineage, buildings, people, incidents and problems, a sheet each."""
        book = Workbook(write_only=True)
        lineage = [
            {"parent": parent["code"], "child": grid["code"], **{k: parent[k] for k in parent if k != "code"}}
            for grid in self.grids
            for parent in grid["parents"]
        ]
        sheets: dict[str, Sequence[Mapping[str, Any]]] = {
            "合计 totals": [{"what": name, "number": value} for name, value in self.totals.items()],
            "网格 figures": list(self.figures()),
            "沿革 lineage": lineage,
            "建筑 buildings": self.buildings,
            "人员 duties": self.duties,
            "微网格 micro-grids": [
                {"micro": each["micro"], "grid": each["grid"], "party": each["party"], "place": place,
                 "change": change}
                for each in self.micros
                for side, change in (("joins", "joined"), ("leaves", "left"))
                for place in each[side]
            ],
            "事件 incidents": self.incidents,
            "问题 problems": [
                {"code": p.code, "severity": p.severity, "grid": p.grid, "size": p.size, "unit": p.unit,
                 "detail": p.detail} for p in self.problems
            ],
        }  # fmt: skip
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            columns = list(dict.fromkeys(name for row in rows for name in row))
            if columns:
                sheet.append(columns)
            for row in rows:
                sheet.append(
                    [cell(value) if isinstance(value, str) else value for value in map(row.get, columns)]
                )
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def to_geojson(self) -> dict[str, Any]:
        """A FeatureCollection in WGS 84: each grid that changes, as it is after; a retired one as it was."""
        features = []
        for grid in self.grids:
            before, after = self.shapes.get(grid["code"], (None, None))
            shape = after if after is not None else before
            features.append(
                {
                    "type": "Feature",
                    "id": grid["code"],
                    "geometry": None if shape is None else shapely.geometry.mapping(shape),
                    "properties": {
                        **{name: grid[name] for name in ("code", "change", "name", "kind", "community")},
                        "before": grid["before"],
                        "after": grid["after"],
                        "parents": [parent["code"] for parent in grid["parents"]],
                    },
                }
            )
        return {"type": "FeatureCollection", "features": features}


def cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def totals(
    grids: Sequence[Mapping[str, Any]],
    kept: Sequence[str],
    buildings: Sequence[Mapping[str, Any]],
    duties: Sequence[Mapping[str, Any]] = (),
    incidents: Sequence[Mapping[str, Any]] = (),
) -> dict[str, int]:
    """How much changes."""
    changes = [grid["change"] for grid in grids]
    return {
        **{change: changes.count(change) for change in ("changed", "new", "retired", "renamed")},
        "kept": len(kept),
        "buildings_moved": len(buildings),
        "households_moved": sum(each["households"] for each in buildings),
        "people_moved": len({post["party"] for post in duties}),
        "incidents_moved": sum(case["from"] != case["to"] for case in incidents),
    }
