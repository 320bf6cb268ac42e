"""The real kernel's keyring, each test under a vault id of its own."""

import errno
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from nexcred.errors import NexcredError
from nexcred.model.times import utc_now
from nexcred.unlock import kernel_calls, kernel_keyring
from nexcred.unlock.kernel_calls import Kernel
from nexcred.unlock.kernel_keyring import keep, read_kept, revoke
from nexcred.vault.identity import Identity
from tests.support.kernel_keyring import needs_kernel_keyring

HOUR = timedelta(hours=1)
READ = "from nexcred.unlock.kernel_keyring import read_kept; print(read_kept(bytes.fromhex('{}')))"
# A session of its own, as cron and sudo make one, from which the user's keyring cannot be reached.
JOIN_SESSION = "from nexcred.unlock.kernel_calls import Kernel as K; k = K(); k._call(k._keyctl, 1, 0); "


@pytest.fixture
def identity() -> Iterator[Identity]:
    identity = Identity.generate().bind(os.urandom(16))
    yield identity
    revoke(identity.vault_id)


def elsewhere(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def listed(identity: Identity) -> list[str]:
    """Return what /proc/keys says of the key, where the kernel shows it."""
    name = f"nexcred:{identity.vault_id.hex()}: "
    return [line for line in Path("/proc/keys").read_text().splitlines() if name in line]


@needs_kernel_keyring
def test_what_is_kept_is_read_by_other_processes_until_it_is_revoked(identity: Identity) -> None:
    assert read_kept(identity.vault_id) is None
    now = utc_now()
    ends_at = keep(identity, HOUR, now)
    assert timedelta(0) <= now + HOUR - ends_at < timedelta(seconds=1)
    kept = read_kept(identity.vault_id)
    assert kept is not None
    assert (kept.identity.secret_string, kept.expires_at) == (identity.secret_string, ends_at)
    assert identity.fingerprint.hex() in elsewhere(READ.format(identity.vault_id.hex()))
    assert revoke(identity.vault_id)
    assert read_kept(identity.vault_id) is None
    assert elsewhere(READ.format(identity.vault_id.hex())) == "None"
    assert not revoke(identity.vault_id)


@needs_kernel_keyring
def test_it_is_read_in_a_session_that_cannot_reach_the_users_keyring(identity: Identity) -> None:
    keep(identity, HOUR, utc_now())
    said = elsewhere(JOIN_SESSION + READ.format(identity.vault_id.hex()))
    assert identity.fingerprint.hex() in said


@needs_kernel_keyring
def test_only_its_possessor_may_read_it_and_it_ends(identity: Identity) -> None:
    keep(identity, HOUR, utc_now())
    (line,) = listed(identity)
    assert re.search(r" 2f000000 ", line), "possessor: all but link; user, group, others: nothing"
    assert re.search(r" (1h|60m|59m) ", line)


@needs_kernel_keyring
def test_what_has_expired_is_as_if_it_had_never_been(identity: Identity) -> None:
    keep(identity, timedelta(seconds=1), utc_now())
    given_up_at = time.monotonic() + 30
    while read_kept(identity.vault_id) is not None:
        assert time.monotonic() < given_up_at
    assert keep(identity, HOUR, utc_now()) > utc_now()
    assert read_kept(identity.vault_id) is not None


@needs_kernel_keyring
def test_a_shorter_time_takes_the_place_of_a_longer_one(identity: Identity) -> None:
    keep(identity, timedelta(days=2), utc_now())
    keep(identity, HOUR, utc_now())
    (line,) = listed(identity)
    assert re.search(r" (1h|60m|59m) ", line)


@needs_kernel_keyring
@pytest.mark.parametrize("payload", [b"x", b"NXK2" + bytes(40), b"NXK1" + bytes(41), bytes(4000)])
def test_a_key_of_another_form_is_as_if_it_were_not_there(identity: Identity, payload: bytes) -> None:
    kernel = Kernel()
    kernel.add(f"nexcred:{identity.vault_id.hex()}".encode(), payload, kernel_calls.OF_USER)
    assert read_kept(identity.vault_id) is None


class Refusing:
    """A kernel that knows the calls and allows none, as under a seccomp filter."""

    def __init__(self, code: int) -> None:
        self._error = OSError(code, os.strerror(code))

    def __getattr__(self, name: str) -> object:
        def refuse(*_arguments: object) -> None:
            raise self._error

        return refuse


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EPERM, errno.EACCES, errno.EDQUOT, errno.ENOMEM])
def test_where_the_calls_are_refused_nothing_is_kept_and_it_says_why(
    monkeypatch: pytest.MonkeyPatch, identity: Identity, code: int
) -> None:
    monkeypatch.setattr(kernel_keyring, "Kernel", lambda: Refusing(code))
    assert read_kept(identity.vault_id) is None
    assert not revoke(identity.vault_id)
    with pytest.raises(NexcredError, match=r"^the key cannot be kept in the kernel: .{10}") as caught:
        keep(identity, HOUR, utc_now())
    assert caught.value.exit_code == 1


def test_other_systems_have_no_such_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(OSError, match="not implemented"):
        Kernel()
    assert read_kept(bytes(16)) is None
