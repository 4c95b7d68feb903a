"""Incidents over two years: by day and night, weekday and season, with a few true hot spots among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.synthetic.bend import Bend
from gis.synthetic.plan import Plan

DAYS = 730
SOURCES = ("网格上报", "12345热线", "数字城管", "市民随手拍", "视频巡查")
_BUSY_DAY = np.array(
    [1, 1, 1, 1, 1, 2, 5, 9, 11, 12, 11, 8, 6, 7, 9, 10, 10, 9, 7, 6, 5, 4, 2, 1], dtype=float
)
_MARKET_DAY = np.array(
    [0, 0, 0, 0, 1, 4, 9, 11, 8, 6, 5, 6, 6, 4, 4, 5, 8, 12, 13, 11, 8, 5, 2, 1], dtype=float
)
_NIGHT = np.array([8, 6, 4, 3, 2, 2, 3, 3, 3, 3, 3, 4, 5, 4, 3, 3, 4, 5, 6, 8, 11, 14, 14, 11], dtype=float)


@dataclass(frozen=True)
class HotSpot:
    """Planted truth: `count` incidents of one matter about a place of the plan; sigma = radius / 2."""

    x: float
    y: float
    radius_m: float
    matter_code: str
    starts_at: datetime
    ends_at: datetime
    count: int


def plant(
    plan: Plan, matters: Sequence[str], count: int, until: datetime, rng: np.random.Generator
) -> list[HotSpot]:
    """Choose up to six hot spots far from each other: every other one lasts, the rest for some weeks."""
    lively = np.flatnonzero(np.isin(plan.grids.use, ["commerce", "market", "old town", "urban village"]))
    if not len(lively) or count < 200:
        return []
    points = shapely.get_coordinates(shapely.centroid(plan.net.polygons[lively]))
    chosen: list[HotSpot] = []
    for k in rng.permutation(len(lively)):
        if len(chosen) == 6:
            break
        x, y = points[k]
        if any(np.hypot(x - c.x, y - c.y) < 1400 for c in chosen):
            continue
        number = len(chosen)
        matter = str(matters[int(rng.integers(len(matters)))])
        starts = until - timedelta(days=DAYS)
        ends = until
        if number % 2:
            starts += timedelta(days=int(rng.integers(60, DAYS - 200)))
            ends = starts + timedelta(days=int(rng.integers(45, 120)))
        size = int(count * rng.uniform(0.006, 0.014))
        chosen.append(HotSpot(float(x), float(y), float(rng.uniform(120, 220)), matter, starts, ends, size))
    return chosen


def happen(
    plan: Plan,
    bend: Bend,
    households: NDArray[np.int64],
    matters: Sequence[str],
    limits: NDArray[np.float64],
    spots: list[HotSpot],
    count: int,
    until: datetime,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The incidents, in order of time. limits: working hours of each matter, by which settling is paced."""
    planted = sum(s.count for s in spots)
    usual = count - planted
    matter = rng.choice(len(matters), usual, p=_popularity(len(matters), rng))
    day = rng.choice(DAYS, usual, p=_days(until))
    xy = _places(plan, households, usual, rng)
    for spot in spots:
        at = rng.normal([spot.x, spot.y], spot.radius_m / 2, (spot.count, 2))
        first = DAYS - (until - spot.starts_at).days
        length = max((spot.ends_at - spot.starts_at).days, 1)
        xy = np.concatenate([xy, at])
        day = np.concatenate([day, first + rng.integers(0, length, spot.count)])
        matter = np.concatenate([matter, np.full(spot.count, list(matters).index(spot.matter_code))])
    stray = ~shapely.contains_xy(plan.district, xy[:, 0], xy[:, 1])
    xy[stray] = np.column_stack([plan.sites.x, plan.sites.y])[rng.integers(0, len(plan.sites), stray.sum())]

    second = day * 86_400 + _seconds(matter, matters, rng)
    order = np.argsort(second, kind="stable")
    second, matter, lonlat = second[order], matter[order], bend.lonlat(xy[order])
    start = pd.Timestamp(until - timedelta(days=DAYS))
    happened = start + pd.to_timedelta(second, unit="s")
    hours = np.maximum(limits[matter], 1) * rng.lognormal(-0.35, 0.85, count)
    resolved = pd.Series(happened + pd.to_timedelta(np.round(hours * 3600), unit="s"))
    resolved = resolved.mask(resolved > pd.Timestamp(until))
    accuracy = np.round(rng.lognormal(2.3, 0.5, count), 1)
    return pd.DataFrame(
        {
            "external_ref": [f"SJ{k + 1:07d}" for k in range(count)],
            "source": rng.choice(SOURCES, count, p=[0.42, 0.22, 0.2, 0.11, 0.05]),
            "matter_code": np.array(matters, dtype=object)[matter],
            "happened_at": happened,
            "resolved_at": resolved,
            "accuracy_m": np.where(rng.random(count) < 0.12, np.nan, accuracy),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
        }
    )


def _popularity(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    weights = rng.permutation(1 / (np.arange(count) + 2.0))
    return np.asarray(weights / weights.sum())


def _days(until: datetime) -> NDArray[np.float64]:
    start = until - timedelta(days=DAYS)
    number = np.arange(DAYS)
    weekday = (start.weekday() + number) % 7
    weights = np.array([1.06, 1.0, 1.0, 1.0, 1.02, 0.78, 0.66])[weekday]
    season = 1 + 0.18 * np.sin((start.timetuple().tm_yday + number - 110) / 365.25 * 2 * np.pi)
    return np.asarray(weights * season / (weights * season).sum())


def _seconds(
    matter: NDArray[np.int64], matters: Sequence[str], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Second of the day: hawkers in the morning and evening, noise at night, all else in office hours."""
    market = np.array([code.startswith("15") for code in matters])[matter]
    night = np.array([code in ("1602", "1109", "1301", "2402") for code in matters])[matter]
    hour = np.empty(len(matter), dtype=np.int64)
    for mask, profile in ((market, _MARKET_DAY), (night, _NIGHT), (~market & ~night, _BUSY_DAY)):
        hour[mask] = rng.choice(24, int(mask.sum()), p=profile / profile.sum())
    return hour * 3600 + rng.integers(0, 3600, len(matter))


def _places(
    plan: Plan, households: NDArray[np.int64], count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Two thirds about buildings, more where more people live; the rest along roads."""
    weights = households + 2.0
    home = rng.choice(len(weights), count, p=weights / weights.sum())
    xy = np.column_stack([plan.sites.x, plan.sites.y])[home] + rng.normal(0, 14, (count, 2))
    streets = np.array(
        [r.line for r in plan.roads if r.kind in ("arterial", "street", "lane", "ring", "village street")],
        dtype=object,
    )
    length = shapely.length(streets)
    outside = np.flatnonzero(rng.random(count) < 0.34)
    road = rng.choice(len(streets), len(outside), p=length / length.sum())
    along = shapely.line_interpolate_point(
        shapely.line_merge(streets)[road], rng.random(len(outside)), normalized=True
    )
    xy[outside] = shapely.get_coordinates(along) + rng.normal(0, 5, (len(outside), 2))
    return xy
