"""`nexcred open`: the provider's page for a key, in the browser of whoever sees one."""

import os
import sys
from pathlib import Path

import pyte
import pytest

from tests.support.forging import write_details_as
from tests.support.opened import Opened
from tests.support.people import invite
from tests.support.terminal import Typed, play

KEY = {"HELD": "key-EXAMPLE"}
PAGE = "https://mycompany.aha.io/settings/api_keys"


@pytest.fixture
def aha(opened: Opened) -> Opened:
    words = ("--set", "account_domain=mycompany", "--set", "api_key=env:HELD", "--no-probe")
    added = opened("add", "aha", *words, environment=KEY)
    assert added.code == 0, added.err
    return opened


def browser(folder: Path) -> tuple[str, Path]:
    """Return what BROWSER has to be, and the named pipe to which that browser writes where it was sent."""
    told, program = folder / "told", folder / "browser.py"
    os.mkfifo(told)
    program.write_text(f"import os, sys\nopen({str(told)!r}, 'w').write(sys.argv[1] + repr(sorted(os.environ)))\n")
    return f"{sys.executable} {program} %s", told


def test_without_a_terminal_it_prints_the_address_alone(aha: Opened) -> None:
    assert tuple(aha("open", "AHA", environment={"BROWSER": "false"})) == (0, f"{PAGE}\n", "")


def test_show_names_the_page(aha: Opened) -> None:
    assert ["page", PAGE] in [line.split() for line in aha("show", "aha").out.splitlines()]


def test_the_help_of_a_prompt_names_it(opened: Opened) -> None:
    screen = pyte.Screen(100, 40)
    environment = {name: value for name, value in opened.environment.items() if name != "NEXCRED_NO_INPUT"}
    words = ("add", "aha", "mine", "-d", "x", "--method", "api_key", "--set", "account_domain=mycompany")
    typed = [Typed("API Key Value", "?\r"), Typed("API Key Value", "\x03")]
    ended = play(
        opened.command(*words), typed, screen, environment={**environment, "TERM": "xterm"}, folder=opened.home
    )
    assert (ended.code, f"The page for keys: {PAGE}" in "\n".join(screen.display)) == (130, True), screen.display


def test_a_terminal_sends_the_browser_there(aha: Opened, tmp_path: Path) -> None:
    variable, told = browser(tmp_path)
    screen = pyte.Screen(100, 10)
    environment = {name: value for name, value in aha.environment.items() if name != "NEXCRED_NO_INPUT"}
    environment |= {"BROWSER": variable, "TERM": "xterm"}
    ended = play(aha.command("open", "aha"), [], screen, environment=environment, folder=aha.home)
    assert ended.code == 0, screen.display
    assert f"your browser opens {PAGE}" in "".join(screen.display)
    seen = told.read_text()
    assert seen.startswith(f"{PAGE}[")
    assert "NEXCRED" not in seen


def test_a_terminal_without_a_browser_prints_it(aha: Opened) -> None:
    screen = pyte.Screen(100, 10)
    environment = {name: value for name, value in aha.environment.items() if name != "NEXCRED_NO_INPUT"}
    environment |= {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22", "TERM": "xterm"}
    ended = play(aha.command("open", "aha"), [], screen, environment=environment, folder=aha.home)
    assert (ended.code, screen.display[0].rstrip()) == (0, PAGE)


def test_where_no_page_is_known_the_steps_are_told(opened: Opened) -> None:
    words = ("--set", "account_id=1", "--set", "api_key=env:HELD", "--no-probe")
    assert opened("add", "aventri", *words, environment=KEY).code == 0
    ran = opened("open", "aventri")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("1. Sign in to your Aventri account.\n2. ")
    assert "no page is known where keys of Aventri are made" in ran.err


def test_a_secret_has_no_page(opened: Opened) -> None:
    words = ("--set", "url:public=https://evil.example", "--set", "key=env:HELD")
    assert opened("add", "secret", "my note", *words, environment=KEY).code == 0
    ran = opened("open", "my note")
    assert (ran.code, ran.out) == (3, "")
    assert "see: nexcred show 'my note'" in ran.err


@pytest.mark.parametrize("domain", ["evil.example/", "evil.example#", "a@evil.example", "evil.example\\", "\x1b[2J"])
def test_a_value_that_a_colleague_wrote_opens_no_other_host(aha: Opened, domain: str) -> None:
    mallory = invite(aha, "mallory", "--role", "member")
    assert aha("share", "aha", "--with", "mallory").code == 0
    write_details_as(mallory, "aha", lambda one: one._replace(fields={**one.fields, "account_domain": domain}))
    ran = aha("open", "aha")
    assert (ran.code, ran.out) == (3, ""), ran.err
    assert "page " not in aha("show", "aha").out


def test_a_connector_of_the_users_own_may_not_lead_elsewhere(opened: Opened) -> None:
    path = Path(opened("connectors", "new", "acme").out.rstrip("\n"))
    path.write_text(path.read_text().replace("https://docs.example.com/keys", "https://evil.test/"))
    ran = opened("connectors", "check", "acme")
    assert ran.code == 2
    assert "must be at a host of the provider" in ran.err
