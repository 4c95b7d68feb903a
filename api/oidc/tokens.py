"""Whether an ID token proves who somebody is: signature, issuer, audience, times, nonce."""

from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from api.oidc.refusals import BadIdToken

# ours, never the token's: nothing unsigned, and nothing signed with a secret, which a public key could be
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
LEEWAY_S = 60
LEAST_RSA_BITS = 2048
_LONGEST = 32_768
_BROKEN = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class UnknownKey(Exception):
    """The token names a key that is not among those held; the provider may have new ones."""


def read_keys(document: Mapping[str, Any]) -> KeySet:
    """The public signing keys of a JWKS; what is none of these, or damaged, is left out."""
    found: list[Any] = []
    given = document.get("keys")
    for each in given if isinstance(given, list) else []:
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        try:
            if each.get("kty") == "RSA":
                key = RSAKey.import_key(each)
                if key.public_key.key_size >= LEAST_RSA_BITS:
                    found.append(key)
            elif each.get("kty") == "EC":
                found.append(ECKey.import_key(each))
        except _BROKEN:
            continue
    return KeySet(found)


def verified(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: str | None, now: float
) -> dict[str, Any]:
    """The claims of an ID token that holds. now: seconds since 1970.

    Raises BadIdToken, and UnknownKey where its key is not among `keys`.
    """
    if len(token) > _LONGEST:
        raise BadIdToken("it is too long")
    try:
        decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": client_id},
                "exp": {"essential": True},
            },
            {"client_id": client_id, "nonce": nonce, "access_token": access_token},
        )
        claims.validate(int(now), LEEWAY_S)
    except InvalidKeyIdError as error:
        raise UnknownKey from error
    except _BROKEN as error:
        raise BadIdToken(_reason(error)) from error
    return dict(decoded.claims)


def _reason(error: Exception) -> str:
    """What does not hold, in words of the library's codes only: nothing of the token gets into a log."""
    if not isinstance(error, JoseError):
        return "damaged"
    claim = getattr(error, "claim", "")
    return f"{error.error.replace('_', ' ')} {claim}".strip()
