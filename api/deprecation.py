"""What will end: a route, or one parameter of it, says so itself, and its answers carry it.

`dependencies=[Depends(Deprecated(…))]` at a route is the whole declaration. The front door writes
`Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` on every answer of it, refusals included; the
OpenAPI document and /docs mark it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any

from fastapi import Request

NOTICE = timedelta(days=180)  # nothing ends sooner after it was said
_KEY = "yiwang.deprecated"


@dataclass(frozen=True, slots=True)
class Deprecated:
    """The declaration. since: when it was said; sunset: the first day (UTC) on which it may be gone.

    parameter: the one of the query that ends; without it the route does. instead: the path that takes
    its place. Raises ValueError for a sunset sooner than `NOTICE` after `since`.
    """

    since: date
    sunset: date
    parameter: str | None = None
    instead: str | None = None

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError(f"{self.sunset} is sooner than {NOTICE.days} days after {self.since}")

    def __call__(self, request: Request) -> None:
        """As a dependency of the route: remember it for the answer where it is what was asked."""
        if self.parameter is None or self.parameter in request.query_params:
            request.scope.setdefault(_KEY, []).append(self)

    @property
    def links(self) -> str:
        """Where it is told, and what takes its place."""
        told = '</docs>; rel="deprecation"; type="text/html", </docs>; rel="sunset"; type="text/html"'
        return told if self.instead is None else f'{told}, <{self.instead}>; rel="successor-version"'

    @property
    def sentence(self) -> str:
        """For people."""
        what = f"The parameter {self.parameter}" if self.parameter else "This"
        instead = f"; {self.instead} takes its place" if self.instead else ""
        return f"{what} is deprecated since {self.since} and may be gone from {self.sunset} on{instead}."


def headers_of(scope: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    """What the answer to this request carries; of several that end, the one that ends first."""
    found: list[Deprecated] = scope.get(_KEY, [])
    if not found:
        return []
    first = min(found, key=lambda each: (each.sunset, each.since))
    told = {
        "deprecation": f"@{int(_midnight(first.since).timestamp())}",
        "sunset": format_datetime(_midnight(first.sunset), usegmt=True),
        "link": first.links,
    }
    return [(name.encode(), value.encode("latin-1")) for name, value in told.items()]


def declared(dependant: Any) -> Iterator[Deprecated]:
    """Every declaration of a route."""
    for child in getattr(dependant, "dependencies", ()):
        if isinstance(child.call, Deprecated):
            yield child.call


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
