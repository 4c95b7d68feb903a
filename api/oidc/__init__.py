"""Sign-in of people by an OpenID provider: authorization code with PKCE, state and nonce.

What one browser began stands in `begun`, the talk with the provider in `provider`, the check of its
tokens in `tokens`. Nobody is made here: whoever the provider names must have an account.
"""

from api.oidc.begun import LIFETIME_S, STATE_COOKIE, Beginnings, Begun, local_path
from api.oidc.provider import Provider
from api.oidc.refusals import (
    BadIdToken,
    NoSuchAccount,
    OidcOff,
    ProviderUnavailable,
    ReturnNotLocal,
    SignInRefused,
    StateNotOurs,
)

__all__ = [
    "LIFETIME_S",
    "STATE_COOKIE",
    "BadIdToken",
    "Beginnings",
    "Begun",
    "NoSuchAccount",
    "OidcOff",
    "Provider",
    "ProviderUnavailable",
    "ReturnNotLocal",
    "SignInRefused",
    "StateNotOurs",
    "local_path",
]
