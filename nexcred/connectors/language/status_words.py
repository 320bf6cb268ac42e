"""The words for HTTP statuses in a spec: 403, "2xx", "200,204"."""

import re

_WORD = re.compile(r"[1-5](?:[0-9]{2}|xx)")


def problem_in_status(words: int | str) -> str:
    """Say why these are not statuses; "" when they are."""
    if all(_WORD.fullmatch(word) for word in _split(words)):
        return ""
    return "must be statuses such as 403, 2xx or 200,204"


def status_matches(words: int | str, status: int) -> bool:
    """True when the status is among the words; no words match everything."""
    if words == "":
        return True
    return any(word == str(status) or word == f"{status // 100}xx" for word in _split(words))


def _split(words: int | str) -> list[str]:
    return [word.strip().lower() for word in str(words).split(",")]
