"""`vault unlock` and `vault lock` with the real kernel keyring."""

import re
from collections.abc import Iterator

import pytest

from nexcred.unlock.kernel_keyring import revoke
from nexcred.vault.identity import Identity
from tests.support.kernel_keyring import needs_kernel_keyring
from tests.support.opened import Opened


@pytest.fixture
def vault(opened: Opened) -> Iterator[Opened]:
    vault_id = Identity.parse(opened.environment["NEXCRED_IDENTITY"]).vault_id
    yield opened
    revoke(vault_id)


@needs_kernel_keyring
def test_an_unlocked_vault_opens_without_anything_given_until_it_is_locked(vault: Opened) -> None:
    unlocked = vault("vault", "unlock", "--for", "2h")
    assert unlocked.code == 0
    assert re.search(r"without asking until \d{4}-\d\d-\d\d \d\d:\d\d UTC", unlocked.err)
    assert unlocked.out == ""
    del vault.environment["NEXCRED_IDENTITY"]
    assert vault("list").code == 0
    status = vault("vault", "status").out
    assert re.search(r"unlocked by  the kernel's keyring, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\n", status)
    assert vault("vault", "unlock").code == 0, "what is kept may be kept for another time"
    assert vault("vault", "lock").err == "nexcred: the kernel no longer keeps the key\n"
    assert vault("list").code == 6
    assert vault("vault", "lock").err == "nexcred: the kernel had no key of this vault\n"


@needs_kernel_keyring
def test_what_is_given_decides_over_the_kernel(vault: Opened) -> None:
    assert vault("vault", "unlock").code == 0
    assert vault("list", environment={"NEXCRED_IDENTITY": "NEXCRED-SECRET-1WRONG"}).code == 6


@needs_kernel_keyring
def test_case_16_another_vault_in_its_place_is_refused_by_what_this_machine_expects_there(vault: Opened) -> None:
    assert vault("vault", "unlock").code == 0
    del vault.environment["NEXCRED_IDENTITY"]
    (path,) = vault.home.rglob("vault.db")
    assert (
        vault("vault", "init", "--vault", "other.db", environment={"NEXCRED_PASSPHRASE": "passphrase of EXAMPLE"}).code
        == 0
    )
    (vault.home / "other.db").replace(path)
    assert vault("list").code == 9


@needs_kernel_keyring
def test_the_kernel_is_asked_without_the_keyring_library(vault: Opened) -> None:
    assert vault("vault", "unlock").code == 0
    del vault.environment["NEXCRED_IDENTITY"]
    profiled = vault("list", "--json", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    imported = {line.rpartition("|")[2].strip() for line in profiled.err.splitlines()}
    assert "nexcred.unlock.kernel_keyring" in imported
    assert not {"keyring", "nexcred.oskeyring.access", "nexcred.cli.app.local_unlock"} & imported


@pytest.mark.parametrize("span", ["0s", "31d", "8", "for ever", "-1h", ""])
def test_a_span_that_makes_no_sense_is_refused(vault: Opened, span: str) -> None:
    assert vault("vault", "unlock", "--for", span).code == 2


def test_a_wrong_identity_unlocks_nothing(vault: Opened) -> None:
    other = Identity.generate().secret_string
    refused = vault("vault", "unlock", environment={"NEXCRED_IDENTITY": other})
    assert refused.code == 10
    del vault.environment["NEXCRED_IDENTITY"]
    assert vault("list").code == 6


def test_locking_what_is_not_there_says_so(vault: Opened) -> None:
    assert vault("vault", "lock", "--vault", "other.db").code == 3
