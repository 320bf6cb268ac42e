"""Waiting for the browser, or for what a person pastes."""

import io
import os
from collections.abc import Iterator

import pyte
import pytest

from nexcred.auth.authorization import Authorization
from nexcred.cli.dialogs.oauth_redirect import receive
from nexcred.cli.terminal.browser import has_browser
from nexcred.cli.terminal.streams import Streams
from nexcred.errors import NotProved
from nexcred.http.loopback import ADDRESS, Loopback, RedirectEndpoint
from nexcred.services.grants.browser_answer import pasted
from tests.support.opened import Opened
from tests.support.signing_in import free_port
from tests.support.standins.browser import PATIENCE_S, visit
from tests.support.terminal import Typed, lines_of, play

LOGIN = Authorization("https://login.example.com/authorize", "http://127.0.0.1:41789/callback", "right", "v-EXAMPLE")
GOOD = {"code": "code-EXAMPLE", "state": "right"}


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Standard input is a pipe; what it yields is where to write."""
    read_end, write_end = os.pipe()
    before = os.dup(0)
    os.dup2(read_end, 0)
    yield write_end
    os.dup2(before, 0)
    for descriptor in (read_end, write_end, before):
        os.close(descriptor)


def streams() -> Streams:
    return Streams(open(0, "rb", closefd=False), *(io.TextIOWrapper(io.BytesIO()) for _ in range(2)))


def told(used: Streams) -> str:
    used.stderr.flush()
    held = used.stderr.buffer
    assert isinstance(held, io.BytesIO)
    return held.getvalue().decode()


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:41789/callback?code=code-EXAMPLE&state=right",
        " 'http://127.0.0.1:41789/callback?code=code-EXAMPLE&state=right' \n",
        "code=code-EXAMPLE&state=right",
    ],
)
def test_the_pasted_address_or_its_query_is_read(text: str) -> None:
    assert pasted(text) == GOOD


@pytest.mark.parametrize("text", ["", "hello", "http://[", "http://127.0.0.1:41789/callback"])
def test_anything_else_that_is_pasted_is_no_answer(text: str) -> None:
    assert not pasted(text)


def test_what_is_pasted_wrong_is_asked_for_again(typed: int) -> None:
    os.write(typed, b"http://127.0.0.1:41789/callback?code=other&state=wrong\nnonsense\n")
    os.write(typed, b"http://127.0.0.1:41789/callback?code=code-EXAMPLE&state=right\n")
    used = streams()
    assert receive(used, LOGIN, None, may_paste=True, patience_s=PATIENCE_S) == GOOD
    assert told(used).count("That is not the answer") == 2


def test_the_browser_may_be_quicker_than_a_person_who_pastes(typed: int) -> None:
    with Loopback(RedirectEndpoint(free_port(), "/callback"), LOGIN.is_answered_by) as loopback:
        visit(f"http://{ADDRESS}:{loopback.place.port}/callback?code=code-EXAMPLE&state=right")
        assert receive(streams(), LOGIN, loopback, may_paste=True, patience_s=PATIENCE_S) == GOOD


def test_the_end_of_input_ends_it(typed: int) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    with pytest.raises(EOFError):
        receive(streams(), LOGIN, None, may_paste=True, patience_s=PATIENCE_S)


def test_nobody_is_waited_for_for_ever() -> None:
    listening = Loopback(RedirectEndpoint(free_port(), "/callback"), LOGIN.is_answered_by)
    with listening as loopback, pytest.raises(NotProved, match="nobody approved it within"):
        receive(streams(), LOGIN, loopback, may_paste=False, patience_s=0.01)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
        ({"BROWSER": "opener %s", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, True),
    ],
)
def test_a_browser_is_opened_where_somebody_sees_it(environment: dict[str, str], expected: bool) -> None:
    assert has_browser(environment) is expected


def test_ctrl_c_where_an_address_may_be_pasted_ends_the_line(opened: Opened) -> None:
    values = ("--set", "account_domain=acme", "--set", "client_id=c-EXAMPLE", "--set", "client_secret=env:SECRET")
    added = opened("add", "aha", "--method", "oauth2", *values, environment={"SECRET": "s-EXAMPLE"})
    assert added.code == 0
    environment = {**opened.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(300, 20)
    command = opened.command("login", "aha", "--no-browser", "--port", str(free_port()))
    ended = play(command, [Typed("you end on:", "\x03")], screen, environment=environment, folder=opened.home)
    assert ended.code == 130
    assert lines_of(screen)[-1] == "nexcred: error: interrupted"
