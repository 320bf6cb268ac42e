"""Cases 38 to 40: a keyring that does not keep, does not answer, or takes only short values."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError

from nexcred.oskeyring.access import GuardedKeyring
from nexcred.oskeyring.backends import Chosen
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.oskeyring.timeouts import Patience
from tests.support.keyring_backend import SOON, ForgetfulBackend, MemoryBackend, ShorteningBackend, SilentBackend, guard

SECRET = "canary-EXAMPLE"


def test_what_was_kept_is_given_back_until_it_is_deleted() -> None:
    keyring = guard(MemoryBackend())
    assert keyring.get("service", "user") is None
    keyring.set("service", "user", SECRET)
    assert keyring.get("service", "user") == SECRET
    keyring.delete("service", "user")
    assert keyring.get("service", "user") is None
    keyring.delete("service", "user")


@pytest.mark.parametrize("backend", [ForgetfulBackend(), ShorteningBackend()])
def test_case_38_what_reads_back_differently_was_not_kept(backend: MemoryBackend) -> None:
    with pytest.raises(KeyringUnavailable) as caught:
        guard(backend).set("service", "user", SECRET)
    assert caught.value.failure is KeyringFailure.DIFFERENT
    assert SECRET not in caught.value.reason


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (KeyringLocked("no"), KeyringFailure.LOCKED),
        (RuntimeError(SECRET), KeyringFailure.FAILED),
        (OSError(5, SECRET), KeyringFailure.FAILED),
        (UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, "bad"), KeyringFailure.FAILED),
    ],
)
def test_case_38_a_failing_backend_is_named_and_quotes_nothing(error: Exception, failure: KeyringFailure) -> None:
    backend = MemoryBackend()
    keyring = guard(backend)

    def fail(_method: str, _service: str) -> None:
        raise error

    backend.before_each = fail
    calls: tuple[Callable[[], object], ...] = (
        lambda: keyring.set("service", "user", SECRET),
        lambda: keyring.get("service", "user"),
        lambda: keyring.delete("service", "user"),
    )
    for call in calls:
        with pytest.raises(KeyringUnavailable) as caught:
            call()
        assert caught.value.failure is failure
        assert SECRET not in caught.value.reason


def test_a_dismissed_dialog_is_a_locked_keyring() -> None:
    class PromptDismissedException(Exception):
        pass

    backend = MemoryBackend()

    def fail(_method: str, _service: str) -> None:
        raise InitError("no collection") from PromptDismissedException()

    backend.before_each = fail
    with pytest.raises(KeyringUnavailable) as caught:
        guard(backend).get("service", "user")
    assert caught.value.failure is KeyringFailure.LOCKED


def test_an_item_that_cannot_be_deleted_is_told() -> None:
    class Stubborn(MemoryBackend):
        def delete_password(self, service: str, username: str, /) -> None:
            raise PasswordDeleteError("no")

    keyring = guard(Stubborn())
    keyring.delete("service", "user")  # there is nothing to delete
    keyring.set("service", "user", SECRET)
    with pytest.raises(KeyringUnavailable):
        keyring.delete("service", "user")


def test_case_39_a_hanging_keyring_is_given_up_and_not_asked_again() -> None:
    backend = SilentBackend()
    keyring = guard(backend, patience=SOON)
    for _ in range(2):
        with pytest.raises(KeyringUnavailable) as caught:
            keyring.get("service", "user")
        assert caught.value.failure is KeyringFailure.SILENT
    backend.release()


def test_case_39_who_waits_is_told_once() -> None:
    said: list[str] = []
    backend = SilentBackend()

    def answer_after_being_told() -> None:
        said.append("waiting")
        backend.release()

    keyring = GuardedKeyring(
        lambda: Chosen(backend, "the test keyring", 100), Patience(20.0, 0.01), say_waiting=answer_after_being_told
    )
    assert keyring.get("service", "user") is None
    assert keyring.get("service", "user") is None
    assert said == ["waiting"]


def test_case_39_a_hanging_keyring_does_not_hold_up_the_end_of_the_program() -> None:
    program = (
        "from tests.support.keyring_backend import SOON, SilentBackend, guard\n"
        "from nexcred.oskeyring.failure import KeyringUnavailable\n"
        "try:\n    guard(SilentBackend(), patience=SOON).get('service', 'user')\n"
        "except KeyringUnavailable as error:\n    print(error.reason)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "the keyring gave no answer within 0.05 seconds\n"


def test_case_40_a_value_too_long_for_one_item_is_refused_before_it_is_written() -> None:
    backend = MemoryBackend()
    keyring = guard(backend, most_characters=1_280)
    keyring.set("service", "user", "x" * 1_280)
    with pytest.raises(KeyringUnavailable) as caught:
        keyring.set("service", "user", "y" * 1_281)
    assert caught.value.failure is KeyringFailure.TOO_LONG
    assert backend.items == {("service", "user"): "x" * 1_280}
