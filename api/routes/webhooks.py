"""How far each webhook has the feed, for administrators of the whole district."""

from fastapi import APIRouter

from api import hooks
from api.access import Administrator
from api.context import Context_, Session_
from api.routes.answers import refusals
from api.trust_schemas import WebhookOut
from api.writing import District_

router = APIRouter(prefix="/v1/webhooks", tags=["trust"])


@router.get("", responses=refusals(400, 401, 403, 404, 503))
def list_webhooks(
    context: Context_, user: Administrator, session: Session_, district: District_
) -> list[WebhookOut]:
    """The webhooks of the operator's file by name: the last number delivered, how many wait, what the last
    answer was and since when it fails. Addresses are told without their path, secrets not at all.
    """
    return [
        WebhookOut.model_validate(each, from_attributes=True)
        for each in hooks.states(session, district.id, context.hooks)
    ]
