"""List the forms in which programs write a secret, and the rendition of the output to look for each in."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator

from nexcred.child.masking.rendition import Unwrapped
from nexcred.model.named_tuple import NamedTuple

# Shorter ones stand in every other word: hiding them would leave nothing to read, and tell where they are.
SHORTEST = 4
_SHORTEST_LINE = 2 * SHORTEST
_LINES_WITH_A_BODY = 3
# In HTML, & first; then either quote.
_HTML = ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;"))
_HTML_QUOTES = (
    (b"&quot;", b"&#x27;"),
    (b"&quot;", b"&#39;"),
    (b"&#34;", b"&#39;"),
    (b"&quot;", b"&apos;"),
    (b'"', b"'"),
)


class Forms(NamedTuple):
    """The byte strings to look for, by the rendition of the output that they are found in.

    `exact` is found as it stands, `words` wherever lines are broken, `quoted` there and where nothing else stands for
    a character, and `hex` without separators and in dumps.
    """

    exact: tuple[bytes, ...]
    words: tuple[bytes, ...]
    quoted: tuple[bytes, ...]
    hex: tuple[bytes, ...]

    def __repr__(self) -> str:
        return "Forms(…)"


def forms_of(secrets: Iterable[bytes]) -> Forms:
    """Return what is to be looked for: nothing of a secret of fewer than SHORTEST bytes."""
    known = [secret for secret in dict.fromkeys(secrets) if len(secret) >= SHORTEST]
    return Forms(
        # Only as it stands is it known where a secret ends that ends in a blank.
        _different(secret for secret in known if Unwrapped(secret).text.strip() != secret),
        _different(form for secret in known for form in _words_of(secret)),
        _different(form for secret in known for form in _quoted(b"".join(_lines_of(secret)))),
        _different(form for secret in known for form in _in_hex(secret)),
    )


def _different(forms: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(form for form in forms if len(form) >= SHORTEST))


def _words_of(secret: bytes) -> Iterator[bytes]:
    """Yield the writings of a secret, of its lines, and of a key between those that say what it is, each unwrapped."""
    lines = _lines_of(secret)
    yield b"".join(lines)
    yield b"".join(lines).replace(b" ", b"+")
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= _SHORTEST_LINE)
    if len(lines) >= _LINES_WITH_A_BODY:
        yield b"".join(lines[1:-1])
    yield from _in_base64(secret)


def _lines_of(secret: bytes) -> list[bytes]:
    return [line for line in map(bytes.strip, secret.split(b"\n")) if line]


def _quoted(text: bytes) -> Iterator[bytes]:
    """Yield it as shells, SQL, CSV and web pages write it."""
    for each in (b"'\\''", b"'\"'\"'", b"''"):
        yield text.replace(b"'", each)
    yield text.replace(b'"', b'""')
    page = text
    for plain, written in _HTML:
        page = page.replace(plain, written)
    for double, single in _HTML_QUOTES:
        yield page.replace(b'"', double).replace(b"'", single)


def _in_base64(secret: bytes) -> Iterator[bytes]:
    """Yield it alone, and at each of three offsets, as in user:password: the characters that hold nothing else."""
    for encode in (b64encode, urlsafe_b64encode):
        yield encode(secret)
        for lead in range(3):
            yield encode(b"\0" * lead + secret)[-(-lead * 8 // 6) : (lead + len(secret)) * 8 // 6]


def _in_hex(secret: bytes) -> Iterator[bytes]:
    """Yield it as it is, and in words of two bytes with the lower one first; an odd byte at an end is left out."""
    yield secret.hex().encode()
    for lead in range(2):
        even = secret[lead : len(secret) - (len(secret) - lead) % 2]
        if len(even) >= SHORTEST:
            yield b"".join(even[at : at + 2][::-1] for at in range(0, len(even), 2)).hex().encode()
