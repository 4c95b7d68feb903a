"""From what was asked to the answer that this asker may see."""

from datetime import datetime
from typing import Any, Literal

from api.access import User
from api.held import Published
from api.refusals import MissingDatum, UnknownDatum
from boundaries.duty.masking import mask, mask_name
from boundaries.duty.refusals import BadPoint
from boundaries.duty.shape import Answer
from boundaries.duty.snapshot import Snapshot
from boundaries.land.atlas import Bounds
from boundaries.land.refusals import NotAwareInstant
from gis.datums import Datum, convert

Lang = Literal["zh", "en"]


def datum_of(given: str | None, user: User) -> Datum:
    """The stated datum, else the one that the account declares. There is no default.

    Raises MissingDatum, UnknownDatum.
    """
    stated = given or user.datum
    if stated is None:
        raise MissingDatum
    try:
        return Datum(stated)
    except ValueError:
        raise UnknownDatum(stated) from None


def to_wgs84(lon: float, lat: float, datum: Datum, bounds: Bounds | None) -> tuple[float, float]:
    """One place in WGS 84. Raises BadPoint off the globe, or where swapping alone leads into the district."""
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # NaN too
        raise BadPoint(lon=lon, lat=lat, swapped=abs(lon) <= 90 and abs(lat) <= 180)
    if bounds is not None and _within(lat, lon, bounds) and not _within(lon, lat, bounds):
        raise BadPoint(lon=lon, lat=lat, swapped=True)
    if datum in (Datum.WGS84, Datum.CGCS2000):  # taken as equal: nothing to carry
        return lon, lat
    found = convert([(lon, lat)], datum, Datum.WGS84)[0]
    return float(found[0]), float(found[1])


def aware(instant: datetime | None) -> datetime | None:
    """An instant that names its time zone. Raises NotAwareInstant."""
    if instant is not None and instant.tzinfo is None:
        raise NotAwareInstant(value=instant)
    return instant


def visible(answer: Answer, user: User) -> Answer:
    """The answer as this asker may see it: persons masked for readers, and outside an account's area."""
    return answer if user.sees_persons(area["code"] for area in answer["areas"]) else mask(answer)


def owner_of_grid(held: Published, code: str, user: User, *, lang: Lang = "zh") -> dict[str, Any]:
    """Who answers for a grid. Raises UnknownCode, GridGone."""
    owner: Any = visible(held.snapshot.answer_grid(code, lang=lang), user)["owner"]
    return dict(owner)


def leader_of_grid(snapshot: Snapshot, code: str, user: User, areas: list[str]) -> str | None:
    """The name of a grid's leader as this asker may see it; None where the post is vacant."""
    duty = next(snapshot.duties.at([("grid", code)], "leader"), None)
    party = snapshot.parties.get(duty.party) if duty is not None else None
    if party is None:
        return None
    return party.name if user.sees_persons(areas) or party.kind != "person" else mask_name(party.name)


def _within(lon: float, lat: float, bounds: Bounds) -> bool:
    return bounds[0] <= lon <= bounds[2] and bounds[1] <= lat <= bounds[3]
