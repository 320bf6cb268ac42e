"""Logging in with a provider that is not ours: its forms, its consent, its PKCE, its rotation, its issuer."""

import pytest

from tests.live.oauth_provider import EMAIL, PASSWORD, PERSON, SPOILED, Canaille, Person, canaille, chromium
from tests.support.opened import Opened
from tests.support.signing_in import signing_in

__all__ = ["canaille", "chromium"]
pytestmark = pytest.mark.xdist_group("canaille")  # its one redirect URI is one port


def test_a_login_is_proved_and_renews_itself(opened: Opened, canaille: Canaille) -> None:
    canaille.add_to(opened)
    with signing_in(opened, "canaille", "--no-browser") as login:
        page = Person().approve(login.url)
        ran = login.end()
    assert "Go back to the terminal" in page.text
    assert (ran.code, ran.out) == (0, f"logged in canaille: accepted, {EMAIL}\n"), ran.err
    # A token of twenty seconds is too short to be used again, so that each of these renews, and rotates.
    before = canaille.grants
    assert [opened("token", "canaille").code for _ in range(3)] == [0, 0, 0]
    assert opened("probe", "canaille").code == 0
    assert canaille.grants == before + 4


def test_a_denied_consent_is_told(opened: Opened, canaille: Canaille) -> None:
    canaille.add_to(opened)
    with signing_in(opened, "canaille", "--no-browser") as login:
        Person().approve(login.url, answer="deny")
        ran = login.end()
    assert ran.code == 4
    assert "access_denied" in ran.err


def test_a_verifier_that_does_not_match_is_refused_by_the_server(opened: Opened, canaille: Canaille) -> None:
    canaille.add_to(opened, client_id=SPOILED)
    with signing_in(opened, "canaille", "--no-browser") as login:
        Person().approve(login.url.replace("code_challenge=", "code_challenge=" + "x" * 10))
        ran = login.end()
    assert (ran.code, ran.out) == (4, "")
    assert "invalid_grant" in ran.err


def test_an_issuer_that_is_not_its_own_is_refused(opened: Opened, canaille: Canaille) -> None:
    """The server names itself in its answer (RFC 9207), and a slash more is another name."""
    canaille.add_to(opened, client_id=SPOILED, issuer_url=canaille.url + "/")
    with signing_in(opened, "canaille", "--no-browser") as login:
        Person().approve(login.url)
        ran = login.end()
    assert ran.code == 5
    assert "another issuer" in ran.err


def test_a_real_browser_brings_the_code(opened: Opened, canaille: Canaille, chromium: str) -> None:
    from playwright.sync_api import sync_playwright

    canaille.add_to(opened)
    with signing_in(opened, "canaille", "--no-browser") as login, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--no-proxy-server"])
        page = browser.new_page()
        page.goto(f"{login.url}&prompt=consent")
        for field, value in (("login", PERSON), ("password", PASSWORD)):
            page.fill(f"#{field}", value)
            page.press(f"#{field}", "Enter")
        page.click("#accept")
        page.get_by_text("Go back to the terminal").wait_for()
        ran = login.end()
        browser.close()
    assert (ran.code, ran.out) == (0, f"logged in canaille: accepted, {EMAIL}\n"), ran.err
