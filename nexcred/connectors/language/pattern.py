"""Whether a value fits a pattern of a connector's file, in a time that the file cannot stretch.

All ways through the pattern are followed at once (Thompson, "Regular expression search algorithm", CACM 1968), where
Python's `re` tries one after the other, and may try them until the end of days. Sets of ways that were met are kept, so
that most characters cost one look-up.
"""

from collections.abc import Iterable
from functools import lru_cache

from nexcred.connectors.language.pattern_syntax import (
    BadPattern,
    Chars,
    Either,
    Ends,
    InARow,
    Node,
    Repeated,
    parse_pattern,
)
from nexcred.model.named_tuple import NamedTuple

_MOST_STEPS_IN_PATTERN = 10_000
# Of one value. What fits a pattern by intent needs a hundredth; beyond, a value does not fit.
_MOST_WORK = 500_000
_MOST_KNOWN = 20_000


class _TooMuchWork(Exception):
    """A value is too long for a pattern that goes so many ways."""


class _Split(NamedTuple):
    """Go on at both places."""

    first: int
    second: int


class _Fits(NamedTuple):
    """The pattern ends here."""


_Step = Chars | Ends | _Split | _Fits
_Ways = frozenset[int]


def problem_in_pattern(text: str) -> str:
    """Say why this is no pattern; "" when it is."""
    try:
        _compiled(text)
    except BadPattern as error:
        return str(error)
    return ""


def fits(pattern: str, value: str) -> bool:
    """True when the whole value fits. Raises BadPattern."""
    forbidden, whole = _compiled(pattern)
    return whole.fits(value) and not any(one.fits(value, beginning=True) for one in forbidden)


@lru_cache(maxsize=256)
def beginnings(pattern: str) -> frozenset[str]:
    """Return the visible ASCII characters with which a value that fits may begin."""
    _, whole = _compiled(pattern)
    return frozenset(one for one in map(chr, range(0x20, 0x7F)) if whole.leads_on(one))


def is_cut_short(pattern: str, value: str) -> bool:
    """True when more characters would make a value fit, and fewer than the fewest are there. Raises BadPattern."""
    _, whole = _compiled(pattern)
    return len(value) < fewest(pattern) and whole.leads_on(value)


def fewest(pattern: str) -> int:
    """Return how many characters a value has at least that fits. Raises BadPattern."""
    return _fewest(parse_pattern(pattern).whole)


def _fewest(node: Node) -> int:
    if isinstance(node, InARow):
        return sum(map(_fewest, node.parts))
    if isinstance(node, Either):
        return min(map(_fewest, node.parts))
    if isinstance(node, Repeated):
        return node.least * _fewest(node.part)
    return int(isinstance(node, Chars))


@lru_cache(maxsize=64)
def _compiled(text: str) -> "tuple[tuple[_Automaton, ...], _Automaton]":
    parsed = parse_pattern(text)
    return tuple(_Automaton(_Program(one).steps) for one in parsed.forbidden), _Automaton(_Program(parsed.whole).steps)


class _Program:
    """The steps of a pattern; each goes on with the next but for a split."""

    def __init__(self, node: Node) -> None:
        self.steps: list[_Step] = []
        self._writes = 0
        self._write(node)
        self.steps.append(_Fits())

    def _write(self, node: Node) -> None:
        self._writes += 1  # since what is empty, repeated, adds no steps
        if max(self._writes, len(self.steps)) > _MOST_STEPS_IN_PATTERN:
            raise BadPattern("is too large once its repetitions are written out")
        if isinstance(node, InARow):
            for part in node.parts:
                self._write(part)
        elif isinstance(node, Either):
            self._write_either(node.parts)
        elif isinstance(node, Repeated):
            self._write_repeated(node.part, node.least, node.most)
        else:
            self.steps.append(node)

    def _write_either(self, parts: tuple[Node, ...]) -> None:
        ends = []
        for part in parts[:-1]:
            split = self._hold()
            self._write(part)
            ends.append(self._hold())
            self.steps[split] = _Split(split + 1, len(self.steps))
        self._write(parts[-1])
        for end in ends:
            self.steps[end] = _Split(len(self.steps), len(self.steps))

    def _write_repeated(self, part: Node, least: int, most: int | None) -> None:
        for _ in range(least):
            self._write(part)
        splits = []
        for _ in range(1 if most is None else most - least):
            splits.append(self._hold())
            self._write(part)
        if most is None:
            self.steps.append(_Split(splits[0], splits[0]))
        for split in splits:
            self.steps[split] = _Split(split + 1, len(self.steps))

    def _hold(self) -> int:
        """Keep a place for a split; return it."""
        self.steps.append(_Split(0, 0))
        return len(self.steps) - 1


class _Automaton:
    """The steps of a pattern, and where characters led to that were met before."""

    def __init__(self, steps: list[_Step]) -> None:
        self.steps = steps
        self.known: dict[tuple[_Ways, str], _Ways] = {}

    def fits(self, value: str, *, beginning: bool = False) -> bool:
        """True when the whole value fits, or a beginning of it. What takes too much work fits no more than it must."""
        if len(self.known) > _MOST_KNOWN:
            self.known.clear()
        try:
            return _PatternWalk(self).goes_through(value, beginning=beginning)
        except _TooMuchWork:
            return beginning

    def leads_on(self, beginning: str) -> bool:
        """True when a value may begin with this, and perhaps fit; also when that is too much work to say."""
        try:
            return bool(_PatternWalk(self).ways_after(beginning))
        except _TooMuchWork:
            return True


class _PatternWalk:
    """One value on its way through, and the work that it has left."""

    def __init__(self, automaton: _Automaton) -> None:
        self._steps = automaton.steps
        self._known = automaton.known
        self._left = _MOST_WORK

    def goes_through(self, value: str, *, beginning: bool) -> bool:
        ways = self._reach([0], at_start=True)
        for character in value:
            if beginning and self._is_through(ways):
                return True
            after = self._known.get((ways, character))
            if after is None:
                after = self._known[ways, character] = self._after(ways, character)
            if not after:
                return False
            ways = after
        return self._is_through(self._reach(ways, at_start=not value, at_end=True))

    def ways_after(self, beginning: str) -> _Ways:
        ways = self._reach([0], at_start=True)
        for character in beginning:
            ways = self._after(ways, character)
        return ways

    def _after(self, ways: _Ways, character: str) -> _Ways:
        self._spend(len(ways))
        verdicts: dict[Chars, bool] = {}
        reached = []
        for way in ways:
            step = self._steps[way]
            if isinstance(step, Chars):
                if step not in verdicts:
                    verdicts[step] = step.holds(character)
                if verdicts[step]:
                    reached.append(way + 1)
        return self._reach(reached)

    def _reach(self, places: Iterable[int], *, at_start: bool = False, at_end: bool = False) -> _Ways:
        """Follow splits, and ends that hold; return the steps that wait for a character or for the end."""
        unseen = list(places)
        seen, waiting = set(unseen), set()
        while unseen:
            self._spend(1)
            place = unseen.pop()
            step = self._steps[place]
            following: tuple[int, ...] = ()
            if isinstance(step, _Split):
                following = (step.first, step.second)
            elif isinstance(step, Ends) and (at_start if step.at_start else at_end):
                following = (place + 1,)
            else:
                waiting.add(place)
            unseen += set(following) - seen
            seen.update(following)
        return frozenset(waiting)

    def _is_through(self, ways: _Ways) -> bool:
        return any(isinstance(self._steps[way], _Fits) for way in ways)

    def _spend(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise _TooMuchWork
