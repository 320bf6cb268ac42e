"""The program adds a credential of every method and proves it again, at the provider's own host names."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.shared_key import SharedKey
from nexcred.auth.sigv4 import SigV4
from nexcred.connectors.evidence import level_of
from nexcred.connectors.load.loader import load_connector
from nexcred.probing.control import wants_control
from tests.catalog.conversing import fields_of, spoken
from tests.catalog.provider import Provider
from tests.catalog.table import Conversation, conversations
from tests.catalog.words_for import words_for
from tests.support.opened import Opened
from tests.support.standins.internet import Internet

# A login begins in a browser: tests of logins go through those.
BY_VALUES = [one for one in conversations() if not isinstance(spoken(one)[1].auth, AuthorizationCode)]
# So many of them have one vault, and are proved again at once.
_MOST_TOGETHER = 12


def together(known: list[Conversation]) -> list[list[Conversation]]:
    """Return them in groups in which each provider has host names of its own."""
    groups: list[list[Conversation]] = []
    taken: list[set[str]] = []
    for one in known:
        free = (
            at for at, hosts in enumerate(taken) if len(groups[at]) < _MOST_TOGETHER and hosts.isdisjoint(one.hosts)
        )
        at = next(free, len(groups))
        if at == len(groups):
            groups.append([])
            taken.append(set())
        groups[at].append(one)
        taken[at].update(one.hosts)
    return groups


@pytest.fixture(scope="module")
def internet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    with Internet(tmp_path_factory.mktemp("internet")) as started:
        yield started


@pytest.mark.parametrize("group", together(BY_VALUES), ids=lambda group: f"{group[0]} and {len(group) - 1} more")
def test_credentials_are_added_and_proved(group: list[Conversation], internet: Internet, opened: Opened) -> None:
    opened.environment |= internet.environment
    providers = {one: _added(one, internet, opened) for one in group}
    # That a made-up key signed is not seen by these.
    again = {one: at for one, at in providers.items() if not isinstance(spoken(one)[1].auth, SigV4 | SharedKey)}
    for provider in again.values():
        provider.strange.clear()
    controlled = opened("probe", *map(repr, again), "--control", "--json")
    assert controlled.code == 0, controlled.out
    for one, provider in again.items():
        # The made-up key is refused, and nothing but it was strange; to tell it from the real one, one place is enough.
        assert provider.strange or not words_for(fields_of(one))[1], one
        here = {urlsplit(wanted.url).netloc for wanted in one.requests}
        assert {request.headers["host"] for request in provider.received} <= here, one


def _added(one: Conversation, internet: Internet, opened: Opened) -> Provider:
    first, *others = one.hosts
    provider = internet.host_at(first, lambda tls: Provider(one, tls=tls), *others)
    given, held = words_for(fields_of(one))
    words = ("add", one.connector, repr(one), "--method", one.method, *given, "--json")
    added = opened(*words, environment=held)
    # Where the probe itself sends a made-up key too, that alone is strange.
    assert bool(provider.strange) == wants_control(spoken(one)[1]), (one, provider.strange)
    assert added.code == 0, added.err
    good = one.of_kind("good")
    assert good is not None
    said = json.loads(added.out)["probe"]
    assert (said["status"], said["identity"]) == ("accepted", good.identity), one
    return provider


def test_a_report_of_a_real_key_holds_nothing_of_it(internet: Internet, opened: Opened) -> None:
    one = next(each for each in BY_VALUES if each.connector == "openai")
    internet.host_at("api.openai.com", lambda tls: Provider(one, tls=tls))
    opened.environment |= internet.environment
    given, held = words_for(fields_of(one))
    assert opened("add", "openai", *given, environment=held).code == 0
    ran = opened("connectors", "check", "openai", "--credential", "openai", "--report", "openai.json")
    assert (ran.code, ran.err) == (0, "nexcred: wrote openai.json\n")
    text = (opened.home / "openai.json").read_text()
    report = json.loads(text)
    assert (report["connector"], report["method"]) == ("openai", "api_key")
    assert report["probe"] == {"status": "accepted", "decided_by": "method[0].probe.expect", "statuses": [200]}
    assert report["control"]["statuses"] == [401]
    assert "EXAMPLE" not in text
    kept = load_connector("openai")
    assert level_of(kept, opened.home) == "live"
    (opened.home / "openai.json").write_text(text.replace(report["digest"], "0" * 64))
    assert level_of(kept, opened.home) == "documented"


def test_a_report_needs_a_key(opened: Opened) -> None:
    assert opened("connectors", "check", "openai", "--report", "openai.json").code == 2
