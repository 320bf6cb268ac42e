"""`$env:NAME = $null` and `$env:NAME = 'value'`, for PowerShell (about_Quoting_Rules, about_Environment_Variables).

It takes four typographic quotes for a single one. What a program prints reaches it line by line, without the ends that
the lines had, so that these are escaped inside double quotes.
"""

import re
from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, cleared, variables

_ESCAPES = str.maketrans({"\r": "`r", "\n": "`n", **{each: f"`{each}" for each in '`$"\u201c\u201d\u201e'}})
_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")


def write_powershell(exported: Sequence[Exported]) -> str:
    """Write for `… | Out-String | Invoke-Expression`."""
    unset = "".join(f"$env:{name} = $null\n" for name in cleared(exported))
    return unset + "".join(f"$env:{one.name} = {quote(one.value)}\n" for one in variables(exported))


def quote(value: str) -> str:
    if set(value) & set("\r\n"):
        return f'"{value.translate(_ESCAPES)}"'
    return "'" + _QUOTES.sub(lambda found: found[0] * 2, value) + "'"
