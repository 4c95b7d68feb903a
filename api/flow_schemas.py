"""What the routes of the flow take."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from boundaries.affairs.steps import STEPS


class RulingIn(BaseModel):
    """The place for which a ruling becomes a duty: the next identical case then routes itself."""

    model_config = ConfigDict(extra="forbid")

    place_kind: str = Field(examples=["grid"], max_length=20)
    place_code: str = Field(max_length=100)
    part_code: str | None = Field(None, max_length=100)
    matter: str | None = Field(None, max_length=50, description="else that of the incident")
    valid_from: datetime | None = Field(None, description="with its time zone; else now")


class StepIn(BaseModel):
    """One step of an incident."""

    model_config = ConfigDict(extra="forbid")

    step: str = Field(examples=list(STEPS), max_length=20)
    reason: str = Field("", max_length=1000)
    party: str | None = Field(None, max_length=100, description="its code; else whom the answer names")
    until: datetime | None = Field(None, description="of an extension, with its time zone")
    into: str | None = Field(None, max_length=40, description="the number into which this one is merged")
    duty: RulingIn | None = Field(None, description="with the step rule: write the ruling as a duty")
