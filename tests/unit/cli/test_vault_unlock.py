"""`vault unlock` and `vault lock` with the real kernel keyring."""

import re
from collections.abc import Iterator

import pytest

from nexcred.unlock.kernel_keyring import revoke
from nexcred.vault.identity import Identity
from tests.kernel_keyring import needs_kernel_keyring
from tests.opened import Opened


@pytest.fixture
def vault(opened: Opened) -> Iterator[Opened]:
    yield opened
    revoke(Identity.parse(opened.environment["NEXCRED_IDENTITY"]).vault_id)


def locked(vault: Opened) -> dict[str, str]:
    """Return an environment without the identity."""
    return {name: value for name, value in vault.environment.items() if name != "NEXCRED_IDENTITY"}


@needs_kernel_keyring
def test_an_unlocked_vault_opens_without_anything_given_until_it_is_locked(vault: Opened) -> None:
    unlocked = vault("vault", "unlock", "--for", "2h")
    assert unlocked.code == 0
    assert re.search(r"without asking until \d{4}-\d\d-\d\d \d\d:\d\d UTC", unlocked.err)
    assert unlocked.out == ""
    identity = vault.environment["NEXCRED_IDENTITY"]
    vault.environment = locked(vault)
    assert vault("list").code == 0
    status = vault("vault", "status").out
    assert re.search(r"unlocked by  the kernel's keyring, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\n", status)
    assert vault("vault", "unlock").code == 0, "what is kept may be kept for another time"
    assert vault("vault", "lock").err == "nexcred: the kernel keeps the key no more\n"
    assert vault("list").code == 6
    assert vault("vault", "lock").err == "nexcred: the kernel kept no key of this vault\n"
    vault.environment["NEXCRED_IDENTITY"] = identity


@needs_kernel_keyring
def test_what_is_given_decides_over_the_kernel(vault: Opened) -> None:
    assert vault("vault", "unlock").code == 0
    assert vault("list", environment={"NEXCRED_IDENTITY": "NEXCRED-SECRET-1WRONG"}).code == 6


@pytest.mark.parametrize("span", ["0s", "31d", "8", "for ever", "-1h", ""])
def test_a_span_that_makes_no_sense_is_refused(vault: Opened, span: str) -> None:
    assert vault("vault", "unlock", "--for", span).code == 2


def test_a_wrong_identity_unlocks_nothing(vault: Opened) -> None:
    other = Identity.generate().secret_string
    refused = vault("vault", "unlock", environment={"NEXCRED_IDENTITY": other})
    assert refused.code == 10
    identity = vault.environment.pop("NEXCRED_IDENTITY")
    assert vault("list").code == 6
    vault.environment["NEXCRED_IDENTITY"] = identity


def test_locking_what_is_not_there_says_so(vault: Opened) -> None:
    assert vault("vault", "lock", "--vault", "other.db").code == 3
