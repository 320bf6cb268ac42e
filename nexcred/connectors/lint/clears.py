"""Find what is wrong with the variables that a connector takes away from commands."""

from collections.abc import Iterator, Sequence

from nexcred.connectors.lint.fields import ENV_NAME
from nexcred.connectors.lint.structure import Found
from nexcred.model.run_variables import may_be_cleared


def problems_in_clears(clears: Sequence[str], at: str) -> Iterator[Found]:
    """Yield the problems of a list of variables."""
    for index, name in enumerate(clears):
        if not ENV_NAME.fullmatch(name):
            yield f"{at}[{index}]", "must be upper-case letters, digits and '_'"
        elif not may_be_cleared(name):
            yield f"{at}[{index}]", f"{name} says more than who logs in, and where"
        elif name in clears[:index]:
            yield f"{at}[{index}]", f"'{name}' is there twice"
