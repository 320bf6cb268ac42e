"""A name that is not there, or there already, is told in the same words wherever it is noticed."""

import pytest

from nexcred.errors import CredentialNotFound, NameTaken
from nexcred.vault.names_in_use import name_not_found, name_taken
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, draft, open_new


@pytest.fixture
def vault() -> Vault:
    vault = open_new(MemoryStore())
    add(vault, "it's one")
    return vault


def test_a_name_that_leads_nowhere(vault: Vault) -> None:
    for look in (
        lambda: vault.find("zzz"),
        lambda: vault.edit(lambda edit: edit.find("zzz")),
        lambda: vault.change(lambda copy: copy.discard("zzz")),
    ):
        with pytest.raises(CredentialNotFound) as caught:
            look()
        assert (caught.value.message, caught.value.hint) == (name_not_found("zzz").message, name_not_found("zzz").hint)


def test_a_name_that_another_has(vault: Vault) -> None:
    with pytest.raises(NameTaken) as caught:
        vault.edit(lambda edit: edit.add(draft("it's one")))
    expected = name_taken("it's one")
    assert (caught.value.message, caught.value.hint) == (expected.message, expected.hint)
    assert expected.hint.endswith("nexcred update 'it'\\''s one'")
