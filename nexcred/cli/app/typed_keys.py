"""Keys that somebody typed where a name belongs: messages repeat what was typed, and logs keep messages."""

import re
from collections.abc import Iterator, Sequence

from nexcred.errors import NexcredError, Problem
from nexcred.model.secret import DOTS

# Of a long name a message repeats no more than the beginning.
_BEGINNING = 12
_ENDS = re.compile(r"[/=]")


def hide_typed_keys(error: NexcredError, arguments: Sequence[str]) -> None:
    """Replace by dots each word of the command line that looks like a provider's key, in all that is told."""
    told = "\n".join((error.message, error.hint, *(text for problem in error.problems for text in problem)))
    words = {word for word in _words_of(arguments) if len(word) >= _BEGINNING and word[:_BEGINNING] in told}
    if not words:
        return
    from nexcred.connectors.key_owner import owners_of_key  # which reads the index

    for word in filter(owners_of_key, words):
        error.message, error.hint = _without(word, error.message), _without(word, error.hint)
        error.problems = tuple(Problem(*(_without(word, text) for text in problem)) for problem in error.problems)


def _words_of(arguments: Sequence[str]) -> Iterator[str]:
    for argument in arguments:
        yield argument
        yield from _ENDS.split(argument)


def _without(word: str, text: str) -> str:
    before, found, _ = text.partition(word[:_BEGINNING])
    if not found:
        return text
    rest = text[len(before) :]
    most = min(len(word), len(rest))
    shared = next((at for at in range(most) if word[at] != rest[at]), most)
    return f"{before}{DOTS}{_without(word, rest[shared:])}"
