"""Why a sign-in by the provider did not come about. `zh` is the sentence for people who read Chinese."""

from typing import ClassVar

from boundaries.store.errors import Refusal


class OidcOff(Refusal):
    """No provider is configured."""

    code: ClassVar[str] = "oidc-not-configured"
    zh: ClassVar[str] = "没有配置统一身份认证，请用账号和密码登录。"

    def __init__(self) -> None:
        super().__init__("No OpenID provider is configured here: please sign in with a password.")


class ReturnNotLocal(Refusal):
    """Where to go after signing in is no path of this site."""

    code: ClassVar[str] = "return-not-local"
    zh: ClassVar[str] = "登录后的返回地址不是本站的地址。"

    def __init__(self) -> None:
        super().__init__("'next' is a path of this site, such as /#mode=admin.")


class StateNotOurs(Refusal):
    """The answer belongs to no sign-in that this browser began within ten minutes and has not ended."""

    code: ClassVar[str] = "oidc-state"
    zh: ClassVar[str] = "这次登录不是在本浏览器发起的、已经用过或已过期，请重新登录。"

    def __init__(self) -> None:
        super().__init__(
            "This browser has begun no such sign-in, or it is used or too old: please sign in again."
        )


class SignInRefused(Refusal):
    """The provider did not sign the person in, or does not know the code."""

    code: ClassVar[str] = "oidc-refused"
    zh: ClassVar[str] = "统一身份认证没有同意这次登录。"

    def __init__(self, error: str) -> None:
        super().__init__(f"The OpenID provider refused this sign-in ({error}).")
        self.error = error


class BadIdToken(Refusal):
    """The provider's token does not prove who this is."""

    code: ClassVar[str] = "oidc-token"
    zh: ClassVar[str] = "统一身份认证的凭证无效，请重新登录；反复出现时请联系管理员。"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The ID token of the provider does not hold: {reason}.")
        self.reason = reason


class NoSuchAccount(Refusal):
    """The provider knows this person, the register has no account of that name."""

    code: ClassVar[str] = "oidc-no-account"
    zh: ClassVar[str] = "身份已确认，但本系统没有这个账号，请管理员先建立同名账号。"

    def __init__(self, name: str, claim: str) -> None:
        super().__init__(
            f"There is no account '{name}' here ({claim} of the provider): an administrator makes it first."
        )
        self.name, self.claim = name, claim


class ProviderUnavailable(Refusal):
    """The provider cannot be reached, or answers what cannot be used. Passwords go on."""

    code: ClassVar[str] = "oidc-unavailable"
    zh: ClassVar[str] = "统一身份认证暂时不可用，可用账号和密码登录。"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The OpenID provider cannot be used just now ({reason}); passwords still work.")
        self.reason = reason
        self.retry_after_s = 5
