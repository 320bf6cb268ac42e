"""Logins at servers that want something else than the RFCs say, by a connector of the user's own."""

from dataclasses import replace

import pytest

from tests.support.oauth_connector import add_acme, log_in, own_redirect, put_acme
from tests.support.opened import Opened
from tests.support.standins.oauth_server import OauthServer, Rules

TIKTOK = """
  names = { client_id = "app_id", client_secret = "secret", code = "auth_code", grant_type = "", redirect_uri = "" }
  authorize_names = { response_type = "", redirect_uri = "redirect_uri" }
  format = "json"
  tokens_at = "data"
  error_at = "code != `0` && to_string(code)"
"""
SLACK = """
  scope_separator = ","
  authorize_names = { scope = "user_scope" }
  authorize_parameters = { prompt = "consent" }
"""


@pytest.mark.parametrize(
    ("keys", "rules"),
    [
        ("", Rules()),
        ("pkce = false", Rules(pkce=False)),
        (
            TIKTOK,
            Rules(
                names={
                    "client_id": "app_id",
                    "client_secret": "secret",
                    "code": "auth_code",
                    "grant_type": "",
                    "redirect_uri": "",
                },
                authorize_names={"response_type": "", "redirect_uri": "redirect_uri"},
                format="json",
                wrap="data",
            ),
        ),
        ('format = "json"', Rules(format="json", client_auth="basic")),
        (
            SLACK,
            Rules(separator=",", authorize_names={"scope": "user_scope"}, parameters={"prompt": "consent"}),
        ),
    ],
    ids=["as the RFCs say", "without PKCE", "TikTok's names", "JSON and Basic", "Slack's scopes"],
)
def test_somebody_logs_in_and_the_login_is_renewed(opened: Opened, keys: str, rules: Rules) -> None:
    with OauthServer(replace(rules, redirect_uri=own_redirect())) as server:
        put_acme(opened, keys, client_auth=rules.client_auth)
        added = add_acme(opened, server)
        assert added.code == 0, added.err
        ran = log_in(opened)
        assert (ran.code, ran.out) == (0, "logged in acme: accepted, ada@example.com\n"), (ran.err, server.refusals)
        server.access_tokens.clear()
        probed = opened("probe", "acme")
        assert (probed.code, server.refusals) == (0, []), probed.err


def test_an_error_in_a_200_is_told_in_the_words_of_the_server(opened: Opened) -> None:
    with OauthServer(Rules(wrap="data", redirect_uri=own_redirect())) as server:
        keys = 'tokens_at = "data"\nerror_at = "code != `0` && to_string(code)"\nerrors = { 40000 = "rejected" }'
        put_acme(opened, f'{keys}\nparameters = {{ extra = "1" }}')
        assert add_acme(opened, server).code == 0
        ran = log_in(opened)
    assert ran.code == 4
    assert "Acme refused: unknown parameter extra (40000)" in ran.err
