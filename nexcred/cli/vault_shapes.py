"""The JSON of `vault verify` and `identity show`."""

from typing import NotRequired, TypedDict


class VerifyShape(TypedDict):
    """What was proved; `strays` are records that lead nowhere.

    `faults` say what is wrong and who did it, `waiting` names what is shared and not sealed to this identity yet.
    """

    credentials: int
    opened: int
    past_revisions: int
    strays: int
    faults: list[str]
    waiting: list[str]


class IdentityShape(TypedDict):
    """The identity that opens the vault; `secret` only where it was asked for."""

    public: str
    fingerprint: str
    vault_id: str
    full_name: str
    role: str
    secret: NotRequired[str]
