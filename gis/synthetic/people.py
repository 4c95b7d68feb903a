"""Parties and their duties: leaders and staff, desks, departments, firms. Names and numbers are invented."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from gis.synthetic.names import Names, persons

# By a word in the name of the 大类.
_DEPARTMENTS = (
    ("公用设施", "区住房和城乡建设局"),
    ("道路", "区市政公用服务中心"),
    ("市容", "区城市管理局"),
    ("园林", "区园林绿化服务中心"),
    ("广告", "区综合行政执法局"),
    ("施工", "区住房和城乡建设局"),
    ("突发", "区应急管理局"),
    ("街面", "区综合行政执法局"),
    ("党建", "区委组织部"),
    ("综治", "区委政法委"),
    ("环保", "市生态环境局城区分局"),
    ("消防", "区消防救援大队"),
    ("意识", "区委宣传部"),
    ("信访", "区信访局"),
    ("物业", "区物业服务中心"),
)
_CENTRE = "区网格化服务管理中心"


@dataclass
class People:
    """Frames in the making, and what was left out on purpose."""

    since: datetime
    parties: list[dict[str, Any]] = field(default_factory=list)
    duties: list[dict[str, Any]] = field(default_factory=list)
    vacant_grids: list[str] = field(default_factory=list)
    without_desk: list[str] = field(default_factory=list)
    _organisations: dict[str, str] = field(default_factory=dict)

    def organisation(self, name: str, post: str = "") -> str:
        """The code of an organisation, made on first mention."""
        if name not in self._organisations:
            number = len(self._organisations) + 1
            code = f"ORG{number:04d}"
            # a seven-digit local number does not begin with 0, so nobody has it
            self.parties.append(
                {
                    "code": code,
                    "kind": "organisation",
                    "name": name,
                    "post": post,
                    "phone": f"0356-0{number:06d}",
                }
            )
            self._organisations[name] = code
        return self._organisations[name]

    def person(self, name: str, post: str) -> str:
        """The code of a new person in office."""
        number = len(self.parties) - len(self._organisations) + 1
        code = f"P{number:05d}"
        self.parties.append(
            {"code": code, "kind": "person", "name": name, "post": post, "phone": f"1380000{number:04d}"}
        )
        return code

    def duty(
        self,
        party: str,
        role: str,
        place_kind: str,
        place_code: str,
        *,
        matter: str = "*",
        shift: str = "",
        contract_until: str | None = None,
    ) -> None:
        """One duty from the beginning on. contract_until: ISO date."""
        self.duties.append(
            {
                "party_code": party,
                "role": role,
                "matter_code": matter,
                "place_kind": place_kind,
                "place_code": place_code,
                "part_code": None,
                "shift": shift,
                "contract_until": contract_until,
                "valid_from": self.since,
                "valid_to": None,
            }
        )


_CONTRACT_YEARS = 10  # the first contract that ends, counted from the beginning
_HEADS = {"river": "河长", "ring": "路长", "arterial": "路长"}


def appoint(
    areas: pd.DataFrame,
    grids: pd.DataFrame,
    compounds: pd.DataFrame,
    features: pd.DataFrame,
    classes: Sequence[tuple[str, str]],
    since: datetime,
    names: Names,
    rng: np.random.Generator,
) -> People:
    """Give every place those who answer for it, but for a few vacancies.

    classes: (code, name) of the 大类; each gets a lead department at the district.
    """
    people = People(since)
    _departments(people, areas, classes)
    _areas(people, areas, rng)
    _grids(people, grids, rng)
    firms = names.firms(36, "物业服务有限公司") if len(compounds) else []
    for position, (code, name) in enumerate(zip(compounds["code"], compounds["name"], strict=True)):
        firm = people.organisation(firms[int(rng.integers(len(firms)))], "物业服务企业")
        ends = f"{since.year + _CONTRACT_YEARS + position % 5}-12-31"
        people.duty(firm, "property", "compound", code, contract_until=ends)
        if position % 3:
            people.duty(people.organisation(f"{name}业主委员会", "业主委员会"), "committee", "compound", code)
    heads = iter(persons(len(features), rng))
    for code, kind in zip(features["code"], features["kind"], strict=True):
        if kind in _HEADS:
            people.duty(people.person(next(heads), _HEADS[kind]), "leader", "feature", code)
        if kind == "river":
            people.duty(people.organisation("区水务局", "河长制办公室"), "lead", "feature", code)
        elif kind in ("park", "square"):
            people.duty(people.organisation("区园林绿化服务中心"), "lead", "feature", code)
        elif kind in ("ring", "arterial", "street"):
            people.duty(people.organisation("区市政公用服务中心"), "lead", "feature", code)
    _property_tiers(people, areas)
    return people


def _property_tiers(people: People, areas: pd.DataFrame) -> None:
    """Property in tiers: the district, each street and every second community; the others' goes a tier up."""
    posts = {"district": "物业服务指导中心", "street": "物业管理办公室", "community": "物业服务站"}
    for position, (code, name, level) in enumerate(
        zip(areas["code"], areas["name"], areas["level"], strict=True)
    ):
        if level in posts and (level != "community" or position % 2):
            body = people.organisation(f"{name}{posts[level]}", posts[level])
            people.duty(body, "property", "area", code)


def _departments(people: People, areas: pd.DataFrame, classes: Sequence[tuple[str, str]]) -> None:
    district = areas.loc[areas["level"] == "district", "code"].iloc[0]
    people.duty(people.organisation(_CENTRE, "牵头部门"), "lead", "area", district)
    for code, name in classes:
        department = next((d for word, d in _DEPARTMENTS if word in name), _CENTRE)
        people.duty(people.organisation(department), "lead", "area", district, matter=code)


def _areas(people: People, areas: pd.DataFrame, rng: np.random.Generator) -> None:
    below = areas[areas["level"].isin(["street", "community"])]
    # one community without a desk: a finding that the register must show
    communities = below.loc[below["level"] == "community", "code"].to_numpy()
    people.without_desk.append(str(communities[int(rng.integers(len(communities)))]))
    heads, police = persons(len(below), rng), persons(len(below), rng)
    for code, name, level, head, officer in zip(
        below["code"], below["name"], below["level"], heads, police, strict=True
    ):
        if level == "street":
            people.duty(people.person(head, f"{name}党工委书记"), "leader", "area", code)
            people.duty(people.organisation(f"{name}24小时值班室", "值班室"), "desk", "area", code)
            continue
        people.duty(people.person(head, f"{name}党组织书记"), "leader", "area", code)
        people.duty(people.person(officer, f"{name}民警"), "police", "area", code)
        if code not in people.without_desk:
            people.duty(people.organisation(f"{name}服务台", "服务台"), "desk", "area", code)


def _grids(people: People, grids: pd.DataFrame, rng: np.random.Generator) -> None:
    n = len(grids)
    vacant = rng.random(n) < 0.012
    vacant[int(rng.integers(n))] = True
    staff, deputy = rng.integers(2, 5, n), rng.random(n) < 0.15
    called = iter(persons(int(n * 2 + staff.sum()), rng))
    for position, code in enumerate(grids["code"]):
        if vacant[position]:
            people.vacant_grids.append(code)
        else:
            people.duty(people.person(next(called), "网格长"), "leader", "grid", code)
        if deputy[position]:
            people.duty(people.person(next(called), "副网格长"), "deputy", "grid", code)
        for number in range(staff[position]):
            shift = ("", "1-5 08:00-18:00", "20:00-08:00", "6-7 08:00-18:00")[number]
            people.duty(people.person(next(called), "网格员"), "staff", "grid", code, shift=shift)
