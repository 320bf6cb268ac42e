r"""`.env` files: each variable on one line, and never in a form that is a command where a shell reads the file.

Their readers disagree. Inside single quotes python-dotenv knows `\\` and `\'`, all others nothing; inside double quotes
all know `\\` and `\"`, python-dotenv and its kin `\n` and `\r` too, while a shell runs what stands in `$(…)`. Many take
`${…}` for a variable, python-dotenv whatever the quotes; many know no value of several lines.
"""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, Variable, unfit, variables

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def write_dotenv(exported: Sequence[Exported]) -> str:
    """Raise InvalidData for a value that would not come back, or that a shell would run."""
    return "".join(f"{one.name}={_value(one)}\n" for one in variables(exported))


def _value(one: Variable) -> str:
    if "${" in one.value:
        raise unfit(one.of, one.name, "holds '${', which readers of .env files take for a variable")
    quoted = quote(one.value)
    if quoted is None:
        raise unfit(one.of, one.name, "holds '$' or '`' beside a quote or a line break, which no .env file can")
    return quoted


def quote(value: str) -> str | None:
    """Quote for python-dotenv, and for every other reader if that can be; None where a shell would run some of it."""
    runs = bool(set(value) & set("$`"))
    if set(value) & set("'\r\n"):
        return None if runs else f'"{value.translate(_ESCAPES)}"'
    if "\\\\" not in value and not value.endswith("\\"):
        return f"'{value}'"
    return "'" + value.replace("\\", "\\\\") + "'" if runs else f'"{value.translate(_ESCAPES)}"'
