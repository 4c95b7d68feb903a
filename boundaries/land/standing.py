"""The net as it stands today, for a check."""

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land import intake
from boundaries.store.bitemporal import as_of
from boundaries.store.tables import Area, AreaVersion, District, Grid, GridVersion


def standing_net(session: Session, district: District) -> tuple[gpd.GeoSeries, NDArray[np.object_] | None]:
    """Today's ground grids of a district by code, lon/lat, and the outlines of its communities.

    The outlines are None unless every community has one: a part of the parent would make the rest stray.
    """
    grids = session.execute(
        select(Grid.code, GridVersion.geom.ST_AsBinary())
        .join(GridVersion, GridVersion.grid_id == Grid.id)
        .where(Grid.district_id == district.id, as_of(GridVersion), GridVersion.geom.is_not(None))
        .order_by(Grid.code.collate("C"))
    ).all()
    outlines = session.scalars(
        select(AreaVersion.outline.ST_AsBinary())
        .join(Area, AreaVersion.area_id == Area.id)
        .where(Area.district_id == district.id, Area.level == "community", as_of(AreaVersion))
    ).all()
    net = gpd.GeoSeries(
        intake.from_rows([shape for _, shape in grids]), index=[code for code, _ in grids], crs=4326
    )
    whole = bool(outlines) and all(outline is not None for outline in outlines)
    return net, intake.from_rows(outlines) if whole else None
