"""Who answered for each place and matter at its instant: the grid's leader and the lead department.

The rule is that of the answer (`boundaries.duty`), for many instants at once: leaders by the periods of
their duties, departments once for each time between two changes of anything that decides about them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.affairs.standing import Standing, nanoseconds
from boundaries.duty import linenets
from boundaries.duty.linenets import LineNet
from boundaries.duty.owners import Duties
from boundaries.duty.places import chain_of, features_at
from boundaries.duty.property import is_of_property, tier_among
from boundaries.duty.reading import Reader
from boundaries.duty.records import (
    AreaRecord,
    CaretakingRecord,
    DutyRecord,
    FeatureRecord,
    MatterRecord,
    PlaceKey,
    PlaceKind,
)
from boundaries.store.tables import District
from gis.frames import MetricFrame

_FIRST, _LAST = np.iinfo(np.int64).min, np.iinfo(np.int64).max

_CHANGES = """
select lower(v.valid), upper(v.valid) from yiwang.duty v where v.district_id = :district
    and upper_inf(v.recorded)
    and (v.role in ('lead', 'ruling') or v.role in ('leader', 'property') and v.area_id is not null)
union select lower(v.valid), upper(v.valid) from yiwang.area_version v join yiwang.area a
    on a.id = v.area_id where a.district_id = :district and upper_inf(v.recorded)
union select lower(v.valid), upper(v.valid) from yiwang.caretaking v join yiwang.area a
    on a.id = v.area_id where a.district_id = :district and upper_inf(v.recorded)
union select lower(v.valid), upper(v.valid) from yiwang.line_matter v join yiwang.line l
    on l.id = v.line_id where l.district_id = :district and upper_inf(v.recorded)
union select lower(v.valid), upper(v.valid) from yiwang.line_area v join yiwang.line l
    on l.id = v.line_id where l.district_id = :district and upper_inf(v.recorded)
union select lower(v.valid), upper(v.valid) from yiwang.feature v where v.district_id = :district
    and upper_inf(v.recorded)"""
_LEADERS = """
select g.code, p.code, lower(v.valid), upper(v.valid) from yiwang.duty v
join yiwang.grid g on g.id = v.grid_id join yiwang.party p on p.id = v.party_id
where v.district_id = :district and upper_inf(v.recorded) and v.role = 'leader'
  and g.code = any(:grids)"""


@dataclass(frozen=True)
class Owners:
    """One entry a place: the codes of the leader and of the lead department; None: vacant, or outside.

    A matter that goes by a department's own net is led by whoever answers in its area there.
    A complaint about property goes to the tier of property where there is one, unless there is a ruling.
    """

    leader: NDArray[np.object_]
    lead: NDArray[np.object_]


def own(
    session: Session,
    district: District,
    lonlat: NDArray[np.float64],
    instants_ns: NDArray[np.int64],
    matters: NDArray[np.object_],
    there: Standing,
    *,
    known_at: datetime,
) -> Owners:
    """The owners of incidents, as known at `known_at`. Outside the net nobody is named."""
    owners = Owners(_leaders(session, district, instants_ns, there), np.full(len(lonlat), None, dtype=object))
    found = session.execute(text(_CHANGES), {"district": district.id}).all()
    changes = np.unique(nanoseconds([instant for row in found for instant in row if instant], _FIRST))
    inside = there.version > 0
    epoch = np.where(inside, np.searchsorted(changes, instants_ns, side="right"), -1)
    for each in np.unique(epoch[inside]):
        mine = np.flatnonzero(epoch == each)
        instant = pd.Timestamp(int(instants_ns[mine[0]]), unit="ns", tz="UTC").to_pydatetime()
        then = _Then.read(Reader(session, district.id, instant, known_at), district)
        then.fill(owners, mine, lonlat[mine], matters[mine], there)
    return owners


@dataclass(frozen=True)
class _Then:
    """What decides about departments between two changes."""

    areas: Mapping[str, AreaRecord]
    caretaking: Mapping[str, CaretakingRecord]
    matters: Mapping[str, MatterRecord]
    features: Sequence[FeatureRecord]
    lines: Mapping[str, LineNet]
    duties: Duties
    settings: Mapping[str, Any]
    frame: MetricFrame

    @classmethod
    def read(cls, reader: Reader, district: District) -> "_Then":
        matters = {matter.code: matter for matter in reader.matters()}
        lines = linenets.of(reader.lines(), reader.line_areas())
        duties = Duties.of(
            [duty for duty in reader.duties() if duty.role in _ROLES],
            matters,
            by_line=[duty for net in lines.values() for duty in net.duties()],
        )
        by_feature = any(place[0] == "feature" for place in (*duties.leads, *duties.rulings))
        return cls(
            {area.code: area for area in reader.areas()},
            {care.area: care for care in reader.caretaking()},
            matters,
            reader.features() if by_feature else (),
            lines,
            duties,
            district.settings,
            MetricFrame.of(district.metric_crs),
        )

    def fill(
        self,
        owners: Owners,
        mine: NDArray[np.int64],
        lonlat: NDArray[np.float64],
        matters: NDArray[np.object_],
        there: Standing,
    ) -> None:
        """Once for each different combination of places and matter, not once an incident."""
        keys = pd.MultiIndex.from_arrays(
            [
                there.community[mine],
                self._deciding("grid", there.grid[mine]),
                self._deciding("building", there.building[mine]),
                self._deciding("compound", there.compound[mine]),
                self._deciding("feature", self._features(lonlat)),
                matters,
                *(self._deciding("line", _areas_at(net, lonlat)) for net in self.lines.values()),
            ]
        )
        number, different = pd.factorize(keys)
        found = [self._owner([None if pd.isna(part) else str(part) for part in key]) for key in different]
        lead = np.array([each[0] for each in found], dtype=object)
        acting = np.array([each[1] for each in found], dtype=object)
        owners.lead[mine] = lead[number]
        vacant = pd.isna(owners.leader[mine])
        owners.leader[mine[vacant]] = acting[number[vacant]]

    def _owner(self, key: Sequence[str | None]) -> tuple[str | None, str | None]:
        """The lead department, and the leader of a community that takes care of this one.

        key: community, grid, building, compound, feature, matter, an area of each line; None for a place
        that decides nothing.
        """
        community, grid, building, compound, feature, matter, *areas = key
        lines: list[PlaceKind] = ["line"] * len(areas)
        kinds: tuple[PlaceKind, ...] = ("building", "compound", "feature", *lines, "grid")
        near = zip(kinds, (building, compound, feature, *areas, grid), strict=True)
        places: list[PlaceKey] = [(kind, code) for kind, code in near if code is not None]
        keeper = None
        for area in chain_of(self.areas, community):
            places.append(("area", area.code))
            care = self.caretaking.get(area.code)
            if care is not None and care.caretaker in self.areas:
                keeper = care.caretaker
                places.append(("area", keeper))
        lead = self.duties.leads_at(places).get(str(matter))
        acting = next(self.duties.at([("area", keeper)], "leader"), None) if keeper is not None else None
        if lead is None or lead.role != "ruling":
            lead = self._property_tier(community, str(matter)) or lead
        return lead.party if lead is not None else None, acting.party if acting is not None else None

    def _property_tier(self, community: str | None, matter: str) -> DutyRecord | None:
        """The tier of property to which a complaint goes, as `boundaries.duty.property` finds it."""
        lineage = self.duties.lineages.get(matter, ())
        if not is_of_property(self.settings, lineage):
            return None
        return tier_among(self.duties, chain_of(self.areas, community), self.settings, lineage)

    def _deciding(self, kind: str, codes: NDArray[np.object_]) -> NDArray[np.object_]:
        """The places of a kind that have departments of their own; None for those that make no difference."""
        own = [place[1] for place in (*self.duties.leads, *self.duties.rulings) if place[0] == kind]
        deciding = codes.copy()
        deciding[~pd.Series(codes, dtype=object).isin(own).to_numpy()] = None
        return deciding

    def _features(self, lonlat: NDArray[np.float64]) -> NDArray[np.object_]:
        """The feature on which each place lies, as the answer finds it."""
        if not self.features:  # not asked for either, where no department has one
            return np.full(len(lonlat), None, dtype=object)
        shapes = self.frame.project(shapely.from_wkb([feature.shape for feature in self.features]))
        found = features_at(self.features, shapes, self.frame.points(lonlat))
        return np.array(found, dtype=object)


def _areas_at(net: LineNet, lonlat: NDArray[np.float64]) -> NDArray[np.object_]:
    """The area of a department's net in which each place lies, as duties name it."""
    codes = [linenets.place_of(net.record.code, area.code)[1] for area in net.areas]
    return np.array([*codes, None], dtype=object)[net.index.locate(lonlat)]


_ROLES = ("lead", "ruling", "leader", "property")


def _leaders(
    session: Session, district: District, instants_ns: NDArray[np.int64], there: Standing
) -> NDArray[np.object_]:
    """At most one leader a grid at an instant: the one whose duty began last before it, if it lasted."""
    found = np.full(len(instants_ns), None, dtype=object)
    grids = sorted({grid for grid in there.grid if grid is not None})
    rows = session.execute(text(_LEADERS), {"district": district.id, "grids": grids}).all()
    if not rows:
        return found
    number = {grid: position for position, grid in enumerate(grids)}
    of_duty = np.array([number[row[0]] for row in rows], dtype=np.int64)
    starts = nanoseconds([row[2] for row in rows], _FIRST)
    ends = nanoseconds([row[3] for row in rows], _LAST)
    order = np.lexsort((starts, of_duty))
    duty = pd.DataFrame({"grid": of_duty[order], "start": starts[order], "duty": order})
    mine = np.flatnonzero(there.version > 0)
    asked = pd.DataFrame(
        {"grid": [number[grid] for grid in there.grid[mine]], "at": instants_ns[mine], "row": mine}
    ).sort_values("at")
    merged = pd.merge_asof(asked, duty.sort_values("start"), left_on="at", right_on="start", by="grid")
    merged = merged[merged["duty"].notna()]
    position = merged["duty"].to_numpy(dtype=np.int64)
    lasts = merged["at"].to_numpy() < ends[position]
    codes = np.array([row[1] for row in rows], dtype=object)
    found[merged["row"].to_numpy()[lasts]] = codes[position[lasts]]
    return found
