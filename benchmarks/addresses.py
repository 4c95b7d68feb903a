"""`./run bench addresses`: 500 calls of the demo district understood, and searching 100,000 addresses."""

import os
import random
import statistics
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from boundaries import demo
from boundaries.duty import snapshot as snapshots
from boundaries.duty.snapshot import Snapshot
from boundaries.land.calling import Gazetteer, Understood, understand
from boundaries.land.search import search
from boundaries.store import cluster
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.oracles.calls import Call, calls

CALLS, SEED = 500, 20261125
NEAR_M = 60.0


def main(_arguments: list[str]) -> None:
    """Print both tables."""
    with TemporaryDirectory(prefix="yiwang-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # the server's account passes through
        home = Path(folder) / "pg"
        database = Database.open(Settings(home=home))
        try:
            demo.build(database)
            with database.transaction() as session:
                snapshot = snapshots.build(session, demo.DISTRICT)
        finally:
            database.close()
            cluster.stop(home, immediately=True)
    began = time.process_time()
    gazetteer = Gazetteer.of(snapshot)
    print(f"{len(snapshot.addresses):,} addresses; gazetteer {time.process_time() - began:.2f} s CPU\n")
    _print_calls(snapshot, gazetteer)
    _print_typing(_with_more(snapshot))


def _with_more(snapshot: Snapshot) -> Snapshot:
    """The same places under twice as many texts again, past 100,000."""
    more = [
        address._replace(text=f"{word}{address.text}", kind="old")
        for word in ("旧", "原")
        for address in snapshot.addresses
    ]
    return replace(snapshot, addresses=[*snapshot.addresses, *more])


def _print_typing(snapshot: Snapshot) -> None:
    """Every beginning of 100 addresses, as the box on the page asks while somebody types."""
    gazetteer, index = snapshot.gazetteer, snapshot.search_index
    assert index is not None
    chance = random.Random(SEED)
    spent_ms, busy_ms = [], []
    for address in chance.sample(list(snapshot.addresses), 100):
        for end in range(1, len(address.text) + 1):
            began, busy = time.perf_counter(), time.thread_time()
            understand(gazetteer, address.text[:end])
            search(snapshot, address.text[:end], 10)
            spent_ms.append((time.perf_counter() - began) * 1000)
            busy_ms.append((time.thread_time() - busy) * 1000)
    print(
        f"\ntyping, {len(snapshot.addresses):,} addresses, {len(spent_ms):,} questions:"
        f" median {statistics.median(spent_ms):.1f} ms, p95 {np.percentile(spent_ms, 95):.1f} ms by clock,"
        f" CPU median {statistics.median(busy_ms):.1f} ms, p95 {np.percentile(busy_ms, 95):.1f} ms;"
        f" load {os.getloadavg()[0]:.1f}"
    )


def _print_calls(snapshot: Snapshot, gazetteer: Gazetteer) -> None:
    asked: Counter[str] = Counter()
    first: Counter[str] = Counter()
    among: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    spent_ms = []
    for call in calls(snapshot, CALLS, seed=SEED):
        began = time.perf_counter()
        understood = understand(gazetteer, call.text)
        spent_ms.append((time.perf_counter() - began) * 1000)
        hits = [is_meant(snapshot, call, understood, rank) for rank in range(len(understood.meant))]
        asked[call.way] += 1
        first[call.way] += bool(hits[:1] and hits[0])
        among[call.way] += any(hits)
        sure[call.way] += understood.certain
        wrong[call.way] += understood.certain and not (call.exists and hits[0])
    print("| way of saying it | calls | first % | among five % | certain % | certain and wrong |")
    print("|---|---|---|---|---|---|")
    for way in [*asked, "all"]:
        whole = way == "all"
        n = asked.total() if whole else asked[way]
        row = [each.total() if whole else each[way] for each in (first, among, sure)]
        missed = wrong.total() if whole else wrong[way]
        print(f"| {way} | {n} | " + " | ".join(f"{100 * each / n:.0f}" for each in row) + f" | {missed} |")
    print(f"\nms a call: median {statistics.median(spent_ms):.1f}, p95 {np.percentile(spent_ms, 95):.1f}")


def is_meant(snapshot: Snapshot, call: Call, understood: Understood, rank: int) -> bool:
    """Whether the place at this rank is what the caller means."""
    place = understood.meant[rank]
    if call.at is not None:
        x, y = snapshot.frame.points([(place.lon, place.lat)])[0]
        return place.kind == "crossing" and float(np.hypot(x - call.at[0], y - call.at[1])) <= NEAR_M
    return place.kind == "building" and place.code in call.codes
