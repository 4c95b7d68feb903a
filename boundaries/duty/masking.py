"""What a reader may see: persons without full names and phones."""

import re
from typing import Any, cast

from boundaries.duty.shape import Answer

_MOBILE = re.compile(r"1\d{10}")


def mask(answer: Answer) -> Answer:
    """A copy in which persons are 王** and their phones 138****1234, also within the texts.

    Organisations keep their names and desk lines; a mobile number is masked whoever has it. Parts that
    name nobody are shared with the original.
    """
    return masked_with_names(answer)[0]


def masked_with_names(answer: Answer) -> tuple[Answer, dict[str, str]]:
    """`mask`, and what each person's name was replaced by."""
    names: dict[str, str] = {}
    masked: Any = dict(answer)
    for member in ("owner", "call", "suggestion", "acting", "micro", "feature"):
        masked[member] = _masked(masked[member], names)
    masked["by_matter"] = _masked_leads(masked["by_matter"], names)
    longest_first = _longest_first(names)
    masked["why"] = [_replace(text, names, longest_first) for text in answer["why"]]
    masked["warnings"] = hide(answer["warnings"], names)
    return cast(Answer, masked), names


def hide(warnings: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    """Warnings in whose texts persons are replaced; names as `masked_with_names` gives them."""
    longest_first = _longest_first(names)
    return [
        {
            name: _replace(value, names, longest_first) if isinstance(value, str) else value
            for name, value in warning.items()
        }
        for warning in warnings
    ]


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


def _masked(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_masked(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    if "phone" in value and "name" in value:
        return mask_party(value, names)
    return {
        name: _masked(item, names) if isinstance(item, dict | list) else item for name, item in value.items()
    }


def _masked_leads(leads: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Leads are departments nearly always, and few: each is looked at once, and mostly none changes."""
    parties = {id(found["lead"]): found["lead"] for found in leads.values() if found["lead"] is not None}
    changed = {key: new for key, party in parties.items() if (new := mask_party(party, names)) is not party}
    if not changed:
        return leads
    return {
        code: {**found, "lead": changed[id(found["lead"])]} if id(found["lead"]) in changed else found
        for code, found in leads.items()
    }


def mask_party(party: dict[str, Any], names: dict[str, str] | None = None) -> dict[str, Any]:
    """A party without full name and phone; the same object where there is nothing to hide."""
    if party.get("kind") == "person":
        if names is not None and len(party["name"]) > 1 and not party["name"].endswith("**"):
            names[party["name"]] = mask_name(party["name"])
        hidden = {"name": mask_name(party["name"]), "phone": mask_phone(party["phone"])}
        # why somebody is away is nobody's business
        return {**party, **hidden, **({"away": ""} if party.get("away") else {})}
    if _MOBILE.fullmatch(re.sub(r"\D", "", party["phone"])):
        return {**party, "phone": mask_phone(party["phone"])}
    return party


def _replace(text: str, names: dict[str, str], order: list[str]) -> str:
    for name in order:
        text = text.replace(name, names[name])
    return text


def _longest_first(names: dict[str, str]) -> list[str]:
    return sorted(names, key=len, reverse=True)
