"""A value as it is kept: what is mended in documents, so that every tool that gets one can read it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from nexcred.connectors.parts import parts_in, replace_secret_parts
from nexcred.model import strict_json
from nexcred.model.pem import mended_certificates, mended_key, unwrapped

if TYPE_CHECKING:
    from nexcred.connectors.language.checked import CheckedPart
    from nexcred.connectors.language.spec import Field

_BOM = "\ufeff"
_DEEPEST = 3
# Closed or not, and never failing, so that no text makes it slow.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


def mended(field: Field, text: str) -> str:
    """Return a document with what happened to it on its way undone; what needs nothing stays byte for byte."""
    if field.kind == "private_key":
        return mended_key(text)
    if field.kind == "json":
        return _mended_json(field, text)
    if field.kind == "file" and not field.secret:
        return mended_certificates(text)
    return text


def _mended_json(field: Field, text: str) -> str:
    opened = _opened(text)
    if opened is None:
        return text
    keys = {value: mended_key(value) for part, value in _parts_of(field, opened) if part.kind == "private_key"}
    if all(value == key.strip() for value, key in keys.items()):
        return opened
    changed = replace_secret_parts(field, opened, lambda _, value: keys.get(value, value))
    return json.dumps(strict_json.loads(changed), ensure_ascii=False, indent=2) + "\n"


def _parts_of(field: Field, opened: str) -> list[tuple[CheckedPart, str]]:
    return [(part, value) for part, value in parts_in(field, opened) if value is not None]


def _opened(text: str) -> str | None:
    """Return the JSON of an object or list that a text is, or holds in base64 or a string; None where there is none."""
    for _ in range(_DEEPEST):
        text = text if text[:1] in ("{", "[") else text.strip().removeprefix(_BOM).lstrip()
        document = _read(text)
        if isinstance(document, dict | list):
            return text
        if isinstance(document, str):
            text = document
        elif (escaped := _read(f'"{text}"')) is not None and text[:2] == "{\\":
            text = str(escaped)
        elif (joined := _with_escaped_breaks(text)) != text:
            text = joined
        elif (inside := unwrapped(text)) is not None:
            text = inside.decode("utf-8-sig", errors="replace")
        else:
            return None
    return None


def _read(text: str) -> object:
    try:
        return strict_json.loads(text)
    except ValueError:
        return None


def _with_escaped_breaks(text: str) -> str:
    """Write the line breaks inside of strings as JSON does: a reader of variables took them for its own escapes."""
    if not text.startswith(("{", "[")):
        return text
    return _STRING.sub(lambda found: found[0].replace("\r\n", "\\n").replace("\n", "\\n"), text)
