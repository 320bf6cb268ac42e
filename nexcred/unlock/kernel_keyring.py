"""The key of a vault, kept for some hours in the Linux kernel: unswappable, gone on its own, never in a file.

It is a key of type "user" in the user's keyring, so that it opens the vault in every terminal of this user. Only who
possesses it may read it: a process of this user, which links that keyring to its own to do so.
"""

import errno
import struct
from datetime import UTC, datetime, timedelta

from nexcred.errors import NexcredError
from nexcred.model.named_tuple import NamedTuple
from nexcred.unlock import kernel_calls
from nexcred.unlock.kernel_calls import Kernel
from nexcred.vault.identity import SEED_BYTES, Identity

LONGEST = timedelta(days=30)

# magic, when it expires (s since 1970: the kernel's own clock decides, this is for showing), seed
_PAYLOAD = struct.Struct(f">4sQ{SEED_BYTES}s")
_MAGIC = b"NXK1"
_OURS = kernel_calls.VIEW | kernel_calls.READ | kernel_calls.WRITE | kernel_calls.SEARCH | kernel_calls.SETATTR
_REASONS = {
    errno.ENOSYS: "this system has no kernel keyring",
    errno.EPERM: "this system does not let programs use the kernel's keyring, as is usual in containers",
    errno.EACCES: "the kernel's keyring of this user may not be written to",
    errno.EDQUOT: "this user's share of kernel keys is used up",
}


class Kept(NamedTuple):
    """Whose key is kept, and until when."""

    identity: Identity
    expires_at: datetime


def read_kept(vault_id: bytes) -> Kept | None:
    """Return what is kept for a vault; None when nothing is, when its time is up, or where there is no such keyring."""
    try:
        kernel = Kernel()
        payload = kernel.read(_find(kernel, vault_id))
    except OSError:
        return None
    if len(payload) != _PAYLOAD.size or not payload.startswith(_MAGIC):
        return None
    _, expires_s, seed = _PAYLOAD.unpack(payload)
    return Kept(Identity(seed, vault_id), datetime.fromtimestamp(expires_s, UTC))


def keep(identity: Identity, span: timedelta, now: datetime) -> datetime:
    """Keep an identity, bound to its vault, in place of what was kept; return when it ends. Raises NexcredError."""
    expires_s = int((now + span).timestamp())
    payload = _PAYLOAD.pack(_MAGIC, expires_s, identity.seed)
    try:
        _put(Kernel(), _name(identity.vault_id), payload, max(1, int(span.total_seconds())))
    except OSError as error:
        raise _unusable(error) from None
    kept = read_kept(identity.vault_id)
    if kept is None or kept.identity.seed != identity.seed:
        raise NexcredError("the kernel's keyring does not give back what it was given")
    return kept.expires_at


def revoke(vault_id: bytes) -> bool:
    """Make what is kept unreadable at once; False when nothing was. Raises NexcredError when that fails."""
    try:
        kernel = Kernel()
        key = _find(kernel, vault_id)
    except OSError:
        return False
    try:
        kernel.revoke(key)
        kernel.unlink(key, kernel_calls.OF_USER)
    except OSError as error:
        raise _unusable(error) from None
    return True


def _put(kernel: Kernel, name: bytes, payload: bytes, seconds: int) -> None:
    """Make the key whole in this process's own keyring, which dies with it, and only then show it to others.

    So there is no moment at which a crash would leave a key that does not expire.
    """
    key = kernel.add(name, payload, kernel_calls.OF_PROCESS)
    kernel.allow(key, _OURS | kernel_calls.LINK)
    kernel.expire_in(key, seconds)
    kernel.link(key, kernel_calls.OF_USER)
    kernel.allow(key, _OURS)
    kernel.unlink(key, kernel_calls.OF_PROCESS)


def _find(kernel: Kernel, vault_id: bytes) -> int:
    # In a fresh session (cron, sudo, some logins) the user's keyring is not reachable from the session's, and its keys
    # are seen and not read. Linked to the process it is, and nobody else's session is changed.
    kernel.link(kernel_calls.OF_USER, kernel_calls.OF_PROCESS)
    return kernel.search(kernel_calls.OF_USER, _name(vault_id))


def _name(vault_id: bytes) -> bytes:
    return f"nexcred:{vault_id.hex()}".encode()


def _unusable(error: OSError) -> NexcredError:
    reason = _REASONS.get(error.errno or 0, (error.strerror or "unknown error").lower())
    return NexcredError(
        f"the key cannot be kept in the kernel: {reason}",
        hint="keep it in the OS keyring with: nexcred vault unlock --keyring",
    )
