"""Where it gathers: counts and rates by place and time, hot spots, early warnings."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import shapely
from fastapi import APIRouter, Depends, Query, Response

from api.access import Reader, User
from api.answering import Lang, aware
from api.context import Context, Context_
from api.files import as_file, attachment
from api.incidents_held import Happened
from api.reporting import report_of, write_report
from api.routes.answers import as_json, refusals
from api.routes.incident_files import FILES, Form
from boundaries.affairs import gathering, series
from boundaries.affairs.exports import write_figures
from boundaries.affairs.question import Bucket, Net, Question, Rate, Unit
from boundaries.affairs.refusals import BadDensityQuestion
from boundaries.duty.snapshot import Snapshot

router = APIRouter(prefix="/v1/density", tags=["what happens"])
_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
_REPLIES: dict[int | str, dict[str, Any]] = {
    200: {"description": "JSON, with the net version and the days it is about"},
    **refusals(400, 403, 422, 503),
}
_MEDIA = {"html": "text/html", "pdf": "application/pdf", "png": "image/png"}
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
        last = self.last or snapshot.at.astimezone(snapshot.zone).date()
        return self.first or last - _YEAR, last

    def within(self, user: User, snapshot: Snapshot) -> str | None:
        """The area: an account of one area counts there only. Raises OutsideScope, BadDensityQuestion."""
        if self.area is not None and self.area not in snapshot.areas:
            raise BadDensityQuestion("area", self.area, "there is no such area")
        if self.area is not None and user.area_code is not None:
            user.require(snapshot.area_codes(self.area), asked=self.area)
        return self.area or user.area_code


class Cut:
    """By which places and times it is counted, and as what."""

    def __init__(
        self,
        unit: Annotated[Unit, Query()] = "grid",
        rate: Annotated[Rate, Query(description="households and smoothed: per 1,000 households")] = "count",
        bucket: Annotated[Bucket, Query()] = "none",
        size: Annotated[float | None, Query(description="H3 resolution 5–12, or metres of a square")] = None,
        net: Annotated[Net, Query(description="day: the grids of each incident's own day")] = "snapshot",
    ) -> None:
        self.unit, self.rate, self.bucket, self.size, self.net = unit, rate, bucket, size, net


Asked_ = Annotated[Asked, Depends()]
Cut_ = Annotated[Cut, Depends()]


@router.get("", response_class=Response, responses=_REPLIES)
def count(
    context: Context_,
    user: Reader,
    asked: Asked_,
    cut: Cut_,
    geometry: Annotated[bool, Query(description="with the shapes of hexagons and squares")] = False,
) -> Response:
    """All frames of a series with breaks that hold for every one, and so one legend.

    Matters marked sensitive count only where they are asked for by name, and then a reader sees counts of
    one and two as null.
    """
    snapshot, happened = _of(context, asked)
    question, veiled = _counted(user, snapshot, asked, cut)
    found = _frames(snapshot, happened, question, veiled)
    shapes = None
    if geometry and found.shapes is not None:
        shapes = [shapely.geometry.mapping(shape) for shape in found.shapes]
    told: dict[str, Any] = {
        "unit": cut.unit,
        "rate": cut.rate,
        "bucket": cut.bucket,
        "net": cut.net,
        "from": question.first,
        "to": question.last,
    }
    return _told(
        snapshot, happened, told | {"masked": veiled} | dict(series.as_dict(found)) | {"shapes": shapes}
    )


@router.get("/export", response_class=Response, responses=FILES)
def export_counts(
    context: Context_,
    user: Reader,
    asked: Asked_,
    cut: Cut_,
    format: Annotated[Form, Query()] = "csv",
) -> Response:
    """The same counts as a file, one row a cell and bucket; a GeoPackage has the shapes of the cells.

    What a reader may not count one by one is `masked` where there are one or two.
    """
    snapshot, happened = _of(context, asked)
    question, veiled = _counted(user, snapshot, asked, cut)
    found = _frames(snapshot, happened, question, veiled)
    name = f"density-{question.area or snapshot.district.code}-{question.first}-{question.last}.{format}"
    return as_file(lambda path: write_figures(snapshot, found, cut.unit, path, format), name)


@router.get(
    "/hotspots",
    response_class=Response,
    responses=_REPLIES,
)
def find_hot_spots(context: Context_, user: Reader, asked: Asked_) -> Response:
    """Grids hotter or colder than their share of everything else lets expect (Gi*, q < 0.05)."""
    snapshot, happened = _of(context, asked)
    question = _grids(user, snapshot, asked, "none")
    beside = context.incidents.neighbours(snapshot)
    rows = gathering.gathered(snapshot, happened.columns, question, happened.places, beside)
    return _told(snapshot, happened, _days(question) | {"hotspots": rows})


@router.get(
    "/emerging",
    response_class=Response,
    responses=_REPLIES,
)
def find_emerging(
    context: Context_, user: Reader, asked: Asked_, bucket: Annotated[Bucket, Query()] = "month"
) -> Response:
    """How the hot and cold grids came about: new, intensifying, persistent, diminishing, sporadic …"""
    snapshot, happened = _of(context, asked)
    question = _grids(user, snapshot, asked, bucket)
    beside = context.incidents.neighbours(snapshot)
    rows = gathering.emerged(snapshot, happened.columns, question, happened.places, beside)
    return _told(snapshot, happened, _days(question) | {"emerging": rows})


@router.get(
    "/warnings",
    response_class=Response,
    responses=_REPLIES,
)
def find_warnings(context: Context_, user: Reader, asked: Asked_) -> Response:
    """Grids with more of a matter in the seven days up to `to` than the weeks before let expect."""
    snapshot, happened = _of(context, asked)
    _, last = asked.days(snapshot)
    area = asked.within(user, snapshot)
    rows = gathering.warned(
        snapshot, happened.columns, happened.places, until=last, exclude=_hidden(user, snapshot)
    )
    if area is not None:
        rows = [row for row in rows if area in snapshot.area_codes(snapshot.grids[row["grid"]].community)]
    return _told(snapshot, happened, {"to": last, "warnings": rows})


@router.get(
    "/report",
    response_class=Response,
    responses={
        200: {"description": "the report", "content": {media: {} for media in _MEDIA.values()}},
        **refusals(400, 403, 422, 503),
    },
)
def make_report(
    context: Context_,
    user: Reader,
    asked: Asked_,
    rate: Annotated[Rate, Query()] = "count",
    format: Annotated[Literal["html", "pdf", "png"], Query()] = "html",
    lang: Lang = "zh",
) -> Response:
    """A report of one file that opens without any network: map, legend, series, top list, hot spots."""
    snapshot, happened = _of(context, asked)
    first, last = asked.days(snapshot)
    hidden = _hidden(user, snapshot)
    veiled = asked.matter is not None and asked.matter in hidden
    area = asked.within(user, snapshot)
    data = report_of(
        snapshot,
        happened,
        Question(
            "grid",
            rate,
            first,
            last,
            matter=asked.matter,
            area=area,
            exclude=frozenset() if veiled else hidden,
        ),
        context.incidents.neighbours(snapshot),
        made_on=snapshot.at.astimezone(snapshot.zone).date(),
        veiled=veiled,
        points=user.may("clerk"),
        lang=lang,
    )
    content = write_report(data, format)
    name = f"density-{area or snapshot.district.code}-{first}-{last}.{format}"
    return Response(content, media_type=_MEDIA[format], headers={**_PRIVATE, **attachment(name)})


def _of(context: Context, asked: Asked) -> tuple[Snapshot, Happened]:
    snapshot = context.held.at(asked.at, None).snapshot
    return snapshot, context.incidents.of(snapshot)


def _counted(user: User, snapshot: Snapshot, asked: Asked, cut: Cut) -> tuple[Question, bool]:
    """The question, and whether small counts are to be masked in its answer."""
    first, last = asked.days(snapshot)
    hidden = _hidden(user, snapshot)
    veiled = asked.matter is not None and asked.matter in hidden
    area = asked.within(user, snapshot)
    exclude = frozenset() if veiled else hidden
    whole = cut.unit, cut.rate, first, last, cut.bucket, asked.matter, area, cut.size, cut.net, exclude
    return Question(*whole), veiled


def _frames(snapshot: Snapshot, happened: Happened, question: Question, veiled: bool) -> series.Frames:
    found = series.frames(snapshot, happened.columns, question, happened.places)
    return series.masked(found) if veiled else found


def _grids(user: User, snapshot: Snapshot, asked: Asked, bucket: Bucket) -> Question:
    first, last = asked.days(snapshot)
    hidden = _hidden(user, snapshot)
    if asked.matter in hidden:
        raise BadDensityQuestion("matter", str(asked.matter), "it is sensitive: sign in with a role that may")
    area = asked.within(user, snapshot)
    return Question("grid", "count", first, last, bucket, asked.matter, area, exclude=hidden)


def _hidden(user: User, snapshot: Snapshot) -> frozenset[str]:
    """Sensitive matters, for those who may not count them one by one."""
    if user.may("clerk"):
        return frozenset()
    return frozenset(code for code, matter in snapshot.matters.items() if matter.sensitive)


def _days(question: Question) -> dict[str, Any]:
    return {"from": question.first, "to": question.last, "matter": question.matter, "area": question.area}


def _told(snapshot: Snapshot, happened: Happened, answer: dict[str, Any]) -> Response:
    whole = answer | {
        "incidents": int(happened.columns.counts.sum()),
        "net_version": snapshot.net_version,
        "stale": happened.stale,
    }
    return as_json(whole, headers=_PRIVATE)
