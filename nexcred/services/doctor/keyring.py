"""Whether the operating system's keyring keeps what it is given: something worthless is written, read and deleted."""

from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.services.doctor.check import Check, Status
from nexcred.unlock.os_keyring import KeyringIdentities

NAME = "keyring"
_HINTS = {
    KeyringFailure.REFUSED: "unset PYTHON_KEYRING_BACKEND, or name a keyring of the system in keyringrc.cfg",
    KeyringFailure.LOCKED: "unlock it in your desktop, or log in there once more",
    KeyringFailure.SILENT: "see whether a window waits for you, or restart the keyring's service",
}
_OTHERWISE = "unlock the vault otherwise: nexcred vault unlock --for 8h, or nexcred vault passphrase"


def check_keyring(keyring: KeyringIdentities, *, is_relied_on: bool) -> Check:
    """A keyring that fails is a problem where the key of this vault is in it, and else a warning."""
    try:
        keyring.try_out()
        return Check(NAME, Status.OK, f"{keyring.title} keeps what it is given")
    except KeyringUnavailable as error:
        if error.failure is KeyringFailure.ABSENT and not is_relied_on:
            return Check(NAME, Status.OK, f"{error.reason}; the vault opens otherwise")
        status = Status.PROBLEM if is_relied_on else Status.WARNING
        return Check(NAME, status, error.reason, _HINTS.get(error.failure, _OTHERWISE))
