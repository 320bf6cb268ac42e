"""`.env` files. Their readers disagree on escapes, so the plainest quoting that holds the value is taken.

Inside single quotes python-dotenv knows `\\\\` and `\\'`, others nothing; inside double quotes it knows `\\n` and its
kin. All of them may read `${…}` as a variable, in python-dotenv whatever the quotes.
"""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, unfit, variables

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def write_dotenv(exported: Sequence[Exported]) -> str:
    """Raise InvalidData for a value with '${' in it, which would not come back."""
    found = variables(exported)
    for one in found:
        if "${" in one.value:
            raise unfit(exported[0], one.name, "holds '${', which readers of .env files take for a variable")
    return "".join(f"{one.name}={quote(one.value)}\n" for one in found)


def quote(value: str) -> str:
    """Quote for every reader if that can be, and else for python-dotenv."""
    if "\r" in value:  # a file read as text loses it
        return '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'
    if "'" not in value and "\\\\" not in value and not value.endswith("\\"):
        return f"'{value}'"
    if not set(value) & set('"\\$\n`'):
        return f'"{value}"'
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
