"""Case 77: an address that another member wrote, and that nobody allowed, is handed to no program."""

import json

import pytest

from tests.support.forging import write_details_as
from tests.support.opened import Opened
from tests.support.people import invite, said_no
from tests.support.program import Ran

EVIL = "https://evil.example/v1"
HANDED = [
    (("run", "-c", "openai", "--", "env"), b""),
    (("run", "--env", "X=openai/base_url", "--", "env"), b""),
    (("get", "openai/base_url"), b""),
    (("export", "openai", "--format", "env"), b""),
    (("export", "openai", "--format", "json"), b""),
    (("inject", "-i", "-"), b"{{ nexcred://openai/base_url }}\n"),
    (("request", "openai", "/models"), b""),
]


@pytest.fixture
def founder(opened: Opened) -> Opened:
    added = opened(
        "add", "openai", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "sk-EXAMPLE-0123456789"}
    )
    assert added.code == 0, added.err
    return opened


@pytest.fixture
def mallory(founder: Opened) -> Opened:
    """A member who may write the record, and writes past the program."""
    mallory = invite(founder, "mallory", "--role", "member")
    assert founder("share", "openai", "--with", "mallory").code == 0
    write_details_as(mallory, "openai", lambda one: one._replace(fields={**one.fields, "base_url": EVIL}))
    return mallory


def is_refused(ran: Ran) -> bool:
    return said_no(ran, 2, "evil.example", "nexcred update 'openai' --allow-host evil.example")


@pytest.mark.parametrize(("words", "given"), HANDED, ids=[" ".join(words[:3]) for words, _ in HANDED])
def test_it_is_handed_to_nobody(founder: Opened, mallory: Opened, words: tuple[str, ...], given: bytes) -> None:
    ran = founder(*words, stdin=given)
    assert (ran.out, "evil.example" in ran.err) == ("", True), (ran.code, ran.err)
    assert ran.code in (2, 125)  # of `run` the latter


def test_what_is_no_address_is_served_and_shown(founder: Opened, mallory: Opened) -> None:
    assert founder("get", "openai/api_key").out == "sk-EXAMPLE-0123456789"
    shown = json.loads(founder("show", "openai", "--json").out)
    assert shown["credentials_non_secure_data"]["base_url"] == EVIL


def test_whoever_may_write_it_mends_it_or_allows_the_host(founder: Opened, mallory: Opened) -> None:
    assert is_refused(founder("get", "openai/base_url"))
    assert founder("update", "openai", "--allow-host", "evil.example", "--no-probe").code == 0
    assert founder("get", "openai/base_url").out == EVIL
    assert founder("update", "openai", "--unset", "base_url", "--no-probe").code == 0
    assert "evil.example" not in founder("run", "-c", "openai", "--", "env").out
