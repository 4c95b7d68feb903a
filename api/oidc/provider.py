"""The configured provider: what it says of itself, its keys, and the exchange of a code for a name."""

import base64
import ipaddress
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import get_well_known_url
from joserfc.jwk import KeySet

from api.oidc import tokens
from api.oidc.fetching import fetch
from api.oidc.refusals import BadIdToken, ProviderUnavailable, SignInRefused
from boundaries.store.settings import Settings

KEPT_S = 3600.0
TALKS = 8  # at once: a provider that hangs must not take every thread of the server
_WAIT_S = 1.0
_ERROR = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True, slots=True)
class _Metadata:
    authorization: str
    token: str
    keys: str
    posts_secret: bool  # the secret stands in the form, not in the header
    scopes: tuple[str, ...]


class Provider:
    """One OpenID provider, asked at its own origin only."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        secret: str | None,
        claim: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Raises ValueError for an issuer that is not https (this machine excepted): it stops the start."""
        if not _is_safe(issuer):
            raise ValueError("YIWANG_OIDC_ISSUER is an https:// address (http:// on this machine only)")
        self.issuer, self.claim = issuer, claim
        self._client_id, self._secret = client_id, secret
        self._clock, self._wall = clock, wall
        self._metadata: tuple[float, _Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._talks = threading.BoundedSemaphore(TALKS)

    @classmethod
    def of(cls, settings: Settings) -> "Provider | None":
        """The provider of the settings; None without one. Raises ValueError, OSError: they stop the start."""
        if settings.oidc_issuer is None:
            return None
        if settings.oidc_client_id is None:
            raise ValueError("YIWANG_OIDC_ISSUER needs YIWANG_OIDC_CLIENT_ID")
        secret = settings.oidc_client_secret
        told = None if secret is None else secret.get_secret_value()
        if settings.oidc_client_secret_file is not None:
            told = settings.oidc_client_secret_file.read_text(encoding="utf-8").strip()
        return cls(settings.oidc_issuer, settings.oidc_client_id, told or None, settings.oidc_claim)

    def authorization(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in. Raises ProviderUnavailable."""
        with self._talking():
            metadata = self._described()
        return str(
            prepare_grant_uri(
                metadata.authorization,
                self._client_id,
                "code",
                redirect_uri=redirect_uri,
                scope=" ".join(metadata.scopes),
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )

    def name_of(self, code: str, *, redirect_uri: str, nonce: str, verifier: str) -> str:
        """Whom the provider signed in: the claim that names the account.

        Raises SignInRefused for a code that it does not know, BadIdToken, ProviderUnavailable.
        """
        with self._talking():
            granted = self._exchange(code, redirect_uri, verifier)
            claims = self._verified(granted, nonce)
        name = claims.get(self.claim)
        if not isinstance(name, str) or not 0 < len(name) <= 200 or "\0" in name:
            raise BadIdToken(f"it has no claim {self.claim}")
        if self.claim == "email" and claims.get("email_verified") is not True:
            raise BadIdToken("its email is not verified")
        return name

    def _exchange(self, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        metadata = self._described()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._client_id,
            "code_verifier": verifier,
        }
        headers = {}
        if self._secret is not None and metadata.posts_secret:
            form["client_secret"] = self._secret
        elif self._secret is not None:
            pair = f"{quote_plus(self._client_id)}:{quote_plus(self._secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        status, granted = fetch(metadata.token, form, headers)
        if status == 200:
            return granted
        error = told_error(granted.get("error"))
        if error == "invalid_grant":
            raise SignInRefused(error)
        raise ProviderUnavailable(f"it refuses this client: {error}")

    def _verified(self, granted: dict[str, Any], nonce: str) -> dict[str, Any]:
        token, access_token = granted.get("id_token"), granted.get("access_token")
        if not isinstance(token, str):
            raise BadIdToken("there is none")
        for afresh in (False, True):
            try:
                return tokens.verified(
                    token,
                    self._signing_keys(afresh=afresh),
                    issuer=self.issuer,
                    client_id=self._client_id,
                    nonce=nonce,
                    access_token=access_token if isinstance(access_token, str) else None,
                    now=self._wall(),
                )
            except tokens.UnknownKey:
                continue
        raise BadIdToken("its key is none of the provider's")

    def _described(self) -> _Metadata:
        held = self._metadata
        if held is None or self._clock() - held[0] > KEPT_S:
            _, told = fetch(get_well_known_url(self.issuer, external=True))
            held = self._metadata = self._clock(), self._metadata_in(told)
        return held[1]

    def _metadata_in(self, told: dict[str, Any]) -> _Metadata:
        if told.get("issuer") != self.issuer:
            raise ProviderUnavailable("it says to be another issuer")
        authorization, token, keys = (
            self._own(told, name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        )
        ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        known = told.get("scopes_supported", ["profile"])
        wanted = "email" if self.claim.startswith("email") else "profile"
        return _Metadata(
            authorization,
            token,
            keys,
            posts_secret=isinstance(ways, list) and "client_secret_basic" not in ways,
            scopes=("openid", wanted) if isinstance(known, list) and wanted in known else ("openid",),
        )

    def _own(self, told: dict[str, Any], name: str) -> str:
        """An address of the provider's own origin: nothing else is asked on its behalf."""
        given = told.get(name)
        if not isinstance(given, str) or _origin(given) != _origin(self.issuer):
            raise ProviderUnavailable(f"its {name} does not lie with the issuer")
        return given

    def _signing_keys(self, *, afresh: bool) -> KeySet:
        held = self._keys
        if held is None or afresh or self._clock() - held[0] > KEPT_S:
            _, told = fetch(self._described().keys)
            held = self._keys = self._clock(), tokens.read_keys(told)
        return held[1]

    @contextmanager
    def _talking(self) -> Iterator[None]:
        if not self._talks.acquire(timeout=_WAIT_S):
            raise ProviderUnavailable("too many wait for it")
        try:
            yield
        finally:
            self._talks.release()


def told_error(given: object) -> str:
    """A provider's error code where it is one, so that nothing else gets into our answer."""
    return given if isinstance(given, str) and _ERROR.fullmatch(given) else "unknown error"


def _origin(address: str) -> tuple[str, str | None, int | None] | None:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.username is not None or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or {"https": 443, "http": 80}.get(parts.scheme)


def _is_safe(address: str) -> bool:
    origin = _origin(address)
    if origin is None or "?" in address or "#" in address:
        return False
    scheme, host, _ = origin
    return scheme == "https" or (scheme == "http" and _is_this_machine(host or ""))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
