"""Read output without the characters that programs insert, and with those that they encode decoded."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate


class Rendition:
    """A text, and where each byte of it was written. What was written last may still change how it reads."""

    # True where what stands beside a hit, to the end of its line, says the same again.
    takes_lines = False
    # True where a text that is looked for, and stands in what was written, stands there in what is read too.
    keeps_whole = False

    def __init__(self, text: bytes) -> None:
        self.text = text

    def endings(self) -> Iterator[bytes]:
        """Yield the text, and what it would be if what was written last turned out to be no part of it."""
        yield self.text

    def undecided(self) -> int | None:
        """Return where in what was written something begins that cannot be read yet."""
        return None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the bytes from start to end were written."""
        return start, end

    def spans(self, hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return where those of each were written."""
        return [self.span(start, end) for start, end in hits]


class Pieced(Rendition):
    """One of pieces that are read as they were written, or as something else, or as nothing at all."""

    # At most so many bytes, about, are written for each byte: what is near the end is found in that much alone.
    wide = 0

    def __init__(self, text: bytes, written: bytes) -> None:
        super().__init__(text)
        self._written = written
        self._places: tuple[list[int], list[int]] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        near = self.wide * (len(self.text) - start + 1)
        if 0 < near < len(self._written):
            last = type(self)(self._written[-near:])  # type: ignore[call-arg]
            begins = start - len(self.text)
            # What is cut at its beginning may read otherwise there.
            if len(last.text.lstrip()) + begins > 1 and last.text[begins:] == self.text[begins:]:
                moved, beyond = len(self.text) - len(last.text), len(self._written) - near
                begins, ends = last.span(start - moved, end - moved)
                return beyond + begins, beyond + ends
        return self._span(start, end)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        read, written = self._places or self._place()
        first, last = bisect_right(read, start) - 1, bisect_right(read, end - 1) - 1
        begins = written[first]
        if read[first + 1] - read[first] == written[first + 1] - begins:
            begins += start - read[first]
        if read[last + 1] - read[last] == written[last + 1] - written[last]:
            return begins, written[last] + end - read[last]
        return begins, written[last + 1]

    def spans(self, hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
        if not hits:
            return []
        read, written = self._places or self._place()
        found = []
        for start, end in hits:
            at = bisect_right(read, start) - 1
            # Most are within a piece that reads as it was written.
            if end <= read[at + 1] and read[at + 1] - read[at] == written[at + 1] - written[at]:
                moved = written[at] - read[at]
                found.append((start + moved, end + moved))
            else:
                found.append(self._span(start, end))
        return found

    def _place(self) -> tuple[list[int], list[int]]:
        read, written = self._lengths()
        self._places = list(accumulate(read, initial=0)), list(accumulate(written, initial=0))
        return self._places

    def _lengths(self) -> tuple[Sequence[int], Sequence[int]]:
        """Return of each piece how long it reads, and how long it was written: all for all where these differ."""
        raise NotImplementedError


class Unwrapped(Pieced):
    """Without line breaks, and without blanks around them."""

    wide = 8
    keeps_whole = True  # nothing that is looked for begins or ends with a blank, or has a line break
    # What is left out before the text of a line, and after it; None is any blank.
    before: bytes | None = None
    after: bytes | None = None

    def __init__(self, written: bytes) -> None:
        self._lines = written.split(b"\n")
        first, *others = self._lines
        text = written
        if others:
            last = others.pop()
            between = (line.rstrip(self.after).lstrip(self.before) for line in others)
            text = b"".join((first.rstrip(self.after), *between, last.lstrip(self.before)))
        super().__init__(text, written)

    def endings(self) -> Iterator[bytes]:
        yield self.text
        if self.text[-1:].isspace():
            yield self.text.rstrip(self.after)

    def _lengths(self) -> tuple[Sequence[int], Sequence[int]]:
        read: list[int] = []
        written: list[int] = []
        last = len(self._lines) - 1
        for number, line in enumerate(self._lines):
            begun = line.lstrip(self.before) if number else line
            kept = len(begun if number == last else begun.rstrip(self.after))
            read += (0, kept, 0)
            written += (len(line) - len(begun), kept, len(begun) - kept + 1)
        return read, written


class Folded(Unwrapped):
    """Without line breaks, as of text that was broken at a width: also between words."""

    before = b""
    after = b"\r"


class Upon(Rendition):
    """A rendition of what another one reads."""

    def __init__(self, upper: Rendition, lower: Rendition) -> None:
        super().__init__(upper.text)
        self._upper, self._lower = upper, lower

    def endings(self) -> Iterator[bytes]:
        yield from self._upper.endings()
        for ending in self._lower.endings():
            cut = len(self._lower.text) - len(ending)
            if cut:
                shorter = self.text[:-cut]
                yield shorter
                yield shorter.rstrip()  # as `Unwrapped` reads it where a line break follows

    def undecided(self) -> int | None:
        above, below = self._upper.undecided(), self._lower.undecided()
        if above is not None:
            above = self._lower.span(above, above + 1)[0]
        return min((each for each in (above, below) if each is not None), default=None)

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self._lower.span(*self._upper.span(start, end))

    def spans(self, hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return self._lower.spans(self._upper.spans(hits))
