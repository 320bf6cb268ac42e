r"""PEM (RFC 7468) as it arrives by way of variables, JSON and copied lines, and as every tool reads it.

On its way a key's line breaks become `\n` or blanks, its base64 loses padding or its lines, or the whole is put into
base64 or quotes once more. It is mended once, when it is kept: not every tool that gets it mends it.
"""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from textwrap import wrap

from nexcred.model.named_tuple import NamedTuple

_BOM = "\ufeff"
_DEEPEST = 3
_WIDTH = 64
_LINE_BREAK = re.compile(r"(?:\\+r)?\\+n|\\+r")
_BEGIN = re.compile(r"-----BEGIN (?P<label>[A-Z0-9 ]{1,40})-----")
_KEY = "PRIVATE KEY"
# RFC 1421, 4.6: what an encrypted key of OpenSSL's older format says of itself.
_HEADERS = re.compile(r"\s*Proc-Type:\s*4,ENCRYPTED\s+DEK-Info:\s*([A-Z0-9-]+),\s*([0-9A-Fa-f]+)\s+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\s-]+(?:=\s*){0,2}")
_PLAIN = re.compile(
    r"-----BEGIN (?P<label>[A-Z0-9 ]{1,40})-----\r?\n(?:[A-Za-z-]+: [^\r\n]+\r?\n)*(?:\r?\n)?"
    # Longer lines than these are not read by every library.
    r"(?:[A-Za-z0-9+/]{1,76}={0,2}\r?\n)+-----END (?P=label)-----\s*"
)
_VERSION_0 = b"\x02\x01\x00"
_INTEGER, _SEQUENCE = 0x02, 0x30


class _Block(NamedTuple):
    """What stands between two lines of PEM, which may be a private key."""

    label: str
    body: str

    def __repr__(self) -> str:
        return f"_Block({self.label!r})"


def mended_key(text: str) -> str:
    """Return a private key in PEM with line breaks of its own and nothing around it; what is no key as it was."""
    if _PLAIN.fullmatch(text):
        return text
    opened = _opened(text)
    if isinstance(opened, bytes):
        label = _label_of(opened)
        return _written(label, _wrapped(opened)) if label else text
    keys = [block for block in _blocks(opened) if block.label.endswith(_KEY)]
    return (_rewritten(keys[0]) or text) if len(keys) == 1 else text


def mended_certificates(text: str) -> str:
    """Return certificates in PEM with line breaks of their own; what holds none as it was."""
    if "\\" not in text and not text.startswith(_BOM) and "-----BEGIN " in text:
        return text
    opened = _opened(text)
    if isinstance(opened, bytes):
        return text
    return opened if any(True for _ in _blocks(opened)) else text


def _blocks(text: str) -> Iterator[_Block]:
    """Yield what stands between a first line and the last line that belongs to it; each place is looked at once."""
    place, endless = 0, set[str]()
    while found := _BEGIN.search(text, place):
        label, place = found["label"], found.end()
        end = -1 if label in endless else text.find(f"-----END {label}-----", place)
        if end < 0:
            endless.add(label)
        else:
            yield _Block(label, text[place:end])
            place = end


def unwrapped(text: str) -> bytes | None:
    """Return what base64 holds: with either alphabet, in lines, and with its padding or without; None for none."""
    if not _BASE64.fullmatch(text):
        return None
    plain = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _opened(text: str) -> str | bytes:
    """Take away what a PEM was put into; bytes are a key in DER."""
    for _ in range(_DEEPEST):
        text = _unquoted(text.strip().removeprefix(_BOM).strip())
        text = _LINE_BREAK.sub("\n", text)
        inside = None if "-----BEGIN" in text else unwrapped(text)
        if inside is None:
            break
        if b"-----BEGIN" not in inside:
            return inside
        try:
            text = inside.decode("utf-8-sig")
        except UnicodeDecodeError:
            break
    return text


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            inside = json.loads(text)
        except ValueError:
            return text[1:-1]
        return inside if isinstance(inside, str) else text
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _rewritten(block: _Block) -> str:
    """Write one block anew; "" where it is no base64."""
    headers = _HEADERS.match(block.body)
    data = unwrapped(block.body[headers.end() :] if headers else block.body)
    if data is None:
        return ""
    head = f"Proc-Type: 4,ENCRYPTED\nDEK-Info: {headers[1]},{headers[2]}\n\n" if headers else ""
    return _written(block.label, head + _wrapped(data))


def _written(label: str, body: str) -> str:
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def _wrapped(data: bytes) -> str:
    return "\n".join(wrap(binascii.b2a_base64(data, newline=False).decode(), _WIDTH))


def _label_of(der: bytes) -> str:
    """Say of which format a private key in DER is, by how it begins (RFC 5208 and RFC 8017, A.1.2); "" for none."""
    if len(der) < 8 or der[0] != _SEQUENCE:
        return ""
    inside = der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0) :]
    if inside.startswith(_VERSION_0):
        following = inside[3:4]
        return {bytes([_SEQUENCE]): _KEY, bytes([_INTEGER]): f"RSA {_KEY}"}.get(following, "")
    return (
        f"ENCRYPTED {_KEY}"
        if inside[:1] == bytes([_SEQUENCE]) and b"\x2a\x86\x48\x86\xf7\x0d\x01\x05" in der[:40]
        else ""
    )
