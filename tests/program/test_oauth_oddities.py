"""Logins at servers that want something else than the RFCs say, by a connector of the user's own."""

from dataclasses import replace

import pytest

from tests.support.oauth_connector import add_acme, log_in, own_redirect, write_connector
from tests.support.opened import Opened
from tests.support.standins.oauth_server import OauthServer, Rules


@pytest.mark.parametrize(
    ("keys", "rules"),
    [
        ("", Rules()),
        ("pkce = false", Rules(pkce=False)),
    ],
    ids=["as the RFCs say", "without PKCE"],
)
def test_somebody_logs_in_and_the_login_is_renewed(opened: Opened, keys: str, rules: Rules) -> None:
    with OauthServer(replace(rules, redirect_uri=own_redirect())) as server:
        write_connector(opened.home, keys, client_auth=rules.client_auth)
        added = add_acme(opened, server)
        assert added.code == 0, added.err
        ran = log_in(opened)
        assert (ran.code, ran.out) == (0, "logged in acme: accepted, ada@example.com\n"), (ran.err, server.refusals)
        server.access_tokens.clear()
        probed = opened("probe", "acme")
        assert (probed.code, server.refusals) == (0, []), probed.err
