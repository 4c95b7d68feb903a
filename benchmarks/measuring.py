"""What every benchmark needs: medians of CPU and wall time, the machine and the commit."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Timing:
    """Medians over the repetitions: CPU seconds of the whole process, and seconds by the clock."""

    cpu_s: float
    wall_s: float


_TICKS = os.sysconf("SC_CLK_TCK")


def measure(
    work: Callable[[], object], *, times: int, cpu_time: Callable[[], float] = time.process_time
) -> Timing:
    """Run once to warm up, then `times` times. cpu_time: whose CPU seconds count, else this process's."""
    work()
    cpu, wall = [], []
    for _ in range(times):
        cpu_before, wall_before = cpu_time(), time.perf_counter()
        work()
        cpu.append(cpu_time() - cpu_before)
        wall.append(time.perf_counter() - wall_before)
    return Timing(statistics.median(cpu), statistics.median(wall))


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def circumstances() -> str:
    """One line: processor, cores, load, Python, commit, date."""
    model = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    root = Path(__file__).parents[1]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True, check=False
    ).stdout.strip()
    return (
        f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}; "
        f"commit {commit or 'unknown'}; {time.strftime('%Y-%m-%d')}"
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
