"""A small OpenID provider over HTTP: discovery, authorization, token and keys, with RSA keys of its own."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "yiwang", "a secret of the provider: & %"
PUBLISHED_SECRET = {"kty": "oct", "k": "A" * 43, "kid": "secret"}
Claims = dict[str, Any]


def rsa_key() -> RSAKey:
    """A key pair with a name."""
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})


class OidcProvider:
    """Signs `person` in without a question. What it does wrong is set by a test."""

    def __init__(self, host: str, port: int) -> None:
        self.issuer = f"http://{host}:{port}/realms/town"
        self.asks = False  # shows a page of its own, with a link to go on
        self.person = "planner"
        self.key = rsa_key()
        self.told: dict[str, Any] = {}  # of the discovery, instead of what is right
        self.claims: Claims = {}  # of the ID token, instead of what is right
        self.sign: Callable[[Claims], str] = self.signed
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def reset(self) -> None:
        """Behave again."""
        self.person, self.told, self.claims, self.sign = "planner", {}, {}, self.signed
        self.asked.clear()

    def signed(self, claims: Claims) -> str:
        """An ID token as it should be."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def discovery(self) -> dict[str, Any]:
        """What the provider says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "scopes_supported": ["openid", "profile"],
            **self.told,
        }

    def keys(self) -> dict[str, Any]:
        """The public key, among others that no token may be checked with."""
        return {"keys": [PUBLISHED_SECRET, {"kty": "RSA", "kid": "damaged"}, self.key.as_dict(private=False)]}

    def authorize(self, given: dict[str, str]) -> str:
        """Where the browser goes on to."""
        wanted = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        assert wanted.items() <= given.items() and "openid" in given["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = given
        answer = {"code": code, "state": given["state"], "iss": self.issuer}
        return f"{given['redirect_uri']}?{urlencode(answer)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer to a code: each is good once, for whoever has its verifier and the client's secret."""
        pair = urlencode({"": CLIENT})[1:] + ":" + urlencode({"": SECRET})[1:]
        if authorization != "Basic " + base64.b64encode(pair.encode()).decode():
            return 401, {"error": "invalid_client"}
        begun = self._codes.pop(form["code"], None)
        if (
            begun is None
            or begun["redirect_uri"] != form["redirect_uri"]
            or begun["code_challenge"] != create_s256_code_challenge(form["code_verifier"])
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "4711",
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
            "preferred_username": self.person,
            **self.claims,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": self.sign(told)}


@contextmanager
def provider(host: str = "127.0.0.1") -> Iterator[OidcProvider]:
    """A provider at a free port of this machine, called `host`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            found.asked.append(parts.path.rpartition("/")[2])
            if parts.path.endswith("/auth"):
                given = {name: values[0] for name, values in parse_qs(parts.query).items()}
                there = found.authorize(given)
                body = f'<!doctype html><a href="{escape(there)}">go on</a>'.encode() if found.asks else b""
                self.send_response(200 if found.asks else 302)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                if not found.asks:
                    self.send_header("Location", there)
                self.end_headers()
                self.wfile.write(body)
            elif parts.path.endswith("/elsewhere"):
                self.send_response(302)
                self.send_header("Location", f"{found.issuer}/keys")
                self.end_headers()
            else:
                self._told(200, found.keys() if parts.path.endswith("/keys") else found.discovery())

        def do_POST(self) -> None:
            found.asked.append("token")
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._told(*found.token(form, self.headers.get("Authorization", "")))

        def _told(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = OidcProvider(host, server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
