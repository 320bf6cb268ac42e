"""A text as it reads once its escapes are undone, and where in it each byte of that stands."""

import re
from collections.abc import Callable, Iterator

from nexcred.model.named_tuple import NamedTuple

# One inside the other, as JSON in a text of JSON in a URL.
_MOST_LAYERS = 3
_SURROGATES = rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_JSON = re.compile(_SURROGATES + rb"|\\u[0-9a-fA-F]{4}|\\[\"'\\/bfnrt]")
_PERCENT = re.compile(rb"%[0-9a-fA-F]{2}")
_HTML = re.compile(rb"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_LETTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_NAMES = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}
_HIGHEST = 0x10FFFF


class Unescaped(NamedTuple):
    """UTF-8, and for each byte where what it was written as begins and ends, in characters of the text."""

    data: bytes
    begins: list[int]
    ends: list[int]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.data)} bytes)"


def readings_of(text: str) -> Iterator[Unescaped]:
    """Yield the text as it is, and as it reads with each kind of escapes undone, one after the other, each once."""
    characters = [character.encode(errors="replace") for character in text]
    begins = [at for at, encoded in enumerate(characters) for _ in encoded]
    layer = [Unescaped(b"".join(characters), begins, [at + 1 for at in begins])]
    known = {layer[0].data}
    yield layer[0]
    for _ in range(_MOST_LAYERS):
        undone = [_undone(reading, *kind) for reading in layer for kind in _KINDS]
        layer = []
        for reading in undone:
            if reading.data not in known:
                known.add(reading.data)
                layer.append(reading)
                yield reading


def _undone(reading: Unescaped, pattern: re.Pattern[bytes], meaning: Callable[[bytes], bytes]) -> Unescaped:
    data, begins, ends = bytearray(), list[int](), list[int]()
    done = 0
    for match in pattern.finditer(reading.data):
        meant = meaning(match[0])
        data += reading.data[done : match.start()] + meant
        begins += [*reading.begins[done : match.start()], *[reading.begins[match.start()]] * len(meant)]
        ends += [*reading.ends[done : match.start()], *[reading.ends[match.end() - 1]] * len(meant)]
        done = match.end()
    return Unescaped(bytes(data) + reading.data[done:], begins + reading.begins[done:], ends + reading.ends[done:])


def _in_json(escape: bytes) -> bytes:
    if escape[1:2] != b"u":
        return _LETTERS.get(escape[1:], escape[1:])
    codes = [int(code, 16) for code in escape[2:].split(rb"\u")]
    if len(codes) > 1:
        return chr(0x10000 + ((codes[0] - 0xD800) << 10) + codes[1] - 0xDC00).encode()
    return chr(codes[0]).encode(errors="replace")


def _in_percent(escape: bytes) -> bytes:
    return bytes([int(escape[1:], 16)])


def _in_html(escape: bytes) -> bytes:
    name = escape[1:-1]
    if name in _NAMES:
        return _NAMES[name]
    code = int(b"0" + name[1:], 0) if name[1:2] in b"xX" else int(name[1:])
    return chr(code).encode(errors="replace") if code <= _HIGHEST else escape


_KINDS = ((_JSON, _in_json), (_PERCENT, _in_percent), (_HTML, _in_html))
