"""Hide secrets in what a program writes, as it writes it."""

import json
import subprocess
import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Protocol
from urllib.parse import quote, quote_plus

from nexcred.model.secret import DOTS

# Shorter ones stand in every other word: hiding them would leave nothing to read, and tell where they are.
SHORTEST = 4
_CHUNK = 65536


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> object: ...


class Mask:
    """Replaces secrets in a stream, also across the borders of its chunks.

    The end of a chunk is kept back as far as a secret may begin there.
    """

    def __init__(self, forms: Iterable[bytes]) -> None:
        self._forms = sorted(set(forms), key=len, reverse=True)
        self._text = bytearray()
        self._hidden = bytearray()
        self._in_secret = False

    def feed(self, chunk: bytes) -> bytes:
        """Take what was written and return what may be shown of it and of what was kept back."""
        known = len(self._text)
        self._text += chunk
        self._hidden += bytes(len(chunk))
        for form in self._forms:
            self._hide(form, max(0, known - len(form) + 1))
        return self._release(len(self._text) - self._undecided())

    def end(self) -> bytes:
        """Return what is left."""
        return self._release(len(self._text))

    def _hide(self, form: bytes, start: int) -> None:
        at = self._text.find(form, start)
        while at >= 0:
            self._hidden[at : at + len(form)] = b"\1" * len(form)
            at = self._text.find(form, at + 1)

    def _undecided(self) -> int:
        """Return the length of the longest end that could be the beginning of a secret."""
        longest = min(len(self._forms[0]) - 1, len(self._text)) if self._forms else 0
        for length in range(longest, 0, -1):
            tail = bytes(self._text[-length:])
            if any(len(form) > length and form.startswith(tail) for form in self._forms):
                return length
        return 0

    def _release(self, end: int) -> bytes:
        shown = bytearray()
        at = 0
        while at < end:
            is_hidden = self._hidden[at]
            other = self._hidden.find(1 - is_hidden, at, end)
            until = end if other < 0 else other
            if not is_hidden:
                shown += self._text[at:until]
            elif not self._in_secret:
                shown += DOTS.encode()
            self._in_secret, at = bool(is_hidden), until
        del self._text[:end], self._hidden[:end]
        return bytes(shown)


def forms_of(secret: bytes) -> Iterator[bytes]:
    """Yield a secret as programs write it: as it is, each long line of it, percent-encoded, in JSON, base64 and hex."""
    if len(secret) < SHORTEST:
        return
    text = secret.decode(errors="surrogateescape")
    yield secret
    yield from (line for line in secret.splitlines() if len(line) >= 2 * SHORTEST)
    yield quote(secret, safe="").encode()
    yield quote_plus(secret).encode()
    for is_ascii in (True, False):
        yield json.dumps(text, ensure_ascii=is_ascii)[1:-1].encode(errors="surrogateescape")
    yield secret.hex().encode()
    for lead in range(3):  # base64 looks different at each of three offsets, as in user:password
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(secret)
            # Only characters that hold nothing but bits of the secret: 6 of each 8.
            yield encode(b"\0" * lead + secret)[-(-lead * 8 // 6) : (lead + len(secret)) * 8 // 6]


def copy_masked(child: "subprocess.Popen[bytes]", stdout: Sink, stderr: Sink, secrets: Iterable[bytes]) -> None:
    """Copy both outputs to their ends, as they come, with dots for secrets."""
    forms = [form for secret in secrets for form in forms_of(secret) if len(form) >= SHORTEST]
    copies = [
        threading.Thread(target=_copy, args=(source, sink, Mask(forms)), daemon=True)
        for source, sink in ((child.stdout, stdout), (child.stderr, stderr))
    ]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join()


def _copy(source: IO[bytes], sink: Sink, mask: Mask) -> None:
    # Where the reader has gone, the program is to see that too.
    with source, suppress(OSError):
        while chunk := source.read1(_CHUNK):  # type: ignore[attr-defined]
            _write(sink, mask.feed(chunk))
        _write(sink, mask.end())


def _write(sink: Sink, data: bytes) -> None:
    sink.write(data)
    sink.flush()
