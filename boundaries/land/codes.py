"""The codes of areas and grids: what a well-formed one is, and what a spreadsheet does to it.

Two schemes. `CN-12+3`: 4 digits a city, 6 a district, 9 a street, 12 a community, 15 a grid; a parent's
code is the beginning of its child's; official tables pad to 12 digits with zeros, which is accepted and
taken off. `free`: any short text that can stand in a URL; parents are named, not derived.
"""

import math
import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from boundaries.store.errors import Refusal

CN_SCHEME = "CN-12+3"
FREE_SCHEME = "free"
SCHEMES = (CN_SCHEME, FREE_SCHEME)

_LEVEL_OF_LENGTH = {4: "city", 6: "district", 9: "street", 12: "community"}
_PARENT_LENGTH = {6: 4, 9: 6, 12: 9, 15: 12}
# GB/T 2260: the two digits of a province, municipality or special region.
_PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)}
_PROVINCES |= {71, 81, 82}
_FREE_FORBIDDEN = frozenset('/\\?#%"<>\u001f')
_FREE_LONGEST = 64


CodeRule = Literal[
    "code-digits-lost",
    "code-flag",
    "code-fraction",
    "code-length",
    "code-letters",
    "code-not-digits",
    "code-number-cell",
    "code-of-grid",
    "code-one-lost",
    "code-province",
    "code-spaces",
    "code-too-long",
    "grid-length",
    "grid-number",
    "grid-without-community",
]


class MalformedCode(Refusal):
    """A text that is no code of the scheme. text: as given; reason: one sentence; scheme: its name.

    rule: which one it breaks; numbers: what the sentence says, as values.
    """

    code: ClassVar[str] = "malformed-code"

    def __init__(self, text: str, reason: str, *, scheme: str, rule: CodeRule, **numbers: str | int) -> None:
        self.text = text
        self.reason = reason
        self.scheme = scheme
        self.rule = rule
        self.numbers = numbers
        super().__init__(f"“{text}”: {reason}")


@dataclass(frozen=True, slots=True)
class AreaCode:
    """A city, district, street or community. level and parent are None in the scheme `free`."""

    text: str
    scheme: str
    level: str | None

    @classmethod
    def parse(cls, text: str, scheme: str = CN_SCHEME) -> "AreaCode":
        """A clean code, without its padding zeros. Raises MalformedCode."""
        if scheme == FREE_SCHEME:
            return cls(_checked_free(text), scheme, None)
        digits = _without_padding(_checked_digits(text, scheme))
        level = _LEVEL_OF_LENGTH.get(len(digits))
        if level is None:
            raise _wrong_length(text, digits, scheme)
        return cls(digits, scheme, level)

    @property
    def parent(self) -> "AreaCode | None":
        """The area one level up, as its digits say."""
        length = _PARENT_LENGTH.get(len(self.text)) if self.level else None
        if length is None:
            return None
        return AreaCode(self.text[:length], self.scheme, _LEVEL_OF_LENGTH[length])

    def fits(self, parent: "AreaCode") -> bool:
        """Whether the digits allow this parent, directly or over several levels; `free` allows any."""
        return self.level is None or (self.text.startswith(parent.text) and self.text != parent.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class GridCode:
    """A grid: the 12 digits of its community and 3 of its own, or any free text."""

    text: str
    scheme: str

    @classmethod
    def parse(cls, text: str, scheme: str = CN_SCHEME) -> "GridCode":
        """A clean code. Raises MalformedCode."""
        if scheme == FREE_SCHEME:
            return cls(_checked_free(text), scheme)
        digits = _checked_digits(text, scheme)
        if len(digits) != 15:
            raise MalformedCode(
                text,
                f"a grid's code has 15 digits, this has {len(digits)}",
                scheme=scheme,
                rule="grid-length",
                count=len(digits),
            )
        if digits[9:12] == "000":
            raise MalformedCode(
                text, "digits 10 to 12 name no community (000)", scheme=scheme, rule="grid-without-community"
            )
        if digits[12:] == "000":
            raise MalformedCode(text, "a grid's number starts at 001", scheme=scheme, rule="grid-number")
        return cls(digits, scheme)

    @property
    def community(self) -> AreaCode | None:
        """The community that the digits name; None in the scheme `free`."""
        return AreaCode(self.text[:12], self.scheme, "community") if self.scheme == CN_SCHEME else None

    @property
    def sequence(self) -> int | None:
        """The number within the community, from 1; None in the scheme `free`."""
        return int(self.text[12:]) if self.scheme == CN_SCHEME else None

    def fits(self, community: AreaCode) -> bool:
        """Whether the digits allow this community; `free` allows any."""
        return self.scheme == FREE_SCHEME or self.text[:12] == community.text

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code as found in a cell. text: cleaned; notes: what was done to it, () where it was clean."""

    text: str
    notes: tuple[str, ...]


def read_code(value: Any) -> ReadCode | None:
    """The code in a cell, with everything undone that lost no digit; None for an empty cell.

    Full-width digits, spaces, a leading apostrophe, invisible marks and a trailing ".0" are taken off and
    noted. What lost digits (1.40502E+14, or more than 15 digits in a number) raises MalformedCode: a
    guess would name another grid.
    """
    if value is None or value != value:  # NaN is not equal to itself
        return None
    if isinstance(value, bool):
        raise MalformedCode(str(value), "true or false is no code", scheme="", rule="code-flag")
    if isinstance(value, int | float) and not isinstance(value, str):
        return _read_number(float(value) if isinstance(value, float) else value)
    notes: list[str] = []
    given = str(value)
    text = unicodedata.normalize("NFKC", given)
    if text != given:
        notes.append("full-width characters")
    visible = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cc"))
    if visible != text:
        notes.append("invisible characters")
    stripped = visible.strip()
    if stripped.startswith("'"):
        notes.append("a leading apostrophe")
        stripped = stripped[1:].strip()
    if not stripped:
        return None
    return _read_text(stripped, given, notes)


def _read_text(text: str, given: str, notes: list[str]) -> ReadCode:
    squeezed = text.replace(" ", "").replace(",", "")
    if squeezed != text and squeezed.isdigit():
        notes.append("spaces or commas between digits")
        text = squeezed
    mantissa, mark, exponent = squeezed.upper().partition("E")
    if mark and "." in mantissa and _is_number(mantissa) and exponent.lstrip("+").isdigit():
        digits = mantissa.replace(".", "")
        raise MalformedCode(
            given,
            f"a spreadsheet kept only the digits {digits} of this code;"
            " format the column as text, type or paste the codes again and save",
            scheme="",
            rule="code-digits-lost",
            digits=digits,
        )
    whole, dot, zeros = text.partition(".")
    if dot and whole.isdigit() and zeros and set(zeros) == {"0"}:
        notes.append("a trailing “.0”")
        text = whole
    return ReadCode(text, tuple(notes))


def _read_number(number: float) -> ReadCode:
    if not math.isfinite(number) or number != int(number):
        raise MalformedCode(str(number), "a number with decimals is no code", scheme="", rule="code-fraction")
    text = str(int(number))
    if isinstance(number, float) and len(text) > 15:
        raise MalformedCode(
            text,
            "a number cell keeps 15 digits: the rest of this code is lost; use a text column",
            scheme="",
            rule="code-number-cell",
        )
    return ReadCode(text, ("a number instead of text",))


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _checked_digits(text: str, scheme: str) -> str:
    if not (text.isascii() and text.isdigit()):
        raise MalformedCode(text, "a code consists of digits", scheme=scheme, rule="code-not-digits")
    if int(text[:2]) not in _PROVINCES:
        lost = " (a zero in front may be missing)" if len(text) in (3, 5, 8, 11, 14) else ""
        raise MalformedCode(
            text, f"{text[:2]} is no province{lost}", scheme=scheme, rule="code-province", digits=text[:2]
        )
    return text


def _without_padding(digits: str) -> str:
    for length, width in ((9, 3), (6, 3), (4, 2)):
        if len(digits) == length + width and digits.endswith("0" * width):
            digits = digits[:length]
    return digits


def _wrong_length(text: str, digits: str, scheme: str) -> MalformedCode:
    count = len(digits)
    rule: CodeRule = "code-length"
    reason = f"an area's code has 4, 6, 9 or 12 digits, this has {count}"
    if count in (3, 5, 8, 11, 14):
        rule, reason = "code-one-lost", f"{count} digits: one was lost (areas have 4, 6, 9 or 12)"
    elif count == 15:
        rule, reason = "code-of-grid", "15 digits name a grid, not an area"
    return MalformedCode(text, reason, scheme=scheme, rule=rule, count=count)


def _checked_free(text: str) -> str:
    if not text or text != text.strip():
        raise MalformedCode(
            text, "a code is not empty and has no spaces around it", scheme=FREE_SCHEME, rule="code-spaces"
        )
    if len(text) > _FREE_LONGEST:
        raise MalformedCode(
            text,
            f"a code has at most {_FREE_LONGEST} characters",
            scheme=FREE_SCHEME,
            rule="code-too-long",
            most=_FREE_LONGEST,
        )
    bad = sorted({letter for letter in text if letter in _FREE_FORBIDDEN or not letter.isprintable()})
    if bad:
        shown = " ".join(repr(letter) for letter in bad)
        raise MalformedCode(
            text, f"{shown} cannot stand in a code", scheme=FREE_SCHEME, rule="code-letters", letters=shown
        )
    return text
