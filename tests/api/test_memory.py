"""What is set aside is still freed: by its last holder at once, in a circle when enough has gathered."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from api import memory


class _Thing:
    other: "_Thing | None" = None


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_set_aside_goes_with_its_last_holder() -> None:
    thing = _Thing()
    gone = weakref.ref(thing)
    memory.settle()
    assert gc.get_freeze_count() > 1000
    assert not any(each is thing for each in gc.get_objects())  # the collector does not look at it
    del thing
    assert gone() is None


def test_a_circle_that_was_set_aside_goes_once_a_tenth_more_has_gathered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memory.settle()
    monkeypatch.setattr(memory, "_alive", gc.get_freeze_count())
    one, other = _Thing(), _Thing()
    one.other, other.other = other, one
    gone = weakref.ref(one)
    memory.settle()
    del one, other
    memory.settle()
    assert gone() is not None
    monkeypatch.setattr(memory, "_alive", gc.get_freeze_count() // 2)
    memory.settle()
    assert gone() is None
    assert memory._alive == pytest.approx(gc.get_freeze_count(), rel=0.05)
