"""A test of many things looks at all of them, and tells of each that failed."""

import pytest

from tests.support.each import for_each


class Fruit:
    def __init__(self, name: str, weight: int) -> None:
        self.name, self.weight = name, weight


FRUIT = [Fruit("apple", 3), Fruit("banana", 6), Fruit("cherry", 1), Fruit("damson", 7)]


def failure_of(test: object, part: int | None = None) -> str:
    assert callable(test)
    with pytest.raises(AssertionError) as told:
        test() if part is None else test(part=part)
    return str(told.value)


def test_each_that_fails_is_named_with_its_message_and_all_are_looked_at() -> None:
    looked_at = []

    @for_each(FRUIT)
    def light(fruit: Fruit) -> None:
        looked_at.append(fruit)
        assert fruit.weight < 5, "too heavy"

    first, _, told = failure_of(light).partition("\n")
    assert first == "2 of 4: banana, damson"
    assert looked_at == FRUIT
    for name, weight in (("banana", 6), ("damson", 7)):
        assert f"{name}: Traceback" in told
        assert f"AssertionError: too heavy\nassert {weight} < 5" in told
    assert 'assert fruit.weight < 5, "too heavy"\n' in told


@pytest.mark.parametrize("raised", [KeyError("x"), pytest.fail.Exception("x"), pytest.skip.Exception("x")], ids=repr)
def test_whatever_is_raised_the_others_are_looked_at_and_it_is_no_success(raised: BaseException) -> None:
    looked_at = []

    @for_each([1, 2, 3])
    def look(number: int) -> None:
        looked_at.append(number)
        if number == 2:
            raise raised

    assert failure_of(look).startswith("1 of 3: 2\n")
    assert looked_at == [1, 2, 3]


def test_nothing_to_look_at_is_a_failure() -> None:
    @for_each([])
    def look(nothing: object) -> None:
        raise AssertionError

    assert failure_of(look) == "there is nothing to look at"


def test_a_divided_test_looks_at_all_and_no_part_is_empty_unseen() -> None:
    looked_at = []

    @for_each("abcdefg", tests=3)
    def look(letter: str) -> None:
        looked_at.append(letter)
        assert letter != "g"

    look(part=0)
    look(part=1)
    assert failure_of(look, 2).startswith("1 of 3: g\n")
    assert looked_at == list("abcdefg")

    @for_each("a", tests=2)
    def too_few(letter: str) -> None:
        pass

    assert failure_of(too_few, 0) == "there is nothing to look at"


@for_each([(Fruit("apple", 3), 3), (Fruit("cherry", 1), 1)], tests=2)
def test_pytest_gives_it_its_fixtures_and_parts(fruit: Fruit, weight: int, *, request: pytest.FixtureRequest) -> None:
    assert fruit.weight == weight
    assert request.node.name in (
        "test_pytest_gives_it_its_fixtures_and_parts[1 of 2]",
        "test_pytest_gives_it_its_fixtures_and_parts[2 of 2]",
    )


def test_a_thing_of_several_has_the_names_of_all_in_one_line() -> None:
    @for_each([(FRUIT[0], 3), (FRUIT[1], "x\ny")])
    def look(fruit: Fruit, weight: object) -> None:
        assert fruit.weight == weight

    assert failure_of(look).startswith("1 of 2: banana-'x\\ny'\n")


def test_names_can_be_given() -> None:
    @for_each([1], ids="number {}".format)
    def look(number: int) -> None:
        assert not number

    assert failure_of(look).startswith("1 of 1: number 1\n")
