"""SCRAM-SHA-256 (RFC 5802, RFC 7677): how a client proves that it knows a password, and has the server prove the same.

Apart from the driver that probes have: importing that takes longer than all of a command that reads a vault.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re

MECHANISM = "SCRAM-SHA-256"
BOUND = f"{MECHANISM}-PLUS"
# PostgreSQL's own default is 4,096; the key derivation cannot be interrupted, so a server may not name any number.
MOST_ITERATIONS = 1_000_000
_FIRST = re.compile(r"r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/=]+),i=([1-9][0-9]{0,6})", re.ASCII)
_FINAL = re.compile(r"v=([A-Za-z0-9+/=]+)", re.ASCII)


class ServerUnproved(Exception):
    """The server did not prove that it knows the password."""


class ScramClient:
    """One exchange. `binding` is what binds it to the TLS connection; None to go without.

    `may_bind` says that it could have been bound, and the server is not known to offer that.
    """

    def __init__(
        self,
        user: str,
        password: str,
        *,
        binding: bytes | None = None,
        may_bind: bool = False,
        nonce: str | None = None,
    ) -> None:
        self._password = prepared(password)
        self._nonce = nonce or base64.b64encode(os.urandom(18)).decode()
        flag = "p=tls-server-end-point" if binding is not None else "y" if may_bind else "n"
        self._header = f"{flag},,".encode()
        self._binding = binding or b""
        self._bare = f"n={user.replace('=', '=3D').replace(',', '=2C')},r={self._nonce}"
        self._signature = b""
        self.is_proved = False

    def first(self) -> bytes:
        return self._header + self._bare.encode()

    def answer(self, server_first: bytes) -> bytes:
        """Return the proof; raise ValueError for what is no challenge, ServerUnproved for that of another exchange."""
        text = server_first.decode("ascii")
        found = _FIRST.fullmatch(text)
        if found is None or int(found[3]) > MOST_ITERATIONS:
            raise ValueError("not a challenge")
        if not found[1].startswith(self._nonce) or found[1] == self._nonce:
            raise ServerUnproved
        bound = base64.b64encode(self._header + self._binding).decode()
        without_proof = f"c={bound},r={found[1]}"
        salted = hashlib.pbkdf2_hmac("sha256", self._password, _decoded(found[2]), int(found[3]))
        message = f"{self._bare},{text},{without_proof}".encode()
        client_key = _hmac(salted, b"Client Key")
        signature = _hmac(hashlib.sha256(client_key).digest(), message)
        proof = bytes(one ^ other for one, other in zip(client_key, signature, strict=True))
        self._signature = _hmac(_hmac(salted, b"Server Key"), message)
        return f"{without_proof},p={base64.b64encode(proof).decode()}".encode()

    def finish(self, server_final: bytes) -> None:
        """Raise ServerUnproved unless the server knows the password too."""
        found = _FINAL.fullmatch(server_final.decode("ascii", "replace"))
        if not self._signature or found is None or not hmac.compare_digest(_decoded(found[1]), self._signature):
            raise ServerUnproved
        self.is_proved = True


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None


def prepared(password: str) -> bytes:
    """Return the password as PostgreSQL prepares it: by SASLprep, or as it is where that forbids it."""
    if password.isascii():
        return password.encode()
    from scramp import ScramException  # which few passwords need
    from scramp.utils import saslprep

    try:
        prepared: str = saslprep(password)
    except ScramException:
        return password.encode()
    return prepared.encode()
