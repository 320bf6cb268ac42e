"""Whatever a reference is refused for is told with its line, and stays the failure that it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest

from nexcred import errors
from nexcred.errors import NexcredError, Problem
from nexcred.services.provisioning.inject import fill_template
from nexcred.vault.vault import Vault


def _kinds(kind: type[NexcredError]) -> list[type[NexcredError]]:
    below = [one for one in kind.__subclasses__() if one.__module__ == errors.__name__]
    return [kind, *(found for one in below for found in _kinds(one))]


class Refusing:
    """A vault in which nothing is found, for one reason."""

    def __init__(self, error: NexcredError) -> None:
        self._error = error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        yield

    def find(self, name: str) -> None:
        raise self._error


@pytest.mark.parametrize("kind", _kinds(NexcredError), ids=lambda kind: str(kind.__name__))
def test_a_failure_is_told_with_the_lines_that_it_is_about(kind: type[NexcredError]) -> None:
    error = kind("it is not there", "a hint")
    with pytest.raises(kind) as told:
        fill_template(cast(Vault, Refusing(error)), b"{{ nexcred://one/field }}\n{{ nexcred://two/field }}\n")
    assert type(told.value) is kind
    assert str(told.value) == told.value.message == "nothing was written: 2 references were not found"
    assert told.value.hint == "a hint"
    assert told.value.problems == (Problem("line 1", "it is not there"), Problem("line 2", "it is not there"))
    assert vars(told.value).keys() == vars(error).keys()
