"""Which of many credentials somebody means by what was typed so far, the likeliest first."""

from collections.abc import Sequence

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of


class Rankable(NamedTuple):
    """One that can be picked: its name, and what else it is found by, both folded for comparing."""

    name: str
    text: str

    def __repr__(self) -> str:
        return repr_of(self)


def ranked(candidates: Sequence[Rankable], typed: str) -> list[int]:
    """Return the places of those that have every typed word: in the name, in what else is known, or over the name.

    Words that stand as they are come before those whose letters only are there in order; of equals the order stays.
    """
    words = typed.casefold().split()
    if not words:
        return list(range(len(candidates)))
    found = []
    for place, candidate in enumerate(candidates):
        costs = [_cost(candidate, word) for word in words]
        if None not in costs:
            found.append((sum(cost for cost in costs if cost is not None), place))
    return [place for _, place in sorted(found)]


def _cost(candidate: Rankable, word: str) -> int | None:
    """Return how far it is from what was typed, None where it is not meant at all."""
    at = candidate.name.find(word)
    if at == 0:
        return 0
    if at > 0:
        return 1 if not candidate.name[at - 1].isalnum() else 2
    if word in candidate.text:
        return 3
    spread = _spread(candidate.name, word)
    return None if spread is None else 4 + spread


def _spread(name: str, word: str) -> int | None:
    """Return how many other letters stand between those of the word in the name; None unless they are in order."""
    first = at = name.find(word[0])
    for letter in word[1:]:
        if at < 0:
            return None
        at = name.find(letter, at + 1)
    return None if at < 0 else at - first + 1 - len(word)
