"""JSON as it is pasted, or in base64, as files are often passed along."""

import binascii
from base64 import b64decode


def json_text(value: str) -> str:
    """Return the JSON text; what is base64 of an object or a list is opened first."""
    text = value.strip()
    if text[:1] in ("{", "[", '"', ""):
        return value
    try:
        opened = b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return value
    return opened if opened.lstrip()[:1] in ("{", "[") else value
