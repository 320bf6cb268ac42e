"""The program adds a credential of every method and proves it again, at the provider's own host names."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from tests.catalog.conversing import fields_of, spoken
from tests.catalog.provider import Provider
from tests.catalog.table import Conversation, conversations
from tests.support.opened import Opened
from tests.support.standins.internet import Internet

# A login begins in a browser: tests of logins go through those.
BY_VALUES = [one for one in conversations() if not isinstance(spoken(one)[1].auth, AuthorizationCode)]


@pytest.fixture(scope="module")
def internet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    with Internet(tmp_path_factory.mktemp("internet")) as started:
        yield started


@pytest.mark.parametrize("one", BY_VALUES, ids=repr)
def test_a_credential_is_added_and_proved(one: Conversation, internet: Internet, opened: Opened) -> None:
    hosts = list(dict.fromkeys(urlsplit(wanted.url).netloc for wanted in one.requests))
    provider = internet.host_at(hosts[0], lambda tls: Provider(one, tls=tls), *hosts[1:])
    given, held = _words_for(fields_of(one))
    opened.environment |= internet.environment
    added = opened("add", one.connector, "--method", one.method, *given, "--json", environment=held)
    assert provider.strange == []
    assert added.code == 0, added.err
    good = one.of_kind("good")
    assert good is not None
    said = json.loads(added.out)["probe"]
    assert (said["status"], said["identity"]) == ("accepted", good.identity)
    provider.strange.clear()
    controlled = opened("probe", one.connector, "--control", "--json")
    assert controlled.code == 0, controlled.out
    # The made-up key is refused, and nothing but it was strange.
    assert provider.strange or not held


def _words_for(fields: dict[str, Value]) -> tuple[list[str], dict[str, str]]:
    """Return the flags, and the variables of the secrets that they name."""
    words: list[str] = []
    held: dict[str, str] = {}
    for number, (name, value) in enumerate(fields.items()):
        if isinstance(value, Secret):
            held[f"HELD_{number}"] = str(value.reveal())
            words += ["--set", f"{name}=env:HELD_{number}"]
        else:
            words += ["--set", f"{name}={value}"]
    return words, held
