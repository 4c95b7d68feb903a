"""What a caller's words mean, and keeping a confirmed choice as an alias."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.access import Dispatcher, Reader
from api.context import Context_, Session_
from api.routes.answers import refusals
from api.schemas import DatumName, MeantOut, UnderstoodOut
from boundaries.land import addresses, districts
from boundaries.land.calling import Pasted, read_pasted, understand
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock
from gis.datums import Datum, convert

router = APIRouter(prefix="/v1/places", tags=["the net"])


class AliasIn(BaseModel):
    """A text that somebody confirmed to mean a building."""

    text: Annotated[str, Field(min_length=2, max_length=100, examples=["老粮站对面的红楼"])]
    building: str
    part: str | None = None


@router.get("", responses=refusals(400, 422, 503))
def understand_text(
    context: Context_,
    user: Reader,
    q: Annotated[str, Query(max_length=500, description="as a caller says it, or pasted coordinates")],
    datum: Annotated[DatumName | None, Query(description="of a bare pair; else the account's own")] = None,
) -> UnderstoodOut:
    """The places that a text may mean, with the doubts: up to five, never a silent pick.

    Coordinates in either order and long links of 高德, 腾讯 and 百度 are read with their datum; a short link
    is refused (422), since no address outside is ever opened.
    """
    held = context.held.current
    pasted = read_pasted(q, held.atlas.bounds)
    if pasted is not None:
        return UnderstoodOut(
            text=q,
            quality="point",
            certain=pasted.datum is not None or datum is not None or user.datum is not None,
            relation=None,
            meant=[_point(pasted, datum or user.datum)],
        )
    found = understand(held.snapshot.gazetteer, q)
    return UnderstoodOut(
        text=q,
        quality=found.quality,
        certain=found.certain,
        relation=found.relation,
        meant=[MeantOut(**place._asdict(), datum="wgs84") for place in found.meant],
    )


@router.post("/aliases", status_code=201, responses=refusals(400, 401, 403, 404, 409, 422, 503))
def keep_alias(context: Context_, user: Dispatcher, session: Session_, alias: AliasIn) -> dict[str, Any]:
    """From now on the text names this building, or this part of it; the same again changes nothing."""
    snapshot = context.held.current.snapshot
    if alias.building not in snapshot.buildings:
        raise UnknownCode(kind="building", value=alias.building)
    if alias.part is not None and alias.part not in {
        part.code for part in snapshot.parts.get(alias.building, ())
    }:
        raise UnknownCode(kind="part", value=f"{alias.building}/{alias.part}")
    user.require(snapshot.areas_of_building(alias.building), asked=alias.building)
    stamp = clock.stamp(session)
    tally = addresses.keep_alias(
        session,
        districts.get(session, snapshot.district.code),
        alias.text.strip(),
        building=alias.building,
        part=alias.part,
        stamp=stamp,
    )
    return {
        "text": alias.text.strip(),
        "building": alias.building,
        "part": alias.part,
        "added": bool(tally.added),
    }


def _point(pasted: Pasted, stated: str | None) -> MeantOut:
    """A pasted point, in WGS 84 where its datum is known, else as it stands with no datum."""
    datum = pasted.datum or (Datum(stated) if stated else None)
    lon, lat = pasted.lon, pasted.lat
    if datum is not None:
        lon, lat = convert([(lon, lat)], datum, Datum.WGS84)[0].tolist()
    return MeantOut(
        kind="point",
        code="",
        part=None,
        name=f"{pasted.lat:.6f}, {pasted.lon:.6f}",
        lon=lon,
        lat=lat,
        because=[pasted.source],
        datum="wgs84" if datum is not None else None,
    )
