"""Keep secrets out of what a provider's answer is quoted for."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from nexcred.model.credential import Value
from nexcred.model.secret import DOTS, Secret

# Any run of this many characters that a text shares with a form of a secret is taken for a part of it.
_RUN = 8
_FEW = 20
# What html.escape does: its module brings the names of two thousand characters, at 1 % of the time of a probe.
# The words around what is secret in PEM, which sentences about certificates and keys have too.
_ARMOUR = re.compile(rb"-----(?:BEGIN|END) [A-Z0-9 ]{1,40}-----")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def redact(detail: str, fields: Mapping[str, Value], others: Iterable[str] = ()) -> str:
    """Replace by dots each secret, or long part of one, as it is or percent-encoded, in base64, JSON or HTML.

    `others` are secrets that are no fields, such as a session token. Upper and lower case are not told apart.
    """
    if not detail:
        return ""
    secrets = [value.reveal_bytes() for value in fields.values() if isinstance(value, Secret)]
    secrets += [other.encode(errors="replace") for other in others]
    folded = _fold(detail)
    hidden = bytearray(len(detail))
    runs = _runs_of(folded)
    for secret in secrets:
        for form in dict.fromkeys(map(_fold, _forms(secret))):
            _hide(form, folded, runs, hidden)
    return _with_dots(detail, hidden)


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
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield quote(secret)
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(text)[1:-1].replace("/", "\\/")
    yield text.translate(_HTML)
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
