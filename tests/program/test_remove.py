"""Removing takes a yes, whatever is removed."""

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.people import invite
from tests.support.terminal import Typed, lines_of, play


@pytest.fixture
def kept(opened: Opened) -> Opened:
    for name in ("one", "two"):
        values = ("--set", "account_id=4711", "--set", "api_key=env:KEY", "--no-probe")
        assert opened("add", "aventri", name, *values, environment={"KEY": "k-EXAMPLE"}).code == 0
    return opened


def test_where_nobody_can_be_asked_it_needs_the_flag(kept: Opened) -> None:
    refused = kept("remove", "one")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == ("nexcred: error: removing needs a yes\nnexcred: hint: add --yes, or run it at a terminal\n")
    assert kept.names == ["one", "two"]
    assert kept("remove", "one", "--yes").code == 0
    assert kept.names == ["two"]


@pytest.mark.parametrize(("answer", "code", "left"), [("n", 1, ["one", "two"]), ("y", 0, [])])
def test_at_a_terminal_each_is_named_and_a_yes_asked_for(kept: Opened, answer: str, code: int, left: list[str]) -> None:
    environment = {**kept.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(120, 20)
    words = kept.command("remove", "one", "two")
    ended = play(
        words, [Typed("Put into the trash, for 30 days?", answer)], screen, environment=environment, folder=kept.home
    )
    shown = lines_of(screen)
    assert ended.code == code
    assert [line.strip() for line in shown if "with its history" in line] == [
        "one (Aventri), with its history",
        "two (Aventri), with its history",
    ]
    assert ("nexcred: error: nothing was removed" in shown) == (answer == "n")
    assert kept.names == left


def test_a_secret_is_said_to_work_at_no_system(opened: Opened) -> None:
    assert opened("add", "secret", "hook", "--set", "token=env:TOKEN", environment={"TOKEN": "t-EXAMPLE"}).code == 0
    environment = {**opened.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(120, 20)
    asked = [Typed("Put into the trash, for 30 days?", "n")]
    play(opened.command("remove", "hook"), asked, screen, environment=environment, folder=opened.home)
    assert "hook (secret), with its history" in "\n".join(lines_of(screen))
    gone = opened("remove", "hook", "--yes")
    assert "the key of 'hook' still works: revoke it where it was made\n" in gone.err


def test_what_to_do_reads_well_for_every_connector(opened: Opened) -> None:
    held = {"KEY": "k-EXAMPLE"}
    given = {
        "secret": ("token=env:KEY",),
        "rest": ("api_key=env:KEY", "base_url=https://api.example.com"),
        "kubernetes": ("token=env:KEY", "base_url=https://kube.example.com:6443"),
        "resci": ("api_key=env:KEY",),
    }
    invite(opened, "bob", "--role", "member")
    for connector, settings in given.items():
        words = [word for setting in settings for word in ("--set", setting)]
        allowed = ("--allow-host", "kube.example.com:6443")
        added = opened("add", connector, *words, *allowed, "--no-probe", environment=held)
        assert added.code == 0, added.err
    names = [*given]
    assert opened("share", *names, "--with", "bob").code == 0
    told = opened("unshare", *names, "--with", "bob").err
    for key, where in (
        ("key", "where it was made"),
        ("REST API key", "in the system that serves this API, where its keys are kept"),
        ("Kubernetes key", "in the cluster, by deleting the service account or the object that its token is bound to"),
        ("ReSci key", "in ReSci under Settings > API, or Developers > API Keys"),
    ):
        assert f"  {names[0]}: nexcred rotate '{names[0]}'\n" in told
        assert f"nexcred: the {key} of '{names[0]}' still works: revoke it {where}\n" in (
            opened("remove", names.pop(0), "--yes").err
        )
