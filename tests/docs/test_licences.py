"""Everything that is locked has a licence that goes together with ours, and stands in the list."""

from tests import licences


def test_every_licence_goes_together_with_ours() -> None:
    found = {**licences.of_python(), **licences.of_page()}
    assert len(found) > 100
    assert licences.incompatible(found) == {}


def test_a_licence_that_does_not_is_found() -> None:
    asked = {"a": "GPL-3.0-only", "b": "LGPL-3.0-only", "c": "", "d": "AGPL-3.0", "e": "MIT"}
    assert set(licences.incompatible(asked)) == {"a", "c", "d"}


def test_the_page_names_every_package() -> None:
    told = licences.TARGET.read_text("utf-8")
    missing = [name for name in (*licences.of_python(), *licences.of_page()) if f"| {name} |" not in told]
    assert missing == [], "./run audit"
