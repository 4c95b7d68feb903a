"""Two replicas behind a proxy are renewed one after the other, and nobody who asks or writes notices."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from api import accounts
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests import figures
from tests.api.conftest import PASSWORD
from tests.api.proxying import CADDY, REPOSITORY, caddy, small_proxy
from tests.api.sockets import free_port
from tests.boundaries import towns
from tests.boundaries.land.plans import drawn

ASKING = 4
LON, LAT = towns.at(2, 8)
LOOKUP = {"lon": LON, "lat": LAT, "datum": "wgs84"}
INCIDENT = {"matter": "0102", "happened_at": "2026-05-01T08:00:00+00:00", **LOOKUP, "source": "restart"}


class Replica:
    """`yiwang serve` on a port that stays the same."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.start()

    def start(self) -> None:
        """Start it and return when it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve", "--port", str(self.port)],
            cwd=REPOSITORY,
            env={**os.environ, "YIWANG_HOME": str(self.home), "YIWANG_ANONYMOUS_READER": "true"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 300
        while time.monotonic() < until:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=120).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the replica does not come up")

    def renew(self) -> float:
        """End it as a service manager does, and start it anew; seconds that the end took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(120) in (0, -signal.SIGTERM)
        took = time.monotonic() - started
        self.start()
        return took


class Client(threading.Thread):
    """Sends one thing after the other and keeps what did not go well."""

    def __init__(self, send: Callable[[int], httpx.Response]) -> None:
        super().__init__(daemon=True)
        self._send, self.over = send, threading.Event()
        self.sent, self.failed = 0, list[str]()

    def run(self) -> None:
        while not self.over.is_set():
            self.sent += 1
            try:
                reply = self._send(self.sent)
                if not reply.is_success:
                    self.failed.append(f"{reply.status_code} {reply.text[:200]}")
            except httpx.HTTPError as error:
                self.failed.append(repr(error))
            time.sleep(0.01)


def test_a_rolling_restart_fails_no_look_up_and_no_write(cluster_home: Path) -> None:
    _renew_all(cluster_home, "small", rounds=1, proxy_of=small_proxy)


@pytest.mark.soak
def test_rolling_restarts_behind_caddy_fail_no_look_up_and_no_write(
    cluster_home: Path, tmp_path: Path
) -> None:
    """With the file of the deployment itself."""
    if CADDY is None:
        pytest.skip("Caddy is not installed (apt-get install caddy)")
    _renew_all(cluster_home, "caddy", rounds=3, proxy_of=lambda ports: caddy(ports, tmp_path))


def _renew_all(
    cluster_home: Path,
    kind: str,
    *,
    rounds: int,
    proxy_of: Callable[[Sequence[int]], AbstractContextManager[str]],
) -> None:
    database = Database.open(Settings(home=cluster_home))
    with database.transaction() as session:
        drawn.town(session)
        accounts.put(session, name="worker", password=PASSWORD, role="worker", datum=None, area=None)
    database.close()
    replicas = [Replica(cluster_home), Replica(cluster_home)]
    try:
        with (
            proxy_of([each.port for each in replicas]) as url,
            httpx.Client(timeout=120, trust_env=False) as http,
        ):

            def look_up(_: int) -> httpx.Response:
                return http.get(f"{url}/v1/lookup", params=LOOKUP)

            def report(number: int) -> httpx.Response:
                headers = {"Idempotency-Key": f"restart-{number}"}
                return http.post(
                    f"{url}/v1/incidents", json=INCIDENT, headers=headers, auth=("worker", PASSWORD)
                )

            _until_up(look_up)
            clients = [Client(look_up) for _ in range(ASKING)] + [Client(report)]
            for client in clients:
                client.start()
            ends = [each.renew() for each in replicas * rounds]
            until = time.monotonic() + 120
            while not all(client.sent > 20 for client in clients):
                assert time.monotonic() < until, [client.sent for client in clients]
                time.sleep(0.1)
            for client in clients:
                client.over.set()
                client.join(120)
            failed = [each for client in clients for each in client.failed]
            assert failed == []
        assert _reported(cluster_home) == clients[-1].sent
        figures.keep(
            f"rolling-restart-{kind}",
            restarts=len(ends),
            lookups=sum(client.sent for client in clients[:-1]),
            writes=clients[-1].sent,
            failed=0,
            longest_end_s=round(max(ends), 2),
        )
    finally:
        for each in replicas:
            each.process.kill()


def _reported(cluster_home: Path) -> int:
    """How many reports the register holds."""
    database = Database.open(Settings(home=cluster_home))
    try:
        with database.transaction() as session:
            asked = text("select count(*) from yiwang.incident where source = 'restart'")
            return session.scalar(asked) or 0
    finally:
        database.close()


def _until_up(look_up: Callable[[int], httpx.Response]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if look_up(0).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the proxy does not come up")
