"""What a Prometheus server reads from this process: requests, times, and the age of the net."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from api.held import Held

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NO_ROUTE = "none"
SHORT_WAY = "yiwang.route"


class Metrics:
    """Counts of one application. Labels are routes as declared, never addresses: their number is bounded."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "yiwang_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "yiwang_request_seconds",
            "From the first byte of a request to the last of its answer.",
            ("route",),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._running = self._gauge("requests_running", "Requests that are being answered.")
        self._held = self._gauge("net_held", "1 while there is a net to answer from.")
        self._version = self._gauge(
            "net_version", "The net version that is answered from; 0: none was published."
        )
        self._revision = self._gauge("register_revision", "The register's revision that is answered from.")
        self._age = self._gauge("snapshot_age_seconds", "Since the instant as of which the net was read.")
        self._stale = self._gauge("stale", "1 while the register may know more than is held here.")
        self._reachable = self._gauge("register_reachable", "1 if the register was reached at the last try.")
        self._started = self._gauge("start_time_seconds", "When this application was made.")
        self._started.set(time.time())

    def began(self) -> None:
        """A request came in."""
        self._running.inc()

    def ended(self, scope: Mapping[str, Any], status: int, seconds: float) -> None:
        """A request that `began` was answered; status 0: the connection ended without an answer."""
        self._running.dec()
        self.count(scope, status, seconds)

    def count(self, scope: Mapping[str, Any], status: int, seconds: float) -> None:
        """A request was answered, whether or not it was told before that it began."""
        route = route_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        key = method, route, status
        counted = self._counted.get(key)
        if counted is None:  # to find a child by its labels costs more than to count
            counted = self._counted[key] = (
                self._requests.labels(method, route, str(status)),
                self._seconds.labels(route),
            )
        counted[0].inc()
        counted[1].observe(seconds)

    def told(self, held: Held) -> bytes:
        """Everything in Prometheus' text format."""
        published = held.published
        self._held.set(published is not None)
        if published is not None:
            snapshot = published.snapshot
            self._version.set(snapshot.net_version or 0)
            self._revision.set(snapshot.revision)
            self._age.set(max(0.0, (datetime.now(UTC) - snapshot.at).total_seconds()))
        self._stale.set(held.stale)
        self._reachable.set(held.reachable)
        return generate_latest(self._registry)

    def _gauge(self, name: str, what: str) -> Gauge:
        return Gauge(f"yiwang_{name}", what, registry=self._registry)


def route_of(scope: Mapping[str, Any]) -> str:
    """The declared path that answered; a short way to it names it in the scope."""
    path = scope.get(SHORT_WAY) or getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else NO_ROUTE
