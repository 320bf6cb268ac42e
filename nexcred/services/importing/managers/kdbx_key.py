"""The key of a KeePass database: of a passphrase, a key file, or both."""

import binascii
from base64 import b64decode
from collections.abc import Mapping

from nexcred.errors import InvalidData
from nexcred.model import strict_xml
from nexcred.model.secret import Secret
from nexcred.services.importing import foreign_ciphers as ciphers
from nexcred.services.importing.managers.kdbx_header import KdbxHeader, damaged

_ARGON2D = bytes.fromhex("ef636ddf8c29444b91f7a9a403e30a0c")
_ARGON2ID = bytes.fromhex("9e298b1956db4773b23dfc3ec6f0a1e6")
_AES_KDF = bytes.fromhex("c9d9f39a628a4460bf740d08c18a4fea")
_VERSION_1_3 = 0x13
# Beyond, opening it would take minutes, or the machine's memory. KeePassXC makes less than 1 GiB and 100 million.
_MOST_ROUNDS, _MOST_MEMORY_KIB, _MOST_PASSES, _MOST_LANES = 1_000_000_000, 2 * 1024 * 1024, 1_000, 64
_MOST_WORK_KIB = 64 * 1024 * 1024


def composite_of(passphrase: Secret, key_file: Secret | None) -> bytes:
    """Return the SHA-256 of what opens the database; with a key file an empty passphrase is none."""
    text = passphrase.reveal_bytes()
    parts = [ciphers.sha256(text)] if text or key_file is None else []
    parts += [_key_in(key_file.reveal_bytes())] if key_file is not None else []
    return ciphers.sha256(b"".join(parts))


def transformed(header: KdbxHeader, composite: bytes) -> bytes:
    """Make it costly, as the header says; raise InvalidData for what is unknown or out of bounds."""
    if header.major < 4:
        return _by_aes(composite, header.transform_seed, header.rounds)
    kdf = header.kdf
    if kdf.get("$UUID") == _AES_KDF:
        return _by_aes(composite, kdf.get("S", b""), _number(kdf, "R"))
    if kdf.get("$UUID") not in (_ARGON2D, _ARGON2ID):
        raise InvalidData("the database's key is derived in a way that is unknown")
    cost = ciphers.Argon2Cost(_number(kdf, "M") // 1024, _number(kdf, "I"), _number(kdf, "P"))
    is_bounded = 8 <= cost.memory_kib <= _MOST_MEMORY_KIB and 1 <= cost.passes <= _MOST_PASSES
    is_bounded = is_bounded and 1 <= cost.lanes <= _MOST_LANES and cost.memory_kib * cost.passes <= _MOST_WORK_KIB
    if not is_bounded or _number(kdf, "V") != _VERSION_1_3 or not 8 <= len(kdf.get("S", b"")) <= 1024:
        raise InvalidData(_OUT_OF_BOUNDS)
    try:
        return ciphers.argon2(composite, kdf["S"], cost, is_id=kdf["$UUID"] == _ARGON2ID)
    except (ValueError, MemoryError):
        raise InvalidData(_OUT_OF_BOUNDS) from None


_OUT_OF_BOUNDS = "the database asks for more time or memory than its key may cost"


def _by_aes(composite: bytes, seed: bytes, rounds: int) -> bytes:
    if len(seed) != 32:
        raise damaged()
    if not 1 <= rounds <= _MOST_ROUNDS:
        raise InvalidData(_OUT_OF_BOUNDS)
    halves = (ciphers.aes_rounds(seed, composite[at : at + 16], rounds) for at in (0, 16))
    return ciphers.sha256(b"".join(halves))


def _number(kdf: Mapping[str, bytes], name: str) -> int:
    return int.from_bytes(kdf.get(name, b"")[:8], "little")


def _key_in(data: bytes) -> bytes:
    """Read a key file: XML of either version, 32 bytes, 64 hexadecimal digits, or else any file."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _key_in_xml(data)
    if len(data) == 32:
        return data
    if len(data) == 64:
        try:
            return bytes.fromhex(data.decode("ascii"))
        except ValueError:
            pass
    return ciphers.sha256(data)


def _key_in_xml(data: bytes) -> bytes:
    try:
        document = strict_xml.loads(data)
        root = document["KeyFile"]
        assert isinstance(root, dict)
        version, text = root["Meta"]["Version"], "".join(root["Key"]["Data"].split())
        return bytes.fromhex(text) if version.startswith("2.") else b64decode(text, validate=True)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError, binascii.Error):
        raise InvalidData("the key file is XML, and no key file of KeePass") from None
