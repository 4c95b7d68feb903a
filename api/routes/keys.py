"""Keys of other systems, for the administrator."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import keys
from api.access import Administrator
from api.context import Context_, Session_
from api.keys import KnownKey
from api.routes.answers import refusals
from api.trust_schemas import KeyIn, KeyOut, NewKeyOut

router = APIRouter(prefix="/v1/keys", tags=["signing in"])
KeyCode = Annotated[str, Path(pattern="^[0-9a-f]{16}$", examples=["0123456789abcdef"])]


@router.get("", responses=refusals(401, 403, 503))
def list_keys(user: Administrator, session: Session_) -> list[KeyOut]:
    """All keys by name, also expired and revoked ones, without their secret halves."""
    return [KeyOut.model_validate(_told(known)) for known in keys.every(session)]


@router.post("", status_code=201, responses=refusals(401, 403, 404, 409, 422, 503))
def create_key(given: KeyIn, user: Administrator, session: Session_) -> NewKeyOut:
    """Make a key for another system. This answer shows it, and nothing shows it again."""
    known, key = keys.create(session, **given.model_dump(), made_by=user.name)
    return NewKeyOut.model_validate({**_told(known), "key": key})


@router.delete(
    "/{code}", status_code=204, response_class=Response, responses=refusals(400, 401, 403, 404, 503)
)
def revoke_key(code: KeyCode, user: Administrator, session: Session_, context: Context_) -> None:
    """End a key. Every process knows within ten seconds."""
    keys.revoke(session, code)
    context.keys.forget(code)


def _told(known: KnownKey) -> dict[str, object]:
    names = ("code", "name", "role", "datum", "per_minute", "made_by", "made_at", "expires_at", "revoked_at")
    return {name: getattr(known, name) for name in names} | {
        "area": known.area_code,
        "party": known.party_code,
    }
