"""The district that is served."""

from collections import Counter

from fastapi import APIRouter

from api.access import Reader
from api.context import Context_
from api.routes.answers import refusals
from api.schemas import BasemapOut, DistrictOut

router = APIRouter(prefix="/v1/district", tags=["the net"])


@router.get("", responses=refusals(503))
def read_district(context: Context_, user: Reader) -> DistrictOut:
    """Its name, whether its ground is real, where it lies, and how much there is."""
    held = context.held.current
    atlas = held.atlas
    row = held.snapshot.district
    levels = Counter(area.level for area in atlas.areas.values())
    return DistrictOut(
        code=row.code,
        name=row.name,
        ground=row.ground,
        timezone=row.timezone,
        bounds=atlas.bounds,
        net_version=held.snapshot.net_version,
        counts={
            "streets": levels["street"],
            "communities": levels["community"],
            "grids": len(atlas.grids),
            "buildings": atlas.buildings,
            "households": atlas.households,
        },
        last_updated=held.snapshot.last_updated,
        stale=context.held.stale,
        basemap=None
        if context.basemap is None
        else BasemapOut(
            min_zoom=context.basemap.min_zoom,
            max_zoom=context.basemap.max_zoom,
            attribution=context.settings.basemap_attribution,
            layers=None if context.basemap.layers is None else list(context.basemap.layers),
        ),
    )
