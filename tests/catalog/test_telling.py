"""People are told by every connector of the catalogue that can: as its provider documents it, until it is taken."""

from collections.abc import Iterator

import pytest

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from tests.catalog.key_provider import KeyProvider
from tests.catalog.notice_table import TellingCall, telling_calls
from tests.catalog.table import Answered, Wanted
from tests.catalog.url_parts import host_of
from tests.catalog.words_for import words_for
from tests.support.opened import Opened
from tests.support.standins import faults
from tests.support.standins.exchange import Answer, Fault, html, json_answer
from tests.support.standins.internet import Internet
from tests.support.standins.resci import Resci

REFUSED = faults.always(json_answer({"message": "no such key"}, 401))
NOT_TAKEN: tuple[Fault, ...] = (
    faults.server_error(),
    faults.html_page(403),
    faults.always(html("Sign in", 200)),
    faults.always(Answer(302, b"", (("Location", "https://login.example.com/"),))),
    faults.hang_up(),
)
SUBJECT = "nexcred: 1 credential of the vault personal changed"
MESSAGE = f"{SUBJECT}\n- resci: is refused by ReSci (no such key). Mend it with: nexcred update 'resci'"


@pytest.fixture(scope="module")
def internet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    with Internet(tmp_path_factory.mktemp("internet")) as started:
        yield started


def _add(call: TellingCall, opened: Opened) -> list[str]:
    """Add what tells as ops; return its secrets."""
    connector = load_connector(call.connector)
    method = connector.method(call.method)
    assert method is not None
    given, held = words_for(dict(check_values(connector, method, call.values)))
    added = opened("add", call.connector, "ops", "--method", call.method, *given, "--no-probe", environment=held)
    assert added.code == 0, added.err
    return list(held.values())


@pytest.mark.parametrize("call", telling_calls(), ids=repr)
def test_a_notice_is_sent_as_documented_until_it_is_taken(
    call: TellingCall, internet: Internet, opened: Opened, resci: Resci
) -> None:
    assert opened.add(resci).code == 0
    provider = internet.host_at(host_of(call.wanted.url), lambda tls: KeyProvider(tls=tls))
    opened.environment |= internet.environment
    secrets = _add(call, opened)
    wanted = call.telling(SUBJECT, MESSAGE)

    resci.fault = REFUSED
    scripts: list[tuple[tuple[Wanted, Answered], dict[int, Fault], str]]
    scripts = [((wanted, refusal), {}, says) for refusal, says in call.refusals]
    scripts += [((wanted, call.taken), {0: fault}, "") for fault in NOT_TAKEN]
    for script, instead, says in scripts:
        provider.play([script], instead)
        done = opened("probe", "resci", "--notify", "ops")
        assert (done.code, provider.strange, len(provider.received)) == (4, [], 1), done.err
        assert "the notice waits here, and is sent with the next one" in done.err
        assert says in done.err
        assert not [secret for secret in secrets if secret in done.err]
    provider.play([(wanted, call.taken)])
    for _ in range(2):  # what was taken is told once
        done = opened("probe", "resci", "--notify", "ops")
        assert (done.code, provider.strange, len(provider.received)) == (4, [], 1), done.err
        assert "waits here" not in done.err
