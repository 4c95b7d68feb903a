"""Every route × every role, against the written table in docs/access.md."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from api import accounts, keys
from api.access import ANYONE, ROLE_ORDER
from api.app import create_app
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from boundaries.store.tables import ACCOUNT_ROLES, KEY_ROLES
from tests.api.conftest import PASSWORD, basic
from tests.api.test_access import written
from tests.boundaries import towns

Asker = tuple[str, str, bool, dict[str, str]]  # name, role, confined to an area, headers


@pytest.fixture(scope="module")
def askers(database: Database, town: towns.Town) -> list[Asker]:
    """Nobody, an account of each role, a key of each role that keys may have; some confined to an area."""
    found: list[Asker] = [("nobody", ANYONE, False, {})]
    with database.transaction() as session:
        for role in ACCOUNT_ROLES:
            for area in (None, "140502001") if role in ("worker", "administrator") else (None,):
                name = f"{role}-of-{area or 'all'}"
                accounts.put(session, name=name, password=PASSWORD, role=role, area=area)
                found.append((name, role, area is not None, basic(name)))
        for role in KEY_ROLES:
            for area in (None, "140502001") if role == "dispatcher" else (None,):
                name = f"{role}-key-of-{area or 'all'}"
                _, key = keys.create(session, name=name, role=role, made_by="t", area=area, per_minute=10**6)
                found.append((name, role, area is not None, {"Authorization": f"Bearer {key}"}))
    return found


@pytest.fixture(scope="module")
def shut(
    database: Database, askers: list[Asker], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """The application without anonymous readers."""
    app = create_app(Settings(home=tmp_path_factory.mktemp("home")), database)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def _code(reply: Response) -> str:
    """The stable name of a refusal, in a problem or in the error array of GeoReport."""
    if reply.headers.get("content-type", "").startswith("application/problem"):
        return str(reply.json()["code"])
    if reply.request.url.path.startswith("/open311/") and reply.status_code >= 400:
        return str(reply.json()[0]["description"]).partition(":")[0]
    return ""


def test_every_route_lets_in_whom_the_table_says_and_nobody_else(
    shut: TestClient, askers: list[Asker]
) -> None:
    wrong, walked = [], 0
    for method, path, role, area in written():
        # an address that names nothing: whoever passes the doors is told so, and nothing is written
        address = re.sub(r"\{z\}/\{x\}/\{y\}", "99/0/0", path)
        address = re.sub(r"\{\w+(:path)?\}", "no-such-thing", address)
        for name, held, confined, headers in askers:
            reply = shut.request(method, address, headers=headers)
            code = _code(reply)
            got = code if code in ("not-signed-in", "role-too-low", "outside-scope", "wrong-key") else "in"
            if role == ANYONE or (
                ROLE_ORDER.index(held) >= ROLE_ORDER.index(role) and not (confined and area != "any")
            ):
                expected = {"in"} | ({"outside-scope"} if confined else set())
            elif held == ANYONE:
                expected = {"not-signed-in"}
            elif ROLE_ORDER.index(held) < ROLE_ORDER.index(role):
                expected = {"role-too-low"}
            else:
                expected = {"outside-scope"}
            walked += 1
            if got not in expected or reply.status_code == 500:
                wrong.append((method, path, name, reply.status_code, code))
    assert wrong == []
    assert walked == len(written()) * len(askers) > 1000
