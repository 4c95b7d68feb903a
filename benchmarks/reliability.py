"""The table of `docs/reliability.md`, made of what the campaigns wrote into `docs/reliability/`.

`./run bench reliability`: runs the tests of faults, which leave their figures, then makes the table.
`./run bench reliability table`: only the table. The long campaigns leave theirs under `./run soak`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.figures import ASKED, FOLDER

TARGET = FOLDER.parent / "reliability.md"
FAULTS = (
    "test_faults.py",
    "test_full_disk.py",
    "test_clock_jumps.py",
    "test_rolling_restart.py",
    "test_database_restart.py",
)
PUBLICATIONS = tuple(f"publication-kills-{seed}" for seed in (2, 3, 4, 5))  # one campaign in four parts
HEAD = (
    (
        "# Reliability\n\nEvery figure stands in a file of `docs/reliability/`, which a campaign wrote;"
        " `./run bench reliability` makes this page of them. Nothing here is typed. Times are by the clock of"
        " a machine that other work shared; each campaign names its load. In what memory grew by, up to 64"
        " MiB are argon2's: they are gone when the password is checked, and one is checked at a time.\n\n"
    )
    + """| what | what came of it | needed | run again with |
|---|---|---|---|
"""
)
Told = Mapping[str, Any]


def _kills(told: Told) -> str:
    unanswered = told["unanswered"] + told["workers_unfinished"]
    by: dict[str, int] = {}
    for name, count in told["kills"].items():
        victim = name.partition("/")[2]
        by[victim] = by.get(victim, 0) + count
    victims = ", ".join(f"{count} {victim}" for victim, count in sorted(by.items()))
    return (
        f"{told['killed']} kills ({victims}), {unanswered} of them ({unanswered / told['killed']:.0%}) while"
        f" a write was unanswered or a job ran; {told['acknowledged']} writes acknowledged,"
        f" {len(told['faults'])} lost, halved or doubled; {told['came_through']} unanswered ones had come"
        f" through whole; {told['jobs_done']} of {by.get('worker', 0)} jobs done by their second attempt;"
        f" {told['lookups']} look-ups meanwhile, {told['lookups_failed']} failed while the application lived,"
        f" {told['half_seen']} saw half an import; memory at most {told['memory_mib']:.0f} MiB"
    )


def _publication_kills(told: Told) -> str:
    return (
        f"{told['kills']} kills ({told['of_postgres']} postgres, {told['kills'] - told['of_postgres']}"
        f" application), {told['unanswered']} of them ({told['unanswered'] / told['kills']:.0%}) while a"
        f" write was unanswered, {told['after_commit']} after the commit was visible; {told['acknowledged']}"
        f" writes acknowledged, {told['publications']} publications and {told['reads']} answers of the whole"
        f" net judged, {len(told['faults'])} faults; {told['came_through']} unanswered publications had come"
        " through whole"
    )


def _database_restart(told: Told) -> str:
    return (
        f"{told['restarts']} restarts under load: {told['lookups']} look-ups, {told['failed']} failed,"
        f" {told['stale']} of them told that they are stale, the slowest took {told['slowest_s']} s;"
        f" {told['refused']} writes refused with 503 and Retry-After, {told['writes']} batches of 300 taken,"
        f" {told['lost']} lost"
    )


def _load(told: Told) -> str:
    kinds = "; ".join(
        f"{name} {told[name]['count']} (p50 {told[name]['p50_ms']} ms, p99 {told[name]['p99_ms']} ms)"
        for name in ("lookup", "intake", "edit", "publication")
        if name in told
    )
    return (
        f"{told['clients']} clients, {told['seconds']:.0f} s: {kinds}; {told['errors']} errors; memory"
        f" {told['memory_first_mib']} MiB at most in the first minute, {told['memory_most_after_mib']} MiB"
        f" after it ({told['memory_growth_percent']:+} %), {told['memory_last_mib']} MiB at the end"
    )


def _restart(told: Told) -> str:
    return (
        f"{told['restarts']} restarts of two replicas: {told['lookups']} look-ups and {told['writes']}"
        f" writes, {told['failed']} failed; the longest end took {told['longest_end_s']} s"
    )


def _gigabyte(told: Told) -> str:
    return f"{told['sent_mib']:.1f} MiB taken before the refusal, memory grew by {told['grown_mib']} MiB"


def _archives(told: Told) -> str:
    each = ", ".join(
        f"{what}: `{facts['code']}`, {facts['grown_mib']} MiB" for what, facts in told["archives"].items()
    )
    return f"all refused; the code and by how much memory grew: {each}"


ROWS: tuple[tuple[str, str, Callable[[Told], str], str, str], ...] = (
    ("write-kills", "kill -9 in intake, imports, edits, jobs", _kills,
     "200 kills, 80 % unanswered, 0 lost, 0 half seen", "./run soak tests/api/test_write_kills.py"),
    ("publication-kills", "kill -9 in publications (an earlier 200: [plans](benchmarks/plans.md))",
     _publication_kills, "200 kills, 80 % unanswered, 0 lost, 0 half seen",
     "./run soak tests/api/test_plan_kills.py"),
    ("database-restart", "restart of the database under look-ups and writes", _database_restart,
     "no look-up failed, writes 503 and then taken", "./run bench reliability"),
    ("load", "ten minutes of mixed work, demo district", _load,
     "no error, memory +10 % at most", "./run soak tests/api/test_load.py"),
    ("rolling-restart-small", "rolling restart, small proxy", _restart, "0 failed",
     "./run bench reliability"),
    ("rolling-restart-caddy", "rolling restart, Caddy with `deploy/Caddyfile`", _restart, "0 failed",
     "./run soak tests/api/test_rolling_restart.py"),
    ("full-disk", "a disk that fills up under PostgreSQL",
     lambda told: f"{told['acknowledged']} batches of 300 acknowledged, {told['lost']} lost;"
     f" {told['lookups']} look-ups meanwhile, {told['lookups_failed']} failed; writes 503 with Retry-After,"
     " and taken once there was room", "0 lost", "./run bench reliability"),
    ("clock-jumps", "the clock jumps (application and PostgreSQL)",
     lambda told: f"by {', '.join(f'{days:+d}' for days in told['days'])} days: {told['writes']} writes,"
     f" {told['refused']} refused, all in their order; {told['lookups_failed']} look-ups failed",
     "order kept", "./run bench reliability"),
    ("gigabyte-stated", "a body of 1 GiB, length stated", _gigabyte, "413, memory bounded",
     "./run bench reliability"),
    ("gigabyte-chunked", "a body of 1 GiB, no length", _gigabyte, "413 at 64 MiB, memory bounded",
     "./run bench reliability"),
    ("half-sent", "bodies that never end",
     lambda told: f"{told['connections']} connections held; meanwhile {told['writes']} writes and"
     f" {told['lookups']} look-ups, {told['failed']} failed", "0 failed", "./run bench reliability"),
    ("slow-clients", "clients that send by drops or do not read",
     lambda told: f"{told['by_drops']} by drops, {told['deaf']} deaf; {told['lookups']} look-ups,"
     f" {told['failed']} failed; memory grew by {told['grown_mib']} MiB", "0 failed",
     "./run bench reliability"),
    ("archives", "archives and workbooks made to burst", _archives, "refused, memory bounded",
     "./run bench reliability"),
    ("many-vertices", "10,000 vertices × 1,000 polygons as an import",
     lambda told: f"{told['polygons']} polygons of {told['vertices']} vertices: {told['status']} after"
     f" {told['seconds']} s; memory of the server grew by {told['grown_mib']} MiB; {told['lookups']} look-ups"
     f" meanwhile, {told['failed']} failed", "memory bounded", "./run soak tests/api/test_many_vertices.py"),
    ("contract", "schemathesis over the whole OpenAPI",
     lambda told: f"{told['requests']} requests to {told['operations']} operations, {told['failed']} of which"
     " answered 5xx or with an undocumented status", "0", "./run soak tests/api/test_contract.py"),
)  # fmt: skip


def page() -> str:
    """The page, from the files that are there."""
    rows, notes = [], []
    for name, what, told_of, needed, command in ROWS:
        told = _summed(PUBLICATIONS) if name == "publication-kills" else _read(name)
        if told is None:
            rows.append(f"| {what} | not run yet | {needed} | `{command}` |")
            continue
        rows.append(f"| {what} | {told_of(told)} | {needed} | `{command}` |")
        notes.append(f"- {what}: {told['circumstances']}")
    under = "\n\n## Where and when\n\n" + "\n".join(notes) if notes else ""
    return HEAD + "\n".join(rows) + under + "\n"


def _read(name: str) -> Told | None:
    file = FOLDER / f"{name}.json"
    told: Told | None = json.loads(file.read_text("utf-8")) if file.exists() else None
    return told


def _summed(names: Sequence[str]) -> Told | None:
    """The parts of one campaign as one: numbers added, lists joined; None where no part is there."""
    parts = [told for told in map(_read, names) if told is not None]
    if not parts:
        return None
    whole = dict(parts[0])
    for part in parts[1:]:
        whole |= {name: whole[name] + part[name] for name in part if name != "circumstances"}
    if len(parts) < len(names):
        whole["circumstances"] += f"; {len(parts)} of {len(names)} parts"
    return whole


def main(arguments: list[str]) -> None:
    """Measure, unless only the table is asked for; then make the page."""
    if arguments != ["table"]:
        tests = [f"tests/api/{name}" for name in FAULTS]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
        done = subprocess.run(command, env={**os.environ, ASKED: "1"}, cwd=Path(__file__).parents[1])
        if done.returncode != 0:
            sys.exit("the faults are not all mastered: the table stays as it was")
    TARGET.write_text(page(), "utf-8")
    print(TARGET)
