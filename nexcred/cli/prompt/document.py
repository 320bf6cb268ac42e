"""A document that is asked for: the path of a file that holds it, or itself, pasted, which is recognised and hidden."""

import re
from pathlib import Path

from nexcred.errors import InvalidData
from nexcred.model.bounded_file import read_file
from nexcred.model.credential import MAX_SECRET_BYTES
from nexcred.model.secret import Secret

_LONGEST_PATH = 255
# JSON, PEM, more than a line; and how the first two begin in base64.
_CONTENT = re.compile(r"\s*([{\[]|-----|(ew[o0k]|ey[A-Z]|LS0t)[A-Za-z0-9+/=]{16})|.*[\r\n]", re.ASCII)
_QUOTES = ("'", '"')


def is_content(text: str) -> bool:
    """True for what is no path: it is hidden from its first character on."""
    return bool(_CONTENT.match(text)) or len(text) > _LONGEST_PATH


def read_document(path: str) -> Secret:
    """Return what a file holds, or what is too long already; raise InvalidData for one that cannot be read."""
    return Secret.from_bytes(
        read_file(_as_typed(path), MAX_SECRET_BYTES + 1, lambda why: InvalidData(f"the file cannot be read: {why}"))
    )


def _as_typed(path: str) -> Path:
    """Read a path as people type it, or drag it onto the terminal."""
    text = path.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES:
        text = text[1:-1]
    return Path(text.replace("\\ ", " ") if "\\ " in text and not Path(text).exists() else text)
