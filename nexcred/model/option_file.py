"""Values as option files hold them (MySQL manual, Using Option Files)."""

# MySQL and MariaDB (mysys/my_default.c) read what goes beyond 4,094 bytes as a line of its own.
LONGEST_LINE = 4000

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b"}


def problem_in_option(line: str) -> str:
    """Say why the programs would not read this line as one; "" where they do."""
    if "\0" in line:
        return "holds a NUL, which an option file cannot"
    return "is too long for a line of an option file" if len(line.encode()) > LONGEST_LINE else ""


def quoted_option(value: str) -> str:
    """Return the value in double quotes, which keep '#', blanks at its ends and line breaks."""
    return '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'
