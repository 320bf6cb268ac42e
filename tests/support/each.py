"""One test that looks at many things: what pytest itself does for each test, 5 ms, is more than most looks take."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from inspect import Parameter, Signature, signature
from traceback import format_exception
from typing import TypeVar

import pytest

Thing = TypeVar("Thing")
Test = Callable[..., None]
# What pytest itself raises is no Exception. What was skipped was not looked at.
FAILURES = (Exception, pytest.fail.Exception, pytest.skip.Exception)


def name_of(thing: object) -> str:
    """Return the name that a thing has, those of all that a tuple holds, or how it is printed, in one line."""
    if type(thing) is tuple:
        return "-".join(map(name_of, thing))
    name = str(getattr(thing, "name", thing))
    return name if name.isprintable() else repr(name)


def for_each(
    things: Iterable[Thing], ids: Callable[[Thing], str] = name_of, *, tests: int = 1
) -> Callable[[Test], Test]:
    """Make of a look at one thing a test that looks at all of them, and tells in the end of each that failed.

    What a tuple holds are several arguments; fixtures stand after a `*`. What takes seconds is divided into `tests`.
    """
    every = list(things)
    ends = [len(every) * number // tests for number in range(tests + 1)]

    def made(look: Test) -> Test:
        @wraps(look)
        def test(part: int = 0, **fixtures: object) -> None:
            __tracebackhide__ = True
            _look_at(every[ends[part] : ends[part + 1]], partial(look, **fixtures), ids)

        fixtures = [one for one in signature(look).parameters.values() if one.kind is Parameter.KEYWORD_ONLY]
        if tests == 1:
            return _asking_for(fixtures, test)
        parts = pytest.mark.parametrize("part", range(tests), ids=[f"{one + 1} of {tests}" for one in range(tests)])
        return parts(_asking_for([*fixtures, Parameter("part", Parameter.KEYWORD_ONLY)], test))

    return made


def _asking_for(arguments: Sequence[Parameter], test: Test) -> Test:
    """Return the test with just these arguments for pytest to fill in."""
    test.__signature__ = Signature(arguments)  # type: ignore[attr-defined]
    return test


def _look_at(things: Sequence[Thing], look: Test, ids: Callable[[Thing], str]) -> None:
    __tracebackhide__ = True
    assert things, "there is nothing to look at"
    failed = [(ids(thing), problem) for thing in things if (problem := _problem(thing, look))]
    if failed:
        names = ", ".join(name for name, _ in failed)
        told = "\n".join(f"{name}: {problem}" for name, problem in failed)
        raise AssertionError(f"{len(failed)} of {len(things)}: {names}\n\n{told}")


def _problem(thing: object, look: Test) -> str:
    """Return what is wrong with a thing, and where that was found; "" for nothing."""
    try:
        look(*thing) if type(thing) is tuple else look(thing)
    except FAILURES as error:
        here = error.__traceback__
        return "".join(format_exception(error.with_traceback(here and here.tb_next)))
    return ""
