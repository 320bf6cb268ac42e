"""A session is read only where the scheme keeps one: tokens that nobody needs are not opened."""

from pathlib import Path

import pytest

from nexcred.connectors.load.fast_reader import quick_look
from nexcred.model.credential import Credential
from nexcred.network.deadline import Deadline
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.grants.sessions import Sessions
from nexcred.vault.plaintext import Json
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, found
from tests.unit.services.grants.logins import subject_of
from tests.unit.services.places import keep, never_taken


class Counting(Vault):
    """Counts how often the tokens of a credential are asked for."""

    asked = 0

    def session(self, credential: Credential) -> Json | None:
        self.asked += 1
        return super().session(credential)


@pytest.fixture
def vault() -> Counting:
    store = MemoryStore()
    return Counting(store, found(store), now=lambda: NOW)


@pytest.fixture
def sessions(vault: Counting, tmp_path: Path) -> Sessions:
    return Sessions(vault, tmp_path, {})


def kept(vault: Vault, connector: str, **values: str) -> Credential:
    return keep(vault, prepare_new(connector, values, is_taken=never_taken))


@pytest.mark.parametrize("connector", ["resci", "hubspot"])
def test_headers_that_the_values_fill_need_no_session(vault: Counting, sessions: Sessions, connector: str) -> None:
    field = {"resci": "api_key", "hubspot": "access_token"}[connector]
    subject = subject_of(vault, kept(vault, connector, **{field: "pat-na1-EXAMPLE"}))
    granted = sessions.grant(subject, Deadline.after(20))
    method = quick_look(connector, subject.method.name)
    assert method is not None
    assert sessions.at_hand(subject.credential, method, subject.details) == granted
    assert not sessions.can_renew(subject)
    assert vault.asked == 0


def test_a_token_that_is_kept_is_read_once(vault: Counting, sessions: Sessions) -> None:
    credential = kept(vault, "aventri", account_id="4711", api_key="EXAMPLE")
    token: Json = {"access_token": "t-EXAMPLE", "expires_at": "2099-01-01T00:00:00Z"}
    credential = vault.edit(lambda edit: edit.set_session(edit.find(credential.name), token))
    assert sessions.grant(subject_of(vault, credential), Deadline.after(20)).token == "t-EXAMPLE"
    assert vault.asked == 1
