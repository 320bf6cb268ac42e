"""The JSON of a failure over HTTP."""

from typing import TypedDict

from nexcred.wire.error import FailureShape


class HttpFailureShape(TypedDict):
    """What a command says, and its `message` and `code` once more at the top, where Nexla's clients look."""

    error: FailureShape
    message: str
    code: str
