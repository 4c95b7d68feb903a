"""The real run of merging nets: a city's departments' nets over its 296 districts, through the register.

Households are the housing units of 450 census block groups, each counted at one point (a square of 2 m in the
register): coarse. Rows of one code are joined and two self-crossing outlines of trash routes made valid.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty import duties, matters, parties, snapshot
from boundaries.land import areas, buildings, crosswalks, districts, grids, lines, merging, versions
from boundaries.land.plans import Actor
from boundaries.store import clock
from boundaries.store.tables import District
from gis.locate import GridIndex

SINCE = datetime(2015, 1, 1, tzinfo=UTC)
NETS = {
    "police": ("police_psa.gpkg", "PSA"),
    "fire": ("fire_alarm_districts.gpkg", "ENGINE_ID"),
    "trash": ("trash_routes.gpkg", "ROUTE_ID"),
    "snow": ("snow_areas.gpkg", "SNOWAREA"),
    "parking": ("parking_beats.gpkg", "BEAT_ID"),
}
AGENCIES = {"SWMA": "trash", "PEMA": "parking", "FEMS": "fire"}  # beginnings of `division`, and whose net


@dataclass
class City:
    """The city in the register, and its requests."""

    district: District
    requests: pd.DataFrame  # with `line`: the net of whoever handles it, or ""


def _net(path: Path, code: str) -> gpd.GeoDataFrame:
    rows = gpd.read_file(path)
    rows["geometry"] = rows.geometry.make_valid()
    joined = rows[[code, "geometry"]].dissolve(code).reset_index().rename(columns={code: "code"})
    return joined.assign(code=joined["code"].astype(str))


def _found(session: Session, folder: Path, names: Sequence[str]) -> City:
    """Commissions, districts, dwellings, lines with a party in each area, and a class of matters each."""
    stamp = clock.stamp(session)
    when = {"valid_from": SINCE, "stamp": stamp}
    district = districts.create(
        session,
        code="dc",
        name="Washington",
        metric_crs=26985,
        code_scheme="free",
        timezone="America/New_York",
    )
    anc, smd = gpd.read_file(folder / "anc.gpkg"), gpd.read_file(folder / "smd.gpkg")
    above = [{"code": "DC", "name": "District of Columbia", "level": "district", "parent_code": None}]
    below = [
        {"code": code, "name": code, "level": "community", "parent_code": "DC"} for code in anc["ANC_ID"]
    ]
    areas.put(session, district, pd.DataFrame([*above, *below]), **when)
    version = versions.open_version(
        session, district, effective_from=SINCE, stamp=stamp, cause="import", made_by="test"
    )
    tiles = smd.rename(columns={"SMD_ID": "code", "ANC_ID": "community_code"})
    grids.put(session, district, tiles[["code", "community_code", "geometry"]], version=version, stamp=stamp)
    homes = gpd.read_file(folder / "block_groups_2010_pop.gpkg")
    homes["geometry"] = shapely.buffer(shapely.point_on_surface(homes.geometry), 1e-5, cap_style="square")
    homes = homes.rename(columns={"GEOID": "code", "housing_units": "households"})
    buildings.put(session, district, homes[["code", "households", "geometry"]], **when)
    buildings.assign(session, district, **when)

    requests = pd.read_parquet(folder / "requests_311_2016.parquet")
    requests["line"] = ""
    for start, line in AGENCIES.items():
        if line in names:
            requests.loc[requests["division"].str.startswith(start), "line"] = line
    kinds = requests[["code", "category", "line"]].drop_duplicates("code")
    classes = pd.DataFrame({"code": list(names), "category": list(names), "line": ""})
    tree = pd.concat([classes, kinds]).rename(columns={"category": "name"})
    tree["parent_code"] = tree.pop("line").replace("", "*")
    matters.put(session, district, tree)
    for name in names:
        file, code = NETS[name]
        net = _net(folder / file, code)
        net["party_code"] = name + " " + net["code"]
        party = pd.DataFrame({"code": net["party_code"], "kind": "organisation", "name": net["party_code"]})
        parties.put(session, district, party, **when)
        lines.put(session, district, name, name, net, **when)
        lines.put_matters(session, district, name, [name], **when)
    return City(district, requests)


def _owners(laid: dict[str, crosswalks.Laid], city: City) -> pd.DataFrame:
    """Per request: line, own (by the agency's net), merged (by the net), and why the two differ."""
    points = city.requests[["lon", "lat"]].to_numpy()
    rows = [("", "", "", "no own net")] * len(points)
    for line, over in laid.items():
        net = over.nets[over.found.base].sort_index()
        chosen = over.found.proposal.set_index("grid")
        mine = np.flatnonzero(city.requests["line"] == line)
        grid = GridIndex(net.to_numpy()).locate(points[mine])
        at = GridIndex(over.found.pieces.geometry.to_numpy(), overlaps="lowest").locate(points[mine])
        own = over.nets[line].sort_index()
        where = GridIndex(own.to_numpy(), overlaps="lowest").locate(points[mine])
        for row, tile, piece, area in zip(mine, grid, at, where, strict=True):
            before = "" if area < 0 else str(own.index[area])
            best = chosen.loc[net.index[tile]]
            after = best["area"] or ""
            reason = _why(before, after, over.found.pieces.iloc[piece], best["because"])
            rows[row] = (line, before, after, reason)
    return pd.DataFrame(rows, columns=["line", "own", "merged", "why"])


def _why(own: str, merged: str, piece: "pd.Series[Any]", because: str) -> str:
    if own == merged:
        return "same" if own else "neither"
    if not own:
        return "left out before"
    if merged in tuple(piece["areas"]):
        return "claimed twice"
    return "strip" if piece["narrow"] else f"majority of {because}"


def _check_by_the_register(
    session: Session, city: City, laid: dict[str, crosswalks.Laid], told: pd.DataFrame, count: int
) -> None:
    """What the snapshot answers while the nets are kept, and when each grid's lead is that of the merged."""
    some = np.random.default_rng(4).permutation(np.flatnonzero(told["line"] != ""))[:count]
    questions = city.requests.iloc[some]

    def leads() -> list[str | None]:
        held = snapshot.build(session, "dc")
        found = []
        for lon, lat, matter in zip(questions["lon"], questions["lat"], questions["code"], strict=True):
            lead = held.answer_point((lon, lat), matter=matter, lang="en")["by_matter"][matter]["lead"]
            found.append(None if lead is None else lead["code"])
        return found

    def named(column: str) -> list[str | None]:
        rows = told.iloc[some]
        return [
            f"{line} {area}" if area else None for line, area in zip(rows["line"], rows[column], strict=True)
        ]

    assert leads() == named("own")
    stamp = clock.stamp(session)
    chosen = pd.concat([over.found.proposal for over in laid.values()], ignore_index=True)
    chosen = chosen.dropna(subset="area")
    posts = pd.DataFrame(
        {
            "party_code": chosen["line"] + " " + chosen["area"],
            "role": "lead",
            "matter_code": chosen["line"],
            "place_kind": "grid",
            "place_code": chosen["grid"],
            "valid_from": stamp,
        }
    )
    duties.put(session, city.district, posts, stamp=stamp)
    for line in laid:
        lines.put_matters(session, city.district, line, [], valid_from=stamp, stamp=stamp)
    session.execute(text("set constraints all immediate"))
    assert leads() == named("merged")


@pytest.mark.parametrize(
    ("names", "asked"),
    [(("fire",), 107), pytest.param(tuple(NETS), 22_576, marks=pytest.mark.soak)],
)
def test_who_answers_for_every_request_by_its_agency_s_net_and_by_the_one_net(
    session: Session, shared_data: Path, names: tuple[str, ...], asked: int
) -> None:
    city = _found(session, shared_data / "dc", names)
    laid = {}
    for line in names:
        built = crosswalks.build(session, city.district, line)
        laid[line] = built.laid
        found = built.laid.found
        assert found.pieces["area_m2"].sum() == pytest.approx(found.ground_m2, rel=1e-6)
        assert built.tally.added == len(found.shares)
        print(f"{line}: {built.tally.added} rows of the crosswalk")

    told = _owners(laid, city)
    counted = Counter(zip(told["line"], told["why"], strict=True))
    assert counted.total() == 22_576
    for (line, why), count in sorted(counted.items()):
        print(f"{line or 'agencies without a net of these'}: {why}: {count}")
    unlike = told[(told["own"] != told["merged"])]
    assert set(unlike["why"]) <= {
        "left out before", "claimed twice", "strip", "majority of households", "majority of ground"
    }  # fmt: skip
    parking = told[told["line"] == "parking"]  # its beats are the districts
    assert (parking["own"] == parking["merged"]).all()
    _check_by_the_register(session, city, laid, told, asked)


@pytest.mark.soak
def test_the_proposed_net_is_a_draft_plan_that_saves_changes(session: Session, shared_data: Path) -> None:
    """Police and fire alone: where both part a district alike, the ground goes to the one beside it."""
    city = _found(session, shared_data / "dc", ("police", "fire"))
    found = merging.propose(
        session,
        city.district,
        ["police", "fire"],
        title="one net",
        scope="DC",
        by=Actor("planner", "planner"),
    )
    for move in found.taken:
        print(f"{move.grid} → {move.to}: {move.households} households, {move.gain} changes fewer")
    for each in found.refused:
        print(
            f"refused {each.move.grid} → {each.move.to} ({each.move.households}): {each.code}: {each.reason}"
        )
    print(f"changes {found.changes_before} → {found.changes_after}; {found.moved} change grid")
    assert found.taken and found.changes_after <= found.changes_before - sum(
        move.gain for move in found.taken
    )
    assert found.plan is not None
