"""A drawn town for tests: two streets, three communities, a net of squares, and those who answer.

The ground is 0.04° wide and 0.01° high, west to east: community A (grids 001, 002 in the north, 003, 004
in the south), then B (001, 002 side by side), then C with one grid and a hole of land that nobody covers
to its east. One degree is about 90.7 km east and 111 km north here, so a grid of 0.005° is 450 × 555 m.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from boundaries.duty import duties, matters, parties
from boundaries.land import areas, buildings, districts, grids, versions
from boundaries.store import clock
from boundaries.store.tables import District, NetVersion

WEST, SOUTH = 112.80, 35.50
YEAR = datetime(2026, 1, 1, tzinfo=UTC)

CITY, DISTRICT = "1405", "140502"
STREETS = {"140502001": "东街街道", "140502002": "西街街道"}
A, B, C = "140502001001", "140502001002", "140502002001"
COMMUNITIES = {A: "笔峰寺社区", B: "南大街社区", C: "泽州路社区"}


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A square of the drawing, in thousandths of a degree from its south-west corner."""
    return shapely.box(
        round(WEST + west / 1000, 9),
        round(SOUTH + south / 1000, 9),
        round(WEST + east / 1000, 9),
        round(SOUTH + north / 1000, 9),
    )


def at(east: float, north: float) -> tuple[float, float]:
    """A point of the drawing as lon, lat."""
    return WEST + east / 1000, SOUTH + north / 1000


GRIDS = {
    f"{A}001": (A, box(0, 5, 5, 10)),
    f"{A}002": (A, box(5, 5, 10, 10)),
    f"{A}003": (A, box(0, 0, 5, 5)),
    f"{A}004": (A, box(5, 0, 10, 5)),
    f"{B}001": (B, box(10, 0, 15, 10)),
    f"{B}002": (B, box(15, 0, 20, 10)),
    f"{C}001": (C, box(20, 0, 30, 10)),
}

BUILDINGS: list[dict[str, Any]] = [
    # wholly within A001
    {"code": "H1", "name": "一号楼", "geometry": box(1, 6, 2, 7), "compound_code": "Y1"},
    # cut by the border A001|A002, larger part in A001, door in A002
    {"code": "H2", "name": "", "geometry": box(4.5, 8, 5.2, 8.5), "entrance": shapely.Point(at(5.2, 8.2))},
    # cut by A003|A004, no door: the larger part lies in A004
    {"code": "H3", "name": "", "geometry": box(4.9, 1, 5.4, 1.5)},
    # cut exactly in half by A003|A004: a tie, the lowest code
    {"code": "H4", "name": "", "geometry": box(4.8, 3, 5.2, 3.4)},
    # outside every grid
    {"code": "H5", "name": "", "geometry": box(33, 1, 34, 2)},
    # within B002, with two 单元
    {"code": "H6", "name": "六号楼", "geometry": box(16, 2, 17, 3)},
]


@dataclass
class Town:
    """A district in the register, and the version of its first net."""

    district: District
    version: NetVersion


def area_frame() -> pd.DataFrame:
    rows = [
        {"code": CITY, "name": "晋城市", "level": "city", "parent_code": None},
        {"code": DISTRICT, "name": "城区", "level": "district", "parent_code": CITY},
    ]
    for code, name in STREETS.items():
        rows.append({"code": code, "name": name, "level": "street", "parent_code": DISTRICT})
    for code, name in COMMUNITIES.items():
        rows.append({"code": code, "name": name, "level": "community", "parent_code": code[:9]})
    frame = pd.DataFrame(rows)
    # C reaches further east than its one grid: land that no grid covers
    frame["geometry"] = [box(20, 0, 40, 10) if code == C else None for code in frame["code"]]
    return frame


def grid_frame(codes: list[str] | None = None) -> gpd.GeoDataFrame:
    wanted = codes or list(GRIDS)
    return gpd.GeoDataFrame(
        {
            "code": wanted,
            "community_code": [GRIDS[code][0] for code in wanted],
            "name": [f"{COMMUNITIES[GRIDS[code][0]][:-2]}第{code[-1]}网格" for code in wanted],
        },
        geometry=[GRIDS[code][1] for code in wanted],
        crs=4326,
    )


def building_frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(BUILDINGS), geometry="geometry", crs=4326)


def found(session: Session, *, valid_from: datetime = YEAR, code: str = DISTRICT) -> Town:
    """Areas, matters and the first net; no buildings and nobody who answers yet."""
    stamp = clock.stamp(session)
    district = districts.create(session, code=code, name="城区", metric_crs=4547)
    areas.put(session, district, area_frame(), valid_from=valid_from, stamp=stamp)
    matters.put(session, district, matters.national())
    version = versions.open_version(
        session, district, effective_from=valid_from, stamp=stamp, cause="import", made_by="test"
    )
    grids.put(session, district, grid_frame(), version=version, stamp=stamp)
    return Town(district, version)


def build_up(session: Session, town: Town, *, valid_from: datetime = YEAR) -> None:
    """Buildings, each in its grid."""
    stamp = clock.stamp(session)
    buildings.put(session, town.district, building_frame(), valid_from=valid_from, stamp=stamp)
    buildings.assign(session, town.district, valid_from=valid_from, stamp=stamp)


def move_border(session: Session, town: Town, to: float, *, since: datetime) -> datetime:
    """The border between B001 and B002 lies at `to`, by a net version of its own; the stamp of it."""
    stamp = clock.stamp(session)
    version = versions.open_version(
        session, town.district, effective_from=since, stamp=stamp, cause="plan", made_by="test"
    )
    moved = grid_frame([f"{B}001", f"{B}002"])
    moved.geometry = [box(10, 0, to, 10), box(to, 0, 20, 10)]
    grids.put(session, town.district, moved, version=version, stamp=stamp)
    return stamp


def person(code: str, name: str, phone: str = "13800001234") -> dict[str, str]:
    return {"code": code, "kind": "person", "name": name, "post": "网格长", "phone": phone}


def office(code: str, name: str, phone: str = "0356-2020202") -> dict[str, str]:
    return {"code": code, "kind": "organisation", "name": name, "post": "", "phone": phone}


def duty(
    party: str,
    role: str,
    place: str,
    *,
    kind: str = "grid",
    matter: str = "*",
    part: str | None = None,
    shift: str = "",
    since: datetime = YEAR,
    until: datetime | None = None,
) -> dict[str, Any]:
    return {
        "party_code": party,
        "role": role,
        "matter_code": matter,
        "place_kind": kind,
        "place_code": place,
        "part_code": part,
        "shift": shift,
        "valid_from": since,
        "valid_to": until,
    }


def appoint(
    session: Session,
    town: Town,
    people: list[dict[str, str]],
    posts: list[dict[str, Any]],
    since: datetime = YEAR,
) -> None:
    """Parties and their duties."""
    stamp = clock.stamp(session)
    if people:
        parties.put(session, town.district, pd.DataFrame(people), valid_from=since, stamp=stamp)
    if posts:
        duties.put(session, town.district, pd.DataFrame(posts), stamp=stamp)
