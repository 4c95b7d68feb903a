"""Where it gathers: counts and rates by place and time, hot spots, early warnings."""

from typing import Annotated, Any, Literal

import shapely
from fastapi import APIRouter, Depends, Query, Response

from api.access import Reader, User
from api.answering import Lang
from api.asked import PRIVATE, Asked, Asked_, happened_in, hidden_from, replies, told
from api.context import Context_
from api.density_schemas import DensityOut, EarlyWarningsOut, EmergingsOut, HotSpotsOut, SurfaceOut
from api.files import as_file, attachment
from api.incidents_held import Happened
from api.reporting import report_of, write_report
from api.routes.answers import refusals
from api.routes.incident_files import FILES, Form
from boundaries.affairs import gathering, series, surfaces
from boundaries.affairs.exports import write_figures
from boundaries.affairs.question import Bucket, Net, Question, Rate, Unit
from boundaries.affairs.refusals import BadDensityQuestion
from boundaries.duty.snapshot import Snapshot

router = APIRouter(prefix="/v1/density", tags=["what happens"])
_MEDIA = {"html": "text/html", "pdf": "application/pdf", "png": "image/png"}


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


Cut_ = Annotated[Cut, Depends()]


@router.get("", response_class=Response, responses=replies(DensityOut))
def count(
    context: Context_,
    user: Reader,
    asked: Asked_,
    cut: Cut_,
    geometry: Annotated[
        bool, Query(description="with the shapes of hexagons and squares, the middles of buildings")
    ] = False,
    empty: Annotated[bool, Query(description="with cells in which nothing happened")] = True,
) -> Response:
    """All frames of a series with breaks that hold for every one, and so one legend.

    Matters marked sensitive count only where they are asked for by name, and then a reader sees counts of
    one and two as null.
    """
    snapshot, happened = happened_in(context, asked)
    question, veiled = _counted(user, snapshot, asked, cut)
    found = _frames(snapshot, happened, question, veiled)
    if not empty:
        found = series.without_empty(found)
    shapes = None
    if geometry and found.shapes is not None:
        drawn = shapely.centroid(found.shapes) if cut.unit == "building" else found.shapes
        shapes = [shapely.geometry.mapping(shape) for shape in shapely.set_precision(drawn, 1e-7)]
    facts: dict[str, Any] = {
        "unit": cut.unit,
        "rate": cut.rate,
        "bucket": cut.bucket,
        "net": cut.net,
        "from": question.first,
        "to": question.last,
    }
    return told(
        snapshot, happened, facts | {"masked": veiled} | dict(series.as_dict(found)) | {"shapes": shapes}
    )


@router.get("/surface", response_class=Response, responses=replies(SurfaceOut))
def draw_surface(
    context: Context_,
    user: Reader,
    asked: Asked_,
    bucket: Annotated[Bucket, Query()] = "none",
    bandwidth: Annotated[float, Query(description="of the Gaussian kernel, metres")] = surfaces.BANDWIDTH_M,
) -> Response:
    """How dense it is anywhere, whatever the net: the ground of each class of incidents per km² as GeoJSON.

    The classes hold for every bucket. A reader's surface is made of the counts of squares of 250 m, those
    under three left out.
    """
    snapshot, happened = happened_in(context, asked)
    question, _ = _counted(user, snapshot, asked, Cut(bucket=bucket))
    found = surfaces.surface_frames(
        snapshot,
        happened.columns,
        question,
        happened.places,
        bandwidth_m=bandwidth,
        coarse=not user.may("clerk"),
    )
    return told(snapshot, happened, _days(question) | {"bucket": bucket} | surfaces.as_dict(found))


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
    snapshot, happened = happened_in(context, asked)
    question, veiled = _counted(user, snapshot, asked, cut)
    found = _frames(snapshot, happened, question, veiled)
    name = f"density-{question.area or snapshot.district.code}-{question.first}-{question.last}.{format}"
    return as_file(lambda path: write_figures(snapshot, found, cut.unit, path, format), name)


@router.get("/hotspots", response_class=Response, responses=replies(HotSpotsOut))
def find_hot_spots(context: Context_, user: Reader, asked: Asked_) -> Response:
    """Grids hotter or colder than their share of everything else lets expect (Gi*, q < 0.05)."""
    snapshot, happened = happened_in(context, asked)
    question = _grids(user, snapshot, asked, "none")
    beside = context.incidents.neighbours(snapshot)
    rows = gathering.gathered(snapshot, happened.columns, question, happened.places, beside)
    return told(snapshot, happened, _days(question) | {"hotspots": rows})


@router.get("/emerging", response_class=Response, responses=replies(EmergingsOut))
def find_emerging(
    context: Context_, user: Reader, asked: Asked_, bucket: Annotated[Bucket, Query()] = "month"
) -> Response:
    """How the hot and cold grids came about: new, intensifying, persistent, diminishing, sporadic …"""
    snapshot, happened = happened_in(context, asked)
    question = _grids(user, snapshot, asked, bucket)
    beside = context.incidents.neighbours(snapshot)
    rows = gathering.emerged(snapshot, happened.columns, question, happened.places, beside)
    return told(snapshot, happened, _days(question) | {"emerging": rows})


@router.get("/warnings", response_class=Response, responses=replies(EarlyWarningsOut))
def find_warnings(context: Context_, user: Reader, asked: Asked_) -> Response:
    """Grids with more of a matter in the seven days up to `to` than the weeks before let expect."""
    snapshot, happened = happened_in(context, asked)
    _, last = asked.days(snapshot)
    area = asked.within(user, snapshot)
    rows = gathering.warned(
        snapshot, happened.columns, happened.places, until=last, exclude=hidden_from(user, snapshot)
    )
    if area is not None:
        rows = [row for row in rows if area in snapshot.area_codes(snapshot.grids[row["grid"]].community)]
    return told(snapshot, happened, {"to": last, "warnings": rows})


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
    snapshot, happened = happened_in(context, asked)
    first, last = asked.days(snapshot)
    hidden = hidden_from(user, snapshot)
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
        made_on=asked.today(snapshot),
        veiled=veiled,
        points=user.may("clerk"),
        lang=lang,
    )
    content = write_report(data, format)
    name = f"density-{area or snapshot.district.code}-{first}-{last}.{format}"
    return Response(content, media_type=_MEDIA[format], headers={**PRIVATE, **attachment(name)})


def _counted(user: User, snapshot: Snapshot, asked: Asked, cut: Cut) -> tuple[Question, bool]:
    """The question, and whether small counts are to be masked in its answer."""
    first, last = asked.days(snapshot)
    hidden = hidden_from(user, snapshot)
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
    hidden = hidden_from(user, snapshot)
    if asked.matter in hidden:
        raise BadDensityQuestion("matter", str(asked.matter), "it is sensitive: sign in with a role that may")
    area = asked.within(user, snapshot)
    return Question("grid", "count", first, last, bucket, asked.matter, area, exclude=hidden)


def _days(question: Question) -> dict[str, Any]:
    return {"from": question.first, "to": question.last, "matter": question.matter, "area": question.area}
