"""Names of environment variables that are made of a credential's and a field's."""

import re

from nexcred.model.run_variables import is_run

_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9_]+")
_PREFIX = "NEXCRED_"
# What nexcred itself reads begins with one of these after the prefix: no value becomes a setting of another nexcred.
_OWN = ("AUDIT", "CHECKPOINT", "IDENTITY", "NO_", "PAGER", "PASSPHRASE", "PROFILE", "PROJECT", "SERVE", "VAULT")


def derived_name(name: str, field: str) -> str:
    """Return a variable's name, such as EXTERNAL_API_API_KEY for api_key of 'External API'.

    Where the credential's name has no letter for it, or programs run something by what it would be, NEXCRED_ stands
    before it: whoever names a credential or its fields chooses no variable of anybody's.
    """
    made = _upper(f"{name}_{field}")
    if _upper(name) and _upper(field) and not is_run(made):
        return f"_{made}" if made[0].isdigit() else made
    return f"{_PREFIX}{'_' if made.startswith(_OWN) else ''}{made}"


def _upper(text: str) -> str:
    return _NOT_IN_A_NAME.sub("_", text.upper()).strip("_")
