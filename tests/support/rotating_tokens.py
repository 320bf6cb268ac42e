"""A credential of a user's own refresh token, at a server that takes each one once."""

from collections.abc import Iterator

import pytest

from tests.support.opened import Opened
from tests.support.standins.issuer import Issuer


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as stand_in:
        stand_in.rotates = True
        yield stand_in


def add_rotating(program: Opened, issuer: Issuer) -> None:
    """Add it as "it"."""
    values = {
        "base_url": issuer.url,
        "token_url": issuer.token_url,
        "health_path": "/me",
        "client_id": issuer.client_id,
        "client_secret": "env:SECRET",
        "refresh_token": "env:REFRESH",
    }
    settings = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
    held = {"SECRET": issuer.client_secret, "REFRESH": issuer.refresh_token}
    method = ("--method", "refresh_token", "--allow-host", issuer.host)
    added = program("add", "rest", "it", *method, *settings, environment=held)
    assert (added.code, added.out) == (0, "added it: accepted\n"), added.err


def renewals(issuer: Issuer) -> list[str]:
    """Return the refresh tokens that were sent, one after the other."""
    return [request.form["refresh_token"] for request in issuer.received if request.path == "/oauth/token"]
