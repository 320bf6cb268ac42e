"""A login where no browser is at hand: the terminal shows a code, which a person enters somewhere else."""

import signal
from collections.abc import Iterator

import pyte
import pytest

from tests.support.github_device import add_github
from tests.support.oauth_connector import add_acme, own_redirect, put_acme
from tests.support.opened import Opened
from tests.support.people import said_no
from tests.support.signing_in import signing_in
from tests.support.standins.device_server import DeviceServer
from tests.support.standins.github import GitHubLogin
from tests.support.standins.oauth_server import Rules
from tests.support.terminal import Typed, play

DEVICE = 'device_authorization_url = "{oauth_url}/device"'


@pytest.fixture
def server(opened: Opened) -> Iterator[DeviceServer]:
    with DeviceServer(Rules(redirect_uri=own_redirect())) as stand_in:
        put_acme(opened, DEVICE)
        assert add_acme(opened, stand_in).code == 0
        yield stand_in


def test_a_code_is_shown_and_approved_elsewhere(opened: Opened, server: DeviceServer) -> None:
    ran = opened("login", "acme")
    assert (ran.code, ran.out) == (0, "logged in acme: accepted, ada@example.com\n"), (ran.err, server.refusals)
    assert ran.err == (
        "nexcred: open in a browser, to approve it at Acme:\n"
        f"\n  {server.url}/device\n\n"
        "nexcred: and enter this code there: WDJB-MJHT\n"
        f"nexcred: or open this, which has the code in it: {server.url}/device?user_code=WDJB-MJHT\n"
    )
    server.access_tokens.clear()
    assert (opened("probe", "acme").code, server.refusals) == (0, [])


def test_a_browser_that_is_at_hand_is_used_instead(opened: Opened, server: DeviceServer) -> None:
    with signing_in(opened, "acme", "--no-browser") as login:
        assert login.url == f"{server.url}/device"
    opened.environment["BROWSER"] = "true"
    with signing_in(opened, "acme") as login:
        assert login.url.startswith(f"{server.url}/oauth/authorize?")


def test_a_page_of_somebody_else_is_named_and_asked_about(opened: Opened, server: DeviceServer) -> None:
    """Who enters the code there, and signs in, does it on a page of theirs."""
    server.says = {"verification_uri": "https://evil.example/device"}
    ran = opened("login", "acme")
    assert said_no(ran, 2, "the page to approve it at is of evil.example", "--allow-host evil.example")
    assert "WDJB-MJHT" not in ran.err
    del opened.environment["NEXCRED_NO_INPUT"]
    environment = {**opened.environment, "TERM": "dumb"}
    for answer, code in (("n\r", 1), ("y\r", 0)):
        screen, typed = pyte.Screen(120, 30), [Typed("Go there all the same?", answer)]
        ended = play(opened.command("login", "acme"), typed, screen, environment=environment, folder=opened.home)
        assert (ended.code, b"WDJB-MJHT" in ended.seen) == (code, code == 0)


def test_a_denied_consent_ends_it(opened: Opened, server: DeviceServer) -> None:
    server.ends_with = "access_denied"
    ran = opened("login", "acme")
    assert (ran.code, "not logged in: consent was denied (access_denied)" in ran.err) == (4, True)
    assert opened("token", "acme").code == 5


def test_ctrl_c_ends_the_waiting(opened: Opened, server: DeviceServer) -> None:
    server.interval_s = 60
    with signing_in(opened, "acme") as login:
        login.interrupt(signal.SIGINT)
        ran = login.end()
    assert (ran.code, ran.out) == (130, "")
    assert "nexcred: error: interrupted" in ran.err
    assert "Traceback" not in ran.err


def test_github_by_the_code_of_an_app_without_a_secret(opened: Opened) -> None:
    with GitHubLogin() as github:
        add_github(opened, github)
        ran = opened("login", "github", environment={"BROWSER": "true"})
        assert (ran.code, ran.out) == (0, "logged in github: accepted, octo\n"), (ran.err, github.refusals)
        assert "and enter this code there: WDJB-MJHT" in ran.err
        assert opened("request", "github", "/user").code == 0
