"""What the routes of trust give and take: sign-in, accounts, keys, the audit, the feed of changes."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import DatumName, Out


class SessionIn(BaseModel):
    """Who wants to sign in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "dispatcher", "password": "…"}]})

    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=1000)


class SessionOut(Out):
    """Who asks."""

    signed_in: bool
    name: str
    role: str
    datum: str | None = Field(description="what a bare lon/lat of this account means")
    area: str | None = Field(description="the account is confined to this area and its children")


class WaysOut(Out):
    """How people may sign in."""

    password: bool
    oidc: bool = Field(description="by the OpenID provider of the settings: GET /v1/session/oidc")


ACCOUNT_NAME = r"^[^:\s/]+$"


class AccountIn(BaseModel):
    """An account, made or replaced."""

    password: str | None = Field(
        None, min_length=8, max_length=1000, description="null: an account that is there keeps its own"
    )
    role: str = Field(examples=["dispatcher"])
    datum: DatumName | None = None
    area: str | None = Field(None, description="confined to this area and its children")
    party: str | None = Field(None, max_length=100, description="for which it acts in the flow of incidents")


class FirstAdministratorIn(BaseModel):
    """Who comes in by the link for the first administrator."""

    token: str = Field(min_length=1, max_length=200, description="what follows `#welcome=` in the link")
    name: str = Field(min_length=1, max_length=200, pattern=ACCOUNT_NAME, examples=["admin"])
    password: str = Field(min_length=8, max_length=1000)


class AccountOut(Out):
    """An account, without its password."""

    name: str
    role: str
    datum: str | None
    area: str | None
    party: str | None


class KeyIn(BaseModel):
    """A key for another system."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\s:/]+$", examples=["12345-hotline"])
    role: str = Field(examples=["dispatcher"])
    datum: DatumName | None = Field(None, description="what a bare lon/lat of this system means")
    area: str | None = Field(None, description="confined to this area and its children")
    party: str | None = Field(None, max_length=100, description="for which it acts in the flow of incidents")
    days: int = Field(365, ge=1, le=3650, description="until it expires")
    per_minute: int = Field(600, ge=1, le=1_000_000, description="requests; a batch is one")


class KeyOut(Out):
    """A key, without its secret half."""

    code: str = Field(description="the public half, by which it is revoked")
    name: str
    role: str
    datum: str | None
    area: str | None
    party: str | None
    per_minute: int
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class NewKeyOut(KeyOut):
    """A key as it is shown once."""

    key: str = Field(description="for the header 'Authorization: Bearer …'; it is not shown again")


class AuditEventOut(BaseModel):
    """One statement that changed rows, reads of persons by one asker, or attempts to sign in."""

    number: int
    place: int | None  # in the chain
    hash: str | None
    made_at: datetime
    kind: Literal["write", "read", "sign-in"]
    actor: str
    via: str
    origin: str
    request_id: str
    about: str
    operation: str
    count: int
    details: dict[str, Any]


class AuditPageOut(BaseModel):
    """Events, the latest first."""

    events: list[AuditEventOut]
    next: int | None  # as `before` of the page that follows


class ChangeOut(BaseModel):
    """One change. `about`: the number of a net version, a building, a part, the place of a duty, an
    incident.
    """

    number: int
    kind: str
    about: str
    place: dict[str, str]
    at: datetime
    details: dict[str, Any]


class ChangesOut(BaseModel):
    """Changes in order."""

    changes: list[ChangeOut]
    next: int  # as `since` of the question that follows
    more: bool


class WebhookOut(BaseModel):
    """How far one webhook has the feed. `waiting` counts changes of its kinds, wherever they lie."""

    name: str
    host: str
    kinds: list[str] | None
    area: str | None
    delivered: int | None
    waiting: int | None
    status: int | None
    failures: int
    failing_since: datetime | None
    said: str
    at: datetime | None
