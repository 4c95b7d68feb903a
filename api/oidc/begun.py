"""What a browser began: a state of its own in a signed cookie, good for ten minutes and one answer."""

import base64
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api.cookies import CookieSigner
from api.oidc.refusals import ProviderUnavailable

STATE_COOKIE = "yiwang_oidc"
LIFETIME_S = 600
_STATE = re.compile(r"[A-Za-z0-9_-]{43}")
_LOCAL = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]*")


@dataclass(frozen=True, slots=True)
class Begun:
    """One sign-in on its way. `back` is the path of this site to go to afterwards."""

    state: str
    back: str
    issued_at: int  # seconds since 1970


def local_path(given: str) -> bool:
    """Whether this leads to this site from any page of it: no scheme, no host, in no browser's reading."""
    return _LOCAL.fullmatch(given) is not None


class Beginnings:
    """Signs, reads and uses up what browsers began. Replicas that share key and folder share these."""

    def __init__(self, cookies: CookieSigner, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._cookies, self._folder, self._clock = cookies, folder, clock

    def begin(self, back: str) -> Begun:
        """A new sign-in with 256 random bits."""
        return Begun(secrets.token_urlsafe(32), back, int(self._clock()))

    def sign(self, begun: Begun) -> str:
        """The cookie's value. Nonce and verifier are not in it: they follow from the state and our key."""
        told = json.dumps([begun.state, begun.back, begun.issued_at]).encode()
        payload = base64.urlsafe_b64encode(told).decode()
        return f"{payload}.{self._cookies.digest('oidc cookie', payload)}"

    def read(self, cookie: str, state: str) -> Begun | None:
        """What began with this cookie and this state; None when forged, of another state, or too old."""
        payload, _, signature = cookie.partition(".")
        if not hmac.compare_digest(
            self._cookies.digest("oidc cookie", payload).encode(), signature.encode("utf-8", "replace")
        ):
            return None
        begun = Begun(*json.loads(base64.urlsafe_b64decode(payload)))
        if not hmac.compare_digest(begun.state.encode(), state.encode("utf-8", "replace")):
            return None
        return begun if 0 <= self._clock() - begun.issued_at <= LIFETIME_S else None

    def use(self, begun: Begun) -> bool:
        """Use it up; False when it was before, in whichever process. Raises ProviderUnavailable."""
        if not _STATE.fullmatch(begun.state):
            return False
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in self._folder.iterdir():
                if self._clock() - old.stat().st_mtime > 2 * LIFETIME_S:
                    old.unlink(missing_ok=True)
            (self._folder / begun.state).touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            return False
        except FileNotFoundError:  # another process swept the same old one
            return self.use(begun)
        except OSError as error:
            raise ProviderUnavailable(f"sign-ins cannot be noted: {error.strerror}") from error
        return True

    def nonce(self, begun: Begun) -> str:
        """What the ID token must repeat."""
        return self._cookies.digest("oidc nonce", begun.state)

    def verifier(self, begun: Begun) -> str:
        """PKCE's secret: 64 hexadecimal digits that never leave for the browser."""
        return self._cookies.digest("oidc verifier", begun.state)
