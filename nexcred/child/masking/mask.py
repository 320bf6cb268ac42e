"""Hide secrets in what a program writes, as it writes it."""

from collections.abc import Iterable, Iterator

from nexcred.child.masking.escaped import Escaped, PercentEncoded
from nexcred.child.masking.finder import Finder
from nexcred.child.masking.forms import SHORTEST, forms_of
from nexcred.child.masking.hexadecimal import Dumped, Hexadecimal
from nexcred.child.masking.rendition import Folded, Rendition, Unwrapped, Upon
from nexcred.model.secret import DOTS

# What is written for a character may be written for by characters in turn: JSON in JSON.
_LEVELS = 4
_DOTS = DOTS.encode()


class Mask:
    """Replaces secrets in a stream, also across the borders of its chunks.

    The end of a chunk is kept back as far as a secret may begin there.
    """

    def __init__(self, secrets: Iterable[bytes]) -> None:
        forms = forms_of(secrets)
        self._exact, self._words = Finder(forms.exact), Finder(forms.words)
        self._quoted, self._hex = Finder(tuple(dict.fromkeys((*forms.words, *forms.quoted)))), Finder(forms.hex)
        self._folded = Finder(tuple(form for form in forms.words if b" " in form))
        # The text that is not decided, what of it is hidden in any case, and how much of it was shown before it was.
        self._text = b""
        self._hidden: list[tuple[int, int]] = []
        self._as_written: dict[Finder, list[tuple[int, int]]] = {}
        self._shown = 0
        self._in_secret = False

    @property
    def keeps_back(self) -> bool:
        """True while something that was written is not shown yet."""
        return len(self._text) > self._shown

    def feed(self, chunk: bytes) -> bytes:
        """Take what was written and return what may be shown of it and of what was kept back."""
        self._text += chunk
        decided = self._look() if self._words else len(self._text)
        return self._show(max(decided, self._shown), decided)

    def pause(self) -> bytes:
        """Return what was kept back, since nothing has come for a while: a whole line, or next to nothing of a secret.

        A prompt is to be seen, and a line whose last letter may begin a secret. What goes on with it is hidden still.
        """
        kept = self._text[self._shown :]
        if len(kept) < SHORTEST or kept.endswith((b"\n", b"\r")):
            return self._show(len(self._text), 0)
        return b""

    def end(self) -> bytes:
        """Return what is left."""
        return self._show(len(self._text), len(self._text))

    def _look(self) -> int:
        """Note what is to be hidden, and return up to where the text is decided."""
        decided, self._as_written = len(self._text), {}
        for rendition, finder in self._renditions():
            hits = self._hits(rendition, finder)
            if rendition.takes_lines and hits:
                hits = [(start, self._end_of_line(end)) for start, end in hits]
                decided = min(decided, *(start for start, end in hits if end == len(self._text)), decided)
            self._hidden += hits
            for text in rendition.endings():
                begun = finder.begun(text)
                if begun:
                    decided = min(decided, rendition.span(len(text) - begun, len(text))[0])
            unfinished = rendition.undecided()
            decided = decided if unfinished is None else min(decided, unfinished)
        return decided

    def _hits(self, rendition: Rendition, finder: Finder) -> list[tuple[int, int]]:
        hits = finder.hits(rendition.text)
        if not hits or not rendition.keeps_whole:
            return rendition.spans(hits)
        if finder not in self._as_written:
            self._as_written[finder] = finder.hits(self._text)
        written = self._as_written[finder]
        # All of them are among the hits: where they are as many, of as many bytes, nothing stands within one of these.
        if len(written) == len(hits) and _bytes_in(written) == _bytes_in(hits):
            return written
        return rendition.spans(hits)

    def _end_of_line(self, at: int) -> int:
        end = self._text.find(b"\n", at)
        return end if end >= 0 else len(self._text)

    def _renditions(self) -> Iterator[tuple[Rendition, Finder]]:
        plain = Rendition(self._text)
        if self._exact:
            yield plain, self._exact
        yield Unwrapped(self._text), self._quoted
        if self._folded:
            yield Folded(self._text), self._folded
        yield (hexadecimal := Hexadecimal(self._text)), self._hex
        if not hexadecimal.keeps_whole:
            yield Rendition(self._text.lower()), self._hex
        yield Dumped(self._text), self._hex
        for kind in (Escaped, PercentEncoded):
            rendition, is_written = plain, kind.sign in self._text
            for _ in range(_LEVELS):
                if not is_written:
                    break
                # Only what was written for the sign itself makes one that stands for more.
                is_written = kind.written_sign in rendition.text
                rendition = Upon(kind(rendition.text), rendition)
                yield Upon(Unwrapped(rendition.text), rendition), self._words
                if self._exact:
                    yield rendition, self._exact

    def _show(self, until: int, kept_from: int) -> bytes:
        """Return what was not shown yet of the text until there, and keep the text from there on."""
        shown, at = [], self._shown
        for start, end in sorted(self._hidden):
            if start >= until:
                break
            if end <= at:
                continue
            if start > at:
                shown.append(self._text[at:start])
                self._in_secret = False
            if not self._in_secret:
                shown.append(_DOTS)
                self._in_secret = True
            at = end
        if at < until:
            shown.append(self._text[at:until])
            self._in_secret = False
        self._text = self._text[kept_from:]
        self._hidden = [(max(0, start - kept_from), end - kept_from) for start, end in self._hidden if end > kept_from]
        self._shown = until - kept_from
        return b"".join(shown)


def _bytes_in(hits: list[tuple[int, int]]) -> int:
    return sum(end - start for start, end in hits)
