"""Who may do what: declared roles, passwords, cookies, other sites, guessing."""

import re
import stat
import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import ROLE_ORDER, needs
from api.app import create_app
from api.contract import declared_roles, role_table
from api.cookies import COOKIE, LIFETIME_S, CookieSigner, Ticket
from api.refusals import TooManyAttempts
from api.throttle import FREE_ATTEMPTS, Throttle
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from boundaries.store.tables import ACCOUNT_ROLES
from tests.api.conftest import PASSWORD, basic, stand_still
from tests.boundaries import towns

PAGE = {"X-Yiwang": "1"}
OPEN_TO_ANYONE = {
    ("GET", "/m"),
    ("GET", "/g/{code}"),
    ("GET", "/v1/public/grids/{code}"),
    ("GET", "/"),
    ("GET", "/assets/{name:path}"),
    ("GET", "/{name}"),
    ("GET", "/docs"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/openapi.json"),
    ("GET", "/v1/session"),
    ("POST", "/v1/session"),
    ("DELETE", "/v1/session"),
    ("POST", "/v1/first-administrator"),
    ("GET", "/v1/session/ways"),
    ("GET", "/v1/session/oidc"),
    ("GET", "/v1/session/oidc/callback"),
}


def sign_in(client: TestClient, name: str, password: str = PASSWORD) -> int:
    return client.post("/v1/session", json={"name": name, "password": password}).status_code


def test_every_route_declares_a_role(app: FastAPI) -> None:
    roles = declared_roles(app)
    assert len(roles) >= 15
    assert [route for route, role in roles.items() if role not in ROLE_ORDER] == []
    assert {route for route, role in roles.items() if role == "anyone"} == OPEN_TO_ANYONE


def written() -> list[tuple[str, ...]]:
    """(method, path, role, area) of the table in docs/access.md."""
    document = Path(__file__).resolve().parents[2] / "docs" / "access.md"
    row = r"^\| `([A-Z*]+)` \| `(\S+)` \| (\w+) \| (any|whole district) \|$"
    return re.findall(row, document.read_text(encoding="utf-8"), re.M)


def test_the_written_table_is_what_the_routes_declare(app: FastAPI) -> None:
    declared, told = role_table(app), written()
    missing = [f"| `{m}` | `{p}` | {r} | {a} |" for m, p, r, a in declared if (m, p, r, a) not in told]
    assert missing == [], "docs/access.md lacks these rows:\n" + "\n".join(missing)
    assert [row for row in told if row not in declared] == [], "docs/access.md has rows of no route"
    assert len(told) == len(declared) > 50


def test_a_route_that_declares_nothing_is_noticed() -> None:
    app = FastAPI()
    app.get("/secret")(lambda: "told")
    assert declared_roles(app)["GET", "/secret"] is None


def test_without_anonymous_readers_every_door_but_the_open_ones_is_shut(
    database: Database, town: towns.Town, tmp_path: Path
) -> None:
    app = create_app(Settings(home=tmp_path), database)
    with TestClient(app, raise_server_exceptions=False) as client:
        for (method, path), role in declared_roles(app).items():
            reply = client.request(method, path.replace("{z}/{x}/{y}", "0/0/0").replace("{code}", towns.A))
            if role == "anyone":
                assert reply.status_code != 401, path
            elif path.startswith("/open311/"):  # GeoReport has 403 for this, in an array
                assert reply.status_code == reply.json()[0]["code"] == 403, path
                assert reply.json()[0]["description"].startswith("not-signed-in: "), path
            else:
                assert (reply.status_code, reply.json()["code"]) == (401, "not-signed-in"), path
                assert reply.headers["www-authenticate"].startswith("Basic")


def test_roles_are_ordered_and_unknown_ones_refused() -> None:
    assert ("anyone", *ACCOUNT_ROLES) == ROLE_ORDER
    with pytest.raises(ValueError, match="no role"):
        needs("king")


def test_basic_says_who_asks(client: TestClient) -> None:
    told = client.get("/v1/session", headers=basic("dispatcher")).json()
    assert told == {
        "signed_in": True,
        "name": "dispatcher",
        "role": "dispatcher",
        "datum": "gcj02",
        "area": None,
    }
    visitor = client.get("/v1/session").json()
    assert visitor == {"signed_in": False, "name": "", "role": "reader", "datum": None, "area": None}


@pytest.mark.parametrize(
    "header", ["Basic !!!", "Basic " + "bm9jb2xvbg==", basic("dispatcher", "wrong")["Authorization"]]
)
def test_wrong_credentials_are_refused_and_not_taken_for_a_visitor(client: TestClient, header: str) -> None:
    reply = client.get("/v1/district", headers={"Authorization": header})
    assert (reply.status_code, reply.json()["code"]) == (401, "wrong-credentials")


def test_an_unknown_name_is_told_like_a_wrong_password(client: TestClient) -> None:
    unknown = client.get("/v1/district", headers=basic("nobody-at-all")).json()
    wrong = client.get("/v1/district", headers=basic("planner", "wrong")).json()
    for told in (unknown, wrong):
        told.pop("request_id")
    assert unknown == wrong


def test_a_session_lasts_until_it_is_ended(client: TestClient) -> None:
    reply = client.post("/v1/session", json={"name": "dispatcher", "password": PASSWORD})
    assert reply.status_code == 200
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    assert client.get("/v1/session").json()["name"] == "dispatcher"
    assert client.delete("/v1/session", headers=PAGE).status_code == 204
    assert client.get("/v1/session").json()["signed_in"] is False


def test_a_forged_cookie_is_nobody(client: TestClient) -> None:
    sign_in(client, "dispatcher")
    payload, _, signature = client.cookies[COOKIE].partition(".")
    ending = "AA" if not signature.endswith("AA") else "BB"
    for forged in (payload, f"{payload}.", f"{payload}.{signature[:-2]}{ending}", f"W10.{signature}", "é.é"):
        client.cookies.clear()
        reply = client.get("/v1/session", headers={"Cookie": f"{COOKIE}={forged}".encode()})
        assert reply.json()["signed_in"] is False


def test_a_cookie_ages_and_depends_on_the_key() -> None:
    signer = CookieSigner(b"k" * 32)
    ticket = Ticket("王", 1_000_000, "f")
    cookie = signer.sign(ticket)
    assert signer.read(cookie, now=1_000_000 + LIFETIME_S) == ticket
    assert signer.read(cookie, now=1_000_001 + LIFETIME_S) is None
    assert signer.read(cookie, now=1_000_000 - 3600) is None
    assert CookieSigner(b"l" * 32).read(cookie, now=1_000_000) is None


def test_the_key_is_made_once_and_only_ours_to_read(tmp_path: Path) -> None:
    first = CookieSigner.from_home(tmp_path / "home")
    key = tmp_path / "home" / "session.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    cookie = first.sign(Ticket("a", int(time.time()), "f"))
    assert CookieSigner.from_home(tmp_path / "home").read(cookie, now=time.time()) is not None
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["session.key"]


def test_a_change_with_the_cookie_alone_is_refused_as_from_another_site(client: TestClient) -> None:
    sign_in(client, "administrator")
    body = {"password": "long enough", "role": "reader"}
    bare = client.put("/v1/accounts/new", json=body)
    assert (bare.status_code, bare.json()["code"]) == (403, "cross-site")
    foreign = client.put("/v1/accounts/new", json=body, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert client.put("/v1/accounts/new", json=body, headers=PAGE).status_code == 200
    own = client.put("/v1/accounts/new", json=body, headers={"Origin": "http://testserver"})
    assert own.status_code == 200
    assert client.delete("/v1/accounts/new", headers=PAGE).status_code == 204
    assert client.delete("/v1/accounts/new", headers=PAGE).status_code == 404


def test_a_role_too_low_is_told_which_is_needed(client: TestClient) -> None:
    reply = client.get("/v1/accounts", headers=basic("dispatcher"))
    assert reply.status_code == 403
    problem = reply.json()
    assert (problem["code"], problem["needs"], problem["role"]) == (
        "role-too-low",
        "administrator",
        "dispatcher",
    )


def test_an_administrator_of_one_street_does_not_rule_the_district(client: TestClient) -> None:
    reply = client.get("/v1/accounts", headers=basic("east-administrator"))
    assert (reply.status_code, reply.json()["code"]) == (403, "outside-scope")


def test_accounts_are_listed_without_their_passwords(client: TestClient) -> None:
    reply = client.get("/v1/accounts", headers=basic("administrator"))
    assert {
        "name": "east",
        "role": "dispatcher",
        "datum": "wgs84",
        "area": "140502001",
        "party": None,
    } in reply.json()
    assert "argon2" not in reply.text


def test_a_role_changes_without_a_password_and_a_new_account_needs_one(client: TestClient) -> None:
    admin = basic("administrator")
    client.put("/v1/accounts/shifted", json={"password": "first password", "role": "clerk"}, headers=admin)
    reply = client.put("/v1/accounts/shifted", json={"role": "dispatcher"}, headers=admin)
    assert (reply.status_code, reply.json()["role"]) == (200, "dispatcher")
    assert sign_in(client, "shifted", "first password") == 200
    reply = client.put("/v1/accounts/nobody-yet", json={"role": "clerk"}, headers=admin)
    assert (reply.status_code, reply.json()["code"]) == (422, "password-missing")


def test_the_last_administrator_of_the_whole_district_stays(client: TestClient) -> None:
    admin = basic("administrator")  # the other one is confined to an area
    for reply in (
        client.delete("/v1/accounts/administrator", headers=admin),
        client.put("/v1/accounts/administrator", json={"role": "planner"}, headers=admin),
        client.put(
            "/v1/accounts/administrator", json={"role": "administrator", "area": "140502001"}, headers=admin
        ),
    ):
        assert (reply.status_code, reply.json()["code"]) == (409, "last-administrator")
    same = {"role": "administrator", "datum": "wgs84"}
    assert client.put("/v1/accounts/administrator", json=same, headers=admin).status_code == 200
    second = {"password": "long enough", "role": "administrator"}
    assert client.put("/v1/accounts/second", json=second, headers=admin).status_code == 200
    assert client.put("/v1/accounts/second", json={"role": "reader"}, headers=admin).status_code == 200
    assert client.delete("/v1/accounts/second", headers=admin).status_code == 204


def test_a_new_password_ends_the_old_sessions(client: TestClient) -> None:
    admin = basic("administrator")
    put = {"password": "first password", "role": "clerk"}
    assert client.put("/v1/accounts/clerk", json=put, headers=admin).status_code == 200
    assert sign_in(client, "clerk", "first password") == 200
    assert client.get("/v1/session").json()["role"] == "clerk"
    client.put("/v1/accounts/clerk", json={**put, "password": "second password"}, headers=admin)
    assert client.get("/v1/session").json()["signed_in"] is False
    assert sign_in(client, "clerk", "second password") == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"password": "long enough", "role": "king"}, 422, "unknown-role"),
        ({"password": "short", "role": "reader"}, 422, "invalid"),
        ({"password": "long enough", "role": "reader", "area": "999"}, 404, "unknown-code"),
        ({"password": "long enough", "role": "reader", "datum": "mars"}, 422, "invalid"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    client: TestClient, body: dict[str, str], status: int, code: str
) -> None:
    reply = client.put("/v1/accounts/x", json=body, headers=basic("administrator"))
    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_guessing_passwords_has_to_wait(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch, app.state.context.throttles.passwords)
    tries = [sign_in(client, "reader", f"guess {n}") for n in range(FREE_ATTEMPTS + 1)]
    assert tries == [401] * FREE_ATTEMPTS + [429]
    reply = client.post("/v1/session", json={"name": "reader", "password": PASSWORD})
    assert reply.status_code == 429
    assert int(reply.headers["retry-after"]) >= 1
    assert sign_in(client, "planner") == 200  # others are not kept out


def test_waiting_grows_and_ends() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    for _ in range(FREE_ATTEMPTS):
        throttle.check("a", "n")
        throttle.failed("a", "n")
    with pytest.raises(TooManyAttempts) as first:
        throttle.check("a", "n")
    now += first.value.retry_after_s
    throttle.check("a", "n")
    throttle.failed("a", "n")
    with pytest.raises(TooManyAttempts) as second:
        throttle.check("a", "n")
    assert second.value.retry_after_s > first.value.retry_after_s
    throttle.succeeded("a", "n")
    throttle.check("a", "n")
