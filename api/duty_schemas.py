"""What the routes of parties, matters, duties and caretaking take."""

from datetime import date, datetime
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from api.answering import aware

PlaceKind = Literal["area", "grid", "building", "part", "compound", "feature"]
RoleName = Literal[
    "leader", "deputy", "staff", "micro", "lead", "ruling", "co", "desk", "property", "committee",
    "police", "branch",
]  # fmt: skip


class PlaceIn(BaseModel):
    """A place that a duty is for."""

    place_kind: PlaceKind = "grid"
    place_code: str = Field(min_length=1, max_length=100, examples=["140502001001001"])
    part_code: str | None = Field(None, max_length=100, description="单元, where place_kind is part")

    @property
    def key(self) -> tuple[str, str]:
        """As the snapshot names it."""
        return self.place_kind, f"{self.place_code}/{self.part_code}" if self.part_code else self.place_code


class DutyIn(PlaceIn):
    """One duty."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"party_code": "P00001", "role": "leader", "place_code": "140502001001001"}]
        }
    )

    party_code: str = Field(min_length=1, max_length=100)
    role: RoleName
    matter_code: str = Field("*", max_length=50)
    shift: str = Field("", max_length=50, examples=["1-5 08:00-18:00"])
    valid_from: datetime | None = Field(None, description="with its time zone; else now")
    valid_to: datetime | None = None
    source: str = Field("", max_length=50, examples=["楼栋长"])
    time: Literal["", "full", "part"] = ""
    micro: str = Field("", max_length=50, description="code of the 微网格, for the role micro")
    contract_until: date | None = None

    def row(self, now: datetime) -> dict[str, Any]:
        """As `duties.put` takes it."""
        told = self.model_dump()
        told["valid_from"] = aware(self.valid_from) or now
        told["valid_to"] = aware(self.valid_to)
        told["contract_until"] = self.contract_until.isoformat() if self.contract_until else None
        return told


class DutiesIn(BaseModel):
    """Duties, all or none of which are written."""

    duties: list[DutyIn] = Field(min_length=1, max_length=5000)
    take_over: bool = Field(False, description="where somebody else has an exclusive duty: this one follows")

    def frame(self, now: datetime) -> pd.DataFrame:
        """As `duties.put` takes it."""
        return pd.DataFrame([duty.row(now) for duty in self.duties], dtype=object)


class DutyEndIn(PlaceIn):
    """A duty that ends."""

    role: RoleName
    matter_code: str = "*"
    party_code: str | None = Field(None, description="only this party's; else everybody's in the role")
    valid_from: datetime | None = Field(None, description="when it ends; else now")


class HandOverIn(BaseModel):
    """All duties of one party go to another."""

    from_party: str
    to_party: str
    valid_from: datetime | None = Field(None, description="else now")


class LeaveIn(BaseModel):
    """A person is away."""

    valid_from: datetime
    valid_to: datetime = Field(description="when the person is back")
    reason: str = Field("", max_length=200)


class PartyIn(BaseModel):
    """A person in office or an organisation."""

    kind: Literal["person", "organisation"]
    name: str = Field(min_length=1, max_length=200)
    post: str = Field("", max_length=200)
    phone: str = Field("", max_length=50, description="of work")
    valid_from: datetime | None = Field(None, description="since when it is so; else now")


class MatterIn(BaseModel):
    """A class of affairs."""

    name: str = Field(min_length=1, max_length=200)
    parent_code: str | None = None
    limit_hours: int | None = Field(None, ge=0, description="working hours")
    public_space: bool = False
    sensitive: bool = False


class AliasIn(BaseModel):
    """What a code of another system means here."""

    system: str = Field(min_length=1, max_length=50, examples=["12345"])
    alias: str = Field(min_length=1, max_length=100)
    name: str = Field("", max_length=200)
    matter_code: str | None = Field(None, description="none: seen, and not mapped yet")


class CaretakingIn(BaseModel):
    """Who takes care of a placeholder area."""

    caretaker_code: str
    review_on: date = Field(description="looked at again by this day; it is no end")
    act: str = Field(min_length=1, max_length=500, description="the paper by which it is so")
    reason: str = Field("", max_length=500, description="needed where the two share no border")
    valid_from: datetime | None = Field(None, description="else now")


class CaretakingEndIn(BaseModel):
    """The act by which a caretaking ends."""

    act: str = Field(min_length=1, max_length=500)
    valid_from: datetime | None = Field(None, description="else now")
