"""Names of environment variables."""

import re

_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9_]+")


def derived_name(name: str, field: str) -> str:
    """Return a variable's name, such as EXTERNAL_API_API_KEY for api_key of 'External API'."""
    made = _NOT_IN_A_NAME.sub("_", f"{name}_{field}".upper()).strip("_")
    return f"_{made}" if made[:1].isdigit() else made
