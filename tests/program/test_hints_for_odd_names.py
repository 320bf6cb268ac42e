"""A hint is pasted into a shell, and a name in it may be somebody else's choice."""

import shlex

import pytest

from tests.support.opened import Opened

ODD = "Anna's key; touch pwned '"


@pytest.fixture
def with_odd(opened: Opened) -> Opened:
    added = opened("add", "resci", ODD, "--set", "api_key=env:K", "--no-probe", environment={"K": "r-EXAMPLE"})
    assert added.code == 0
    return opened


@pytest.mark.parametrize(
    "words",
    [
        ("add", "resci", ODD, "--set", "api_key=env:K"),
        ("token", ODD),
        ("login", ODD),
        ("restore", ODD, "--revision", "9"),
        ("check", "-c", ODD),
    ],
)
def test_the_command_that_is_told_names_it_as_one_word(with_odd: Opened, words: tuple[str, ...]) -> None:
    said = with_odd(*words, environment={"K": "r-EXAMPLE"})
    hints = [line for line in (said.out + said.err).splitlines() if "'\\''" in line and "nexcred " in line]
    assert hints
    for hint in hints:
        assert {ODD, f"{ODD}/api_key"} & set(shlex.split(hint.rpartition("nexcred ")[2]))


def test_the_command_that_names_who_is_told_has_its_name_as_one_word(opened: Opened) -> None:
    box = ("host=mail.test", "username=u", "from=a@mail.test", "password=env:K")
    values = [word for one in box for word in ("--set", one)]
    assert opened("add", "smtp", ODD, *values, "--no-probe", environment={"K": "EXAMPLE"}).code == 0
    said = opened("probe", "--all", "--notify", ODD)
    assert said.code == 2
    (hint,) = [line for line in said.err.splitlines() if "hint: " in line]
    assert shlex.split(hint.rpartition("nexcred ")[2]) == ["update", ODD, "--set", "to=…"]
