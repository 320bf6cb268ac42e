"""A vault that is not there, and a place that is written wrongly, are said with what makes the one that was meant."""

import pytest

from tests.support.git_repository import bare_repository
from tests.support.opened import Opened

COMMANDS = [("list",), ("status",), ("get", "aha/api_key"), ("serve", "--port", "0"), ("ui", "--no-browser")]
PLACES = ["other.db", "over here/vault.db", "git+file:///nowhere/vault.git"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_that_makes_it_names_it(opened: Opened, place: str, command: tuple[str, ...]) -> None:
    if place.startswith("git+file"):
        place = f"git+file://{bare_repository(opened.home)}"
    ran = opened(*command, "--vault", place)
    assert (ran.code, ran.out) == (3, ""), ran.err
    quoted = f"'{place}'" if " " in place else place
    assert ran.err.splitlines()[-1] == f"nexcred: hint: make one with: nexcred vault init --vault {quoted}"


def test_the_one_of_a_variable_needs_no_name(opened: Opened) -> None:
    ran = opened("list", environment={"NEXCRED_VAULT": "other.db"})
    assert ran.err.splitlines()[-1] == "nexcred: hint: make one with: nexcred vault init"


@pytest.mark.parametrize("place", ["git+/srv/vault.git", "git+srv/vault.git"])
def test_a_repository_without_a_scheme_is_no_file(opened: Opened, place: str) -> None:
    for command in (("list",), ("vault", "init"), ("vault", "add", "team", place)):
        flag = () if place in command else ("--vault", place)
        ran = opened(*command, *flag, environment={"NEXCRED_PASSPHRASE": "passphrase of EXAMPLE"})
        assert (ran.code, ran.out) == (2, "")
        assert "git+file:///" in ran.err.splitlines()[-1]
    assert not list(opened.home.glob("git+*"))
