"""Providers of the catalogue at their own host names, for transcripts."""

from tests.catalog.conversing import fields_of, secrets_of
from tests.catalog.provider import Provider
from tests.catalog.table import conversations
from tests.support.standins.internet import Internet

_SECRETS = {
    "sendgrid-api_key": "SENDGRID_KEY",
    "dockerhub-access_token": "DOCKERHUB_TOKEN",
    "zendesk-api_token": "ZENDESK_TOKEN",
}


def start_providers(internet: Internet) -> dict[str, str]:
    """Start them, and return the secret that each accepts, by the name that transcripts have for it."""
    secrets = {}
    for one in conversations():
        if repr(one) in _SECRETS:
            first, *others = one.hosts
            internet.host_at(first, lambda tls, one=one: Provider(one, tls=tls), *others)
            (secrets[_SECRETS[repr(one)]],) = secrets_of(fields_of(one))
    # Of the right form.
    return {**secrets, "SENDGRID_WRONG_KEY": secrets["SENDGRID_KEY"][:-1] + "x"}
