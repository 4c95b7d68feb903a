"""The page's types are made from the contract, and are those of today's contract."""

import re
from hashlib import sha256
from pathlib import Path

from api.openapi import models

TYPES = Path(__file__).resolve().parents[2] / "web_map/page/src/register/schema.d.ts"
_HEAD = re.compile(r"\A// [^\n]+\n// contract ([0-9a-f]{64})\n// types ([0-9a-f]{64})\n")


def _stated() -> tuple[str, str, str]:
    """What the file says of the contract and of itself, and its types."""
    text = TYPES.read_text("utf-8")
    head = _HEAD.match(text)
    assert head is not None, "./run types"
    return head[1], head[2], text[head.end() :]


def test_the_page_s_types_are_those_of_the_contract() -> None:
    assert _stated()[0] == sha256(models().encode()).hexdigest(), "the contract changed: ./run types"


def test_nobody_wrote_into_the_types_by_hand() -> None:
    _, stated, types = _stated()
    assert stated == sha256(types.encode()).hexdigest(), "./run types"
