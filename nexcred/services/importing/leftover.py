"""What no connector knows of a source, as one credential of fields that it names itself."""

from collections.abc import Mapping
from pathlib import PurePath

from nexcred.connectors.language.free_names import fitting_names, problem_in_name
from nexcred.errors import InvalidData
from nexcred.model.name import normalise_name
from nexcred.model.secret import Secret
from nexcred.services.importing.found import ImportCandidate, Unreadable

# The connector for anything at all.
ANYTHING = "secret"
_HIDDEN = """
KEY TOKEN SECRET PASS PWD PIN OTP CODE SALT AUTH CRED PRIVATE SEED SIGN CERT COOKIE SESSION HASH CIPHER CRYPT HOOK ID
USER
"""
_PLAIN = """
true false yes no on off development dev production prod staging stage test testing local debug info warn warning error
critical fatal trace verbose json text utf-8 utc
"""
_HIDDEN_WORDS, _PLAIN_WORDS = tuple(_HIDDEN.split()), frozenset(_PLAIN.split())
_MOST_DIGITS, _MOST_LISTED = 6, 3


def rest_of(variables: Mapping[str, str], name: str, notes: tuple[str, ...] = ()) -> list[ImportCandidate | Unreadable]:
    """Return one credential of all these, and those that no field may be called.

    Everything is a secret but what is plainly a setting: what is public, all members of a vault see.
    """
    fitting = list(fitting_names(variables, ()))
    unfit = [
        Unreadable(variable, problem_in_name(variable, fitting)) for variable in variables if variable not in fitting
    ]
    if not fitting:
        return list(unfit)
    public = tuple(variable for variable in fitting if is_setting(variable, variables[variable]))
    values: dict[str, object] = {
        variable: variables[variable] if variable in public else Secret(variables[variable]) for variable in fitting
    }
    place = ", ".join(fitting) if len(fitting) <= _MOST_LISTED else f"{len(fitting)} other variables"
    variables_of = {variable: variable for variable in fitting}
    one = ImportCandidate(place, ANYTHING, values, name=name, public=public, notes=notes, variables=variables_of)
    return [one, *unfit]


def is_setting(variable: str, value: str) -> bool:
    """True for what is plainly no secret: neither by its name, nor by its value, such as PORT=8080 or DEBUG=true."""
    known = variable.upper()
    if any(word in known for word in _HIDDEN_WORDS):
        return False
    return value.lower() in _PLAIN_WORDS or (value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS)


def name_after(path: str) -> str:
    """Return what to call what a file holds: its folder for `.env`, with what follows that, else the file itself."""
    file = PurePath(path)
    is_env = file.name == ".env" or file.name.startswith(".env.")
    name = f"{file.parent.name}{file.name.removeprefix('.env')}" if is_env else file.stem.lstrip(".")
    try:
        return normalise_name(name.strip().lstrip("-"))
    except InvalidData:
        return "env"
