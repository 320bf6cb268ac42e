"""Identities in an OS keyring: by one that works in memory, and by those that fail."""

import pytest

from nexcred.oskeyring.access import GuardedKeyring
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.unlock.os_keyring import SERVICE, KeyringIdentities
from nexcred.vault.identity import Identity
from tests.support.keyring_backend import SOON, ForgetfulBackend, MemoryBackend, ShorteningBackend, SilentBackend, guard

VAULT_ID = b"v" * 16
IDENTITY = Identity(b"EXAMPLE of a seed with 32 bytes.", VAULT_ID)


def over(backend: MemoryBackend) -> KeyringIdentities:
    return KeyringIdentities(lambda: guard(backend))


def test_an_identity_is_kept_by_the_id_of_its_vault_until_it_is_forgotten() -> None:
    backend = MemoryBackend()
    keyring = over(backend)
    assert keyring.find(VAULT_ID) is None
    keyring.keep(IDENTITY)
    assert backend.items == {(SERVICE, VAULT_ID.hex()): IDENTITY.secret_string}
    found = keyring.find(VAULT_ID)
    assert found is not None
    assert found.secret_string == IDENTITY.secret_string
    assert keyring.find(b"w" * 16) is None
    keyring.forget(VAULT_ID)
    assert keyring.find(VAULT_ID) is None


def test_a_trial_leaves_nothing() -> None:
    backend = MemoryBackend()
    over(backend).try_out()
    assert backend.items == {}


@pytest.mark.parametrize("backend", [ForgetfulBackend(), ShorteningBackend()])
def test_case_38_a_keyring_that_reads_back_differently_fails_its_trial(backend: MemoryBackend) -> None:
    for attempt in (over(backend).try_out, lambda: over(backend).keep(IDENTITY)):
        with pytest.raises(KeyringUnavailable) as caught:
            attempt()
        assert caught.value.failure is KeyringFailure.DIFFERENT
        assert IDENTITY.secret_string not in caught.value.reason


@pytest.mark.parametrize("text", ["", "EXAMPLE", IDENTITY.bind(b"w" * 16).secret_string, "NEXCRED-SECRET-1\udcff"])
def test_an_item_that_is_not_this_vaults_identity_is_not_used(text: str) -> None:
    backend = MemoryBackend()
    backend.items[SERVICE, VAULT_ID.hex()] = text
    with pytest.raises(KeyringUnavailable) as caught:
        over(backend).find(VAULT_ID)
    assert caught.value.failure is KeyringFailure.DIFFERENT
    assert not text or text not in caught.value.reason


def test_case_39_a_keyring_that_cannot_be_opened_is_tried_once() -> None:
    opened = []

    def open_silent() -> GuardedKeyring:
        opened.append("once")
        backend = SilentBackend()
        try:
            guard(backend, patience=SOON).get("service", "user")
        finally:
            backend.release()
        raise AssertionError("it answered")

    keyring = KeyringIdentities(open_silent)
    for attempt in (keyring.try_out, lambda: keyring.find(VAULT_ID), lambda: keyring.title):
        with pytest.raises(KeyringUnavailable) as caught:
            attempt()
        assert caught.value.failure is KeyringFailure.SILENT
    assert opened == ["once"]
