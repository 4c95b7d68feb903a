"""The district: one net, with its metric frame and its code scheme."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.land.refusals import DistrictExists, UnknownDistrict
from boundaries.store.tables import District


def create(
    session: Session,
    *,
    code: str,
    name: str,
    metric_crs: int,
    code_scheme: str = "CN-12+3",
    timezone: str = "Asia/Shanghai",
    ground: str = "surveyed",
) -> District:
    """Create a district; the same one again is returned as it is.

    metric_crs: EPSG number of a projected CRS in metres. ground: "surveyed", or "invented" for a demo.
    Raises DistrictExists if the code is taken by a district with other properties, and
    `gis.frames`'s refusal if `metric_crs` is not metric.
    """
    wanted = {
        "name": name,
        "metric_crs": metric_crs,
        "code_scheme": code_scheme,
        "timezone": timezone,
        "ground": ground,
    }
    existing = session.scalar(select(District).where(District.code == code))
    if existing is not None:
        if any(getattr(existing, key) != value for key, value in wanted.items()):
            raise DistrictExists(value=code)
        return existing
    district = District(code=code, **wanted)
    session.add(district)
    session.flush()
    return district


def get(session: Session, code: str) -> District:
    """The district with this code. Raises UnknownDistrict."""
    district = session.scalar(select(District).where(District.code == code))
    if district is None:
        raise UnknownDistrict(value=code)
    return district


def codes(session: Session) -> list[str]:
    """The codes of all districts, in order."""
    return list(session.scalars(select(District.code).order_by(District.code)))
