"""`$env:NAME = 'value'`, for PowerShell, which takes four typographic quotes for a single one (about_Quoting_Rules)."""

import re
from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, variables

_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")


def write_powershell(exported: Sequence[Exported]) -> str:
    """Write for `… | Out-String | Invoke-Expression`."""
    return "".join(f"$env:{one.name} = {quote(one.value)}\n" for one in variables(exported))


def quote(value: str) -> str:
    return "'" + _QUOTES.sub(lambda found: found[0] * 2, value) + "'"
