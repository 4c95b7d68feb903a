"""What a reader may see: persons without full names and phones."""

import copy
import re
from typing import Any

from boundaries.duty.shape import Answer

_MOBILE = re.compile(r"1\d{10}")


def mask(answer: Answer) -> Answer:
    """A copy in which persons are 王** and their phones 138****1234, also within the texts.

    Organisations keep their names and desk lines; a mobile number is masked whoever has it.
    """
    masked = copy.deepcopy(answer)
    names: dict[str, str] = {}
    _mask_parties(masked, names)
    longest_first = sorted(names, key=len, reverse=True)
    masked["why"] = [_replace(text, names, longest_first) for text in masked["why"]]
    for warning in masked["warnings"]:
        warning["text"] = _replace(warning["text"], names, longest_first)
    return masked


def mask_phone(phone: str) -> str:
    """138****1234; a shorter number keeps its last two digits, none stays none."""
    if "*" in phone:
        return phone
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= 7:
        return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"
    return "****" if digits else ""


def mask_name(name: str) -> str:
    """王**: the first character."""
    return f"{name[0]}**" if name else ""


def _mask_parties(value: Any, names: dict[str, str]) -> None:
    if isinstance(value, list):
        for item in value:
            _mask_parties(item, names)
    elif isinstance(value, dict):
        if "phone" in value and "name" in value:
            _mask_party(value, names)
        for item in value.values():
            _mask_parties(item, names)


def _mask_party(party: dict[str, Any], names: dict[str, str]) -> None:
    if party.get("kind") == "person":
        if len(party["name"]) > 1 and not party["name"].endswith("**"):
            names[party["name"]] = mask_name(party["name"])
        party["name"] = mask_name(party["name"])
        party["phone"] = mask_phone(party["phone"])
    elif _MOBILE.fullmatch(re.sub(r"\D", "", party["phone"])):
        party["phone"] = mask_phone(party["phone"])


def _replace(text: str, names: dict[str, str], order: list[str]) -> str:
    for name in order:
        text = text.replace(name, names[name])
    return text
