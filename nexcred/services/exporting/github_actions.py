"""GitHub Actions: what goes to the file that `GITHUB_ENV` names, and the commands that mask secrets in the log.

Source: docs.github.com, Workflow commands for GitHub Actions ("Setting an environment variable", "Masking a value").
"""

from collections.abc import Sequence
from secrets import token_hex

from nexcred.services.exporting.exported import Exported, variables

# A line of this length or less, such as a brace of some JSON, would mask too much of the log.
_TOO_SHORT = 3


def write_environment(exported: Sequence[Exported]) -> str:
    """Write each variable between lines that nobody can foresee."""
    lines = []
    for one in variables(exported):
        delimiter = f"nexcred_{token_hex(16)}"
        lines.append(f"{one.name}<<{delimiter}\n{one.value}\n{delimiter}\n")
    return "".join(lines)


def write_masks(exported: Sequence[Exported]) -> str:
    """Write the commands, for standard output: of each secret as a whole, and of its lines."""
    masked: dict[str, None] = {}
    for one in variables(exported):
        if one.is_secret and one.value:
            lines = one.value.replace("\r", "\n").split("\n")
            masked |= dict.fromkeys([one.value, *(line for line in lines if len(line.strip()) > _TOO_SHORT)])
    return "".join(f"::add-mask::{_escaped(value)}\n" for value in masked)


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
