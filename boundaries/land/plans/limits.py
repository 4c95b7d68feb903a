"""What a district asks of a sound net, as it stands under `plans` in its settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land.plans.drawing import Drawing
from boundaries.store.tables import District

_DEFAULTS: Mapping[str, Any] = {
    "smallest_m2": 100.0,
    "narrowest_m": 5.0,
    # households of a grid: of a 综合 one by the kind of its community, or under the code of an area that
    # holds it (the nearest counts), or under another kind of grid; null: none
    "bands": {"居": [300, 500]},
    "blocking": ["gap", "too-small", "host-retired"],
}


def limits_of(district: District) -> Mapping[str, Any]:
    """smallest_m2, narrowest_m, bands, and blocking: codes of problems; what is not set is the default."""
    return {**_DEFAULTS, **district.settings.get("plans", {})}


def bands_of(
    session: Session, district: District, drawing: Drawing, codes: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """The least and the most households of those grids for which the district's settings name a band."""
    by_kind: Mapping[str, Any] = limits_of(district)["bands"]
    rows = session.execute(
        text(
            "select a.code, v.kind, p.code from yiwang.area a join yiwang.area_version v on v.area_id = a.id"
            " left join yiwang.area p on p.id = v.parent_id"
            " where a.district_id = :district and upper_inf(v.recorded) and v.valid @> now()"
        ),
        {"district": district.id},
    ).all()
    kinds = {str(row[0]): str(row[1]) for row in rows}
    kinds |= {code: made.kind for code, made in drawing.founded.items()}
    parents = {str(row[0]): row[2] for row in rows}
    parents |= {code: made.street for code, made in drawing.founded.items()}
    found: dict[str, tuple[int, int]] = {}
    for code in codes:
        kind, home = drawing.facts_of(code).kind, drawing.net.community(code)
        keys = [kind] if kind != "综合" else [*_upwards(home, parents), kinds.get(home, "")]
        band = next((by_kind[key] for key in keys if key in by_kind), None)
        if band is not None:
            found[code] = (int(band[0]), int(band[1]))
    return found


def _upwards(code: str | None, parents: Mapping[str, str | None]) -> list[str]:
    """An area and those that hold it, the nearest first."""
    found: list[str] = []
    while code is not None and code not in found:
        found.append(code)
        code = parents.get(code)
    return found
