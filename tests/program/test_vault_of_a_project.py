"""A project file says which of its user's own vaults is used, and never where one is."""

import os

import pytest

from tests.support.named_vaults import names, two
from tests.support.opened import Opened

__all__ = ["two"]


def test_a_project_says_which_of_ones_own_vaults_is_used(two: Opened) -> None:
    (two.home / "nexcred.toml").write_text('vault = "team"\ncredentials = ["mine"]\n')
    assert names(two("list", "--json")) == ["mine"]
    assert two("get", "mine/api_key").code == 0
    assert two("run", "--", "true").code == 0
    assert names(two("list", "--json", "--vault", "personal")) == ["only here"]
    assert names(two("list", "--json", environment={"NEXCRED_VAULT": "personal"})) == ["only here"]
    shown = two("config", "get", "vault", "--show-origin").out
    assert shown == f"team\t{two.home}/nexcred.toml\n"
    (two.home / "nexcred.toml").write_text('vault = "taem"\n')
    ran = two("list")
    assert ran.code == 3
    assert f"you have no vault named 'taem' ({two.home}/nexcred.toml)" in ran.err


def test_the_file_that_a_command_is_given_says_it_too(two: Opened) -> None:
    (two.home / "other.toml").write_text('vault = "team"\ncredentials = ["mine"]\n')
    assert two("run", "--project", "other.toml", "--", "true").code == 0
    assert two("check", "--project", "other.toml").code == 5
    (two.home / "other.toml").write_text('credentials = ["mine"]\n')
    assert two("run", "--project", "other.toml", "--", "true").code == 125


PLACES = ["./team.db", "team.db", "/team.db", "file:///team.db", "git@host:x", "", "~/x", "a\\\\b"]


@pytest.mark.parametrize("place", PLACES)
def test_a_project_never_says_where_a_vault_is(two: Opened, place: str) -> None:
    (two.home / "nexcred.toml").write_text(f'vault = "{place}"\n')
    for words in (("list",), ("add", "resci"), ("check",), ("run", "--", "true")):
        ran = two(*words)
        assert (ran.code, ran.out) == (125 if words[0] == "run" else 2, ""), words
        assert "must be a name of the user's own for a vault" in ran.err


def test_what_is_added_into_the_vault_of_a_project_is_told(two: Opened) -> None:
    (two.home / "nexcred.toml").write_text('vault = "team"\n')
    ran = two("add", "resci", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "key-EXAMPLE"})
    assert "into the vault 'team', as nexcred.toml says" in ran.err


def test_programs_that_ask_a_helper_are_not_led_by_a_project(two: Opened) -> None:
    (two.home / "nexcred.toml").write_text('vault = "nobodys"\n')
    assert two("list").code == 3
    assert two("helper", "git", "get", stdin=b"protocol=https\nhost=example.test\n\n").code == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to give a file away")
def test_a_project_of_somebody_else_says_nothing(two: Opened) -> None:
    path = two.home / "nexcred.toml"
    path.write_text('vault = "team"\n')
    os.chown(path, 1234, 1234)
    assert names(two("list", "--json")) == ["only here"]
