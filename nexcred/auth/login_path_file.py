"""`.mylogin.cnf`, the option file that MySQL's programs read after all others.

As `mysql_file_getline` reads it (mysys/my_default.cc): four unused bytes, twenty that are folded to a key, then each
line by itself in AES-128-ECB, its length before it. The key beside what it hides keeps nothing secret: this is a form,
not a seal.
"""

import secrets
from collections.abc import Iterable

_BLOCK = 16


def login_path_file(lines: Iterable[bytes]) -> bytes:
    """Return the file of these lines."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    seed, key = secrets.token_bytes(20), bytearray(_BLOCK)
    for index, byte in enumerate(seed):
        key[index % _BLOCK] ^= byte
    cipher = Cipher(algorithms.AES(bytes(key)), modes.ECB())  # noqa: S305  the form of the file
    written = [bytes(4), seed]
    for line in lines:
        padder, encryptor = PKCS7(_BLOCK * 8).padder(), cipher.encryptor()
        hidden = encryptor.update(padder.update(line) + padder.finalize()) + encryptor.finalize()
        written += [len(hidden).to_bytes(4, "little"), hidden]
    return b"".join(written)
