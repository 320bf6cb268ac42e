"""Cases 38 to 40 with the real program: keyrings that keep nothing, that fail, that never answer, that take little."""

import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyte
import pytest

from nexcred.errors import NexcredError
from nexcred.local.anchors import AnchorFile
from nexcred.model.times import utc_now
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.services.vaults.founding import found
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.unlock.os_keyring import KeyringIdentities
from tests.support.keyring_backend import ForgetfulBackend, MemoryBackend, guard
from tests.support.opened import Opened
from tests.support.program import Program
from tests.support.terminal import Typed, play

PASSPHRASE = "four random words EXAMPLE"
VARIABLE = "PYTHON_KEYRING_BACKEND"
NULL, FAIL = "keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"
UNTRUSTED = [NULL, FAIL, "keyrings.alt.file.PlaintextKeyring", "keyrings.alt.file.EncryptedKeyring", "no.such.Backend"]
CHAINER = "keyring.backends.chainer.ChainerBackend"
NO_ANSWER = re.compile("gave no answer within 3 seconds|its D-Bus gives no answer")
PASSPHRASE_TWICE = [
    Typed("New passphrase", f"{PASSPHRASE}\r"),
    Typed("The same again", f"{PASSPHRASE}\r"),
    Typed("recovery key now", "n"),
]


@pytest.fixture
def nexcred(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return Program(home, TERM="xterm")


@pytest.fixture(params=["from the start", "after its greeting"])
def silent_bus(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a D-Bus that takes every connection, and falls silent."""
    path = tmp_path / "bus"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        taken: list[socket.socket] = []

        def take() -> None:
            with suppress(OSError):
                while True:
                    taken.append(listener.accept()[0])
                    if request.param == "after its greeting":
                        taken[-1].sendall(b"OK 1234deadbeef1234deadbeef1234dead\r\n")

        thread = threading.Thread(target=take)
        thread.start()
        yield f"unix:path={path}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in taken:
            connection.close()


def secrets_on_disk(home: Path, secret: str) -> list[str]:
    return [path.name for path in home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


@pytest.mark.parametrize("backend", UNTRUSTED)
def test_case_38_a_keyring_that_is_not_trusted_is_refused_by_name(opened: Opened, backend: str) -> None:
    refused = opened("vault", "unlock", "--keyring", environment={VARIABLE: backend})
    assert refused.code == 1
    assert backend in refused.err
    assert secrets_on_disk(opened.home, opened.environment["NEXCRED_IDENTITY"]) == []
    del opened.environment["NEXCRED_IDENTITY"]
    locked = opened("list", environment={VARIABLE: backend})
    assert locked.code == 6
    assert backend in locked.err


def test_case_38_a_chain_is_taken_for_what_may_be_trusted_in_it(opened: Opened) -> None:
    refused = opened("vault", "unlock", "--keyring", environment={VARIABLE: CHAINER})
    assert refused.code == 1
    assert "this machine has no keyring that nexcred can use" in refused.err


def test_case_38_an_empty_choice_does_not_crash(opened: Opened) -> None:
    refused = opened("vault", "unlock", "--keyring", environment={VARIABLE: ""})
    assert refused.code == 1
    assert "internal error" not in refused.err


def test_case_38_a_first_vault_beside_a_null_keyring_asks_for_a_passphrase_and_says_why(nexcred: Program) -> None:
    made = play(
        nexcred.command("vault", "init"),
        PASSPHRASE_TWICE,
        pyte.Screen(200, 60),
        environment={**nexcred.environment, VARIABLE: NULL},
        folder=nexcred.home,
    )
    assert made.code == 0
    assert NULL.encode() in made.seen
    assert nexcred("list", environment={"NEXCRED_PASSPHRASE": PASSPHRASE, VARIABLE: NULL}).code == 0


def test_case_38_what_reads_back_differently_founds_no_vault(tmp_path: Path) -> None:
    keyring = KeyringIdentities(lambda: guard(ForgetfulBackend()))
    assert fails_to_found(tmp_path, keyring) is KeyringFailure.DIFFERENT


def test_case_40_a_key_too_long_for_the_keyring_founds_no_vault(tmp_path: Path) -> None:
    backend = MemoryBackend()
    keyring = KeyringIdentities(lambda: guard(backend, most_characters=64))
    assert fails_to_found(tmp_path, keyring) is KeyringFailure.TOO_LONG
    assert backend.items == {}


def fails_to_found(folder: Path, keyring: KeyringIdentities) -> KeyringFailure:
    store = SqliteStore(folder / "vault.db")
    with pytest.raises(KeyringUnavailable) as caught:
        found(
            store,
            AnchorFile(folder / "state", warn=print),
            organisation="default",
            full_name="ops",
            passphrase=None,
            identity=None,
            keep=keyring.keep,
            recovery_key=bytes(32),
            now=utc_now(),
            warn=print,
        )
    assert not store.exists()
    with pytest.raises(NexcredError), store.read() as snapshot:
        snapshot.head()
    return caught.value.failure


def test_case_39_a_hanging_bus_is_given_up_and_named(opened: Opened, silent_bus: str) -> None:
    identity = opened.environment.pop("NEXCRED_IDENTITY")
    hanging = {"DBUS_SESSION_BUS_ADDRESS": silent_bus}
    locked = opened("list", environment={**hanging, "CI": "true"})
    assert locked.code == 6
    assert NO_ANSWER.search(locked.err), locked.err
    refused = opened("vault", "unlock", "--keyring", environment={**hanging, "NEXCRED_IDENTITY": identity})
    assert refused.code == 1
    assert NO_ANSWER.search(refused.err)
    assert secrets_on_disk(opened.home, identity) == []
    given = opened("list", environment={**hanging, "NEXCRED_IDENTITY": identity})
    assert given.code == 0
    assert "keyring" not in given.err


def test_case_39_a_first_vault_beside_a_hanging_bus_asks_for_a_passphrase(nexcred: Program, silent_bus: str) -> None:
    made = play(
        [sys.executable, "-m", "nexcred", "vault", "init"],
        PASSPHRASE_TWICE,
        pyte.Screen(200, 60),
        environment={**nexcred.environment, "DBUS_SESSION_BUS_ADDRESS": silent_bus, "NO_COLOR": "1"},
        folder=nexcred.home,
    )
    assert made.code == 0
    assert NO_ANSWER.search(" ".join(made.seen.decode().split()))
    assert nexcred("list", environment={"NEXCRED_PASSPHRASE": PASSPHRASE}).code == 0
