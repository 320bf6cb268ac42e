"""The text of one secret as `pass` and `gopass` keep it: the password first, then lines such as `user: ada`.

The layout is that of passwordstore.org, "Data Organization"; lines that begin with otpauth:// are pass-otp's.
"""

import re

from nexcred.model import strict_json
from nexcred.model.secret import Secret
from nexcred.services.importing.entries.entry import NOTES, PASSWORD, TOTP, Entry, EntryField
from nexcred.services.importing.entries.labels import is_public_label

_NAMED_LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9_ .@()-]{0,63}?)\s*:(?:\s+(.*))?$")
_CONTENT = "content"
_MARK = "GOPASS-SECRET-1.0"
# What gopass writes between the password and its YAML.
_RULE = "---"


def entry_of_text(path: str, data: bytes) -> Entry:
    """Read one secret; what is neither the password nor a named line is a note, and bytes that are no text stay so."""
    folder, _, name = path.rpartition("/")
    fields = tuple(_fields_of(data))
    return Entry(place=path, name=path, fields=fields, path=path, folder=folder, kind=name)


def _fields_of(data: bytes) -> list[EntryField]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return [EntryField(_CONTENT, Secret(data))]
    if not text.strip():
        return []
    if "\0" in text or _is_whole(text):
        return [EntryField(_CONTENT, Secret(text))]
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if lines[0] == _MARK:
        return _named(_unmarked(lines[1:]))
    first, others = lines[0], lines[1:]
    begun = [EntryField(TOTP if _is_otp(first) else PASSWORD, Secret(first))] if first else []
    return begun + _named(others)


def _is_whole(text: str) -> bool:
    """True for a document of several lines that has no password before it: a key in PEM, or JSON."""
    if text.startswith("-----BEGIN "):
        return True
    try:
        return text.lstrip()[:1] in "{[" and isinstance(strict_json.loads(text), dict | list)
    except ValueError:
        return False


def _unmarked(lines: list[str]) -> list[str]:
    """Return the lines of the older form, whose headers end at an empty line."""
    return [line for line in lines if line]


def _named(lines: list[str]) -> list[EntryField]:
    found: list[EntryField] = []
    notes: list[str] = []
    for line in lines:
        match = _NAMED_LINE.match(line)
        if _is_otp(line):
            found.append(EntryField(TOTP, Secret(line.strip())))
        elif match and match[2] and match[2].strip():
            found.append(EntryField(match[1], Secret(match[2].strip()), is_public_label(match[1])))
        elif not (line.strip() == _RULE and not notes):
            notes.append(line)
    told = "\n".join(notes).strip("\n")
    return found + ([EntryField(NOTES, Secret(told))] if told.strip() else [])


def _is_otp(line: str) -> bool:
    return line.strip().startswith("otpauth://")
