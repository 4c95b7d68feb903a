"""Codes of areas and grids, and what spreadsheets do to them."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.land.codes import AreaCode, GridCode, MalformedCode, read_code


@pytest.mark.parametrize(
    ("text", "level", "parent"),
    [
        ("1405", "city", None),
        ("140502", "district", "1405"),
        ("140502001", "street", "140502"),
        ("140502001001", "community", "140502001"),
    ],
)
def test_the_length_tells_the_level_and_the_beginning_the_parent(
    text: str, level: str, parent: str | None
) -> None:
    code = AreaCode.parse(text)
    assert (code.text, code.level) == (text, level)
    assert (None if code.parent is None else code.parent.text) == parent


@pytest.mark.parametrize(
    ("padded", "plain"),
    [
        ("140500000000", "1405"),
        ("140502000000", "140502"),
        ("140502001000", "140502001"),
        ("140502001001", "140502001001"),
        ("140500", "1405"),
    ],
)
def test_padding_to_twelve_digits_is_taken_off(padded: str, plain: str) -> None:
    assert AreaCode.parse(padded).text == plain


def test_a_grid_names_its_community_and_its_number() -> None:
    code = GridCode.parse("140502001001007")
    assert code.community == AreaCode.parse("140502001001")
    assert code.sequence == 7
    assert code.fits(AreaCode.parse("140502001001"))
    assert not code.fits(AreaCode.parse("140502001002"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("14050200100101", "15 digits, this has 14"),
        ("140502001001000", "starts at 001"),
        ("140502001000001", "no community"),
        ("990502001001001", "99 is no province"),
        ("14050200100100a", "digits"),
        ("", "digits"),
    ],
)
def test_what_is_no_grid_code_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(MalformedCode, match=says) as refused:
        GridCode.parse(text)
    assert refused.value.text == text
    assert refused.value.scheme == "CN-12+3"


@pytest.mark.parametrize("text", ["14050", "14050200100", "140502001001001", "9905"])
def test_what_is_no_area_code_is_refused(text: str) -> None:
    with pytest.raises(MalformedCode):
        AreaCode.parse(text)


def test_free_codes_are_any_text_that_can_stand_in_an_address() -> None:
    assert AreaCode.parse("1C", "free").level is None
    assert GridCode.parse("ENGINE 6-甲", "free").community is None
    for bad in ("a/b", "a?b", " a", "", "x" * 65, "a\nb"):
        with pytest.raises(MalformedCode):
            GridCode.parse(bad, "free")


@pytest.mark.parametrize("cell", ["1.40502E+14", "1.40502e14", "1.40502E14", "1.405E+11"])
def test_a_code_that_lost_digits_is_refused_and_explained(cell: str) -> None:
    with pytest.raises(MalformedCode, match="a spreadsheet kept only the digits 1405"):
        read_code(cell)


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("140502001001.0", "“.0”"),
        ("１４０５０２００１００１", "full-width"),
        ("140502 001 001", "spaces"),
        ("'140502001001", "apostrophe"),
        ("\ufeff140502001001\u200b", "invisible"),
        (140502001001, "number"),
        (140502001001.0, "number"),
    ],
)
def test_damage_that_lost_no_digit_is_undone_and_noted(cell: object, note: str) -> None:
    read = read_code(cell)
    assert read is not None
    assert read.text == "140502001001"
    assert any(note in found for found in read.notes)


def test_a_number_cell_of_more_than_fifteen_digits_has_lost_some() -> None:
    with pytest.raises(MalformedCode, match="keeps 15 digits"):
        read_code(1405020010010012.0)


@pytest.mark.parametrize("cell", [None, "", "  ", float("nan"), "'"])
def test_an_empty_cell_is_no_code(cell: object) -> None:
    assert read_code(cell) is None


@given(st.integers(10**14, 10**15 - 1))
def test_fifteen_digits_survive_a_number_cell_or_are_refused_never_changed(number: int) -> None:
    """15 digits fit into a double, so what comes back is the same code."""
    read = read_code(float(number))
    assert read is not None and read.text == str(number)


@given(st.text(max_size=20))
def test_reading_any_text_ends_in_a_code_none_or_a_refusal(text: str) -> None:
    try:
        read = read_code(text)
    except MalformedCode as refused:
        assert refused.reason
    else:
        assert read is None or read.text == read.text.strip() != ""


def test_every_official_code_of_the_city_fits_its_parent(shared_data: Path) -> None:
    tree = pd.read_csv(shared_data / "cn_jincheng" / "org_tree_1405.csv", dtype=str)
    for code, parent in zip(tree["code"], tree["parent"], strict=True):
        found = AreaCode.parse(code)
        assert found.text == code
        assert found.parent is not None and found.parent.text == parent
