import copy
import pickle
import typing
from typing import Any, Generic, TypeVar

import pytest

from nexcred.model.named_tuple import NamedTuple

T = TypeVar("T")


class Quick(NamedTuple):
    first: int
    second: str
    third: tuple[int, ...] = ()
    fourth: int | None = None

    def total(self) -> int:
        return self.first + sum(self.third)


class Original(typing.NamedTuple):
    first: int
    second: str
    third: tuple[int, ...] = ()
    fourth: int | None = None


class Boxed(NamedTuple, Generic[T]):
    inside: T


BOTH: Any = (Quick, Original)


@pytest.mark.parametrize(
    "made",
    [
        lambda kind: kind(1, "a", (2,), 3),
        lambda kind: kind(1, "a"),
        lambda kind: kind(1, second="a", fourth=4),
        lambda kind: kind(second="a", first=1),
        lambda kind: kind(1, "a")._replace(third=(5,)),
        lambda kind: copy.copy(kind(1, "a")),
        lambda kind: pickle.loads(pickle.dumps(kind(1, "a"))),
    ],
)
def test_what_is_made_is_what_the_original_makes(made: Any) -> None:
    quick, original = (made(kind) for kind in BOTH)
    assert type(quick) is Quick
    assert (*quick,) == (*original,)
    assert quick == original
    assert hash(quick) == hash(original)
    assert repr(quick) == repr(original).replace("Original", "Quick")
    assert quick._asdict() == original._asdict()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda kind: kind(),
        lambda kind: kind(1, third=()),
        lambda kind: kind(1, "a", (), None, 5),
        lambda kind: kind(1, "a", first=2),
        lambda kind: kind(1, "a", fifth=5),
    ],
)
@pytest.mark.parametrize("kind", BOTH)
def test_a_wrong_call_is_refused(kind: Any, wrong: Any) -> None:
    with pytest.raises(TypeError):
        wrong(kind)


@pytest.mark.parametrize("kind", BOTH)
def test_it_cannot_be_changed(kind: Any) -> None:
    made = kind(1, "a")
    for name in ("first", "fifth"):
        with pytest.raises(AttributeError):
            setattr(made, name, 2)
    with pytest.raises((TypeError, ValueError)):
        made._replace(fifth=5)


def test_its_items_are_told_apart_by_name_and_by_place() -> None:
    made = Quick(1, "a", (2, 3))
    first, *_ = made
    assert (first, made[1], made.third, made.fourth, made.total()) == (1, "a", (2, 3), None, 6)
    match made:
        case Quick(1, second=word):
            assert word == "a"
        case _:
            pytest.fail("it did not match")


def test_it_may_be_generic() -> None:
    assert Boxed[int](3).inside == 3
