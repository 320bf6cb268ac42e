"""What the labels of fields mean, whatever the source and its language call them."""

import re
import unicodedata
from functools import lru_cache

from nexcred.services.importing.entries.entry import NOTES, PASSWORD, TOTP, URL, USERNAME

_NOT_IN_A_LABEL = re.compile(r"[^a-z0-9]+")
_NOT_IN_A_FIELD = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST = 64
# Labels are few, and each stands in thousands of entries.
_MOST_KNOWN = 4096
_FIRST_PUBLIC = frozenset({USERNAME, URL})
_MEANINGS = {
    USERNAME: ("username", "user", "login", "loginname", "loginusername", "userid", "email", "emailaddress", "account"),
    PASSWORD: ("password", "pass", "passwd", "pwd", "loginpassword"),
    URL: ("url", "urls", "uri", "loginuri", "website", "websites", "web", "site", "link", "loginurl", "hostname"),
    TOTP: ("totp", "otp", "otpauth", "otpsecret", "otpurl", "logintotp", "onetimepassword", "authenticator", "2fa"),
    NOTES: ("notes", "note", "comment", "comments", "extra", "notesplain"),
}
_MEANING_OF = {word: meaning for meaning, words in _MEANINGS.items() for word in words}


@lru_cache(_MOST_KNOWN)
def plain_label(label: str) -> str:
    """Return what is left of a label without case, accents, blanks and marks."""
    return _NOT_IN_A_LABEL.sub("", _ascii(label).lower())


@lru_cache(_MOST_KNOWN)
def meaning_of(label: str) -> str:
    """Return which of the usual fields a label names, "" for none of them."""
    return _MEANING_OF.get(plain_label(label), "")


def is_public_label(label: str) -> bool:
    """True for what names an account or a place, and is shown wherever it is kept."""
    return meaning_of(label) in _FIRST_PUBLIC


@lru_cache(_MOST_KNOWN)
def field_name(label: str, default: str) -> str:
    """Return a label as the name of a field of `secret`: ASCII letters in lower case, digits, '_', '.' and '-'."""
    name = _NOT_IN_A_FIELD.sub("_", _ascii(label).lower())[:_LONGEST].strip("_.-")
    return name if any(character.isalnum() for character in name) else default


def _ascii(label: str) -> str:
    return unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
