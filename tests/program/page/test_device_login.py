"""A login by a code on the page: where it leads, and what comes of it."""

import json
from collections.abc import Iterator

import pytest

from tests.support.github_device import add_github
from tests.support.opened import Opened
from tests.support.running_ui import Browser, RunningUi, Seen
from tests.support.standins.github import GitHubLogin
from tests.support.waiting import wait_until


@pytest.fixture
def github(opened: Opened) -> Iterator[GitHubLogin]:
    with GitHubLogin() as stand_in:
        add_github(opened, stand_in)
        yield stand_in


@pytest.fixture
def own(github: GitHubLogin, ui: RunningUi) -> Browser:
    return Browser(ui)


def test_a_code_is_shown_and_approved_elsewhere(opened: Opened, github: GitHubLogin, own: Browser) -> None:
    begun, job = _begin(opened, own)
    assert "WDJB-MJHT" in begun.text or "Done: " in begun.text
    wait_until(lambda: "Done: " in own.get(job).text)
    assert "accepted" in own.get(job).text
    assert opened("request", "github", "/user").code == 0


def test_nobody_is_led_to_a_page_of_somebody_else(opened: Opened, github: GitHubLogin, own: Browser) -> None:
    """Who enters the code there, and signs in, does it on a page of theirs."""
    github.says = {"verification_uri": "https://evil.example/device"}
    begun, _ = _begin(opened, own)
    assert "the page to approve it at is of evil.example" in begun.text
    assert "WDJB-MJHT" not in begun.text
    assert 'href="https://evil.example' not in begun.text


def _begin(opened: Opened, own: Browser) -> tuple[Seen, str]:
    """Press the button, and return the screen that comes, with its path."""
    record = json.loads(opened("show", "github", "--json").out)["id"]
    sent = own.post(f"/credentials/{record}/login")
    assert sent.status == 303, sent.text
    job = sent.headers["location"].removeprefix(own.base)
    return own.get(job), job
