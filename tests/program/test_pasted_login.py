"""A login over SSH: the browser is on another computer, and the address that it ends on is pasted."""

import re
import urllib.request
from urllib.error import HTTPError

import pexpect
import pytest

from tests.support.opened import Opened
from tests.support.signing_in import add_aha, aha_oauth
from tests.support.standins.aha_oauth import AhaOauth
from tests.support.standins.browser import PATIENCE_S

__all__ = ["aha_oauth"]
PROMPT = "page that you end on: "


class Elsewhere(urllib.request.HTTPRedirectHandler):
    """A browser that cannot reach the address which it is sent to, and shows it."""

    def redirect_request(self, *_: object) -> None:
        return None


def ended_on(url: str) -> str:
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), Elsewhere)
    with pytest.raises(HTTPError) as sent:
        browser.open(url, timeout=PATIENCE_S)
    with sent.value as answer:
        return str(answer.headers["Location"])


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--no-browser"], {"BROWSER": "false"}),
        ([], {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "DISPLAY": ":0"}),
    ],
    ids=["no-browser", "ssh"],
)
def test_the_address_is_printed_and_the_pasted_answer_taken(
    opened: Opened, aha_oauth: AhaOauth, arguments: list[str], environment: dict[str, str]
) -> None:
    add_aha(opened, aha_oauth, log_in=False)
    asking = {name: value for name, value in opened.environment.items() if name != "NEXCRED_NO_INPUT"}
    program, *words = opened.command("login", "aha", *arguments)
    login = pexpect.spawn(
        program,
        words,
        env={**asking, **environment, "TERM": "xterm"},
        cwd=str(opened.home),
        dimensions=(40, 300),
        timeout=PATIENCE_S,
        encoding="utf-8",
    )
    try:
        login.expect("open in a browser, to approve it at Aha!:")
        login.expect(re.escape(PROMPT))
        url = re.search(r"http\S+", login.before or "")
        assert url
        login.send(f"{aha_oauth.redirect_uri}?code=of-another-login&state=of-another-login\r")
        login.expect(re.escape(PROMPT))
        login.send(f"{ended_on(url[0])}\r")
        login.expect(pexpect.EOF)
    finally:
        login.close()
    assert "logged in aha: accepted, ada@example.com" in (login.before or "")
    assert login.exitstatus == 0
    assert opened("probe", "aha").code == 0
