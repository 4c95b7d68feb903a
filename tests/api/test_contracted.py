"""The check itself: an answer that is not as its route declares is noticed."""

import httpx
import pytest

from tests.api import contracted

_MATTER = {
    "code": "0102",
    "parent": "01",
    "name": "井盖",
    "limit_hours": None,
    "public_space": True,
    "sensitive": False,
}


def _answered(path: str, told: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=told, request=httpx.Request("GET", f"http://testserver{path}"))


def test_what_is_as_declared_passes() -> None:
    contracted.check(_answered("/v1/matters", {"matters": [_MATTER]}))


@pytest.mark.parametrize("wrong", [{"sensitive": None}, {"limit_hours": "8"}, {"code": 102}])
def test_a_member_of_another_kind_is_noticed(wrong: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match="not as declared"):
        contracted.check(_answered("/v1/matters", {"matters": [_MATTER | wrong]}))


def test_a_member_that_is_missing_is_noticed() -> None:
    told = {name: value for name, value in _MATTER.items() if name != "parent"}
    with pytest.raises(AssertionError, match="parent"):
        contracted.check(_answered("/v1/matters", {"matters": [told]}))


def test_refusals_and_routes_of_no_contract_are_left_alone() -> None:
    contracted.check(_answered("/v1/matters", {"code": "x"}, 404))
    contracted.check(_answered("/nowhere", {"matters": 1}))
