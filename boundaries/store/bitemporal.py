"""Conditions that pick the rows of an instant, for queries over bitemporal tables."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func

from boundaries.store.tables import Bitemporal


def current(table: type[Bitemporal]) -> ColumnElement[bool]:
    """What the register says today, at any time of the world: the rows that are not superseded."""
    return func.upper_inf(table.recorded)


def as_of(
    table: type[Bitemporal], at: datetime | None = None, known_at: datetime | None = None
) -> ColumnElement[bool]:
    """The rows true at `at` (None: now) as the register knew at `known_at` (None: today's knowledge).

    `known_at` must have passed `clock.check_known_at`. An alias made by `aliased` works too.
    """
    known = current(table) if known_at is None else table.recorded.contains(known_at)
    return and_(table.valid.contains(func.now() if at is None else at), known)
