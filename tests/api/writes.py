"""Writes that a campaign sends over HTTP, each of several parts that are all in the register or none."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.api.conftest import PASSWORD
from tests.boundaries import towns
from tests.boundaries.land.plans.drawn import A1, A2, A3, A4, B1, B2, C1

HAPPENED = "2026-05-01T08:00:00+00:00"
LED = (A2, A3, A4, B1, B2, C1)


class Write(ABC):
    """One sort of write; each is known by a number of its own, which is its Idempotency-Key as well."""

    name: str
    by: str
    parts: int

    @abstractmethod
    def request(self, number: int) -> dict[str, Any]:
        """What httpx sends, without the address of the server."""

    @abstractmethod
    def found(self, session: Session, numbers: Sequence[int]) -> dict[int, int]:
        """How many parts of each write the register holds."""

    def sent(self, number: int) -> dict[str, Any]:
        """The request with the account and the key."""
        asked = self.request(number)
        headers = {"Idempotency-Key": f"{self.name}-{number}", **asked.pop("headers", {})}
        return {"auth": (self.by, PASSWORD), "headers": headers, **asked}


class Intake(Write):
    """Many incidents in one request."""

    name, by, parts = "intake", "worker", 300

    def request(self, number: int) -> dict[str, Any]:
        rows = []
        for place in range(self.parts):
            lon, lat = towns.at(0.5 + 29 * place / self.parts, 1 + place % 8)
            rows.append({"matter": "0102", "happened_at": HAPPENED, "lon": lon, "lat": lat})
        return {
            "url": "/v1/incidents",
            "params": {"datum": "wgs84", "source": f"intake-{number}"},
            "json": rows,
        }

    def found(self, session: Session, numbers: Sequence[int]) -> dict[int, int]:
        asked = "select source, count(distinct number) from yiwang.incident group by source"
        told = {str(source): int(count) for source, count in session.execute(text(asked))}
        return {number: told.get(f"intake-{number}", 0) for number in numbers}


class Import(Write):
    """A roster that gives six grids one new leader, committed."""

    name, by, parts = "import", "planner", len(LED) + 1

    def request(self, number: int) -> dict[str, Any]:
        rows = "".join(f"{grid},{self.leader(number)},{13900000000 + number}\n" for grid in LED)
        return {
            "url": "/v1/imports",
            "files": {"file": (f"roster-{number}.csv", ("网格编码,姓名,联系电话\n" + rows).encode())},
            "data": {"kind": "leaders", "commit": "true"},
        }

    @staticmethod
    def leader(number: int) -> str:
        """The name that import `number` brings."""
        return f"领导{number}"

    def found(self, session: Session, numbers: Sequence[int]) -> dict[int, int]:
        duties = (
            "select p.name, count(distinct u.grid_id) from yiwang.duty u join yiwang.party_version p"
            " on p.party_id = u.party_id where u.role = 'leader' group by p.name"
        )
        led = {str(name): int(count) for name, count in session.execute(text(duties))}
        files = session.execute(text("select file_name, count(*) from yiwang.import_run group by 1"))
        runs = {str(name): int(count) for name, count in files}
        return {
            number: led.get(self.leader(number), 0) + runs.get(f"roster-{number}.csv", 0)
            for number in numbers
        }


class Edit(Write):
    """An edit of one plan: its row, the plan's version and its count of edits."""

    name, by, parts = "edit", "planner", 3

    def __init__(self, plan: str) -> None:
        self.plan = plan

    def request(self, number: int) -> dict[str, Any]:
        # the plan's edits are numbered as they are sent: version 1 is the empty draft
        return {
            "url": f"/v1/plans/{self.plan}/edits",
            "params": {"datum": "wgs84"},
            "json": {"operation": "name", "grid": A1, "name": f"edit-{number}"},
            "headers": {"If-Match": f'"{number}"'},
        }

    def found(self, session: Session, numbers: Sequence[int]) -> dict[int, int]:
        plan = "select id, version, applied from yiwang.plan where code = :code"
        key, version, applied = session.execute(text(plan), {"code": self.plan}).one()
        edits = "select number, parameters->>'name' from yiwang.plan_edit where plan_id = :plan"
        named = {row[0]: row[1] for row in session.execute(text(edits), {"plan": key})}
        return {
            number: (named.get(number) == f"edit-{number}") + (version > number) + (applied >= number)
            for number in numbers
        }
