"""Bytes as a line that people copy: base32 with a check sum of 4 bytes at its end."""

import base64
import binascii

from nexcred.vault.primitives import digest

_CHECKSUM_BYTES = 4
# An identity with the largest floor has about a megabyte; nothing longer is looked at.
_LONGEST = 2 * 1024 * 1024


def encode_checked(raw: bytes) -> str:
    checked = raw + digest(raw)[:_CHECKSUM_BYTES]
    return base64.b32encode(checked).decode().rstrip("=")


def decode_checked(text: str, size: int | None = None) -> bytes | None:
    """Undo `encode_checked`; None for any other form, and for another size where that is fixed."""
    if not text.isascii() or len(text) > _LONGEST:
        return None
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
    payload, checksum = raw[:-_CHECKSUM_BYTES], raw[-_CHECKSUM_BYTES:]
    if checksum != digest(payload)[:_CHECKSUM_BYTES] or encode_checked(payload) != text:
        return None
    return payload if size is None or len(payload) == size else None
