"""Which variables a project file may set: none by which a value would be run, or would open another vault."""

import re

from nexcred.model.run_variables import is_run

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def problem_in_variable(name: str) -> str:
    """Say why a project file may not set this variable; "" when it may."""
    if not _NAME.fullmatch(name):
        return "is no name of a variable: letters, digits and '_', not beginning with a digit"
    if is_run(name):
        return "may not be set by a project file: programs run, load or trust what it says"
    return ""
