"""Rendition hex: with the separators that tools print, and in dumps that say on each line where it stands."""

import re
from collections.abc import Iterator, Sequence

from nexcred.child.masking.rendition import Pieced


class Hexadecimal(Pieced):
    """In small letters, without what separates bytes."""

    _BETWEEN = b" \t\r\n:,-"
    _SEPARATORS = re.compile(rb"((?:0x|[ \t\r\n:,-])+)")
    wide = 8

    def __init__(self, written: bytes) -> None:
        self._small = written.lower()
        self.keeps_whole = b"0x" not in self._small  # or the zero may have been a secret's last digit
        super().__init__(self._small.replace(b"0x", b"").translate(None, self._BETWEEN), written)

    def endings(self) -> Iterator[bytes]:
        yield self.text
        if self._small[-1:] == b"0":  # perhaps of 0x
            yield self.text[:-1]

    def _lengths(self) -> tuple[Sequence[int], Sequence[int]]:
        written = list(map(len, self._SEPARATORS.split(self._small)))
        read = written.copy()
        read[1::2] = [0] * (len(read) // 2)
        return read, written


class Dumped(Pieced):
    """The bytes of the lines of a dump in small letters: as of xxd, hexdump -C and od -x."""

    takes_lines = True
    _LINE = re.compile(
        rb"[0-9a-fA-F]{6,16}(?:"
        rb": (?P<xxd>(?:[0-9a-fA-F]{1,8} ?)+)(?:  .*)?"
        rb"|[ \t]+(?P<od>(?:[0-9a-fA-F]{1,8} {1,2})*[0-9a-fA-F]{1,8}) *(?:[|>].*)?"
        rb")\r?\Z"
    )
    _GROUP = re.compile(rb"[0-9a-fA-F]+")

    def __init__(self, written: bytes) -> None:
        # Where the digits of each line stand, with the blanks between them.
        self._digits = list(self._find_digits(written))
        text = b"".join(written[start:end] for start, end in self._digits)
        super().__init__(text.translate(None, b" ").lower(), written)

    def _find_digits(self, written: bytes) -> Iterator[tuple[int, int]]:
        at = 0
        # Each begins with the digits of a number that is not large.
        for line in written.split(b"\n") if written[:1] == b"0" or b"\n0" in written else ():
            found = self._LINE.match(line)
            if found:
                start, end = found.span(found.lastgroup or 0)
                yield at + start, at + end
            at += len(line) + 1

    def _lengths(self) -> tuple[Sequence[int], Sequence[int]]:
        read: list[int] = []
        written: list[int] = []
        at = 0
        for line_start, line_end in self._digits:
            for group in self._GROUP.finditer(self._written, line_start, line_end):
                start, end = group.span()
                read += (0, end - start)
                written += (start - at, end - start)
                at = end
        return read, written
