"""Values as option files hold them (MySQL manual, Using Option Files)."""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b"}


def quoted_option(value: str) -> str:
    """Return the value in double quotes, which keep '#', blanks at its ends and line breaks."""
    return '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'
