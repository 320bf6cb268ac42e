"""Padding that hides the length of a plaintext: 0x80, then zeros, to steps of 256 B, above 4 KiB of 1 KiB."""

from nexcred.errors import Tampered

_FINE, _COARSE, _FINE_UP_TO = 256, 1024, 4096


def pad(plaintext: bytes) -> bytes:
    return plaintext + b"\x80" + bytes(_padded_size(len(plaintext)) - len(plaintext) - 1)


def unpad(padded: bytes) -> bytes:
    """Undo `pad`; raise Tampered for any form that it does not make."""
    plaintext = padded.rstrip(b"\0")
    if not plaintext.endswith(b"\x80") or _padded_size(len(plaintext) - 1) != len(padded):
        raise Tampered("a record of the vault is padded wrongly")
    return plaintext[:-1]


def _padded_size(size: int) -> int:
    step = _FINE if size < _FINE_UP_TO else _COARSE
    return (size // step + 1) * step
