"""The JSON of a failure: with `--json`, the last line of standard error."""

from typing import TypedDict


class ProblemShape(TypedDict):
    """One thing wrong with one field, and the flag that mends it."""

    field: str
    problem: str
    flag: str | None


class FailureShape(TypedDict):
    """`code` is stable; `message` and `hint` are for people."""

    code: str
    message: str
    hint: str | None
    fields: list[ProblemShape]


class ErrorShape(TypedDict):
    error: FailureShape
