"""Case 50, in names, descriptions and tags: what a terminal would obey is refused or shown, never obeyed."""

import json

import pytest

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]

ADD = ("add", "rest", "--set", "base_url=https://example.com", "--set", "api_key=-", "--no-probe")


@pytest.mark.parametrize("evil", ["\x1b[31m", "\x1b]52;c;ZXZpbA==\x07", "\x9b31m", "a\u202eb"])
def test_case_50_control_characters_reach_no_terminal(vaulted: Program, evil: str) -> None:
    for arguments in ((*ADD, "--description", evil), (*ADD, "--tag", evil), (*ADD, "--method", evil), ("show", evil)):
        ran = vaulted(*arguments, stdin=b"k")
        assert ran.code == 2
        assert all(line.isprintable() for line in ran.err.splitlines())


def test_case_50_markup_is_text(vaulted: Program) -> None:
    name, description = "x", "[bold]a[/x] [link=https://example.com]"  # a new name has none of these signs
    ran = vaulted(*ADD, name, "--description", description, "--tag", "[red]", stdin=b"k")
    assert ran.code == 0, ran.err
    for force in ({}, {"FORCE_COLOR": "1"}):
        listed = vaulted("list", environment=force).out
        assert name in listed
        assert description in listed
        assert "[red]" in listed
    assert json.loads(vaulted("show", name, "--json").out)["description"] == description
