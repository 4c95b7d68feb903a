"""`wrk` against a real server on loopback: requests a second and the server's CPU a request."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from boundaries.store.settings import Settings

SECONDS = 3
_SERVER = """
import socket, sys, uvicorn
from api import logs
from api.app import create_app
from boundaries.store.settings import Settings
logs.configure(as_json=True)
listener = socket.socket(fileno=int(sys.argv[1]))
app = create_app(Settings())
config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, lifespan="on")
uvicorn.Server(config).run(sockets=[listener])
"""


def load(settings: Settings, places: Sequence[tuple[float, float]], basic: str) -> None:
    """One and two workers, 1, 16 and 64 connections. Says so where wrk is missing."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "ask.lua"
        paths = ", ".join(f'"/v1/lookup?lon={lon}&lat={lat}&datum=wgs84"' for lon, lat in places)
        script.write_text(
            f'local paths = {{{paths}}}\nlocal at = 0\nwrk.headers["Authorization"] = "{basic}"\n'
            "request = function() at = at % #paths + 1; return wrk.format(nil, paths[at]) end\n"
        )
        for workers in (1, 2):
            _with(workers, settings, script, basic)


def _with(workers: int, settings: Settings, script: Path, basic: str) -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    environment = {**os.environ, "YIWANG_HOME": str(settings.home)}
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", _SERVER, str(listener.fileno())],
            env=environment,
            pass_fds=[listener.fileno()],
            stderr=subprocess.DEVNULL,
        )
        for _ in range(workers)
    ]
    try:
        _wait(address)
        for connections in (1, 16, 64):
            command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", str(script)]
            subprocess.run(
                [*command, address], capture_output=True, check=True
            )  # every worker knows the account
            before = sum(_cpu_of(server.pid) for server in servers)
            told = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout
            used = sum(_cpu_of(server.pid) for server in servers) - before
            count = int(_number(r"(\d+) requests in", told))
            p50, p99 = _number(r"\n\s+50%\s+(\S+)", told), _number(r"\n\s+99%\s+(\S+)", told)
            faults = re.findall(r"(Non-2xx.*|Socket errors.*)", told)
            print(
                f"{workers} worker(s), {connections:2} connections: {count / SECONDS:7.0f} requests/s,"
                f" {used / count * 1e6:5.0f} µs of server CPU each, p50 {p50}, p99 {p99} {' '.join(faults)}"
            )
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()
        listener.close()


def _wait(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}/healthz", timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    sys.exit("the server did not start")


def _number(pattern: str, told: str) -> str:
    found = re.search(pattern, told)
    return found[1] if found else "0"


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
