"""The JSON of `token`."""

from typing import TypedDict


class TokenShape(TypedDict):
    """A fresh access token; `header` is null where it goes into none."""

    token: str
    header: str | None
    expires_at: str | None
