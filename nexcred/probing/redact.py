"""Keep secrets out of what a provider's answer is quoted for."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from urllib.parse import quote_plus

from nexcred.model.credential import Value
from nexcred.model.secret import DOTS, Secret
from nexcred.probing.unescaped import readings_of

# Any run of this many characters that a text shares with a form of a secret is taken for a part of it.
_RUN = 8
_FEW = 20
# The words around what is secret in PEM, which sentences about certificates and keys have too.
_ARMOUR = re.compile(rb"-----(?:BEGIN|END) [A-Z0-9 ]{1,40}-----")


def redact(detail: str, fields: Mapping[str, Value], others: Iterable[str] = ()) -> str:
    """Replace by dots each secret, or long part of one, as it is, in base64 or hex, and however any of that is escaped.

    That is percent-encoded, in JSON or in HTML, also one inside the other. `others` are secrets that are no fields,
    such as a session token. Upper and lower case are not told apart.
    """
    if not detail:
        return ""
    secrets = [value.reveal_bytes() for value in fields.values() if isinstance(value, Secret)]
    secrets += [other.encode(errors="replace") for other in others]
    hidden = bytearray(len(detail))
    _hide_all(map(_fold, chain.from_iterable(map(_forms, secrets))), _fold(detail), hidden)
    forms = [_as_bytes(form.encode(errors="replace")) for secret in secrets for form in _forms(secret)]
    forms += [_as_bytes(_ARMOUR.sub(b"", secret)) for secret in secrets]
    for reading in readings_of(detail):
        found = bytearray(len(reading.data))
        _hide_all(forms, _as_bytes(reading.data), found)
        for begin, end, is_hidden in zip(reading.begins, reading.ends, found, strict=True):
            if is_hidden:
                hidden[begin:end] = b"\1" * (end - begin)
    return _with_dots(detail, hidden)


def _hide_all(forms: Iterable[str], text: str, hidden: bytearray) -> None:
    runs = _runs_of(text)
    for form in dict.fromkeys(forms):
        _hide(form, text, runs, hidden)


def _as_bytes(data: bytes) -> str:
    """Return bytes as a text of as many characters, of which letters are small."""
    return _fold(data.decode("latin-1"))


def _fold(text: str) -> str:
    """Lower each character alone, so that positions stay as they are."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def _runs_of(text: str) -> dict[str, list[int]]:
    runs: dict[str, list[int]] = {}
    for start in range(len(text) - _RUN + 1):
        runs.setdefault(text[start : start + _RUN], []).append(start)
    return runs


def _forms(secret: bytes) -> Iterator[str]:
    secret = _ARMOUR.sub(b"", secret)
    text = secret.decode(errors="replace")
    yield text
    yield quote_plus(secret)
    yield secret.hex()
    for lead in range(3):  # base64 looks different at each of three offsets, as in user:password
        encoded = b64encode(b"\0" * lead + secret).decode().rstrip("=")
        yield encoded[4 if lead else 0 :]
        yield urlsafe_b64encode(b"\0" * lead + secret).decode().rstrip("=")[4 if lead else 0 :]


def _hide(form: str, text: str, runs: dict[str, list[int]], hidden: bytearray) -> None:
    if not form.strip():
        return
    if len(form) < _RUN:
        _hide_whole(form, text, hidden)
        return
    for run in _shared_runs(form, runs):
        for at in runs.pop(run):
            hidden[at : at + _RUN] = b"\1" * _RUN


def _shared_runs(form: str, runs: dict[str, list[int]]) -> list[str]:
    """Return the runs that stand in both; a secret may be a hundred times longer than the text."""
    if len(form) > _FEW * len(runs):
        return [run for run in runs if run in form]
    return list({form[start : start + _RUN] for start in range(len(form) - _RUN + 1)} & runs.keys())


def _hide_whole(form: str, text: str, hidden: bytearray) -> None:
    """Hide a short secret; a very short one only as a word, or every text would be dots."""
    at = text.find(form)
    while at >= 0:
        end = at + len(form)
        is_word = not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
        if is_word or len(form) > 3:
            hidden[at:end] = b"\1" * len(form)
        at = text.find(form, at + 1)


def _with_dots(text: str, hidden: bytearray) -> str:
    parts: list[str] = []
    for at, character in enumerate(text):
        if not hidden[at]:
            parts.append(character)
        elif at == 0 or not hidden[at - 1]:
            parts.append(DOTS)
    return "".join(parts)
