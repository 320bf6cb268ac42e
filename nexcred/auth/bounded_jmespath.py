"""JMESPath that ends: an expression of a line can double an answer sixty times, or compare all of it with itself.

Apart from `pick`, since importing jmespath takes longer than many requests have reason to wait.
"""

from typing import Any

import jmespath
from jmespath.functions import Functions, signature
from jmespath.visitor import Options, TreeInterpreter

LARGEST_RESULT = 4 * 1024 * 1024
_MOST_MADE = 8 * LARGEST_RESULT
_MOST_STEPS = 1_000_000
# What makes a value, where the rest finds one in the document.
_MAKING = frozenset(
    (
        "multi_select_list",
        "multi_select_dict",
        "projection",
        "value_projection",
        "filter_projection",
        "flatten",
        "slice",
        "function_expression",
    )
)


class TooMuch(ValueError):
    """An expression would take too long, or make too much, of this document."""


class BoundedExpression:
    """A compiled expression. Raises jmespath's errors, which are ValueErrors, for what is none."""

    def __init__(self, expression: str) -> None:
        self._parsed: Any = jmespath.compile(expression).parsed

    def search(self, document: object) -> Any:
        """Return what is found; raise TooMuch, and what jmespath raises where it cannot be applied."""
        found = _Interpreter().visit(self._parsed, document)
        if isinstance(found, str) and len(found) > LARGEST_RESULT:
            raise TooMuch
        return found


class _Interpreter(TreeInterpreter):
    """Counts steps, and what each makes: characters and values, those that stand in it twice counted twice."""

    def __init__(self) -> None:
        super().__init__(Options(custom_functions=_Functions()))
        self._steps = _MOST_STEPS
        self._room = _MOST_MADE

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._step()
        found = super().visit(node, *args, **kwargs)
        if node["type"] in _MAKING:
            self._room -= self._weight(found)
            if self._room < 0:
                raise TooMuch
        return found

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise TooMuch

    def _weight(self, value: object) -> int:
        weight, unseen = 0, [value]
        while unseen:
            self._step()
            one = unseen.pop()
            weight += 1
            if isinstance(one, str):
                weight += len(one)
            elif isinstance(one, list):
                unseen += one
            elif isinstance(one, dict):
                weight += sum(map(len, one))
                unseen += one.values()
            if weight > LARGEST_RESULT:
                raise TooMuch
        return weight


class _Functions(Functions):
    """JMESPath's own; the one that can make more of what was counted than a few times as much is looked at before."""

    @signature({"types": ["string"]}, {"types": ["array-string"]})
    def _func_join(self, separator: str, array: list[str]) -> str:
        if len(separator) * len(array) + sum(map(len, array)) > LARGEST_RESULT:
            raise TooMuch
        return separator.join(array)
