"""Rendition what languages and addresses write for a character: backslashes, and percent signs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from nexcred.child.masking.rendition import Pieced

_LONGEST_UNFINISHED = 64


class Substituted(Pieced):
    """One in which each of what `written_as` matches, and is split at, reads as its meaning."""

    # What is in any of them, and how that is written itself.
    sign: ClassVar[bytes]
    written_sign: ClassVar[bytes]
    written_as: ClassVar[re.Pattern[bytes]]
    unfinished: ClassVar[re.Pattern[bytes]]
    meanings: ClassVar[Mapping[bytes, bytes]]

    def __init__(self, written: bytes) -> None:
        # Plain text and what stands for a character, in turns.
        self._pieces = self.written_as.split(written)
        self._read = self._pieces.copy()
        self._read[1::2] = map(self.meanings.__getitem__, self._pieces[1::2])
        super().__init__(b"".join(self._read), written)

    def endings(self) -> Iterator[bytes]:
        yield self.text
        begins = self.undecided()
        if begins is not None:
            unfinished = type(self)(self._written[begins:]).text
            yield self.text[: len(self.text) - len(unfinished)]

    def undecided(self) -> int | None:
        beyond = max(0, len(self._written) - _LONGEST_UNFINISHED)
        found = self.unfinished.search(self._written[beyond:])
        return beyond + found.start(1) if found else None

    def _lengths(self) -> tuple[Sequence[int], Sequence[int]]:
        return list(map(len, self._read)), list(map(len, self._pieces))


class _Meanings(dict[bytes, bytes]):
    """The text that each escape stands for, worked out once."""

    _LETTERS: ClassVar = {
        b"n": b"\n",
        b"t": b"\t",
        b"r": b"\r",
        b"b": b"\b",
        b"f": b"\f",
        b"a": b"\a",
        b"v": b"\v",
        b"e": b"\x1b",
    }

    def __missing__(self, written: bytes) -> bytes:
        self[written] = meaning = self._work_out(written)
        return meaning

    def _work_out(self, written: bytes) -> bytes:
        kind = written[1:2]
        if kind == b"x":
            return bytes.fromhex(written[2:].decode())
        if kind == b"u":
            # Two halves stand for one character that has no number of four digits.
            units = bytes.fromhex(written.replace(b"\\u", b"").decode())
            return units.decode("utf-16-be", "surrogatepass").encode(errors="surrogatepass")
        if b"0" <= kind <= b"7":
            return bytes((int(written[1:], 8) & 0xFF,))
        return self._LETTERS.get(kind, kind)


class _Octets(dict[bytes, bytes]):
    """The byte that stands for each percent sign and two digits."""

    def __missing__(self, written: bytes) -> bytes:
        self[written] = octet = bytes.fromhex(written[1:].decode())
        return octet


class Escaped(Substituted):
    r"""As JSON, Python, C and shells mean it: `\n`, `\"`, `\x2f`, `\u00fc`, `\303`."""

    sign = b"\\"
    written_sign = b"\\\\"
    written_as = re.compile(
        rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
        rb"|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{1,3}|[^xu0-7]))",
        re.DOTALL,
    )
    # After an even number of backslashes, which stand for half as many.
    unfinished = re.compile(
        rb"(?<!\\)(?:\\\\)*(\\(?:x[0-9a-fA-F]?|u[0-9a-fA-F]{0,3}|[0-7]{1,2})?"
        rb"|\\u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?)\Z"
    )
    meanings = _Meanings()


class PercentEncoded(Substituted):
    """As addresses and forms mean it: `%2F` or `%2f`."""

    sign = b"%"
    written_sign = b"%25"
    written_as = re.compile(rb"(%[0-9a-fA-F]{2})")
    unfinished = re.compile(rb"(%[0-9a-fA-F]?)\Z")
    meanings = _Octets()
