"""Whether text comes through as it is written, and why there is or is no colour."""

import codecs
from collections.abc import Mapping

from nexcred.services.doctor.check import Check, Status

NAME = "terminal"
_COLOUR_VARIABLES = ("NO_COLOR", "FORCE_COLOR")
_LOCALE_VARIABLES = ("LC_ALL", "LC_CTYPE", "LANG")


def check_terminal(environment: Mapping[str, str], encoding: str, *, may_ask: bool, colour: bool) -> Check:
    """`encoding` is that of standard output."""
    term = environment.get("TERM", "not set")
    reason = next((f" ({name} is set)" for name in _COLOUR_VARIABLES if environment.get(name)), "")
    asked = "prompts" if may_ask else "no prompts"
    detail = f"TERM {term}, {'colour' if colour else 'no colour'}{reason}, {asked}, {encoding}"
    if _is_utf8(encoding):
        return Check(NAME, Status.OK, detail)
    named = next((f"{name}={environment[name]}" for name in _LOCALE_VARIABLES if environment.get(name)), "no LANG")
    return Check(
        NAME, Status.WARNING, f"{detail}: letters beyond it are shown as codes ({named})", "run: export LANG=C.UTF-8"
    )


def _is_utf8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        return False
