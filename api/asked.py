"""What all questions about density share: days, matter and area, who may count what, and how it is told."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Query, Response

from api.access import User
from api.answering import aware
from api.context import Context
from api.incidents_held import Happened
from api.routes.answers import as_json, gives, refusals
from api.schemas import Out
from boundaries.affairs.refusals import BadDensityQuestion
from boundaries.duty.snapshot import Snapshot

PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
_REFUSALS = refusals(400, 403, 422, 503)


def replies(model: type[Out]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a question about density."""
    return gives(model, "JSON, with the net version and the days it is about") | _REFUSALS


_YEAR = timedelta(days=364)
_YEARS = range(1900, 2201)


class Asked:
    """The days, the matter and the area, which all questions share."""

    def __init__(
        self,
        first: Annotated[
            date | None, Query(alias="from", description="first day; else a year before the last")
        ] = None,
        last: Annotated[date | None, Query(alias="to", description="last day, included; else today")] = None,
        matter: Annotated[str | None, Query(max_length=50, description="with all below it; else all")] = None,
        area: Annotated[str | None, Query(max_length=100, description="only inside this area")] = None,
        at: Annotated[datetime | None, Query(description="on the net as it stood then; else today's")] = None,
    ) -> None:
        self.first, self.last, self.matter, self.area, self.at = first, last, matter, area, aware(at)
        for name, given in (("from", first), ("to", last), ("at", at)):
            if given is not None and given.year not in _YEARS:  # days can be added and taken away
                raise BadDensityQuestion(name, str(given), "years are 1900 to 2200")

    def days(self, snapshot: Snapshot) -> tuple[date, date]:
        """First and last day."""
        last = self.last or self.today(snapshot)
        return self.first or last - _YEAR, last

    def today(self, snapshot: Snapshot) -> date:
        """The day of the instant in question; not the snapshot's, which answers until the net changes."""
        return (self.at or datetime.now(UTC)).astimezone(snapshot.zone).date()

    def within(self, user: User, snapshot: Snapshot) -> str | None:
        """The area: an account of one area counts there only. Raises OutsideScope, BadDensityQuestion."""
        if self.area is not None and self.area not in snapshot.areas:
            raise BadDensityQuestion("area", self.area, "there is no such area")
        if self.area is not None and user.area_code is not None:
            user.require(snapshot.area_codes(self.area), asked=self.area)
        return self.area or user.area_code


Asked_ = Annotated[Asked, Depends()]


def happened_in(context: Context, asked: Asked) -> tuple[Snapshot, Happened]:
    """The net that is asked for, and the incidents in it."""
    snapshot = context.held.at(asked.at, None).snapshot
    return snapshot, context.incidents.of(snapshot)


def hidden_from(user: User, snapshot: Snapshot) -> frozenset[str]:
    """Sensitive matters, for those who may not count them one by one."""
    if user.may("clerk"):
        return frozenset()
    return frozenset(code for code, matter in snapshot.matters.items() if matter.sensitive)


def told(snapshot: Snapshot, happened: Happened, answer: dict[str, Any]) -> Response:
    """The answer with what it was counted on."""
    whole = answer | {
        "incidents": int(happened.columns.counts.sum()),
        "net_version": snapshot.net_version,
        "stale": happened.stale,
    }
    return as_json(whole, headers=PRIVATE)
