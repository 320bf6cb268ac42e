"""canaille, an OpenID provider that enforces PKCE and rotates refresh tokens, and a person who logs in to it."""

import importlib.util
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
import requests

from tests.live.daemon import free_port, running, throw_away_folder
from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.standins.browser import PATIENCE_S

PERSON, PASSWORD, EMAIL = "ada", "password of ada EXAMPLE", "ada@example.com"
CLIENT_ID, CLIENT_SECRET = "nexcred-EXAMPLE", "client-secret-EXAMPLE"
SPOILED = "spoiled-EXAMPLE"  # the client for codes that are not redeemed: see canaille_server.py
# Another provider than those of the catalogue is this file, and nothing else.
_CONNECTOR = """
name = "canaille"
title = "Canaille"
docs_url = "https://canaille.readthedocs.io"
own_host = "issuer_url"

[[method]]
name = "oauth2"
label = "OAuth 2.0"

  [[method.field]]
  name = "issuer_url"
  label = "Issuer"
  kind = "url"

  [[method.field]]
  name = "client_id"
  label = "Client ID"

  [[method.field]]
  name = "client_secret"
  label = "Client secret"
  secret = true

  [[method.field]]
  name = "redirect_uri"
  label = "Redirect URI"
  advanced = true
  required = false
  default = "http://127.0.0.1:41790/callback"

  [method.auth]
  scheme = "authorization_code"
  authorize_url = "{issuer_url}/oauth/authorize"
  token_url = "{issuer_url}/oauth/token"
  redirect_uri = "{redirect_uri}"
  client_id = "{client_id}"
  client_secret = "{client_secret}"
  client_auth = "basic"
  scope = "openid profile email"
  issuer = "{issuer_url}"

  [method.probe]
  request = { url = "{issuer_url}/oauth/userinfo" }
  expect = "sub"
  identity = "{answer.email}"
"""


@dataclass(frozen=True)
class Canaille:
    """Where it listens, and where its application is called back."""

    url: str
    redirect_uri: str
    log: Path

    @property
    def grants(self) -> int:
        """How often it has granted tokens."""
        return self.log.read_text(errors="replace").count('"POST /oauth/token HTTP/1.1" 200')

    def add_to(self, program: Opened, **changed: str) -> None:
        """Add its credential, as yet without a login."""
        put_connector(program, "canaille", _CONNECTOR)
        values = {"issuer_url": self.url, "client_id": CLIENT_ID, "redirect_uri": self.redirect_uri, **changed}
        settings = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
        host = self.url.removeprefix("http://")
        added = program(
            *("add", "canaille", *settings, "--set", "client_secret=env:HELD", "--allow-host", host),
            environment={"HELD": CLIENT_SECRET},
        )
        assert added.code == 0, added.err


@pytest.fixture(scope="session")
def canaille() -> Iterator[Canaille]:
    if importlib.util.find_spec("canaille") is None:
        pytest.skip("needs canaille: pip install --group live")
    port, redirect_uri = free_port(), f"http://127.0.0.1:{free_port()}/callback"
    script = Path(__file__).with_name("canaille_server.py")
    command = [sys.executable, str(script), str(port), redirect_uri]
    with throw_away_folder() as folder, running(command, folder, port, as_is=True):
        yield Canaille(f"http://127.0.0.1:{port}", redirect_uri, folder / "log")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a browser that draws no window."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None or importlib.util.find_spec("playwright") is None:
        pytest.skip("needs a browser: apt install chromium-headless-shell, pip install --group live")
    return found


class Person:
    """Somebody with a browser that fills in forms as they come."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False

    def approve(self, url: str, *, answer: str = "accept") -> requests.Response:
        """Log in, answer the question for consent, and end where that leads."""
        with self._session:
            # A consent that was given once is not asked for again, unless the address says so.
            page = self._session.get(f"{url}&prompt=consent", timeout=PATIENCE_S)
            for fields in ({"login": PERSON}, {"password": PASSWORD}, {"answer": answer}):
                page = self._session.post(page.url, {**_hidden(page), **fields}, timeout=PATIENCE_S)
            return page


def _hidden(page: requests.Response) -> dict[str, str]:
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in inputs}
