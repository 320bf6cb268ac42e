"""How a credential's values are given on the command line: its secrets by variables."""

from collections.abc import Mapping

from nexcred.model.credential import Value
from nexcred.model.secret import Secret


def words_for(fields: Mapping[str, Value]) -> tuple[list[str], dict[str, str]]:
    """Return the flags, and the variables of the secrets that they name."""
    words: list[str] = []
    held: dict[str, str] = {}
    for number, (name, value) in enumerate(fields.items()):
        if isinstance(value, Secret):
            held[f"HELD_{number}"] = str(value.reveal())
            words += ["--set", f"{name}=env:HELD_{number}"]
        else:
            words += ["--set", f"{name}={value}"]
    return words, held
