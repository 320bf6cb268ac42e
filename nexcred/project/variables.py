"""Which variables a project file may set: none by which a value would be run, or would open another vault."""

import re

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What shells, loaders and common tools run, load or look for programs by. A value of a shared credential must not be
# able to become code in the hands of whoever runs a command in the folder of a project.
_RUN = frozenset(
    (
        "BASH_ENV",
        "CDPATH",
        "EDITOR",
        "ENV",
        "HOME",
        "IFS",
        "JAVA_TOOL_OPTIONS",
        "LESSOPEN",
        "MAILCAPS",
        "MANPAGER",
        "NODE_OPTIONS",
        "PAGER",
        "PATH",
        "PERL5DB",
        "PERL5LIB",
        "PERL5OPT",
        "PROMPT_COMMAND",
        "PS4",
        "RUBYLIB",
        "RUBYOPT",
        "SHELL",
        "SHELLOPTS",
        "VISUAL",
        "ZDOTDIR",
    )
)
_RUN_BY_PREFIX = ("BASH_FUNC_", "DYLD_", "GIT_", "LD_", "NEXCRED_", "PYTHON")


def problem_in_variable(name: str) -> str:
    """Say why a project file may not set this variable; "" when it may."""
    if not _NAME.fullmatch(name):
        return "is no name of a variable: letters, digits and '_', not beginning with a digit"
    upper = name.upper()
    if upper in _RUN or upper.startswith(_RUN_BY_PREFIX):
        return "may not be set by a project file: programs run, load or trust what it says"
    return ""
