"""Signing in by an OpenID provider: the whole way over HTTP, and everything that must not work."""

import base64
import hmac
import json
import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from pydantic import SecretStr

from api.app import create_app
from api.cookies import COOKIE, CookieSigner
from api.oidc import LIFETIME_S, STATE_COOKIE, Beginnings, Provider, ProviderUnavailable, local_path
from api.oidc.provider import TALKS
from api.throttle import FREE_ATTEMPTS_PER_ADDRESS
from boundaries.store import audit
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api.conftest import PASSWORD, stand_still
from tests.api.oidc_provider import CLIENT, PUBLISHED_SECRET, SECRET, Claims, OidcProvider, provider, rsa_key
from tests.api.sockets import free_port
from tests.boundaries import towns

START, CALLBACK = "/v1/session/oidc", "/v1/session/oidc/callback"


@pytest.fixture(scope="module")
def kept_idp() -> Iterator[OidcProvider]:
    with provider() as found:
        yield found


@pytest.fixture
def idp(kept_idp: OidcProvider) -> OidcProvider:
    kept_idp.reset()
    return kept_idp


@pytest.fixture(scope="module")
def with_idp(
    kept_idp: OidcProvider, database: Database, town: towns.Town, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    settings = configured(kept_idp.issuer, tmp_path_factory.mktemp("home"))
    with serving(settings, database) as client:
        yield client


@pytest.fixture
def browser(with_idp: TestClient, idp: OidcProvider) -> Iterator[TestClient]:
    """A browser that has no cookie yet, at an application which knows nothing of the provider's keys."""
    app = with_idp.app
    assert isinstance(app, FastAPI)
    app.state.context.oidc.__init__(idp.issuer, CLIENT, SECRET, "preferred_username")
    with_idp.cookies.clear()
    yield with_idp
    with_idp.cookies.clear()


def configured(issuer: str, home: Path, **more: Any) -> Settings:
    return Settings(
        home=home, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=SecretStr(SECRET), **more
    )


def serving(settings: Settings, database: Database) -> TestClient:
    return TestClient(create_app(settings, database), raise_server_exceptions=False, follow_redirects=False)


def at_provider(browser: TestClient, back: str = "/") -> str:
    """Begin, and let the provider sign the person in: the address that it sends the browser back to."""
    begun = browser.get(START, params={"next": back})
    assert begun.status_code == 302, begun.text
    return httpx.get(begun.headers["location"], timeout=60).headers["location"]


def come_back(browser: TestClient, there: str) -> httpx.Response:
    return browser.get(there.removeprefix("http://testserver"))


def turned_back(browser: TestClient, error: str) -> httpx.Response:
    """Begin, and come back with an error of the provider's instead of a code."""
    browser.get(START)
    state = json.loads(base64.urlsafe_b64decode(browser.cookies[STATE_COOKIE].partition(".")[0]))[0]
    return browser.get(CALLBACK, params={"error": error, "state": state})


def refused(reply: httpx.Response) -> tuple[int, str]:
    assert COOKIE not in reply.headers.get("set-cookie", "")
    return reply.status_code, reply.json()["code"]


def part(text: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(text).encode()).rstrip(b"=").decode()


def test_the_whole_way_signs_in_as_a_password_does(browser: TestClient, idp: OidcProvider) -> None:
    assert browser.get("/v1/session/ways").json() == {"password": True, "oidc": True}
    begun = browser.get(START, params={"next": "/#mode=plan&lang=zh"})
    cookie = begun.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and f"path={START}" in cookie
    asked = {k: v[0] for k, v in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    assert asked["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert asked["nonce"] not in begun.headers["set-cookie"]
    reply = come_back(browser, httpx.get(begun.headers["location"], timeout=60).headers["location"])
    assert (reply.status_code, reply.headers["location"]) == (303, "/#mode=plan&lang=zh")
    given = reply.headers["set-cookie"].lower()
    password = browser.post("/v1/session", json={"name": "planner", "password": PASSWORD})
    by_password = password.headers["set-cookie"].lower()
    attributes = by_password.partition(";")[2]
    assert COOKIE in given and attributes and attributes in given
    browser.cookies.clear()
    assert come_back(browser, at_provider(browser)).status_code == 303
    told = browser.get("/v1/session").json()
    assert (told["signed_in"], told["name"], told["role"]) == (True, "planner", "planner")
    assert idp.asked.count("openid-configuration") == 1 and idp.asked.count("keys") == 1  # kept


def test_role_and_area_are_the_registers_whatever_the_provider_says(
    browser: TestClient, idp: OidcProvider
) -> None:
    idp.person, idp.claims = "east", {"role": "administrator", "area": None}
    come_back(browser, at_provider(browser))
    told = browser.get("/v1/session").json()
    assert (told["name"], told["role"], told["area"]) == ("east", "dispatcher", "140502001")


def test_nobody_is_made_and_the_refusal_tells_the_name(browser: TestClient, idp: OidcProvider) -> None:
    idp.person = "张三"
    reply = come_back(browser, at_provider(browser))
    assert refused(reply) == (403, "oidc-no-account")
    assert (reply.json()["name"], reply.json()["claim"]) == ("张三", "preferred_username")
    idp.person = "<script>x</script>"
    shown = browser.get(
        at_provider(browser).removeprefix("http://testserver"), headers={"Accept": "text/html,*/*"}
    )
    assert shown.status_code == 403 and shown.headers["content-type"].startswith("text/html")
    assert "&lt;script&gt;" in shown.text and "<script" not in shown.text and "管理员" in shown.text
    assert browser.get("/v1/session").json()["signed_in"] is False


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": int(time.time()) - 120}, "expired"),
        ({"exp": None}, "exp"),
        ({"iat": int(time.time()) + 10**6}, "iat"),
        ({"aud": "another client"}, "aud"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "azp"),
        ({"aud": None}, "aud"),
        ({"iss": "https://elsewhere.example"}, "iss"),
        ({"sub": None}, "sub"),
        ({"at_hash": "AAAA"}, "at_hash"),
        ({"preferred_username": None}, "preferred_username"),
        ({"preferred_username": ["planner"]}, "preferred_username"),
        ({"preferred_username": "planner\0"}, "preferred_username"),
    ],
)
def test_a_token_that_says_what_it_must_not_is_refused(
    browser: TestClient, idp: OidcProvider, claims: Claims, reason: str
) -> None:
    idp.claims = claims
    reply = come_back(browser, at_provider(browser))
    assert refused(reply) == (403, "oidc-token")
    assert reason in reply.json()["reason"]
    assert browser.get("/v1/session").json()["signed_in"] is False


def _none(idp: OidcProvider, claims: Claims) -> str:
    return f"{part({'alg': 'none', 'kid': idp.key.kid})}.{part(claims)}."


def _hs256_with_the_public_key(idp: OidcProvider, claims: Claims) -> str:
    signed = f"{part({'alg': 'HS256', 'kid': idp.key.kid})}.{part(claims)}"
    mac = hmac.digest(idp.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _hs256_with_a_published_secret(idp: OidcProvider, claims: Claims) -> str:
    secret = OctKey.import_key(PUBLISHED_SECRET)
    return jwt.encode({"alg": "HS256", "kid": "secret"}, claims, secret, algorithms=["HS256"])


def _another_key_of_that_name(idp: OidcProvider, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": idp.key.kid}, claims, rsa_key())


def _a_key_in_the_header(idp: OidcProvider, claims: Claims) -> str:
    mine = rsa_key()
    header = {"alg": "RS256", "kid": idp.key.kid, "jwk": mine.as_dict(private=False)}
    return jwt.encode(header, claims, mine)


def _another_kind_of_key(idp: OidcProvider, claims: Claims) -> str:
    return jwt.encode({"alg": "ES256", "kid": idp.key.kid}, claims, ECKey.generate_key("P-256"))


def _altered(idp: OidcProvider, claims: Claims) -> str:
    header, _, signature = idp.signed(claims).split(".")
    return f"{header}.{part({**claims, 'preferred_username': 'administrator'})}.{signature}"


def _odd_header(idp: OidcProvider, claims: Claims) -> str:
    return f"{part({'alg': ['RS256'], 'kid': {'a': 1}})}.{part(claims)}.AAAA"


def _no_object(idp: OidcProvider, claims: Claims) -> str:
    return "no token"


@pytest.mark.parametrize(
    "forge",
    [
        _none,
        _hs256_with_the_public_key,
        _hs256_with_a_published_secret,
        _another_key_of_that_name,
        _a_key_in_the_header,
        _another_kind_of_key,
        _altered,
        _odd_header,
        _no_object,
    ],
)
def test_a_token_that_the_providers_key_did_not_sign_is_refused(
    browser: TestClient, idp: OidcProvider, forge: Callable[[OidcProvider, Claims], str]
) -> None:
    idp.sign = lambda claims: forge(idp, claims)
    assert refused(come_back(browser, at_provider(browser))) == (403, "oidc-token")
    assert browser.get("/v1/session").json()["signed_in"] is False


def test_a_new_key_is_fetched_once_and_one_that_is_not_published_is_refused(
    browser: TestClient, idp: OidcProvider
) -> None:
    assert come_back(browser, at_provider(browser)).status_code == 303
    idp.key = rsa_key()
    idp.asked.clear()
    assert come_back(browser, at_provider(browser)).status_code == 303
    assert idp.asked.count("keys") == 1
    stranger = rsa_key()
    idp.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": stranger.kid}, claims, stranger)
    idp.asked.clear()
    assert refused(come_back(browser, at_provider(browser))) == (403, "oidc-token")
    assert idp.asked.count("keys") == 1


def test_a_state_is_good_once_and_in_its_own_browser(browser: TestClient) -> None:
    there = at_provider(browser)
    cookie = browser.cookies[STATE_COOKIE]
    wrong = re.sub(r"state=[^&]+", "state=" + "A" * 43, there)
    assert refused(come_back(browser, wrong)) == (400, "oidc-state")
    browser.cookies.clear()
    assert refused(come_back(browser, there)) == (400, "oidc-state")  # another browser
    ending = "00" if not cookie.endswith("00") else "11"
    for forged in (cookie[:-2] + ending, cookie.partition(".")[0], "é", "."):
        reply = browser.get(
            there.removeprefix("http://testserver"), headers={"Cookie": f"{STATE_COOKIE}={forged}".encode()}
        )
        assert refused(reply) == (400, "oidc-state"), forged
    mine = {"Cookie": f"{STATE_COOKIE}={cookie}"}
    assert browser.get(there.removeprefix("http://testserver"), headers=mine).status_code == 303
    browser.cookies.clear()
    assert refused(browser.get(there.removeprefix("http://testserver"), headers=mine)) == (400, "oidc-state")


def test_a_code_of_another_sign_in_is_refused(browser: TestClient) -> None:
    stolen = parse_qs(urlsplit(at_provider(browser)).query)["code"][0]
    browser.cookies.clear()
    mine = re.sub(r"code=[^&]+", f"code={stolen}", at_provider(browser))
    reply = come_back(browser, mine)  # its verifier is the other one's
    assert refused(reply) == (403, "oidc-refused")
    assert reply.json()["error"] == "invalid_grant"


def test_what_the_provider_refuses_is_told_without_its_words(browser: TestClient) -> None:
    for given, told in (("access_denied", "access_denied"), ("<b>call 110</b>", "unknown error")):
        reply = turned_back(browser, given)
        assert refused(reply) == (403, "oidc-refused")
        assert reply.json()["error"] == told


def test_states_age_and_are_used_once_by_all_replicas(tmp_path: Path) -> None:
    now = float(int(time.time()))
    ones = Beginnings(CookieSigner(b"k" * 32), tmp_path / "oidc", lambda: now)
    begun = ones.begin("/")
    cookie = ones.sign(begun)
    later = Beginnings(CookieSigner(b"k" * 32), tmp_path / "oidc", lambda: now + LIFETIME_S)
    assert later.read(cookie, begun.state) == begun
    assert (later.nonce(begun), later.verifier(begun)) == (ones.nonce(begun), ones.verifier(begun))
    too_late = Beginnings(CookieSigner(b"k" * 32), tmp_path / "oidc", lambda: now + LIFETIME_S + 1)
    assert too_late.read(cookie, begun.state) is None
    assert Beginnings(CookieSigner(b"j" * 32), tmp_path, lambda: now).read(cookie, begun.state) is None
    assert [ones.use(begun), later.use(begun)] == [True, False]
    much_later = Beginnings(CookieSigner(b"k" * 32), tmp_path / "oidc", lambda: now + 3 * LIFETIME_S)
    assert much_later.use(much_later.begin("/"))
    assert len(list((tmp_path / "oidc").iterdir())) == 1  # the old one was swept


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "", "evil", "\\/x"],
)
def test_one_returns_to_this_site_only(browser: TestClient, back: str) -> None:
    assert not local_path(back)
    assert refused(browser.get(START, params={"next": back})) == (400, "return-not-local")


def test_while_the_provider_is_down_passwords_go_on(
    database: Database, town: towns.Town, tmp_path: Path
) -> None:
    with serving(configured(f"http://127.0.0.1:{free_port()}", tmp_path), database) as browser:
        reply = browser.get(START)
        assert refused(reply) == (503, "oidc-unavailable")
        assert int(reply.headers["retry-after"]) > 0
        shown = browser.get(START, headers={"Accept": "text/html"})
        assert shown.status_code == 503 and "账号和密码" in shown.text
        given = {"name": "planner", "password": PASSWORD}
        assert browser.post("/v1/session", json=given).status_code == 200


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "http://127.0.0.1/another"},
        {"jwks_uri": "http://169.254.169.254/keys"},
        {"token_endpoint": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
        {"filler": "x" * 300_000},
    ],
)
def test_only_the_issuers_own_addresses_are_asked(
    browser: TestClient, idp: OidcProvider, told: dict[str, Any]
) -> None:
    idp.told = told
    assert refused(browser.get(START)) == (503, "oidc-unavailable")
    assert idp.asked == ["openid-configuration"]


def test_a_redirection_of_the_provider_is_not_followed(browser: TestClient, idp: OidcProvider) -> None:
    idp.told = {"jwks_uri": f"{idp.issuer}/elsewhere"}
    assert refused(come_back(browser, at_provider(browser))) == (503, "oidc-unavailable")
    assert idp.asked[-1] == "elsewhere"


def test_a_provider_that_hangs_holds_few_threads_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.oidc.fetching.TIMEOUT_S", 2.0)
    monkeypatch.setattr("api.oidc.provider._WAIT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hung = Provider(f"http://127.0.0.1:{silent.getsockname()[1]}", CLIENT, None, "sub")

        def ask(_: int) -> str:
            with pytest.raises(ProviderUnavailable) as refusal:
                hung.authorization(redirect_uri="http://here", state="s", nonce="n", verifier="v" * 43)
            return refusal.value.reason

        with ThreadPoolExecutor(TALKS + 4) as threads:
            told = Counter(threads.map(ask, range(TALKS + 4)))
    late = told.pop("too many wait for it")
    assert late >= 1 and told == {"it cannot be reached: TimeoutError": TALKS + 4 - late}


def test_nothing_that_signs_in_gets_into_the_log(
    browser: TestClient, idp: OidcProvider, capfd: pytest.CaptureFixture[str]
) -> None:
    sent: list[str] = []
    idp.sign = lambda claims: sent.append(idp.signed(claims)) or sent[-1]  # type: ignore[func-returns-value]
    there = at_provider(browser)
    asked = parse_qs(urlsplit(there).query)
    assert come_back(browser, there).status_code == 303
    assert refused(come_back(browser, there)) == (400, "oidc-state")
    out, err = capfd.readouterr()
    logged = out + err
    assert logged.count(CALLBACK) == 2 and len(sent) == 1
    for secret in (asked["code"][0], asked["state"][0], sent[0], browser.cookies[COOKIE], SECRET):
        assert secret not in logged


def test_behind_tls_the_browsers_address_is_told_and_cookies_are_secure(browser: TestClient) -> None:
    begun = browser.get(f"https://net.example{START}")
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["redirect_uri"] == [f"https://net.example{CALLBACK}"]
    assert "; secure" in begun.headers["set-cookie"].lower()
    reply = browser.get(httpx.get(begun.headers["location"], timeout=60).headers["location"])
    assert reply.status_code == 303
    given = reply.headers["set-cookie"].lower()
    assert COOKIE in given and given.count("; secure") == 2


def test_whoever_guesses_codes_waits(
    idp: OidcProvider,
    database: Database,
    town: towns.Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(configured(idp.issuer, tmp_path), database) as browser:
        stand_still(monkeypatch, browser.app.state.context.throttles.codes)  # type: ignore[attr-defined]
        told = []
        for _ in range(FREE_ATTEMPTS_PER_ADDRESS + 1):
            guess = re.sub(r"code=[^&]+", "code=guess", at_provider(browser))
            told.append(refused(come_back(browser, guess)))
        assert told[:-1] == [(403, "oidc-refused")] * FREE_ATTEMPTS_PER_ADDRESS
        assert told[-1] == (429, "too-many-attempts")
        idp.asked.clear()
        assert come_back(browser, at_provider(browser)).status_code == 429
        assert "token" not in idp.asked
        by_password = browser.post("/v1/session", json={"name": "planner", "password": PASSWORD})
        assert by_password.status_code == 200  # passwords are counted apart


def test_whoever_guesses_passwords_or_turns_back_at_the_provider_keeps_nobody_out(
    idp: OidcProvider,
    database: Database,
    town: towns.Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(configured(idp.issuer, tmp_path), database) as browser:
        context = browser.app.state.context  # type: ignore[attr-defined]
        for _ in range(FREE_ATTEMPTS_PER_ADDRESS):
            context.throttles.passwords.failed("testclient", "planner")
        stand_still(monkeypatch, context.throttles.provider_errors)
        wrong = browser.post("/v1/session", json={"name": "planner", "password": "guess"})
        assert refused(wrong) == (429, "too-many-attempts")
        for _ in range(FREE_ATTEMPTS_PER_ADDRESS):
            assert refused(turned_back(browser, "access_denied")) == (403, "oidc-refused")
        assert refused(turned_back(browser, "access_denied")) == (429, "too-many-attempts")
        assert come_back(browser, at_provider(browser)).status_code == 303


def test_every_sign_in_by_the_provider_is_in_the_audit(
    idp: OidcProvider, database: Database, town: towns.Town, tmp_path: Path
) -> None:
    with serving(configured(idp.issuer, tmp_path), database) as browser:
        assert come_back(browser, at_provider(browser)).status_code == 303
        guess = re.sub(r"code=[^&]+", "code=guess", at_provider(browser))
        assert refused(come_back(browser, guess)) == (403, "oidc-refused")
        idp.person = "李四"
        assert refused(come_back(browser, at_provider(browser))) == (403, "oidc-no-account")
        browser.app.state.context.auditor.carry()  # type: ignore[attr-defined]
    with database.transaction() as session:
        found = audit.page(session, audit.Wanted(kind="sign-in", about=CALLBACK))
    told = {(each.actor, each.via, each.operation, each.details["attempts"][0][2]) for each in found}
    assert {
        ("planner", "oidc", "let-in", ""),
        ("", "oidc", "refused", "oidc-refused"),
        ("李四", "oidc", "refused", "oidc-no-account"),
    } <= told


def test_without_a_provider_there_is_nothing(client: TestClient) -> None:
    assert client.get("/v1/session/ways").json() == {"password": True, "oidc": False}
    for path in (START, CALLBACK):
        assert refused(client.get(path, follow_redirects=False)) == (404, "oidc-not-configured")


def test_settings_that_cannot_be_safe_stop_the_start(tmp_path: Path) -> None:
    for issuer in (
        "http://sso.example",
        "ftp://sso.example",
        "https://a:b@sso.example",
        "sso",
        "https://s?x",
    ):
        with pytest.raises(ValueError, match="YIWANG_OIDC_ISSUER"):
            Provider.of(configured(issuer, tmp_path))
    with pytest.raises(ValueError, match="CLIENT_ID"):
        Provider.of(Settings(home=tmp_path, oidc_issuer="https://sso.example"))
    assert SECRET not in repr(configured("https://sso.example", tmp_path))
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    told = Settings(oidc_issuer="https://sso.example", oidc_client_id=CLIENT, oidc_client_secret_file=file)
    assert Provider.of(told) is not None
    assert Provider.of(Settings()) is None


def test_the_secret_of_a_file_is_the_one_that_is_sent(
    idp: OidcProvider, database: Database, town: towns.Town, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    settings = Settings(
        home=tmp_path, oidc_issuer=idp.issuer, oidc_client_id=CLIENT, oidc_client_secret_file=file
    )
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    with serving(settings, database) as browser:
        assert come_back(browser, at_provider(browser)).status_code == 303
    file.write_text("another", encoding="utf-8")
    with serving(settings, database) as browser:
        reply = come_back(browser, at_provider(browser))
        assert refused(reply) == (503, "oidc-unavailable")
        assert "invalid_client" in reply.json()["reason"] and SECRET not in reply.text
