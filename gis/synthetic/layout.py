"""Where the parts of an invented district lie: a hand-drawn sketch that the seed fills in.

All lengths are metres on the plan: x to the east, y to the north, the old town at the origin. The plan is
drawn on straight paper and bent later (`bend.py`), so that the sketch stays readable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class TownSketch:
    """A built-up part: superblocks between arterial roads.

    rows: one letter a superblock, the northern row first; the letter names the street (街道).
    river_line, rail_line: which north-south line (0 = the western edge) is the river or the railway.
    """

    rows: tuple[str, ...]
    size_m: tuple[float, float]
    centre_m: tuple[float, float] = (0.0, 0.0)
    corner_m: float = 700.0
    river_line: int | None = None
    rail_line: int | None = None
    old_town_m: float = 0.0  # radius of the courtyard quarter around the centre


@dataclass(frozen=True)
class Layout:
    """A district: its built-up parts, its outline and the streets that hold its countryside.

    streets: letter → street code. country: (letter, …) in the order in which one meets their villages
    going clockwise round the origin from `country_from_deg` (0 = east, counter-clockwise positive).
    outline_radii_m: radius of the outline at equal angles from east, counter-clockwise; scaled until the
    district has area_km2 in the metric CRS.
    """

    towns: tuple[TownSketch, ...]
    streets: Mapping[str, str]
    outline_centre_m: tuple[float, float]
    outline_radii_m: tuple[float, ...]
    area_km2: float
    country: tuple[str, ...] = ()
    country_from_deg: float = 0.0
    grids_a_village: tuple[int, ...] = (2, 4, 4, 5, 5, 6, 6, 7)
    turn_deg: float = 5.0

    def enlarged(self, factor: float) -> "Layout":
        """The same sketch on more ground, every length `factor` times: room for more grids and houses."""
        east, north = self.outline_centre_m
        towns = tuple(
            replace(
                town,
                size_m=(town.size_m[0] * factor, town.size_m[1] * factor),
                centre_m=(town.centre_m[0] * factor, town.centre_m[1] * factor),
                corner_m=town.corner_m * factor,
                old_town_m=town.old_town_m * factor,
            )
            for town in self.towns
        )
        return replace(
            self,
            towns=towns,
            outline_centre_m=(east * factor, north * factor),
            outline_radii_m=tuple(radius * factor for radius in self.outline_radii_m),
            area_km2=self.area_km2 * factor**2,
        )


JINCHENG = Layout(
    towns=(
        TownSketch(
            rows=(
                "GXXNNNNEE",
                "GXXNNNEEE",
                "GXXNNNEEE",
                "GXXXNEEEK",
                "GXXXNEEKK",
                "GXXSSEEKK",
                "ZSSSSEKKK",
                "ZZSSSZZKK",
                "ZZZZZZZZK",
                "ZZZZZZZZZ",
            ),
            size_m=(5700.0, 6100.0),
            corner_m=1100.0,
            river_line=3,
            rail_line=7,
            old_town_m=620.0,
        ),
        TownSketch(
            rows=("BBB", "BBB", "BBB", "BBB"),
            size_m=(1750.0, 2250.0),
            centre_m=(350.0, 5500.0),
            corner_m=380.0,
        ),
    ),
    streets={
        "E": "140502001",
        "X": "140502002",
        "S": "140502003",
        "N": "140502004",
        "Z": "140502006",
        "G": "140502007",
        "K": "140502009",
        "B": "140502100",
    },
    outline_centre_m=(-1500.0, 1700.0),
    outline_radii_m=(
        6100,
        6500,
        6900,
        7000,
        6900,
        6700,
        6300,
        6000,
        6200,
        6700,
        6900,
        6900,
        6600,
        6900,
        7200,
        6700,
    ),
    area_km2=142.6,
    country=("G", "B", "Z"),
    country_from_deg=-128.0,
)

SMALL = Layout(
    towns=(
        TownSketch(
            rows=("AA", "AA"), size_m=(1150.0, 1100.0), corner_m=200.0, river_line=1, old_town_m=220.0
        ),
    ),
    streets={"A": "149901001"},
    outline_centre_m=(-300.0, 0.0),
    outline_radii_m=(1150, 1150, 1200, 1250, 1500, 1250, 1200, 1150),
    area_km2=4.6,
    country=("A",),
    country_from_deg=-90.0,
    grids_a_village=(4,),
)
