"""Search in memory: exact, prefix, anywhere; pinyin and initials."""

import random
from datetime import UTC, datetime

import pandas as pd
import pytest
from sqlalchemy.orm import Session

from boundaries.duty import snapshot
from boundaries.duty.snapshot import Snapshot
from boundaries.land import addresses
from boundaries.land.addresses import normalised
from boundaries.land.search import search
from boundaries.store import clock
from tests.boundaries import towns
from tests.boundaries.towns import DISTRICT, YEAR, A, B


@pytest.fixture
def town(session: Session) -> Snapshot:
    made = towns.found(session)
    towns.build_up(session, made)
    texts = pd.DataFrame(
        {"building_code": ["H1", "H2", "H3"], "text": ["泽州路1号", "泽州路12号", "凤台西街与泽州路口"]}
    )
    addresses.put(session, made.district, texts, valid_from=YEAR, stamp=clock.stamp(session))
    return snapshot.build(session, DISTRICT, at=datetime(2026, 6, 1, tzinfo=UTC))


def found(town: Snapshot, q: str, limit: int = 20) -> list[tuple[str, str]]:
    return [(hit["kind"], hit["code"]) for hit in search(town, q, limit)]


def test_a_whole_code_comes_before_codes_that_begin_with_it(town: Snapshot) -> None:
    assert found(town, A, 2) == [("area", A), ("grid", f"{A}001")]


def test_areas_rank_before_grids_and_prefix_before_middle(town: Snapshot) -> None:
    assert found(town, "泽州路", 2) == [("area", "140502002001"), ("grid", "140502002001001")]
    texts = [hit["name"] for hit in search(town, "泽州路", 20) if hit["kind"] == "address"]
    assert texts == ["泽州路1号", "泽州路12号", "凤台西街与泽州路口"]


@pytest.mark.parametrize("q", ["bifengsi", "BiFengSi", "bfs", "ｂｆｓ", "笔峰寺", "笔 峰 寺"])
def test_a_community_is_found_by_pinyin_and_initials(town: Snapshot, q: str) -> None:
    assert found(town, q)[0] == ("area", A)


def test_nothing_is_found_for_nothing(town: Snapshot) -> None:
    assert found(town, "") == found(town, "  ") == found(town, "没有这里") == []
    assert found(town, "泽", 0) == []


def test_a_hit_has_a_label_point_and_bounds(town: Snapshot) -> None:
    (hit,) = search(town, f"{B}001", 1)
    west, south, east, north = hit["bounds"]
    assert (west, south, east, north) == (112.81, 35.5, 112.815, 35.51)
    assert west < hit["lon"] < east
    assert south < hit["lat"] < north
    assert hit["label"] == "南大街第1网格 · 南大街社区"
    (area,) = search(town, "南大街社区", 1)
    assert area["bounds"] == (112.81, 35.5, 112.82, 35.51)


def test_search_equals_a_slow_scan(town: Snapshot) -> None:
    """Every entry whose name or code contains the text is found, those that begin with it first."""
    pool = random.Random(5)
    entries = town.search_index.entries
    for _ in range(100):
        entry = pool.choice(entries)
        source = normalised(pool.choice([entry.name, entry.code]))
        start = pool.randrange(len(source))
        wanted = source[start : start + pool.randrange(1, 6)]
        hits = search(town, wanted, 10_000)
        keys = [(hit["kind"], hit["code"], hit["name"]) for hit in hits]
        assert len(set(keys)) == len(keys)

        def begins(kind: str, code: str, name: str, wanted: str = wanted) -> bool:
            texts = [normalised(name)] if kind == "address" else [normalised(name), code.casefold()]
            return any(text.startswith(wanted) for text in texts)

        expected = {
            (one.kind, one.code, one.name)
            for one in entries
            if wanted in normalised(one.name) or (one.kind != "address" and wanted in one.code.casefold())
        }
        if not wanted.isascii() or wanted.isdigit():  # letters may also be pinyin
            assert set(keys) == expected
            flags = [begins(*key) for key in keys]
            assert flags == sorted(flags, reverse=True)
