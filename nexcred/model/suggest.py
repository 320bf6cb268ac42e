"""Did you mean …?"""

from collections.abc import Iterable

_LONGEST = 255
# Of hundreds of names, one shares more than half of its letters with almost any word.
_CLOSE = 0.7


def suggest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that a typing mistake most likely stands for, or None."""
    if not word or len(word) > _LONGEST:
        return None
    from difflib import get_close_matches  # 3 ms that only a mistake pays for

    by_folded = {choice.casefold(): choice for choice in choices}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=_CLOSE)
    if close:
        return by_folded[close[0]]
    return _only_longer_form(word.casefold(), by_folded)


def _only_longer_form(word: str, by_folded: dict[str, str]) -> str | None:
    """Return the one choice that begins with the word, as 'postgres' does with 'post'."""
    longer = [choice for folded, choice in by_folded.items() if len(word) > 1 and folded.startswith(word)]
    return longer[0] if len(longer) == 1 else None
