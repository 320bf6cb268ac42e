"""A word of a command that a person is told to run."""


def shell_word(text: str) -> str:
    """Quote for a POSIX shell, always: a name may hold spaces and quotes, and may be somebody else's choice."""
    return "'" + text.replace("'", "'\\''") + "'"
