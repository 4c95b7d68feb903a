"""Accounts, for the administrator."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import accounts
from api.access import Administrator
from api.context import Context_, Session_
from api.routes.answers import refusals
from api.trust_schemas import ACCOUNT_NAME, AccountIn, AccountOut
from boundaries.land.refusals import UnknownCode

router = APIRouter(prefix="/v1/accounts", tags=["signing in"])
Name = Annotated[str, Path(min_length=1, max_length=200, pattern=ACCOUNT_NAME)]


@router.get("", responses=refusals(401, 403, 503))
def list_accounts(user: Administrator, session: Session_) -> list[AccountOut]:
    """All accounts, by name."""
    return [
        AccountOut(
            name=known.name,
            role=known.role,
            datum=known.datum,
            area=known.area_code,
            party=known.party_code,
        )
        for known in accounts.every(session)
    ]


@router.put("/{name}", responses=refusals(400, 401, 403, 404, 409, 422, 503))
def put_account(
    name: Name, given: AccountIn, user: Administrator, session: Session_, context: Context_
) -> AccountOut:
    """Make or replace an account. Its sessions end when the password changes.

    The last administrator of the whole district stays one.
    """
    accounts.keep_an_administrator(session, name, role=given.role, area=given.area)
    accounts.put(session, name=name, **given.model_dump())
    context.accounts.forget(name)
    return AccountOut(name=name, **given.model_dump(exclude={"password"}))


@router.delete(
    "/{name}", status_code=204, response_class=Response, responses=refusals(401, 403, 404, 409, 503)
)
def remove_account(name: Name, user: Administrator, session: Session_, context: Context_) -> None:
    """Remove an account; its sessions end. The last administrator of the whole district stays."""
    accounts.keep_an_administrator(session, name, role=None, area=None)
    if not accounts.remove(session, name):
        raise UnknownCode(kind="account", value=name)
    context.accounts.forget(name)
