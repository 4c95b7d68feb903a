"""The session cookie: a name, an instant and a fingerprint of the password, signed with a local key."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

COOKIE = "yiwang_session"
LIFETIME_S = 12 * 3600
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a valid cookie says. `fingerprint` ends the session when the password changes."""

    name: str
    issued_at: int  # seconds since 1970
    fingerprint: str


class CookieSigner:
    """Signs and reads tickets with HMAC-SHA256."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def from_home(cls, home: Path) -> "CookieSigner":
        """The signer whose key is kept in the data home (mode 0600), made at the first start."""
        return cls(_key_in(home / "session.key"))

    def sign(self, ticket: Ticket) -> str:
        """The cookie's value: payload and signature, both URL-safe."""
        payload = _encode(json.dumps([ticket.name, ticket.issued_at, ticket.fingerprint]).encode())
        return f"{payload}.{self._signature(payload)}"

    def read(self, cookie: str, *, now: float) -> Ticket | None:
        """The ticket of a cookie; None when it is forged, damaged or older than LIFETIME_S."""
        payload, _, signature = cookie.partition(".")
        if not hmac.compare_digest(self._signature(payload).encode(), signature.encode()):
            return None
        try:
            name, issued_at, fingerprint = json.loads(_decode(payload))
            ticket = Ticket(str(name), int(issued_at), str(fingerprint))
        except (ValueError, TypeError):
            return None
        return ticket if 0 <= now - ticket.issued_at + 60 <= LIFETIME_S + 60 else None

    def digest(self, *parts: str) -> str:
        """A keyed digest, for remembering a checked password without keeping it."""
        return hmac.digest(self._key, "\0".join(parts).encode(), "sha256").hex()

    def _signature(self, payload: str) -> str:
        return _encode(hmac.new(self._key, b"cookie\0" + payload.encode(), hashlib.sha256).digest())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _key_in(path: Path) -> bytes:
    """The key in `path`. Several processes that start at once agree on one: the first link wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(_KEY_BYTES))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    key = path.read_bytes()
    if len(key) < _KEY_BYTES:
        raise ValueError(f"{path} holds no key: remove it, and everybody signs in again")
    return key
