"""A connector of the user's own that logs in with OAuth, written for one test."""

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.program import Program, Ran
from tests.support.signing_in import free_port
from tests.support.standins.browser import variable
from tests.support.standins.oauth_server import OauthServer

FILE = """
name = "acme"
title = "Acme"
docs_url = "https://docs.acme.test/api"
page = "https://acme.test/apps"
hosts = ["*.acme.test"]

[[method]]
name = "oauth2"
label = "OAuth 2.0"

  [[method.field]]
  name = "client_id"
  label = "Client ID"

  [[method.field]]
  name = "client_secret"
  label = "Client secret"
  secret = true

  [[method.field]]
  name = "scope"
  label = "Scopes"
  required = false

  [[method.field]]
  name = "redirect_uri"
  label = "Redirect URI"
  default = "http://127.0.0.1:41789/callback"

  [[method.field]]
  name = "oauth_url"
  label = "OAuth URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://acme.test/oauth"

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://api.acme.test"
{fields}
  [method.auth]
  scheme = "authorization_code"
  authorize_url = "{{oauth_url}}/authorize"
  token_url = "{{oauth_url}}/token"
  redirect_uri = "{{redirect_uri}}"
  client_id = "{{client_id}}"
  client_secret = "{{client_secret}}"
  client_auth = "{client_auth}"
  scope = "{{scope}}"
{auth}
  [method.probe]
  request = {{ url = "{probed}" }}
  expect = "user"
  identity = "{{answer.user.email}}"
"""


def connector_text(auth: str, *, client_auth: str = "body", fields: str = "", probed: str = "{base_url}/me") -> str:
    """Return its file with these further keys of its scheme, these further fields, and what its probe asks."""
    return FILE.format(auth=auth, client_auth=client_auth, fields=fields, probed=probed)


def put_acme(program: Program, auth: str, **more: str) -> None:
    """Put it where the program finds its user's own."""
    put_connector(program, "acme", connector_text(auth, **more))


def add_acme(opened: Opened, server: OauthServer, *more: str) -> Ran:
    """Add the credential; nobody is there to log in yet."""
    values = {
        "client_id": server.rules.client_id,
        "client_secret": "env:HELD",
        "scope": "read write",
        "redirect_uri": server.rules.redirect_uri,
        "oauth_url": f"{server.url}/oauth",
        "base_url": server.url,
    }
    settings = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
    held = {"HELD": server.rules.client_secret}
    return opened("add", "acme", *settings, "--allow-host", server.host, *more, environment=held)


def log_in(opened: Opened, *more: str) -> Ran:
    """Log in by a browser that consents."""
    return opened("login", "acme", *more, environment={"BROWSER": variable()})


def own_redirect() -> str:
    return f"http://127.0.0.1:{free_port()}/callback"
