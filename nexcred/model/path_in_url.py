"""A path of this machine as part of a URL."""

_NEEDS_NO_ESCAPE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~/")


def path_in_url(path: str) -> str:
    """Percent-encode what stands for itself in a path, and not in a URL."""
    if _NEEDS_NO_ESCAPE.issuperset(path):
        return path
    from urllib.parse import quote  # with what it imports, a twenty-fifth of `get`

    return quote(path)


def path_of_url(encoded: str) -> str:
    """Undo `path_in_url`."""
    from urllib.parse import unquote  # as above

    return unquote(encoded)
