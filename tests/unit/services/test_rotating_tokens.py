"""A refresh token that a user gave, at a server that takes each one once: each renewal goes on where the last ended."""

from collections.abc import Iterator

import pytest

from tests.support.opened import Opened
from tests.support.standins.issuer import Issuer


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as stand_in:
        stand_in.rotates = True
        stand_in.ttl_s = 1  # never good for a second use
        yield stand_in


def test_each_use_takes_the_newest_one_and_keeps_the_next(issuer: Issuer, opened: Opened) -> None:
    values = {
        "base_url": issuer.url,
        "token_url": issuer.token_url,
        "health_path": "/me",
        "client_id": issuer.client_id,
        "client_secret": "env:SECRET",
        "refresh_token": "env:REFRESH",
    }
    held = {"SECRET": issuer.client_secret, "REFRESH": issuer.refresh_token}
    settings = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
    added = opened(
        "add", "rest", "it", "--method", "refresh_token", *settings, "--allow-host", issuer.host, environment=held
    )
    assert (added.code, added.out) == (0, "added it: accepted\n"), added.err
    assert opened("probe", "it").code == 0
    printed = opened("token", "it")
    assert (printed.code, printed.out[:7]) == (0, "access-"), printed.err
    sent = [request.form["refresh_token"] for request in issuer.received if request.path == "/oauth/token"]
    assert len(sent) == len(set(sent)) == 3
    assert opened("get", "it/refresh_token").out == sent[0]
