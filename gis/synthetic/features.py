"""Roads, river reaches, railway, parks and the square as the register's features."""

import geopandas as gpd
import numpy as np
import shapely
from shapely.ops import substring

from gis.synthetic.bend import Bend
from gis.synthetic.plan import Plan
from gis.synthetic.roads import WIDTH_M, Road

REACH_M = 1800.0


def features(plan: Plan, bend: Bend, community_names: list[str]) -> gpd.GeoDataFrame:
    """code, kind, name, properties (width_m), geometry in lon/lat.

    Lines: ring, arterial, street, lane, country, village street, village lane, railway.
    Polygons: river (its reaches), park, square.
    """
    rows: list[tuple[str, str, str, dict[str, object], shapely.Geometry]] = []
    for number, road in enumerate(r for r in plan.roads if r.kind not in ("river", "railway")):
        properties: dict[str, object] = {"width_m": WIDTH_M[road.kind]}
        rows.append((f"R{number + 1:04d}", road.kind, road.name, properties, road.line))
    for road in plan.roads:
        if road.kind == "railway":
            rows.append(("T0001", "railway", road.name, {"width_m": WIDTH_M["railway"]}, road.line))
        elif road.kind == "river":
            for number, reach in enumerate(_reaches(road)):
                rows.append((f"W{number + 1:04d}", "river", f"{road.name}第{number + 1}段", {}, reach))
    green = [k for k in range(len(plan.net.polygons)) if plan.grids.use[k] == "park"]
    green = [k for k in green if not shapely.is_empty(plan.grids.plot[k])]
    middle = np.hypot(*shapely.get_coordinates(shapely.centroid(plan.grids.plot[green])).T) if green else []
    square = green[int(np.argmin(middle))] if green else -1
    for number, k in enumerate(green):
        place = community_names[plan.grids.community[k]].removesuffix("社区")
        kind, name = ("square", f"{place}广场") if k == square else ("park", f"{place}公园")
        rows.append((f"G{number + 1:04d}", kind, name, {}, plan.grids.plot[k]))
    shapes = np.array([row[4] for row in rows], dtype=object)
    lines = np.isin(shapely.get_type_id(shapes), (1, 5))
    shapes[lines] = shapely.segmentize(shapes[lines], 60.0)
    frame = {
        "code": [row[0] for row in rows],
        "kind": [row[1] for row in rows],
        "name": [row[2] for row in rows],
        "properties": [row[3] for row in rows],
    }
    return gpd.GeoDataFrame(frame, geometry=bend.shapes(shapes), crs=4326)


def _reaches(river: Road) -> list[shapely.Polygon]:
    reaches = []
    for line in shapely.get_parts(shapely.line_merge(river.line)):
        count = max(round(line.length / REACH_M), 1)
        for k in range(count):
            part = substring(line, k / count, (k + 1) / count, normalized=True)
            reaches.append(
                part.buffer(WIDTH_M["river"] / 2, cap_style="flat", join_style="mitre", quad_segs=2)
            )
    return reaches
