"""What a database server keeps of a password, made here, so that the server and its logs never see the password.

Whoever has one and also overhears a login can log in (RFC 5802, 9), and of MD5's that alone is enough: none goes over
a line that others may read.
"""

import base64
import hashlib
import hmac
import os

from nexcred.databases.scram import MOST_ITERATIONS, prepared

# PostgreSQL's own: SCRAM_SHA_256_DEFAULT_ITERATIONS and SCRAM_DEFAULT_SALT_LEN (src/include/common/scram-common.h).
USUAL_ITERATIONS = 4096
_SALT_BYTES = 16


def scram_verifier(password: str, iterations: int = USUAL_ITERATIONS, *, salt: bytes | None = None) -> str:
    """Return what PostgreSQL keeps for SCRAM-SHA-256 (manual, 53.8 pg_authid): iterations, salt and two keys."""
    iterations = min(max(iterations, 1), MOST_ITERATIONS)
    salt = salt or os.urandom(_SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha256", prepared(password), salt, iterations)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{_base64(salt)}${_base64(stored_key)}:{_base64(server_key)}"


def md5_verifier(password: str, user: str) -> str:
    """Return what PostgreSQL keeps where it still hashes by MD5. It is as good as the password to whoever has it."""
    return f"md5{hashlib.md5((password + user).encode(), usedforsecurity=False).hexdigest()}"


def native_verifier(password: str) -> str:
    """Return what MariaDB keeps for mysql_native_password: SHA-1 twice, in capital digits behind an asterisk."""
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return f"*{hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
