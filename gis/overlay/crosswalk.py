"""The crosswalk: which ground and how many households each old area has in each grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

Verdict = Literal["agree", "cut", "conflict", "uncovered"]
VERDICTS: tuple[Verdict, ...] = ("agree", "cut", "conflict", "uncovered")


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """Every piece of ground between the net (`base`) and each line, and what follows from them.

    pieces: GeoDataFrame (lon/lat), one row per line, grid and set of claiming areas, those that touch
    most households first, then buildings, then ground. Columns: line; areas (tuple of codes, several
    where the line claims the ground twice, none where it leaves it out); grids (tuple, alike); verdict;
    narrow (no circle of the snap tolerance fits in it); area_m2; width_m (only of thin pieces, else
    NaN); buildings; households; geometry.
    ground_m2: of the parent. outside_m2: of each net, what it claims outside the parent.
    """

    base: str
    lines: tuple[str, ...]
    pieces: gpd.GeoDataFrame
    ground_m2: float
    outside_m2: dict[str, float]

    @cached_property
    def shares(self) -> pd.DataFrame:
        """line, area, grid, area_m2, buildings, households, share_of_area, share_of_grid (of ground), and
        households_of_area, households_of_grid (shares 0..1, NaN where there are none). Ground claimed
        twice counts for each who claims it; outside the net counts for nobody.
        """
        rows = self.pieces.drop(columns="geometry").explode("areas").explode("grids")
        rows = rows[rows["areas"].notna() & rows["grids"].notna()]
        rows = rows.rename(columns={"areas": "area", "grids": "grid"})
        measures = ["area_m2", "buildings", "households"]
        found = rows.groupby(["line", "area", "grid"], as_index=False, sort=True)[measures].sum()
        for part, whole, measure in (
            ("share_of_area", ["line", "area"], "area_m2"),
            ("share_of_grid", ["grid"], "area_m2"),
            ("households_of_area", ["line", "area"], "households"),
            ("households_of_grid", ["grid"], "households"),
        ):
            total = self._totals(whole, measure)
            keys = list(zip(*(found[name] for name in whole), strict=True))
            of = np.array([total.get(key, 0.0) for key in keys], dtype=np.float64)
            found[part] = np.divide(
                found[measure].to_numpy(dtype=np.float64), of, out=np.full(len(of), np.nan), where=of > 0
            )
        return pd.DataFrame(found)

    def _totals(self, by: Sequence[str], measure: str) -> dict[tuple[str, ...], float]:
        rows = self.pieces.drop(columns="geometry")
        if "area" in by:
            rows = rows.explode("areas").rename(columns={"areas": "area"})
        else:  # every line tells the whole of each grid
            rows = rows[rows["line"] == self.lines[0]].explode("grids").rename(columns={"grids": "grid"})
        sums = rows.dropna(subset=[by[-1]]).groupby(list(by))[measure].sum()
        return {(key if isinstance(key, tuple) else (key,)): float(value) for key, value in sums.items()}

    def grids_of(self, line: str, area: str) -> pd.DataFrame:
        """The grids that an old area lies in, the largest share first."""
        rows = self.shares[(self.shares["line"] == line) & (self.shares["area"] == area)]
        return rows.sort_values(["share_of_area", "grid"], ascending=[False, True], ignore_index=True)

    def areas_of(self, line: str, grid: str) -> pd.DataFrame:
        """The old areas of a line that a grid lies in, the largest share first."""
        rows = self.shares[(self.shares["line"] == line) & (self.shares["grid"] == grid)]
        return rows.sort_values(["share_of_grid", "area"], ascending=[False, True], ignore_index=True)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Per line and verdict, narrow pieces apart: pieces, area_m2, buildings, households."""
        plain = pd.DataFrame(self.pieces.drop(columns="geometry"))
        grouped = plain.groupby(["line", "verdict", "narrow"], as_index=False)
        return grouped.agg(
            pieces=("area_m2", "size"),
            area_m2=("area_m2", "sum"),
            buildings=("buildings", "sum"),
            households=("households", "sum"),
        )

    @cached_property
    def proposal(self) -> pd.DataFrame:
        """One net: each grid whole in one area of each line; no such assignment moves fewer households.

        line, grid, area (None: nobody in this line claims any of it); because: `whole` (all of it was
        there), `snapped` (but for pieces under the tolerance), `households` or `ground` (the majority
        of it), `nobody`; moved_households, moved_buildings, moved_m2: what another area of the line
        had; gained_households: of those whom the line had left out. Ties go to more ground, then to the
        lowest code.
        """
        plain = self.pieces.drop(columns="geometry").explode("grids")
        plain = plain[plain["grids"].notna()]
        by_area = plain.explode("areas")
        chosen = by_area[by_area["areas"].notna()].rename(columns={"grids": "grid", "areas": "area"})
        # A strip says nothing of ground, but who lives in it counts.
        chosen = chosen.assign(wide_m2=np.where(chosen["narrow"], 0.0, chosen["area_m2"]))
        votes = chosen.groupby(["line", "grid", "area"], as_index=False)[
            ["households", "wide_m2", "area_m2"]
        ].sum()
        order = ["line", "grid", "households", "wide_m2", "area_m2", "area"]
        votes = votes.sort_values(order, ascending=[True, True, False, False, False, True])
        best = votes.groupby(["line", "grid"], as_index=False).first()[["line", "grid", "area"]]
        every = plain.rename(columns={"grids": "grid"}).merge(best, on=["line", "grid"], how="left")
        kept = np.array(
            [area in areas for area, areas in zip(every["area"], every["areas"], strict=True)], dtype=bool
        )
        claimed = every["areas"].map(len).to_numpy() > 0
        moved = ~kept & claimed
        every["moved_households"] = np.where(moved, every["households"], 0)
        every["moved_buildings"] = np.where(moved, every["buildings"], 0)
        every["moved_m2"] = np.where(moved, every["area_m2"], 0.0)
        every["gained_households"] = np.where(claimed | every["area"].isna(), 0, every["households"])
        every["wide"] = ~kept & ~every["narrow"]
        every["stray"] = ~kept
        found = every.groupby(["line", "grid"], as_index=False, sort=True).agg(
            area=("area", "first"),
            wide=("wide", "any"),
            stray=("stray", "any"),
            households=("households", "sum"),
            moved_households=("moved_households", "sum"),
            moved_buildings=("moved_buildings", "sum"),
            moved_m2=("moved_m2", "sum"),
            gained_households=("gained_households", "sum"),
        )
        found["because"] = np.select(
            [found["area"].isna(), ~found["stray"], ~found["wide"], found["households"] > 0],
            ["nobody", "whole", "snapped", "households"],
            "ground",
        )
        found["area"] = found["area"].astype(object).where(found["area"].notna(), None)
        columns = [
            "line",
            "grid",
            "area",
            "because",
            "households",
            "moved_households",
            "moved_buildings",
            "moved_m2",
            "gained_households",
        ]
        return pd.DataFrame(found[columns])
