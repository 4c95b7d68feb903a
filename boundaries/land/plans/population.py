"""Communities before and after a plan that founds one: ground, grids, buildings, households, residents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.land.plans import founding
from boundaries.land.plans.drawing import Drawing
from boundaries.store.tables import District
from gis.net import Net

_COUNTS = """
select b.code, g.code as grid, coalesce(v.households, 0) as households, v.residents
from yiwang.building b join yiwang.building_version v on v.building_id = b.id
left join yiwang.building_grid o on o.building_id = b.id and upper_inf(o.recorded)
  and o.valid @> coalesce(cast(:at as timestamptz), now())
left join yiwang.grid g on g.id = o.grid_id
where b.district_id = :district and upper_inf(v.recorded)
  and v.valid @> coalesce(cast(:at as timestamptz), now())
  and (g.code = any(:grids) or b.code = any(:buildings)) order by b.code"""


@dataclass(frozen=True)
class Counts:
    """One community at one instant. residents: None where no building's are known."""

    grids: int
    area_m2: float
    buildings: int
    households: int
    residents: int | None


@dataclass(frozen=True)
class Concerned:
    """A community that a plan founds, changes or ends; before or after is None where it is not there."""

    code: str
    name: str
    kind: str
    street: str | None
    before: Counts | None
    after: Counts | None

    @property
    def change(self) -> str:
        """new, closed or changed."""
        return "new" if self.before is None else "closed" if self.after is None else "changed"

    def told(self) -> dict[str, Any]:
        """As JSON."""
        sides = {side: None if each is None else vars(each) for side, each in self._sides().items()}
        facts = {name: getattr(self, name) for name in ("code", "name", "kind", "street", "change")}
        return facts | sides

    def _sides(self) -> dict[str, Counts | None]:
        return {"before": self.before, "after": self.after}


def concerned(
    session: Session, district: District, drawing: Drawing, owned: pd.DataFrame, *, at: datetime | None
) -> list[Concerned]:
    """The communities that the plan founds or takes ground from; the new ones first, then by code.

    at: the instant whose buildings and households are counted; None: now.
    """
    codes = founding.concerned(drawing)
    mine = [code for code in drawing.ground.net.faces if drawing.ground.net.community(code) in codes]
    asked = {"district": district.id, "at": at, "grids": mine, "buildings": owned["code"].tolist()}
    counts = pd.DataFrame(
        [tuple(row) for row in session.execute(text(_COUNTS), asked)],
        columns=["code", "grid", "households", "residents"],
        dtype=object,
    )
    moved = dict(zip(owned["code"], owned["after"], strict=True))
    after = [moved.get(code, grid) for code, grid in zip(counts["code"], counts["grid"], strict=True)]
    here = founding.standing(session, district, drawing, at=at)
    found = []
    for code in codes:
        made, old = drawing.founded.get(code), here.get(code)
        found.append(
            Concerned(
                code,
                made.name if made else old.name if old else "",
                made.kind if made else old.kind if old else "",
                made.street if made else old.street if old else None,
                _counts(drawing.ground.net, code, counts, counts["grid"].tolist()),
                _counts(drawing.net, code, counts, after),
            )
        )
    return sorted(found, key=lambda each: (each.before is not None, each.code))


def _counts(net: Net, community: str, counts: pd.DataFrame, grids: Sequence[Any]) -> Counts | None:
    codes = [code for code in net.faces if net.community(code) == community]
    if not codes:
        return None
    inside = pd.Series(grids, index=counts.index, dtype=object).isin(codes)
    lived = counts[inside]
    known = lived["residents"].dropna()
    figures: Mapping[str, Any] = net.figures(codes)
    return Counts(
        grids=len(codes),
        area_m2=float(sum(figures[code].area_m2 for code in codes)),
        buildings=len(lived),
        households=int(lived["households"].sum()) if len(lived) else 0,
        residents=int(known.sum()) if len(known) else None,
    )
