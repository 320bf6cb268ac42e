"""Counts as people type them."""

from nexcred.errors import InvalidData, Problem


def parse_count(text: str, flag: str) -> int:
    """Return a count of one or more; raise InvalidData that names the flag."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text)):
        problem = "takes a whole number, 1 or more"
        raise InvalidData(f"{flag} {problem}", problems=(Problem(flag.removeprefix("--"), problem, f"{flag} 10"),))
    return int(text)
