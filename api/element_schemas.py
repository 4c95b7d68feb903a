"""The answers about elements (人地事物组织)."""

from typing import Any

from api.schemas import Out
from boundaries.duty.shape import PartyOut


class ElementOut(Out):
    """One element with the department of its matter and the person on its ground; lon, lat in WGS 84."""

    code: str
    kind: str
    kind_name: str
    category: str
    name: str
    count: int | None
    matter: str | None
    fields: dict[str, Any]
    source: str
    lon: float | None
    lat: float | None
    building: str | None
    compound: str | None
    feature: str | None
    grid: str | None
    department: PartyOut | None
    person: PartyOut | None


class ElementCountOut(Out):
    """How many of a kind, and of groups of people how many people."""

    kind: str
    name: str
    category: str
    elements: int
    people: int | None


class ElementsOut(Out):
    """Elements by code, and how many there are of each kind."""

    elements: list[ElementOut]
    counts: list[ElementCountOut]
    total: int
    net_version: int | None
    stale: bool
