"""Names of environment variables that are made of a credential's and a field's."""

import re

from nexcred.model.run_variables import is_run

_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9_]+")
_NOT_IN_A_VARIABLE = re.compile(r"[^A-Za-z0-9_]+")
_PREFIX = "NEXCRED_"
# What nexcred itself reads begins with one of these after the prefix: no value becomes a setting of another nexcred.
_OWN = (
    "AUDIT",
    "CHECKPOINT",
    "CLIP",
    "COLOR",
    "IDENTITY",
    "LOCAL_TIME",
    "NO_",
    "PAGER",
    "PASSPHRASE",
    "PROBE",
    "PROFILE",
    "PROJECT",
    "SERVE",
    "VAULT",
    "WITHIN_",
)


def derived_name(name: str, field: str) -> str:
    """Return a variable's name, such as EXTERNAL_API_API_KEY for api_key of 'External API'.

    Where the credential's name has no letter for it, or programs run something by what it would be, NEXCRED_ stands
    before it: whoever names a credential or its fields chooses no variable of anybody's.
    """
    made = _upper(f"{name}_{field}")
    if _upper(name) and _upper(field) and not is_run(made):
        return _beginning_as_one(made)
    return prefixed_name(name, field)


def prefixed_name(name: str, field: str) -> str:
    """Return the variable of a field that the credential names, where nobody here chose it."""
    made = _upper(f"{name}_{field}")
    return f"{_PREFIX}{'_' if made.startswith(_OWN) else ''}{made}"


def own_variable(field: str) -> str:
    """Return the variable that a field is called after: DATABASE_URL for database-url.

    A name with a capital letter keeps its letters as they are, as in TF_VAR_region; one without gets capitals. What
    no variable has becomes '_', and one stands before a digit.
    """
    made = _NOT_IN_A_VARIABLE.sub("_", field)
    return _beginning_as_one(made.upper() if made == made.lower() else made)


def _beginning_as_one(made: str) -> str:
    return f"_{made}" if made[:1].isdigit() else made


def _upper(text: str) -> str:
    return _NOT_IN_A_NAME.sub("_", text.upper()).strip("_")
