"""What the doors themselves refuse. Facts are attributes; `api/problems.py` gives each its status."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from boundaries.store.errors import Refusal


class NotSignedIn(Refusal):
    """Nobody, or somebody unknown, asked for what needs an account."""

    code: ClassVar[str] = "not-signed-in"

    def __init__(self, needs: str, *, challenge: bool) -> None:
        super().__init__(f"Please sign in with an account of the role '{needs}' or above.")
        self.needs = needs
        self.headers: Mapping[str, str] = {
            "WWW-Authenticate": 'Basic realm="yiwang", charset="UTF-8"' if challenge else "Session"
        }


class WrongCredentials(Refusal):
    """The name or the password is wrong; which of them is not told."""

    code: ClassVar[str] = "wrong-credentials"

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong.")
        self.headers: Mapping[str, str] = {"WWW-Authenticate": "Session"}


class PasswordUnchecked(Refusal):
    """The machine could not compute whether a password is right: no memory or no thread was left."""

    code: ClassVar[str] = "password-unchecked"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The password could not be checked just now ({reason}); please try again shortly.")
        self.reason = reason


class NotAllowed(Refusal):
    """The account's role is too low for this route."""

    code: ClassVar[str] = "role-too-low"

    def __init__(self, needs: str, role: str) -> None:
        super().__init__(f"This needs the role '{needs}' or above; the account is a '{role}'.")
        self.needs, self.role = needs, role


class OutsideScope(Refusal):
    """The account answers for one area only, and this lies outside it."""

    code: ClassVar[str] = "outside-scope"

    def __init__(self, area: str, asked: str) -> None:
        super().__init__(f"The account is confined to the area {area}; {asked} lies outside it.")
        self.area, self.asked = area, asked


class CrossSite(Refusal):
    """A browser's session cookie came along with a request that another site may have caused."""

    code: ClassVar[str] = "cross-site"

    def __init__(self) -> None:
        super().__init__(
            "A change with the session cookie needs the header X-Yiwang or an Origin of this site."
        )
        self.hint = "send 'X-Yiwang: 1'"


class WrongKey(Refusal):
    """The key is unknown, expired or revoked; which of them is not told."""

    code: ClassVar[str] = "wrong-key"

    def __init__(self) -> None:
        super().__init__("The key is unknown, has expired or was revoked.")
        self.headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class TooManyRequests(Refusal):
    """A key asked more often than it may."""

    code: ClassVar[str] = "too-many-requests"

    def __init__(self, per_minute: int, retry_after_s: int) -> None:
        super().__init__(f"This key may ask {per_minute} times a minute: please wait {retry_after_s} s.")
        self.per_minute, self.retry_after_s = per_minute, retry_after_s


class KeyNameTaken(Refusal):
    """A name that a key has or had: the records name keys by it."""

    code: ClassVar[str] = "key-name-taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is or was a key named '{name}': its name stands in the records.")
        self.name = name


class LastAdministrator(Refusal):
    """A change after which nobody could manage accounts any more."""

    code: ClassVar[str] = "last-administrator"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"'{name}' is the last administrator of the whole district: make another one before."
        )
        self.name = name


class TooManyAttempts(Refusal):
    """Wrong passwords, links or codes in a row."""

    code: ClassVar[str] = "too-many-attempts"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many failed attempts: please wait {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class TooManyVisits(Refusal):
    """Public questions faster than people ask."""

    code: ClassVar[str] = "too-many-visits"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many questions from this address: please wait {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class MissingDatum(Refusal):
    """Bare coordinates: the datums differ by up to 1.3 km here, so none is assumed."""

    code: ClassVar[str] = "missing-datum"

    def __init__(self) -> None:
        super().__init__("Say in which datum the coordinates are: datum=wgs84, cgcs2000, gcj02 or bd09.")
        self.datums = ["wgs84", "cgcs2000", "gcj02", "bd09"]
        self.hint = "Gaode, Tencent and most phone apps give gcj02; Baidu gives bd09; a GPS gives wgs84"


class UnknownDatum(Refusal):
    """A datum that is none of the four."""

    code: ClassVar[str] = "unknown-datum"

    def __init__(self, given: str) -> None:
        super().__init__(f"'{given}' is no datum: one of wgs84, cgcs2000, gcj02, bd09.")
        self.given = given


class OnePlace(Refusal):
    """A lookup names one place: lon and lat, or address, building or grid."""

    code: ClassVar[str] = "one-place"

    def __init__(self, given: list[str]) -> None:
        super().__init__("Name one place: lon and lat together, or one of address, building, grid.")
        self.given = given


class NothingHeld(Refusal):
    """No net has been published yet, or the register has not been reached since the start."""

    code: ClassVar[str] = "nothing-published"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.retry_after_s = 5


class UnknownRole(Refusal):
    """A role that no account can have."""

    code: ClassVar[str] = "unknown-role"

    def __init__(self, role: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no role '{role}': one of {', '.join(known)}.")
        self.role, self.known = role, list(known)


class PasswordMissing(Refusal):
    """A new account needs a password."""

    code: ClassVar[str] = "password-missing"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"There is no account '{name}' yet: a new one needs a password.")


class AccountNameTaken(Refusal):
    """A new account may not replace the one that has its name."""

    code: ClassVar[str] = "account-name-taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is an account '{name}' already: please choose another name.")
        self.name = name


class WrongFirstLink(Refusal):
    """The link for the first administrator was never made, or another was made after it."""

    code: ClassVar[str] = "wrong-first-link"

    def __init__(self) -> None:
        super().__init__(
            "This link is not the newest one: each start of the server and 'yiwang account link' make"
            " another, and end the one before."
        )


class FirstLinkExpired(Refusal):
    """The link for the first administrator is too old."""

    code: ClassVar[str] = "first-link-expired"

    def __init__(self, expired_at: datetime) -> None:
        super().__init__("This link was good for an hour: 'yiwang account link' makes a new one.")
        self.expired_at = expired_at


class FirstLinkUsed(Refusal):
    """The link for the first administrator made one already."""

    code: ClassVar[str] = "first-link-used"

    def __init__(self, used_at: datetime) -> None:
        super().__init__("This link was used already: please sign in.")
        self.used_at = used_at


class AdministratorExists(Refusal):
    """A link for the first administrator where there is one."""

    code: ClassVar[str] = "administrator-exists"

    def __init__(self) -> None:
        super().__init__(
            "There is an administrator already, who makes accounts (or 'yiwang account add' on the machine)."
        )


class AreaRetired(Refusal):
    """An area that was in force once; where its ground went is named."""

    code: ClassVar[str] = "area-gone"

    def __init__(self, value: str, retired_at: datetime | None, successors: Sequence[str]) -> None:
        followed = f" Its ground now belongs to {', '.join(successors)}." if successors else ""
        super().__init__(f"The area {value} is no longer in force.{followed}")
        self.value, self.retired_at, self.successors = value, retired_at, list(successors)


class UnknownTile(Refusal):
    """Zoom, column or row that no tile has."""

    code: ClassVar[str] = "unknown-tile"

    def __init__(self, z: int, x: int, y: int) -> None:
        super().__init__(f"There is no tile {z}/{x}/{y}.")
        self.z, self.x, self.y = z, x, y


class UnreadableBody(Refusal):
    """The body as a whole cannot be read as what its Content-Type says."""

    code: ClassVar[str] = "unreadable-body"

    def __init__(self, why: str) -> None:
        super().__init__(why)


class UnknownMediaType(Refusal):
    """A Content-Type or Accept that this route does not speak."""

    code: ClassVar[str] = "unknown-media-type"

    def __init__(self, given: str, known: list[str]) -> None:
        super().__init__(f"'{given}' is not understood here; use {' or '.join(known)}.")
        self.given, self.known = given, known


class TooManyPoints(Refusal):
    """A batch above the limit: larger files go through `yiwang assign`."""

    code: ClassVar[str] = "too-many-points"

    def __init__(self, given: int, limit: int) -> None:
        super().__init__(f"{given} points in one batch; the limit is {limit}. Larger files: yiwang assign.")
        self.given, self.limit = given, limit


class TooManyIncidents(Refusal):
    """More incidents in one request than are taken: larger files go through `yiwang incidents import`."""

    code: ClassVar[str] = "too-many-incidents"

    def __init__(self, given: int, limit: int) -> None:
        super().__init__(
            f"{given} incidents in one request; the limit is {limit}. Larger files: yiwang incidents import."
        )
        self.given, self.limit = given, limit


class BodyTooLarge(Refusal):
    """More bytes than this route takes."""

    code: ClassVar[str] = "body-too-large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"The body is larger than the {limit_bytes} bytes that are taken here.")
        self.limit_bytes = limit_bytes


class PageNotBuilt(Refusal):
    """The page's bundle is missing; the API works without it."""

    code: ClassVar[str] = "page-not-built"

    def __init__(self) -> None:
        super().__init__("The page has not been built: './run setup' builds it. The API works without it.")


class IfMatchMissing(Refusal):
    """A write that does not say which version it saw."""

    code: ClassVar[str] = "if-match-missing"

    def __init__(self) -> None:
        super().__init__("Say in If-Match which version you saw: the ETag of the last answer.")


class BadIdempotencyKey(Refusal):
    """An Idempotency-Key that cannot be kept."""

    code: ClassVar[str] = "bad-idempotency-key"

    def __init__(self, longest: int) -> None:
        super().__init__(f"An Idempotency-Key is 1 to {longest} visible ASCII characters.")
        self.longest = longest
