"""The towns that `benchmarks/partition` divides: invented, real, demo, tiled, and a string of houses."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import demo
from gis.frames import MetricFrame
from gis.synthetic import Town, make_town

SHARED = Path(os.environ.get("YIWANG_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """A community with all that `partition` asks for; shapes in lon/lat."""

    community: shapely.Polygon
    buildings: NDArray[np.object_]
    households: Numbers
    barriers: gpd.GeoDataFrame
    frame: MetricFrame


def invented(name: str, times: int = 1) -> Ground:
    """A town of shared/data/partition, `times` × `times` copies of it side by side."""
    file, frame = SHARED / "partition" / f"{name}.gpkg", MetricFrame(4547)
    community, buildings, barriers = (
        gpd.read_file(file, layer=layer) for layer in ("community", "buildings", "barriers")
    )
    west, south, east, north = community.total_bounds
    steps = [(i * (east - west), j * (north - south)) for i in range(times) for j in range(times)]

    def tiled(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        copies = [shapely.transform(shapes, lambda xy, step=step: xy + step) for step in steps]
        return np.concatenate(copies)

    outline = shapely.union_all(tiled(community.geometry.to_numpy()), grid_size=0.001)
    lines = frame.unproject(tiled(barriers.geometry.to_numpy()))
    return Ground(
        frame.unproject([outline])[0],
        frame.unproject(tiled(buildings.geometry.to_numpy())),
        np.tile(buildings["households"].to_numpy(dtype=np.float64), times * times),
        gpd.GeoDataFrame({"weight": 0.3}, index=range(len(lines)), geometry=lines, crs=4326),
        frame,
    )


def brooklyn(district: int) -> Ground:
    """A community district; a household for each 100 m² of floor, storeys of 3 m."""
    frame = MetricFrame(32618)
    districts = gpd.read_file(SHARED / "nyc" / "community_districts.gpkg")
    outline = districts.loc[districts["BoroCD"] == district].geometry.iloc[0]
    community = max(shapely.get_parts(outline), key=lambda part: part.area)
    buildings = gpd.read_file(SHARED / "nyc" / f"buildings_brooklyn_cd{district}.gpkg")
    middles = buildings.geometry.representative_point()
    buildings = buildings[middles.within(community)]
    storeys = np.maximum(1, np.round(buildings["height_m"].fillna(3.0) / 3))
    area = frame.area_m2(buildings.geometry.to_numpy())
    streets = gpd.read_file(SHARED / "nyc" / f"streets_brooklyn_cd{district}.gpkg")
    streets = streets[~streets["fclass"].isin(["footway", "steps", "path", "cycleway", "service"])]
    lines = gpd.GeoDataFrame({"weight": 0.3}, index=range(len(streets)), geometry=streets.geometry.to_numpy())
    return Ground(
        community,
        buildings.geometry.to_numpy(),
        np.round(area * storeys.to_numpy() / 100),
        lines.set_crs(4326),
        frame,
    )


@cache
def _district(buildings: int) -> Town:
    return make_town(demo.tree(), seed=demo.SEED, n_buildings=buildings, n_incidents=0)


def demo_street() -> Ground:
    """The street of the demo district with the most buildings, as one community."""
    town = _district(30_000)
    streets = town.grids["code"].str[:9].unique()
    return max((_of_town(town, street) for street in streets), key=lambda ground: len(ground.buildings))


def demo_district(buildings: int) -> Ground:
    """The whole ground of the demo district with another number of buildings."""
    return _of_town(_district(buildings), _district(buildings).code)


def _of_town(town: Town, prefix: str) -> Ground:
    grids = town.grids[town.grids["code"].str.startswith(prefix)]
    weights = {"railway": 0.2, "river": 0.2, "park": None, "square": None}
    features = town.features
    cost = [weights.get(kind, 0.3) for kind in features["kind"]]
    there = np.array([each is not None for each in cost])
    lines = gpd.GeoDataFrame(
        {"weight": [each for each in cost if each is not None]},
        geometry=features.geometry.to_numpy()[there],
        crs=4326,
    )
    outline = shapely.coverage_union_all(grids.geometry.to_numpy())
    community = max(shapely.get_parts(outline), key=lambda part: part.area)
    middles = town.buildings.geometry.representative_point().to_numpy()
    shapely.prepare(community)
    buildings = town.buildings[shapely.contains(community, middles)]
    return Ground(
        community,
        buildings.geometry.to_numpy(),
        buildings["households"].to_numpy(dtype=np.float64),
        lines,
        MetricFrame(town.metric_crs),
    )


def rural_string(seed: int = 0) -> Ground:
    """600 farms of 1 to 3 households on both sides of one winding road, 9 km long, in a narrow valley."""
    frame, random = MetricFrame(4547), np.random.default_rng(seed)
    corner = frame.points(np.array([[112.7, 35.6]]))[0]
    along = np.linspace(0, 9000, 181)
    road = np.stack([along, 260 * np.sin(along / 700) + 90 * np.sin(along / 213 + 1)], axis=1)
    line = shapely.LineString(road + corner)
    farms: list[shapely.Polygon] = []
    tries = 0
    while len(farms) < 600 and tries < 5000:
        tries += 1
        place = shapely.get_coordinates(line.interpolate(random.uniform(30, line.length - 30)))[0]
        spot = place + random.uniform(-70, 70, 2)
        wide, deep = random.uniform(7, 16, 2)
        house = shapely.affinity.rotate(
            shapely.box(*spot, spot[0] + wide, spot[1] + deep), random.uniform(0, 90)
        )
        if house.distance(line) > 5 and all(house.distance(other) > 2 for other in farms):
            farms.append(house)
    community = line.buffer(220, cap_style="flat").simplify(2.0)
    return Ground(
        frame.unproject([community])[0],
        frame.unproject(np.array(farms, dtype=object)),
        random.integers(1, 4, len(farms)).astype(np.float64),
        gpd.GeoDataFrame({"weight": [0.3]}, geometry=frame.unproject([line]), crs=4326),
        frame,
    )


TOWNS: dict[str, tuple[Callable[[], Ground], tuple[int, ...]]] = {
    "town_1k": (lambda: invented("town_1k"), (5, 20)),
    "town_12k": (lambda: invented("town_12k"), (10, 50)),
    "Brooklyn 302": (lambda: brooklyn(302), (20,)),
    "Brooklyn 306, held out": (lambda: brooklyn(306), (12, 40)),
    "demo street, held out": (demo_street, (20,)),
    "rural string": (rural_string, (6,)),
    "demo district, 55k": (lambda: demo_district(55_000), (100,)),
}
"""Each town and the numbers of grids it is divided into; "held out": not used for tuning."""
